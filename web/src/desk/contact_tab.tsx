// The contact as text only: whatever stands in a name or a field is shown as it was written and never interpreted.
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeskAttempt, DeskContact, HistoryRow } from "../api/desk.ts";
import { dateText } from "../time/duration.ts";
import { Empty } from "../ui/parts.tsx";
import { PromiseCallback } from "./callback_choice.tsx";
import { useAct } from "./context.tsx";

export function Fields({ contact }: { contact: DeskContact }) {
  const { t } = useTranslation();
  const fields = Object.entries(contact.fields);
  if (fields.length === 0) return <p className="hint">{t("contact.no_fields")}</p>;
  return (
    <dl className="fields" aria-label={t("contact.fields")}>
      {fields.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{String(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function HistoryEntry({ row, zone }: { row: HistoryRow; zone: string | null }) {
  const { t, i18n } = useTranslation();
  return (
    <li>
      <div className="history-head">
        <time dateTime={row.at}>{dateText(row.at, i18n.language, zone)}</time>
        <span>{row.outcome ? t(`outcome.${row.outcome}`, { defaultValue: row.outcome }) : ""}</span>
      </div>
      <div className="sub">
        {[i18n.language === "tr" ? (row.code_tr ?? row.code) : row.code, row.agent]
          .filter(Boolean)
          .join(" · ")}
      </div>
      {row.note && <p className="note">{row.note}</p>}
    </li>
  );
}

function DoNotCall({ attempt, asked }: { attempt: number; asked: boolean }) {
  const { t } = useTranslation();
  const { act, busy, error } = useAct();
  const [step, setStep] = useState<"no" | "sure" | "done">("no");
  if (asked || step === "done") return <p role="status">{t("dnc.added")}</p>;
  return (
    <div className="row">
      {step === "no" ? (
        <Button variant="default" onClick={() => setStep("sure")}>
          {t("dnc.add")}
        </Button>
      ) : (
        <>
          <span>{t("dnc.sure")}</span>
          <Button
            color="red"
            loading={busy !== ""}
            onClick={async () => (await act("dnc", { attempt })) && setStep("done")}
            autoFocus
          >
            {t("dnc.yes")}
          </Button>
          <Button variant="default" onClick={() => setStep("no")}>
            {t("common.cancel")}
          </Button>
        </>
      )}
      {error && (
        <span className="error" role="alert">
          {error}
        </span>
      )}
    </div>
  );
}

export function ContactTab({ attempt }: { attempt: DeskAttempt }) {
  const { t, i18n } = useTranslation();
  const contact = attempt.contact;
  if (!contact) return <Empty title={t("contact.not_yet")} />;
  return (
    <div className="stack">
      <dl className="facts">
        <dt>{t("contact.key")}</dt>
        <dd>{contact.key}</dd>
        <dt>{t("contact.number")}</dt>
        <dd>{contact.number}</dd>
        {contact.zone && (
          <>
            <dt>{t("contact.zone")}</dt>
            <dd>{contact.zone}</dd>
          </>
        )}
        {contact.callback_at && (
          <>
            <dt>{t("contact.callback")}</dt>
            <dd>{dateText(contact.callback_at, i18n.language, contact.zone)}</dd>
          </>
        )}
      </dl>
      <Fields contact={contact} />
      <h2>{t("contact.history")}</h2>
      {contact.history.length === 0 ? (
        <p className="hint">{t("contact.no_history")}</p>
      ) : (
        <ol className="history">
          {contact.history.map((row) => (
            <HistoryEntry key={row.attempt} row={row} zone={contact.zone} />
          ))}
        </ol>
      )}
      <PromiseCallback key={attempt.id} attempt={attempt.id} contact={contact} />
      <DoNotCall attempt={attempt.id} asked={contact.do_not_call ?? false} />
    </div>
  );
}

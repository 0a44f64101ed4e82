// One contact: what is known of it, why it is not dialed now, and what was said to it.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { get, put } from "../../api/client.ts";
import { useMay } from "../../api/routes.ts";
import { dateText, numberText } from "../../time/duration.ts";
import { Empty, StateBadge, Trouble, useErrorText, useTitle, Waiting } from "../../ui/parts.tsx";
import { AttemptTable } from "../attempts/table.tsx";
import { DataTable, settled, useDo } from "../table.tsx";
import type { Contact, ContactNumber, Note, OneContact, Why } from "./contact.ts";

export function Person() {
  const { t, i18n } = useTranslation();
  const error_text = useErrorText();
  const id = useParams().id ?? "";
  const path = `/api/v1/contacts/${encodeURIComponent(id)}`;
  const query = useQuery({ queryKey: [path], queryFn: () => get<OneContact>(path), refetchInterval: 10_000 });
  const contact = query.data?.contact;
  const title = contact ? contact.name || contact.key : t("people.one");
  useTitle(title);
  if (query.isPending) return <Waiting />;
  if (query.isError && !query.data)
    return <Trouble text={error_text(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data || !contact) return null;
  const { campaign, attempts, notes, why, dialable } = query.data;
  return (
    <>
      <p>
        <Link to="/people">{t("office.people")}</Link>
      </p>
      <div className="row">
        <h1>{title}</h1>
        <StateBadge tone={dialable ? "good" : "idle"} icon={dialable ? "available" : "away"}>
          {t(`phase.${contact.phase}`, { defaultValue: contact.phase })}
        </StateBadge>
      </div>
      <dl className="facts">
        <dt>{t("contact.key")}</dt>
        <dd>{contact.key}</dd>
        {contact.list_name && (
          <>
            <dt>{t("office.list")}</dt>
            <dd>{contact.list_name}</dd>
          </>
        )}
        <dt>{t("office.campaign")}</dt>
        <dd>
          {campaign ? (
            <Link to={`/campaigns/${encodeURIComponent(campaign)}`}>{campaign}</Link>
          ) : (
            t("people.no_campaign")
          )}
        </dd>
        <dt>{t("office.attempts")}</dt>
        <dd>{numberText(contact.attempts, i18n.language)}</dd>
        {contact.next_at && (
          <>
            <dt>{t("people.next_at")}</dt>
            <dd>{dateText(contact.next_at, i18n.language)}</dd>
          </>
        )}
      </dl>
      <Fields contact={contact} />
      <WhyNotDialed why={why} dialable={dialable} />
      <Numbers numbers={contact.numbers} />
      <h2>{t("office.attempts")}</h2>
      <AttemptTable query={settled(attempts)} empty={t("contact.no_history")} of_one_contact />
      <Notes notes={notes} />
    </>
  );
}

function Fields({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const fields = Object.entries(contact.fields ?? {});
  if (fields.length === 0) return null;
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

function WhyNotDialed({ why, dialable }: { why: Why[]; dialable: boolean }) {
  const { t, i18n } = useTranslation();
  return (
    <>
      <h2>{t("people.why")}</h2>
      <p>
        <StateBadge tone={dialable ? "good" : "warn"} icon={dialable ? "available" : "closed"}>
          {t(dialable ? "people.dialable" : "people.not_dialable")}
        </StateBadge>
      </p>
      {why.length > 0 && (
        <DataTable
          label={t("people.why")}
          query={settled(why)}
          id={(w) => `${w.number} ${w.gate}`}
          empty=""
          columns={[
            { title: t("office.number"), cell: (w) => w.number || t("people.everything") },
            {
              title: t("office.gate"),
              cell: (w) => t([`why.${w.gate}`, `gate.${w.gate}`], { defaultValue: w.text || w.gate }),
            },
            { title: t("office.opens"), cell: (w) => dateText(w.opens_at, i18n.language) },
          ]}
        />
      )}
    </>
  );
}

function Numbers({ numbers }: { numbers: ContactNumber[] }) {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const may = useMay()("PUT", "/api/v1/dnc/{}");
  const work = useDo();
  const [sure, setSure] = useState("");
  const [added, setAdded] = useState<string[]>([]);
  const add = (number: string) =>
    work.mutate(() =>
      put(`/api/v1/dnc/${encodeURIComponent(number)}`).then(() => {
        setAdded((all) => [...all, number]);
        setSure("");
      }),
    );
  const action = (n: ContactNumber) => {
    if (n.barred || added.includes(n.number)) return <span role="status">{t("people.on_dnc")}</span>;
    if (!may) return "";
    if (sure !== n.number)
      return (
        <Button
          size="compact-md"
          variant="default"
          aria-label={`${t("dnc.add")}: ${n.number}`}
          onClick={() => setSure(n.number)}
        >
          {t("dnc.add")}
        </Button>
      );
    return (
      <div className="row">
        <span>{t("dnc.sure")}</span>
        <Button
          size="compact-md"
          color="red"
          loading={work.isPending}
          onClick={() => add(n.number)}
          autoFocus
        >
          {t("dnc.yes")}
        </Button>
        <Button size="compact-md" variant="default" onClick={() => setSure("")}>
          {t("common.cancel")}
        </Button>
      </div>
    );
  };
  return (
    <>
      <h2>{t("people.numbers")}</h2>
      {work.isError && (
        <p className="error" role="alert">
          {error_text(work.error)}
        </p>
      )}
      <DataTable
        label={t("people.numbers")}
        query={settled(numbers)}
        id={(n) => n.number}
        empty={t("people.no_numbers")}
        columns={[
          { title: t("office.number"), cell: (n) => n.number },
          {
            title: t("people.number_type"),
            cell: (n) => t(`number_type.${n.type}`, { defaultValue: n.type }),
          },
          { title: t("office.country"), cell: (n) => n.country },
          { title: t("contact.zone"), cell: (n) => [n.zones ?? []].flat().join(", ") },
          { title: t("office.dnc"), cell: action },
        ]}
      />
    </>
  );
}

function Notes({ notes }: { notes: Note[] }) {
  const { t, i18n } = useTranslation();
  return (
    <>
      <h2>{t("people.notes")}</h2>
      {notes.length === 0 ? (
        <Empty title={t("people.no_notes")} />
      ) : (
        <ol className="history">
          {notes.map((n) => (
            <li key={`${n.attempt} ${n.at}`}>
              <div className="history-head">
                <time dateTime={n.at}>{dateText(n.at, i18n.language)}</time>
                <Link to={`/attempts/${n.attempt}`}>{t("attempt.title", { id: n.attempt })}</Link>
              </div>
              {n.agent && <div className="sub">{n.agent}</div>}
              <p className="note">{n.text}</p>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

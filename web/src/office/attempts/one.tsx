import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { dateText } from "../../time/duration.ts";

export interface Attempt {
  id: number;
  campaign: number | string;
  contact: number;
  agent?: number | string;
  talked?: number;
  trunk?: number | string;
  follows?: number;
  number: string;
  caller_id?: string;
  state: string;
  outcome: string;
  fault?: string;
  reason: string;
  sip: { code: number; q850?: number; text: string };
  committed_at: string | null;
  placed_at?: string | null;
  rang_at?: string | null;
  answered_at?: string | null;
  merged_at?: string | null;
  ended_at?: string | null;
  wrap_ups: { code: string; by_timer?: boolean; correction?: boolean; at?: string | null }[];
}

/** A point in time to the millisecond: how long a call rang is seen between two of these. */
const exact = (iso: string | null | undefined, language: string) =>
  iso
    ? new Intl.DateTimeFormat(language === "tr" ? "tr-TR" : "en-GB", {
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
        fractionalSecondDigits: 3,
      }).format(new Date(iso))
    : "";

/** One attempt with all that is known of it. */
export function OneAttempt({
  attempt,
  campaign,
  onClose,
}: {
  attempt: Attempt;
  campaign: string;
  onClose: () => void;
}) {
  const { t, i18n } = useTranslation();
  const times = ["committed_at", "placed_at", "rang_at", "answered_at", "merged_at", "ended_at"] as const;
  const facts: [string, string][] = [
    ["office.campaign", campaign],
    ["office.number", attempt.number],
    ["routing.caller_id", attempt.caller_id ?? ""],
    ["office.outcome", t(`outcome.${attempt.outcome}`, { defaultValue: attempt.outcome })],
    ["attempt.fault", attempt.fault ? t(`fault_of.${attempt.fault}`, { defaultValue: attempt.fault }) : ""],
    ["attempt.reason", attempt.reason],
    ["office.sip", [attempt.sip.code || "", attempt.sip.text].filter(Boolean).join(" ")],
    ["attempt.q850", attempt.sip.q850 ? String(attempt.sip.q850) : ""],
    ["attempt.follows", attempt.follows ? String(attempt.follows) : ""],
    ...times.map((time): [string, string] => [
      `attempt.${time}`,
      time === "committed_at" ? dateText(attempt[time], i18n.language) : exact(attempt[time], i18n.language),
    ]),
  ];
  return (
    <Modal
      opened
      withinPortal={false}
      onClose={onClose}
      size="lg"
      title={t("attempt.title", { id: attempt.id })}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <dl className="facts">
        {facts
          .filter(([, value]) => value)
          .map(([key, value]) => (
            <div key={key} className="fact">
              <dt>{t(key)}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        {attempt.wrap_ups.map((w) => (
          <div key={`${w.code} ${w.at}`} className="fact">
            <dt>{t("office.code")}</dt>
            <dd>
              {w.code}
              {w.by_timer && ` (${t("attempt.by_timer")})`}
              {w.correction && ` (${t("attempt.correction")})`}
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}

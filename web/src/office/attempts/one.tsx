// One attempt with all that is on record of it: what the carrier said, what happened when, what was noted and answered.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { get } from "../../api/client.ts";
import type { Shape } from "../../api/desk.ts";
import { useMay } from "../../api/routes.ts";
import { answerText } from "../../guide/answer_text.ts";
import { type Answers, merged, stopOf, walk } from "../../guide/walk.ts";
import { dateText } from "../../time/duration.ts";
import { Trouble, useErrorText, useTitle, Waiting } from "../../ui/parts.tsx";
import type { GuideVersion } from "../guides/builder.tsx";
import { useAgents, useCampaigns, useCodes } from "../names.ts";
import type { Contact, Note } from "../people/contact.ts";
import { DataTable, settled } from "../table.tsx";
import { AnalysisOf } from "./analysis.tsx";
import { type Attempt, sipText } from "./attempt.ts";

/** A row of the table of events (api/events.yaml). */
interface Row {
  sequence: number;
  at: string;
  machine: string;
  id?: number;
  from: string;
  event: string;
  to: string;
  outcome?: string;
}
type OneOfAttempts = Omit<Shape<"AttemptFacts">, "attempt" | "contact" | "rows" | "notes"> & {
  attempt: Attempt;
  contact: Contact | null;
  rows: Row[];
  notes: Note[];
};

/** To the millisecond: how long it rang is seen between two of these. */
const exact = (iso: string | null | undefined, language: string) =>
  iso
    ? new Intl.DateTimeFormat(language === "tr" ? "tr-TR" : "en-GB", {
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
        fractionalSecondDigits: 3,
      }).format(new Date(iso))
    : "";

export function OneAttempt() {
  const { t, i18n } = useTranslation();
  const error_text = useErrorText();
  const id = useParams().id ?? "";
  const path = `/api/v1/attempts/${encodeURIComponent(id)}`;
  const query = useQuery({
    queryKey: [path],
    queryFn: () => get<OneOfAttempts>(`/api/v1/attempts/${encodeURIComponent(id)}`),
    refetchInterval: 5000,
  });
  useTitle(t("attempt.title", { id }));
  if (query.isPending) return <Waiting />;
  if (query.isError && !query.data)
    return <Trouble text={error_text(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return null;
  const { attempt, contact, rows, notes, guide, answers } = query.data;
  return (
    <>
      <p>
        <Link to="/attempts">{t("office.attempts")}</Link>
      </p>
      <h1>{t("attempt.title", { id })}</h1>
      <Facts attempt={attempt} contact={contact} />
      <AnalysisOf attempt={attempt.id} />
      <Timeline rows={rows} />
      {notes.length > 0 && (
        <>
          <h2>{t("people.notes")}</h2>
          <ol className="history">
            {notes.map((n) => (
              <li key={`${n.agent} ${n.at}`}>
                <div className="sub">
                  {[n.agent, dateText(n.at, i18n.language)].filter(Boolean).join(" · ")}
                </div>
                <p className="note">{n.text}</p>
              </li>
            ))}
          </ol>
        </>
      )}
      {guide && (
        <GuideAnswers
          of={guide}
          answers={Object.fromEntries(answers.map((a) => [a.question, a.answer]))}
          contact={contact}
        />
      )}
    </>
  );
}

function Facts({ attempt, contact }: { attempt: Attempt; contact: Contact | null }) {
  const { t, i18n } = useTranslation();
  const may = useMay();
  const campaigns = useCampaigns();
  const agents = useAgents();
  const codes = useCodes();
  const times = ["committed_at", "placed_at", "rang_at", "answered_at", "merged_at", "ended_at"] as const;
  const campaign = campaigns.nameOf(attempt.campaign);
  const name = contact?.name || contact?.key || "";
  const facts: [string, string][] = [
    ["office.number", attempt.number],
    ["routing.caller_id", attempt.caller_id ?? ""],
    ["office.agent", agents.nameOf(attempt.talked)],
    ["office.outcome", t(`outcome.${attempt.outcome}`, { defaultValue: attempt.outcome })],
    ["attempt.fault", attempt.fault ? t(`fault_of.${attempt.fault}`, { defaultValue: attempt.fault }) : ""],
    ["attempt.reason", attempt.reason],
    ["office.sip", sipText(attempt)],
    ["attempt.q850", attempt.sip.q850 ? String(attempt.sip.q850) : ""],
    ...times.map((time): [string, string] => [
      `attempt.${time}`,
      time === "committed_at" ? dateText(attempt[time], i18n.language) : exact(attempt[time], i18n.language),
    ]),
  ];
  return (
    <dl className="facts">
      {name && (
        <>
          <dt>{t("people.one")}</dt>
          <dd>
            {may("GET", "/api/v1/contacts/{}") ? <Link to={`/people/${attempt.contact}`}>{name}</Link> : name}
          </dd>
        </>
      )}
      <dt>{t("office.campaign")}</dt>
      <dd>
        <Link to={`/campaigns/${encodeURIComponent(campaign)}`}>{campaign}</Link>
      </dd>
      {facts
        .filter(([, value]) => value)
        .map(([key, value]) => (
          <div key={key} className="fact">
            <dt>{t(key)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      {attempt.follows ? (
        <div className="fact">
          <dt>{t("attempt.follows")}</dt>
          <dd>
            <Link to={`/attempts/${attempt.follows}`}>{attempt.follows}</Link>
          </dd>
        </div>
      ) : null}
      {attempt.wrap_ups.map((w) => (
        <div key={`${w.code} ${w.at}`} className="fact">
          <dt>{t("office.code")}</dt>
          <dd>
            {codes.labelOf(w.code)}
            {w.by_timer && ` (${t("attempt.by_timer")})`}
            {w.correction && ` (${t("attempt.correction")})`}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Question by question as they were asked; without the guide's text by their ids. */
function GuideAnswers(props: {
  of: NonNullable<OneOfAttempts["guide"]>;
  answers: Answers;
  contact: Contact | null;
}) {
  const { of, answers, contact } = props;
  const { t, i18n } = useTranslation();
  const path = `/api/v1/guides/${encodeURIComponent(of.name)}?version=${of.version}`;
  const query = useQuery({
    queryKey: [path],
    queryFn: () => get<GuideVersion>(path),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const guide = query.data?.document;
  const fields: Record<string, string> = { ...contact?.fields, name: contact?.name ?? "" };
  const language = guide?.languages.includes(i18n.language) ? i18n.language : (guide?.languages[0] ?? "");
  // Answers to questions that the walk no longer meets stay told, after the others.
  const path_of_walk = guide ? walk(guide, answers).path : [];
  const order = [...new Set([...path_of_walk, ...Object.keys(answers)])];
  return (
    <>
      <h2>
        {t("builder.answers")}: {of.name}{" "}
        <span className="sub">
          {t("builder.version", { n: of.version })} ·{" "}
          {of.submitted_at ? dateText(of.submitted_at, i18n.language) : t("attempt.not_submitted")}
        </span>
      </h2>
      <dl className="fields" aria-label={t("builder.answers")}>
        {order.map((id) => {
          const question = guide && stopOf(guide, id)?.question;
          const answer = answers[id] ?? [];
          return (
            <div key={id}>
              <dt>{question ? merged(guide, question.text, language, fields) : id}</dt>
              <dd>
                {question ? answerText(guide, question, answer, t, language, fields) : answer.join(", ")}
              </dd>
            </div>
          );
        })}
      </dl>
    </>
  );
}

/** Row by row as the machines went; the words are the record's own. */
function Timeline({ rows }: { rows: Row[] }) {
  const { t, i18n } = useTranslation();
  return (
    <>
      <h2>{t("attempt.timeline")}</h2>
      <DataTable
        label={t("attempt.timeline")}
        query={settled(rows)}
        id={(r) => r.sequence}
        empty={t("common.none")}
        columns={[
          { title: t("office.time"), cell: (r) => exact(r.at, i18n.language) },
          {
            title: t("attempt.machine"),
            cell: (r) => t(`machine_of.${r.machine}`, { defaultValue: r.machine }),
          },
          { title: t("attempt.event"), cell: (r) => r.event },
          { title: t("office.state"), cell: (r) => (r.from === r.to ? r.to : `${r.from} → ${r.to}`) },
        ]}
      />
    </>
  );
}

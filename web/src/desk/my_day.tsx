// What the agent did today and whom they promised to call: while there is no conversation, and never in its way.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { agentPath, get } from "../api/client.ts";
import type { Shape } from "../api/desk.ts";
import { has } from "../api/routes.ts";
import { nameOf } from "../i18n/named.ts";
import { serverNow } from "../time/clock.tsx";
import { clockText, dateText, numberText } from "../time/duration.ts";
import { useLive, useParts } from "./context.tsx";

interface Callback {
  contact: number;
  name: string;
  number: string;
  campaign: string;
  at: string;
  /** Promised for this agent; else anyone of the team may get it. */
  mine: boolean;
}
interface Day {
  calls: number;
  talk_s: number;
  hold_s: number | null;
  wrap_up_s: number;
  available_s: number;
  idle_s: number;
  by_code: Record<string, number>;
}
const RENEWED_MS = 60_000;
const SHOWN = 5;

/** The day on this machine's wall that holds the instant. */
function dayOf(now_ms: number): { from: string; until: string } {
  const now = new Date(now_ms);
  const from = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const until = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
  return { from: from.toISOString(), until: until.toISOString() };
}

export function MyDay() {
  return (
    <div className="my-day">
      {has("GET", "/api/v1/agents/{}/callbacks") && <Callbacks />}
      {has("GET", "/api/v1/agents/{}/day") && <Figures />}
    </div>
  );
}

/** What was just done is in the figures: they are read again at each change of the agent's state. */
function useChange() {
  const { desk } = useLive();
  return `${desk?.agent.state} ${desk?.agent.since}`;
}

function Figures() {
  const { t, i18n } = useTranslation();
  const { agent } = useParts();
  const state = useChange();
  const query = useQuery({
    queryKey: ["my-day", agent, state],
    queryFn: () => get<Day>(`${agentPath(agent, "day")}?${new URLSearchParams(dayOf(serverNow()))}`),
    refetchInterval: RENEWED_MS,
    placeholderData: (before) => before,
  });
  const codes = useQuery({
    queryKey: ["codes"],
    queryFn: () => get<Shape<"Code">[]>("/api/v1/codes"),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const day = query.data;
  if (!day) return null; // figures that can't be read are no trouble of the agent's
  const figures: [string, string][] = [
    ["calls", numberText(day.calls, i18n.language)],
    ["talk", clockText(day.talk_s * 1000)],
    ["wrap_up", clockText(day.wrap_up_s * 1000)],
    ["available", clockText(day.available_s * 1000)],
    ["idle", clockText(day.idle_s * 1000)],
  ];
  const labelOf = (name: string) => {
    const code = codes.data?.find((c) => c.en === name);
    return code ? nameOf({ name_tr: code.tr, name_en: code.en }, i18n.language) : name;
  };
  const chosen = Object.entries(day.by_code).sort((a, b) => b[1] - a[1]);
  return (
    <section aria-labelledby="my-day">
      <h2 id="my-day">{t("my_day.title")}</h2>
      <dl className="day-figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{t(`my_day.${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {chosen.length > 0 && (
        <p className="sub">
          {chosen.map(([code, n]) => `${labelOf(code)}: ${numberText(n, i18n.language)}`).join(" · ")}
        </p>
      )}
    </section>
  );
}

function Callbacks() {
  const { t, i18n } = useTranslation();
  const { agent } = useParts();
  const state = useChange();
  const query = useQuery({
    queryKey: ["my-callbacks", agent, state],
    queryFn: () => get<Callback[]>(agentPath(agent, "callbacks")),
    refetchInterval: RENEWED_MS,
    placeholderData: (before) => before,
  });
  const all = query.data;
  if (!all) return null;
  const rest = all.length - SHOWN;
  return (
    <section aria-labelledby="my-callbacks">
      <h2 id="my-callbacks">{t("my_callbacks.title")}</h2>
      {all.length === 0 ? (
        <p className="hint">{t("my_callbacks.none")}</p>
      ) : (
        <ol className="history">
          {all.slice(0, SHOWN).map((c) => (
            <li key={`${c.contact} ${c.at}`}>
              <div className="history-head">
                <time dateTime={c.at}>{dateText(c.at, i18n.language)}</time>
                <span>{t(c.mine ? "my_callbacks.mine" : "my_callbacks.anyone")}</span>
              </div>
              <div>{[c.name, c.number].filter(Boolean).join(" · ")}</div>
              <div className="sub">{c.campaign}</div>
            </li>
          ))}
        </ol>
      )}
      {rest > 0 && <p className="hint">{t("my_callbacks.more", { count: rest })}</p>}
    </section>
  );
}

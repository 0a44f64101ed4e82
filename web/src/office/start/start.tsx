// From nothing to the first conversation in five steps. How far it is comes from what exists; putting it away only hides it.
import { Button } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, Navigate, useNavigate } from "react-router";
import { get } from "../../api/client.ts";
import { StateBadge, useTitle, Waiting } from "../../ui/parts.tsx";
import { readAll } from "../kit/entity.tsx";
import { type Step, type StepName, stepsOf, type There } from "./progress.ts";

const AWAY = "ziptone.start.away";
const isAway = () => localStorage.getItem(AWAY) !== null;

const PATHS: Record<keyof There, string> = {
  trunks: "/api/v1/trunks",
  teams: "/api/v1/teams",
  agents: "/api/v1/agents",
  users: "/api/v1/users",
  lists: "/api/v1/lists",
  entry_points: "/api/v1/entry-points",
  queues: "/api/v1/queues",
  campaigns: "/api/v1/campaigns",
  attempts: "/api/v1/attempts?limit=100",
};
const KEYS = Object.keys(PATHS) as (keyof There)[];

/** `null` until everything was asked once; what could not be read counts as not there. */
function useProgress(): { steps: Step[]; there: There } | null {
  const results = useQueries({
    queries: KEYS.map((key) => ({
      queryKey: ["start", key],
      queryFn: () => (key === "attempts" ? get<unknown[]>(PATHS[key]) : readAll<unknown>(PATHS[key])),
      refetchInterval: 5000,
    })),
  });
  if (results.some((r) => r.isPending)) return null;
  const there = Object.fromEntries(KEYS.map((key, i) => [key, results[i]?.data])) as unknown as There;
  return { steps: stepsOf(there), there };
}

/** Where an administrator begins: with the guide while something is missing and it was not put away. */
export function Home() {
  const progress = useProgress();
  if (isAway()) return <Navigate to="/campaigns" replace />;
  if (!progress) return <Waiting />;
  return <Navigate to={progress.steps.every((s) => s.done) ? "/campaigns" : "/start"} replace />;
}

/** Where each part is done. */
const TO: Record<string, string> = {
  trunk: "/trunks/new",
  trunk_up: "/trunks",
  team: "/teams/new",
  agent: "/agent-settings/new",
  user: "/users/new",
  contacts: "/lists",
  entry_point: "/entry-points/new",
  queue: "/queues/new",
  campaign: "/campaigns/new",
  started: "/campaigns",
  dialed: "/attempts",
  talked: "/attempts",
};

export function Start() {
  const { t } = useTranslation();
  const go = useNavigate();
  const progress = useProgress();
  useTitle(t("start.title"));
  const away = () => {
    localStorage.setItem(AWAY, "1");
    void go("/campaigns");
  };
  const done = progress?.steps.filter((s) => s.done).length ?? 0;
  const count = progress?.steps.length ?? 0;
  const through = t("start.through", { done, count });
  return (
    <>
      <div className="row">
        <h1>{t("start.title")}</h1>
        <span className="grow" />
        <Button variant="default" onClick={away}>
          {t("start.away")}
        </Button>
      </div>
      <p>{t("start.what")}</p>
      {!progress ? (
        <Waiting />
      ) : (
        <>
          <div className="stack">
            <p role="status">{done === count ? t("start.all_done") : through}</p>
            <progress className="through" max={count} value={done} aria-label={through} />
          </div>
          <ol className="start">
            {progress.steps.map((step, i) => (
              <StartStep key={step.name} step={step} n={i + 1}>
                {step.name === "phone_line" && <PhoneLine trunks={progress.there.trunks ?? []} />}
              </StartStep>
            ))}
          </ol>
        </>
      )}
    </>
  );
}

function StartStep({ step, n, children }: { step: Step; n: number; children: ReactNode }) {
  const { t } = useTranslation();
  const words = (name: StepName) => t(`start.step.${name}`);
  return (
    <li className="start-step" aria-current={step.next ? "step" : undefined}>
      <div className="row">
        <h2>
          {n}. {words(step.name)}
        </h2>
        <StateBadge
          tone={step.done ? "good" : step.next ? "warn" : "idle"}
          icon={step.done ? "available" : step.next ? "resume" : "away"}
        >
          {t(step.done ? "start.done" : step.next ? "start.next" : "start.later")}
        </StateBadge>
      </div>
      <p>{t(`start.how.${step.name}`)}</p>
      <ul className="start-parts">
        {step.parts.map((part) => {
          const to = TO[part.name];
          const text = t(`start.part.${part.name}`);
          return (
            <li key={part.name}>
              <StateBadge tone={part.done ? "good" : "idle"} icon={part.done ? "available" : "away"}>
                {t(part.done ? "start.there" : "start.missing")}
              </StateBadge>{" "}
              {to && !part.done ? <Link to={to}>{text}</Link> : text}
            </li>
          );
        })}
      </ul>
      {children}
    </li>
  );
}

/** What there is of trunks, and why one does not reach its carrier. */
function PhoneLine({ trunks }: { trunks: There["trunks"] & object }) {
  const { t } = useTranslation();
  const rows = trunks as { name?: string; up: boolean; why?: string }[];
  return (
    <div className="stack">
      {rows.map((row) => (
        <p key={row.name}>
          <strong>{row.name}</strong>{" "}
          <StateBadge tone={row.up ? "good" : "bad"} icon={row.up ? "available" : "warning"}>
            {t(row.up ? "office.up" : "office.down")}
          </StateBadge>{" "}
          {!row.up && row.why}
        </p>
      ))}
      {rows.length === 0 && <p className="hint">{t("start.trunk_hint")}</p>}
    </div>
  );
}

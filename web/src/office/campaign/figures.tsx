// A campaign's figures: tiles of the whole period, a small plot for each, and the same as a table.
import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { get } from "../../api/client.ts";
import { dateText, numberText, percentText } from "../../time/duration.ts";
import { Empty, Trouble, useErrorText, Waiting } from "../../ui/parts.tsx";
import { Plot, Tile } from "../kit/plot.tsx";
import { DataTable } from "../table.tsx";
import { campaignPath } from "./state.tsx";

export interface Step {
  at: string;
  attempts: number;
  answered: number;
  abandoned: number;
  /** Mean of the step. */
  agents?: number | null;
  wait_s?: number | null;
  outcomes?: Record<string, number>;
}
interface Figures {
  step_s: number;
  steps: Step[];
}

const PERIODS = {
  hour: { back_s: 3600, step_s: 120 },
  today: { back_s: 12 * 3600, step_s: 1800 },
  week: { back_s: 7 * 86_400, step_s: 6 * 3600 },
} as const;
type Period = keyof typeof PERIODS;

const sum = (steps: Step[], of: (s: Step) => number) => steps.reduce((n, s) => n + of(s), 0);

/** Of the steps that have one. */
export function mean(values: (number | null | undefined)[]): number | null {
  const there = values.filter((v): v is number => typeof v === "number");
  return there.length === 0 ? null : there.reduce((a, b) => a + b, 0) / there.length;
}

export function CampaignFigures({ name }: { name: string }) {
  const { t, i18n } = useTranslation();
  const error_text = useErrorText();
  const [period, setPeriod] = useState<Period>("hour");
  const query = useQuery({
    queryKey: ["figures", name, period],
    queryFn: () => {
      const { back_s, step_s } = PERIODS[period];
      const to = Math.ceil(Date.now() / (step_s * 1000)) * step_s * 1000;
      const asked = new URLSearchParams({
        from: new Date(to - back_s * 1000).toISOString(),
        to: new Date(to).toISOString(),
        step: String(step_s),
      });
      return get<Figures>(`${campaignPath(name)}/figures?${asked}`);
    },
    refetchInterval: 5000,
  });
  const n = (x: number | null, digits = 0) =>
    x === null ? "–" : numberText(Number(x.toFixed(digits)), i18n.language);
  const steps = query.data?.steps ?? [];
  const attempts = sum(steps, (s) => s.attempts);
  const answered = sum(steps, (s) => s.answered);
  const percent = (part: number, whole: number) =>
    whole === 0 ? "–" : percentText(part / whole, i18n.language, 1);
  const points = (of: (s: Step) => number | null | undefined) =>
    steps.map((s) => ({ at: s.at, value: of(s) ?? 0 }));
  const wait = mean(steps.map((s) => s.wait_s));
  return (
    <section className="stack" aria-label={t("campaign.figures")}>
      <div className="row">
        <h2>{t("campaign.figures")}</h2>
        <NativeSelect
          size="sm"
          aria-label={t("campaign.period")}
          value={period}
          onChange={(e) => setPeriod(e.target.value as Period)}
          data={Object.keys(PERIODS).map((p) => ({ value: p, label: t(`campaign.${p}`) }))}
        />
      </div>
      {query.isPending && <Waiting />}
      {query.isError && !query.data && (
        <Trouble text={error_text(query.error)} onRetry={() => void query.refetch()} />
      )}
      {query.data && (
        <>
          <dl className="tiles">
            <Tile label={t("campaign.attempts")} value={n(attempts)} />
            <Tile
              label={t("campaign.answered")}
              value={n(answered)}
              hint={`${t("campaign.answer_rate")}: ${percent(answered, attempts)}`}
            />
            <Tile
              label={t("campaign.abandoned")}
              value={n(sum(steps, (s) => s.abandoned))}
              hint={percent(
                sum(steps, (s) => s.abandoned),
                answered,
              )}
            />
            <Tile label={t("campaign.agents")} value={n(mean(steps.map((s) => s.agents)), 1)} />
            <Tile label={t("campaign.wait")} value={wait === null ? "–" : `${n(wait, 1)} ${t("unit.s")}`} />
          </dl>
          {attempts === 0 ? (
            <Empty title={t("campaign.no_figures")} />
          ) : (
            <>
              <div className="plots">
                <Plot label={t("campaign.attempts")} points={points((s) => s.attempts)} />
                <Plot label={t("campaign.answered")} points={points((s) => s.answered)} />
                <Plot label={t("campaign.abandoned")} points={points((s) => s.abandoned)} />
                <Plot label={t("campaign.agents")} points={points((s) => s.agents)} digits={1} />
                <Plot
                  label={`${t("campaign.wait")} (${t("unit.s")})`}
                  points={points((s) => s.wait_s)}
                  digits={1}
                />
              </div>
              <details>
                <summary>{t("campaign.figures_table")}</summary>
                <DataTable
                  label={t("campaign.figures")}
                  query={{ ...query, data: steps.filter((s) => s.attempts > 0) }}
                  id={(s) => s.at}
                  empty={t("campaign.no_figures")}
                  columns={[
                    { title: t("office.time"), cell: (s) => dateText(s.at, i18n.language) },
                    { title: t("campaign.attempts"), cell: (s) => n(s.attempts), number: true },
                    { title: t("campaign.answered"), cell: (s) => n(s.answered), number: true },
                    { title: t("campaign.abandoned"), cell: (s) => n(s.abandoned), number: true },
                    { title: t("campaign.agents"), cell: (s) => n(s.agents ?? null, 1), number: true },
                    { title: t("campaign.wait"), cell: (s) => n(s.wait_s ?? null, 1), number: true },
                  ]}
                />
              </details>
            </>
          )}
        </>
      )}
    </section>
  );
}

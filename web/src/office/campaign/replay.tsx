// The campaign's kept first seconds, analysed again with other parameters: what would change, before anything does.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { get, post } from "../../api/client.ts";
import { useMay } from "../../api/routes.ts";
import { numberText } from "../../time/duration.ts";
import { Trouble, useErrorText, useTitle, Waiting } from "../../ui/parts.tsx";
import { Fields } from "../kit/fields.tsx";
import { useForm } from "../kit/form.ts";
import { FormCard } from "../kit/form_card.tsx";
import { DataTable, settled } from "../table.tsx";
import { toSettings, toValues, type Values } from "./settings.ts";
import { type Campaign, campaignPath } from "./state.tsx";
import { NUMBER_KEYS, REPLAYED, useSteps } from "./steps.ts";

interface Changed {
  attempt: number;
  before: string;
  after: string;
  at_ms_before: number | null;
  at_ms_after: number | null;
}
interface Replayed {
  clips: number;
  complete: boolean;
  changed: number;
  before: Record<string, number>;
  after: Record<string, number>;
  attempts: Changed[];
}

export function Replay() {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const name = useParams().name ?? "";
  useTitle(t("replay.title"));
  const query = useQuery({
    queryKey: ["replay", name],
    queryFn: () => get<Campaign>(campaignPath(name)),
    staleTime: Number.POSITIVE_INFINITY, // what is being typed is not overwritten
  });
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Trouble text={error_text(query.error)} onRetry={() => void query.refetch()} />;
  return (
    <>
      <p>
        <Link to={`/campaigns/${encodeURIComponent(name)}`}>{query.data.name}</Link>
      </p>
      <h1>{t("replay.title")}</h1>
      <p className="hint">{t("replay.hint")}</p>
      <Trial name={name} settings={query.data.settings ?? {}} />
    </>
  );
}

function Trial({ name, settings }: { name: string; settings: Record<string, unknown> }) {
  const { t } = useTranslation();
  const fields = useSteps(false).analysis.filter((f) => REPLAYED.has(f.name));
  const form = useForm<Values>(toValues(settings));
  const [result, setResult] = useState<Replayed | null>(null);
  const tried = () =>
    form.send(async (values) => {
      const analysis = toSettings(values, NUMBER_KEYS, {}).analysis as Record<string, unknown>;
      const asked = Object.entries(analysis).filter(([key]) => REPLAYED.has(`analysis.${key}`));
      setResult(
        await post<Replayed>(`${campaignPath(name)}/analysis/replay`, {
          analysis: Object.fromEntries(asked),
        }),
      );
    });
  return (
    <>
      <FormCard
        title={t("replay.parameters")}
        form={form}
        names={fields.map((f) => f.name)}
        save={t("replay.try")}
        onSave={() => void tried()}
      >
        <Fields form={form} fields={fields} />
      </FormCard>
      <div role="status">{result && <Result name={name} result={result} />}</div>
    </>
  );
}

function Result({ name, result }: { name: string; result: Replayed }) {
  const { t, i18n } = useTranslation();
  const may = useMay();
  const n = (x: number) => numberText(x, i18n.language);
  const word = (verdict: string) => t(`verdict.${verdict}`, { defaultValue: verdict });
  const at = (ms: number | null) =>
    ms === null ? "" : ` (${numberText(ms / 1000, i18n.language, 2)} ${t("unit.s")})`;
  const verdicts = [...new Set([...Object.keys(result.before), ...Object.keys(result.after)])].sort(
    (a, b) => (result.before[b] ?? 0) - (result.before[a] ?? 0),
  );
  return (
    <section className="stack" aria-labelledby="replay-result">
      <h2 id="replay-result">
        {t("replay.result", { count: result.changed, changed: n(result.changed), clips: n(result.clips) })}
      </h2>
      {!result.complete && <p>{t("replay.incomplete")}</p>}
      <p>
        {t("replay.nothing_changed")}{" "}
        {may("PUT", "/api/v1/campaigns/{}") && (
          <Link to={`/campaigns/edit/${encodeURIComponent(name)}?field=analysis.preset`}>
            {t("replay.apply")}
          </Link>
        )}
      </p>
      <DataTable
        label={t("replay.verdicts")}
        query={settled(verdicts)}
        id={(verdict) => verdict}
        empty={t("replay.no_clips")}
        columns={[
          { title: t("replay.verdict"), cell: word },
          { title: t("replay.before"), number: true, cell: (v) => n(result.before[v] ?? 0) },
          { title: t("replay.after"), number: true, cell: (v) => n(result.after[v] ?? 0) },
        ]}
      />
      {result.attempts.length > 0 && (
        <DataTable
          label={t("replay.attempts")}
          query={settled(result.attempts)}
          id={(one) => one.attempt}
          empty=""
          columns={[
            {
              title: t("replay.attempt"),
              cell: (one) => <Link to={`/attempts/${one.attempt}`}>{one.attempt}</Link>,
            },
            { title: t("replay.before"), cell: (one) => word(one.before) + at(one.at_ms_before) },
            { title: t("replay.after"), cell: (one) => word(one.after) + at(one.at_ms_after) },
          ]}
        />
      )}
    </section>
  );
}

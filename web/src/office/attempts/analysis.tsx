// Who answered, and why the analysis thought so: the sound of the first seconds with words, tones and verdicts on one timeline, the same
// as a table, and what people judge.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { get } from "../../api/client.ts";
import type { Shape } from "../../api/desk.ts";
import { useMay } from "../../api/routes.ts";
import { numberText, percentText } from "../../time/duration.ts";
import { Judge } from "../../ui/judge.tsx";
import { DataTable, settled } from "../table.tsx";
import { parsedWav, peaks } from "./wav.ts";

type Analysis = Shape<"Analysis">;
type Heard = Analysis["events"][number];

const WIDTH = 900;
const HALF = 44;

export function AnalysisOf({ attempt }: { attempt: number }) {
  const { t, i18n } = useTranslation();
  const may = useMay();
  const path = `/api/v1/attempts/${attempt}/analysis`;
  // Most attempts were never analysed: a refusal is no trouble here.
  const query = useQuery({ queryKey: [path], queryFn: () => get<Analysis>(path), retry: false });
  const analysis = query.data;
  if (!analysis) return null;
  const percent = (share: number) => percentText(share, i18n.language);
  const seconds = (ms: number, digits: number) => numberText(ms / 1000, i18n.language, digits);
  const word = (verdict: string | null) =>
    verdict ? t(`verdict.${verdict}`, { defaultValue: verdict }) : t("common.none");
  const scores = Object.entries(analysis.evidence?.scores ?? {}).sort((a, b) => b[1] - a[1]);
  return (
    <section className="stack" aria-labelledby="analysis-title">
      <h2 id="analysis-title">{t("analysis.title")}</h2>
      <p>
        <strong>{word(analysis.verdict)}</strong>
        {analysis.confidence !== null && ` · ${percent(analysis.confidence)}`}
        {analysis.at_ms !== null && ` · ${t("analysis.after", { s: seconds(analysis.at_ms, 1) })}`}
        {analysis.operating_point &&
          ` · ${t(`preset.${analysis.operating_point}`, { defaultValue: analysis.operating_point })}`}
        {analysis.review && ` · ${t("analysis.review")}`}
      </p>
      <Picture analysis={analysis} attempt={attempt} />
      {analysis.clip && (
        // biome-ignore lint/a11y/useMediaCaption: its words are not known to the page
        <audio
          controls
          preload="none"
          src={`/api/v1/attempts/${attempt}/clip`}
          aria-label={t("analysis.clip")}
        />
      )}
      {may("PUT", "/api/v1/attempts/{}/judged") && (
        <Judge attempt={attempt} judged={analysis.judged} again={[path]} />
      )}
      {scores.length > 0 && (
        <p className="hint">
          {scores.map(([verdict, share]) => `${word(verdict)} ${percent(share)}`).join(" · ")}
        </p>
      )}
      <DataTable
        label={t("analysis.heard")}
        query={settled(lines(analysis, word, percent, t))}
        id={(line) => line.key}
        empty={t("common.none")}
        columns={[
          { title: t("analysis.at"), cell: (line) => seconds(line.at_ms, 2) },
          { title: t("analysis.what"), cell: (line) => line.what },
          { title: t("analysis.why"), cell: (line) => line.why },
        ]}
      />
    </section>
  );
}

interface Line {
  key: string;
  at_ms: number;
  what: string;
  why: string;
}
type Words = (key: string, more?: Record<string, unknown>) => string;

function lines(
  analysis: Analysis,
  word: (verdict: string) => string,
  percent: (share: number) => string,
  t: Words,
): Line[] {
  const heard = analysis.events.map((e, i) => ({
    key: `event ${i}`,
    at_ms: e.at_ms,
    what: t(`analysis.event.${e.what}`),
    why: [e.tone, e.hz && `${Math.round(e.hz)} Hz`, e.length_ms && `${e.length_ms} ms`, e.by]
      .filter(Boolean)
      .join(", "),
  }));
  const said = analysis.revisions.map((r, i) => ({
    key: `verdict ${i}`,
    at_ms: r.at_ms,
    what: `${word(r.verdict)} (${percent(r.confidence)})`,
    why: t(`cause.${r.cause.replaceAll(/[ ,]+/g, "_")}`, { defaultValue: r.cause }),
  }));
  return [...heard, ...said].sort((a, b) => a.at_ms - b.at_ms);
}

/** Speech as spans, from its start to its end or the picture's. */
function spans(events: Heard[], end_ms: number): [number, number][] {
  const found: [number, number][] = [];
  let from: number | null = null;
  for (const e of events) {
    if (e.what === "speech_started") from = e.at_ms;
    if (e.what === "speech_ended" && from !== null) {
      found.push([from, e.at_ms]);
      from = null;
    }
  }
  if (from !== null) found.push([from, end_ms]);
  return found;
}

function Picture({ analysis, attempt }: { analysis: Analysis; attempt: number }) {
  const { t } = useTranslation();
  const path = `/api/v1/attempts/${attempt}/clip`;
  const sound = useQuery({
    queryKey: [path, "samples"],
    enabled: analysis.clip,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: async () => parsedWav(await (await fetch(path, { credentials: "same-origin" })).arrayBuffer()),
  });
  const clip_from = analysis.clip_from_ms ?? 0;
  const instants = [
    ...analysis.events.map((e) => e.at_ms + (e.length_ms ?? 0)),
    ...analysis.revisions.map((r) => r.at_ms),
  ];
  const from_ms = Math.min(clip_from, ...instants);
  const end_ms = Math.max(clip_from + (analysis.clip_length_ms ?? 0), ...instants, from_ms + 1000);
  const x = (ms: number) => ((ms - from_ms) / (end_ms - from_ms)) * WIDTH;
  const seconds = Array.from({ length: Math.ceil((end_ms - from_ms) / 1000) }, (_, i) => i);
  return (
    <svg
      className="analysis-picture"
      viewBox={`0 0 ${WIDTH} 150`}
      role="img"
      aria-label={t("analysis.picture")}
    >
      {seconds.map((s) => (
        <g key={s}>
          <path className="grid" d={`M${x(from_ms + 1000 * s)} 0V134`} />
          <text x={x(from_ms + 1000 * s) + 2} y="146">
            {s} s
          </text>
        </g>
      ))}
      {sound.data && (
        <path
          className="wave"
          d={peaks(sound.data, 80)
            .map(
              (peak, i) =>
                `M${x(clip_from + 10 * i).toFixed(1)} ${(48 - HALF * peak).toFixed(1)}v${(2 * HALF * peak).toFixed(1)}`,
            )
            .join("")}
        />
      )}
      {spans(analysis.events, end_ms).map(([a, b]) => (
        <rect
          key={`speech ${a}`}
          className="speech"
          x={x(a)}
          y="98"
          width={Math.max(1, x(b) - x(a))}
          height="10"
        />
      ))}
      {analysis.events
        .filter((e) => e.what === "tone")
        .map((e) => (
          <rect
            key={`tone ${e.at_ms}`}
            className="tone"
            x={x(e.at_ms)}
            y="98"
            width={Math.max(1, x(e.at_ms + (e.length_ms ?? 0)) - x(e.at_ms))}
            height="10"
          />
        ))}
      {analysis.revisions.map((r, i) => (
        <g key={`verdict ${r.at_ms}`} className="mark">
          <path d={`M${x(r.at_ms)} 0V${118 + 12 * (i % 2)}`} />
          <text x={Math.min(x(r.at_ms) + 3, WIDTH - 90)} y={118 + 12 * (i % 2)}>
            {t(`verdict.${r.verdict}`, { defaultValue: r.verdict })}
          </text>
        </g>
      ))}
    </svg>
  );
}

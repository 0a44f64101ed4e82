// A small plot of values over time: our own SVG, its figures in words for who can't see it.
import { useTranslation } from "react-i18next";
import { numberText, timeText } from "../../time/duration.ts";

export interface Point {
  at: string;
  value: number;
}
const WIDTH = 300;
const HEIGHT = 70;

/** Heights of the bars, the largest value full; 0 stays without a bar. Pure. */
export function barsOf(points: Point[]): { x: number; y: number; width: number; height: number }[] {
  const most = Math.max(0, ...points.map((p) => p.value));
  const width = points.length > 0 ? WIDTH / points.length : 0;
  return points.map((p, i) => {
    const height = most > 0 ? Math.max(p.value > 0 ? 1.5 : 0, (p.value / most) * HEIGHT) : 0;
    return { x: i * width, y: HEIGHT - height, width: Math.max(1, width - 1), height };
  });
}

export function Plot({ label, points, digits = 0 }: { label: string; points: Point[]; digits?: number }) {
  const { i18n } = useTranslation();
  const shown = (n: number) => numberText(Number(n.toFixed(digits)), i18n.language);
  const most = points.reduce((a, b) => (b.value > a.value ? b : a), points[0] ?? { at: "", value: 0 });
  const bars = barsOf(points);
  const first = points[0];
  const last = points[points.length - 1];
  return (
    <figure className="plot">
      <figcaption>
        {label} <small className="sub">max {shown(most.value)}</small>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label}: max ${shown(most.value)} (${timeText(most.at, i18n.language)})`}
      >
        {bars.map((bar, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
          <rect key={i} className="plot-bar" {...bar} />
        ))}
      </svg>
      <div className="plot-axis sub" aria-hidden="true">
        <span>{timeText(first?.at, i18n.language)}</span>
        <span>{timeText(last?.at, i18n.language)}</span>
      </div>
    </figure>
  );
}

export function Tile({ label, value, hint }: { label: string; value: string; hint?: string | undefined }) {
  return (
    <div className="tile">
      <dt>{label}</dt>
      <dd>{value}</dd>
      {hint && <dd className="sub">{hint}</dd>}
    </div>
  );
}

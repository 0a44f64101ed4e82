import { type KeyboardEvent, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { BOX, layoutOf, type QuestionBox, shortened } from "./layout.ts";
import { useBuilding, useNames } from "./parts.tsx";

/** The guide as a drawing. A box can be chosen with the pointer, or with Tab and Enter. */
export function Graph() {
  const { t } = useTranslation();
  const { guide, chosen } = useBuilding();
  const names = useNames();
  const layout = useMemo(() => layoutOf(guide), [guide]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="graph-scroll" tabIndex={0} aria-label={t("builder.graph")}>
      <svg
        className="graph"
        width={layout.width}
        height={layout.height}
        viewBox={`0 0 ${layout.width} ${layout.height}`}
      >
        <title>{t("builder.graph")}</title>
        <defs>
          <marker
            id="arrow-head"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="10"
            markerHeight="10"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path className="graph-head" d="M0 0L8 4L0 8z" />
          </marker>
        </defs>
        {layout.sets.map((box) => {
          const set = guide.sets.find((s) => s.id === box.id);
          return (
            <g key={box.id}>
              <rect className="graph-set" x={box.x} y={box.y} width={box.width} height={box.height} rx="10" />
              <text className="graph-set-title" x={box.x + 14} y={box.y + 20}>
                {set ? shortened(names.set(set), 30) : box.id}
              </text>
            </g>
          );
        })}
        {layout.arrows.map((arrow, i) => (
          <path
            // biome-ignore lint/suspicious/noArrayIndexKey: an arrow is its place
            key={i}
            className={
              arrow.from === chosen || arrow.to === chosen ? "graph-arrow graph-arrow-near" : "graph-arrow"
            }
            d={arrow.path}
            markerEnd="url(#arrow-head)"
          />
        ))}
        {layout.questions.map((box) => (
          <Box key={box.question.id} box={box} />
        ))}
        <rect
          className="graph-end"
          x={layout.end.x}
          y={layout.end.y}
          width={layout.end.width}
          height={layout.end.height}
          rx="17"
        />
        <text className="graph-end-text" x={layout.end.x + layout.end.width / 2} y={layout.end.y + 22}>
          {t("builder.end")}
        </text>
      </svg>
    </section>
  );
}

function Box({ box }: { box: QuestionBox }) {
  const { t } = useTranslation();
  const { chosen, choose, faults } = useBuilding();
  const names = useNames();
  const { question } = box;
  const wrong = faults.filter((f) => f.at === question.id).length;
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    choose(question.id);
  };
  const name = names.question(question);
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no button
    <g
      role="button"
      tabIndex={0}
      aria-pressed={chosen === question.id}
      className={`graph-box${chosen === question.id ? " graph-chosen" : ""}${wrong > 0 ? " graph-wrong" : ""}`}
      onClick={() => choose(question.id)}
      onKeyDown={press}
    >
      <title>{wrong > 0 ? `${name}, ${t("builder.faults", { count: wrong })}` : name}</title>
      <rect x={box.x} y={box.y} width={box.width} height={box.height} rx="8" />
      <text className="graph-name" x={box.x + 10} y={box.y + 19}>
        {shortened(`${wrong > 0 ? "⚠ " : ""}${name}`, 29)}
      </text>
      <text className="graph-kind" x={box.x + 10} y={box.y + 37}>
        {t(`builder.kinds.${question.kind}`)}
        {question.required ? ` · ${t("guide.required")}` : ""}
      </text>
      {question.branches?.map((branch, row) => {
        const y = box.y + BOX.head + row * BOX.row;
        const said = names.answer(question, branch);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a branch is its place
          <g key={row}>
            <line className="graph-line" x1={box.x} x2={box.x + box.width} y1={y} y2={y} />
            <text className="graph-branch" x={box.x + 10} y={y + 16}>
              {shortened(branch.code ? `${said} → ${branch.code}` : said, 31)}
            </text>
          </g>
        );
      })}
    </g>
  );
}

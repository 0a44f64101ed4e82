// What the parts of the builder share: the guide that is built, what is chosen in it, and how each thing is called.
import type { TFunction } from "i18next";
import { createContext, useContext } from "react";
import { useTranslation } from "react-i18next";
import { type Branch, END, type Guide, merged, type Question, type QuestionSet } from "../../guide/walk.ts";
import { Icon } from "../../ui/icon.tsx";
import type { GuideFault } from "./faults.ts";

export interface DropOff {
  submitted: number;
  drafts: number;
  questions: { id: string; asked: number; answered: number; last: number }[];
}
export interface Building {
  guide: Guide;
  change: (guide: Guide) => void;
  /** A set or a question. */
  chosen: string;
  choose: (id: string) => void;
  faults: GuideFault[];
  drop_off: DropOff | undefined;
  codes: { value: string; label: string }[];
}

export const BuildingContext = createContext<Building | null>(null);

export function useBuilding(): Building {
  const building = useContext(BuildingContext);
  if (!building) throw new Error("outside of the builder");
  return building;
}

export function useNames() {
  const { t, i18n } = useTranslation();
  const { guide } = useBuilding();
  const words = (texts: Question["text"] | undefined) => merged(guide, texts, i18n.language, {}) || "";
  // Merge fields stay as they are written: the builder shows the text, not a contact.
  const raw = (texts: Question["text"] | undefined) =>
    texts?.[i18n.language] || texts?.[guide.languages[0] ?? ""] || words(texts);
  return {
    question: (q: Question) => raw(q.text) || q.id,
    set: (s: QuestionSet) => raw(s.title) || s.id,
    target: (to: string | undefined) => {
      if (!to) return t("builder.nothing");
      if (to === END) return t("builder.end");
      const set = guide.sets.find((s) => s.id === to);
      if (set) return raw(set.title) || to;
      for (const s of guide.sets) for (const q of s.questions) if (q.id === to) return raw(q.text) || to;
      return to;
    },
    answer: (q: Question, b: Branch) => answerName(q, b, raw, t),
  };
}

function answerName(
  question: Question,
  branch: Branch,
  raw: (texts: Question["text"] | undefined) => string,
  t: TFunction,
): string {
  if (branch.answer === "yes" || branch.answer === "no")
    if (question.kind === "yes_no") return t(`common.${branch.answer}`);
  if (branch.answer) return raw(question.choices?.find((c) => c.id === branch.answer)?.text) || branch.answer;
  const { at_least, at_most } = branch;
  if (at_least !== undefined && at_most !== undefined) return `${at_least} – ${at_most}`;
  if (at_least !== undefined) return `≥ ${at_least}`;
  if (at_most !== undefined) return `≤ ${at_most}`;
  return t("builder.any_answer");
}

/** The server's faults of one set or question. */
export function Faults({ at }: { at: string }) {
  const { t } = useTranslation();
  const { faults } = useBuilding();
  const here = faults.filter((f) => f.at === at);
  if (here.length === 0) return null;
  return (
    <div role="alert">
      <ul className="faults">
        {here.map((f) => (
          <li key={`${f.kind} ${f.part} ${f.what}`}>
            <Icon name="warning" size={16} />
            <span>
              {t(`guide_fault.${f.kind}`, { defaultValue: f.what })}
              {f.part && ` (${f.part})`}
              <small className="sub" lang="en">
                {f.what}
                {f.mend && `; ${f.mend}`}
              </small>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

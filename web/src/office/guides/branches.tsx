import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Branch, END, type Guide, type Question } from "../../guide/walk.ts";
import { changeQuestion } from "./edit.ts";
import { useBuilding, useNames } from "./parts.tsx";

const numberOf = (text: string): number | undefined => {
  const n = Number(text.replace(",", "."));
  return text.trim() === "" || Number.isNaN(n) ? undefined : n;
};

/** Where a path may lead: every set and question by name, and the end. */
export function useTargets(guide: Guide, without: string) {
  const { t } = useTranslation();
  const names = useNames();
  return [
    { value: END, label: t("builder.end") },
    {
      group: t("builder.sets"),
      items: guide.sets.filter((s) => s.id !== without).map((s) => ({ value: s.id, label: names.set(s) })),
    },
    {
      group: t("builder.questions"),
      items: guide.sets
        .flatMap((s) => s.questions)
        .filter((q) => q.id !== without)
        .map((q) => ({ value: q.id, label: names.question(q) })),
    },
  ];
}

/** What follows which answer; the first that fits is taken, so their order counts. */
export function Branches({ question }: { question: Question }) {
  const { t } = useTranslation();
  const { guide, change } = useBuilding();
  const branches = question.branches ?? [];
  const put = (next: Branch[]) => change(changeQuestion(guide, question.id, { branches: next }));
  const taken = new Set(branches.map((b) => b.answer));
  const free = (question.kind === "yes_no" ? ["yes", "no"] : (question.choices ?? []).map((c) => c.id)).find(
    (a) => !taken.has(a),
  );
  const fresh = (): Branch =>
    free ? { answer: free, to: END } : question.kind === "number" ? { at_least: 1, to: END } : { to: END };
  return (
    <fieldset className="branches">
      <legend>{t("builder.branches")}</legend>
      <p className="hint">{t("builder.branches_hint")}</p>
      {branches.map((branch, at) => (
        <BranchRow
          // biome-ignore lint/suspicious/noArrayIndexKey: a branch is its place
          key={at}
          at={at}
          last={at === branches.length - 1}
          question={question}
          branch={branch}
          onChange={(b) => put(branches.map((x, i) => (i === at ? b : x)))}
          onRemove={() => put(branches.filter((_, i) => i !== at))}
          onUp={() => {
            const next = [...branches];
            const [one] = next.splice(at, 1);
            if (one) next.splice(at - 1, 0, one);
            put(next);
          }}
        />
      ))}
      <Button size="compact-md" variant="default" onClick={() => put([...branches, fresh()])}>
        + {t("builder.add_branch")}
      </Button>
    </fieldset>
  );
}

interface RowProps {
  at: number;
  last: boolean;
  question: Question;
  branch: Branch;
  onChange: (branch: Branch) => void;
  onRemove: () => void;
  onUp: () => void;
}

function BranchRow({ at, question, branch, onChange, onRemove, onUp }: RowProps) {
  const { t } = useTranslation();
  const { guide, codes } = useBuilding();
  const names = useNames();
  const targets = useTargets(guide, question.id);
  const answers =
    question.kind === "yes_no" ? ["yes", "no"] : (question.choices ?? []).map((choice) => choice.id);
  const label = t("builder.branch_n", { n: at + 1 });
  const range = question.kind === "number";
  return (
    // biome-ignore lint/a11y/useSemanticElements: a row of a fieldset
    <div className="branch" role="group" aria-label={label}>
      {range ? (
        <>
          <TextInput
            size="sm"
            className="range-end"
            label={t("builder.at_least")}
            inputMode="decimal"
            defaultValue={branch.at_least ?? ""}
            onBlur={(e) => onChange({ ...branch, at_least: numberOf(e.target.value) })}
          />
          <TextInput
            size="sm"
            className="range-end"
            label={t("builder.at_most")}
            inputMode="decimal"
            defaultValue={branch.at_most ?? ""}
            onBlur={(e) => onChange({ ...branch, at_most: numberOf(e.target.value) })}
          />
        </>
      ) : (
        <NativeSelect
          size="sm"
          label={t("builder.when_answer")}
          value={branch.answer ?? ""}
          onChange={(e) => onChange({ ...branch, answer: e.target.value || undefined })}
          data={[
            { value: "", label: t("builder.any_answer") },
            ...answers.map((a) => ({ value: a, label: names.answer(question, { answer: a }) })),
          ]}
        />
      )}
      <NativeSelect
        size="sm"
        className="grow"
        label={t("builder.goes_to")}
        value={branch.to ?? END}
        onChange={(e) => onChange({ ...branch, to: e.target.value })}
        data={targets}
      />
      <NativeSelect
        size="sm"
        className="grow"
        label={t("builder.suggests")}
        value={branch.code ?? ""}
        onChange={(e) => onChange({ ...branch, code: e.target.value || undefined })}
        data={[
          { value: "", label: t("builder.no_code") },
          ...codes,
          ...(branch.code && !codes.some((c) => c.value === branch.code)
            ? [{ value: branch.code, label: branch.code }]
            : []),
        ]}
      />
      <Button
        size="compact-md"
        variant="default"
        disabled={at === 0}
        aria-label={`${t("form.up")}: ${label}`}
        onClick={onUp}
      >
        ↑
      </Button>
      <Button
        size="compact-md"
        variant="default"
        aria-label={`${t("form.remove")}: ${label}`}
        onClick={onRemove}
      >
        ✕
      </Button>
    </div>
  );
}

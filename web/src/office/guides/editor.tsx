import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Question, QuestionSet } from "../../guide/walk.ts";
import { numberText } from "../../time/duration.ts";
import { Branches, useTargets } from "./branches.tsx";
import {
  changeKind,
  changeQuestion,
  changeSet,
  freeId,
  isFree,
  KINDS,
  type Kind,
  moved,
  offersChoices,
  removed,
  rename,
} from "./edit.ts";
import { Faults, useBuilding } from "./parts.tsx";
import { TextsField } from "./texts_field.tsx";

/** The form of what is chosen in the outline or in the graph. */
export function Editor() {
  const { t } = useTranslation();
  const { guide, chosen } = useBuilding();
  const set = guide.sets.find((s) => s.id === chosen);
  if (set) return <SetForm key={set.id} set={set} />;
  for (const s of guide.sets) {
    const question = s.questions.find((q) => q.id === chosen);
    if (question) return <QuestionForm key={question.id} question={question} within={s} />;
  }
  return <p className="hint">{t("builder.choose_one")}</p>;
}

function Id({ id }: { id: string }) {
  const { t } = useTranslation();
  const { guide, change, choose } = useBuilding();
  const [text, setText] = useState(id);
  const wrong = text !== id && !isFree(guide, text);
  return (
    <TextInput
      size="sm"
      label={t("builder.id")}
      description={t("builder.id_hint")}
      value={text}
      error={wrong ? t("builder.id_taken") : undefined}
      onChange={(e) => setText(e.target.value.trim())}
      onBlur={() => {
        if (text === id || wrong) return;
        change(rename(guide, id, text));
        choose(text);
      }}
    />
  );
}

function Place({ id, only, after }: { id: string; only: boolean; after: string }) {
  const { t } = useTranslation();
  const { guide, change, choose } = useBuilding();
  return (
    <div className="row">
      <Button size="compact-md" variant="default" onClick={() => change(moved(guide, id, -1))}>
        ↑ {t("form.up")}
      </Button>
      <Button size="compact-md" variant="default" onClick={() => change(moved(guide, id, 1))}>
        ↓ {t("form.down")}
      </Button>
      <Button
        size="compact-md"
        variant="default"
        disabled={only}
        onClick={() => {
          change(removed(guide, id));
          choose(after);
        }}
      >
        {t("form.remove")}
      </Button>
    </div>
  );
}

function SetForm({ set }: { set: QuestionSet }) {
  const { t } = useTranslation();
  const { guide, change } = useBuilding();
  const targets = useTargets(guide, set.id);
  const other = guide.sets.find((s) => s.id !== set.id);
  return (
    <section className="editor" aria-label={t("builder.set")}>
      <h2>{t("builder.set")}</h2>
      <Faults at={set.id} />
      <TextsField
        label={t("builder.set_title")}
        languages={guide.languages}
        value={set.title}
        onChange={(title) => change(changeSet(guide, set.id, { title }))}
      />
      <div className="editor-row">
        <NativeSelect
          size="sm"
          className="grow"
          label={t("builder.set_next")}
          value={set.next ?? ""}
          onChange={(e) => change(changeSet(guide, set.id, { next: e.target.value || undefined }))}
          data={[{ value: "", label: t("builder.only_branches") }, ...targets]}
        />
        <Id id={set.id} />
      </div>
      <Place id={set.id} only={!other} after={other?.questions[0]?.id ?? ""} />
    </section>
  );
}

function QuestionForm({ question, within }: { question: Question; within: QuestionSet }) {
  const { t, i18n } = useTranslation();
  const { guide, change, drop_off } = useBuilding();
  const put = (more: Partial<Question>) => change(changeQuestion(guide, question.id, more));
  const counts = drop_off?.questions.find((q) => q.id === question.id);
  const n = (x: number) => numberText(x, i18n.language);
  return (
    <section className="editor" aria-label={t("builder.question")}>
      <h2>{t("builder.question")}</h2>
      <Faults at={question.id} />
      {counts !== undefined && counts.asked > 0 && (
        <p className="hint">
          {[
            t("builder.asked", { count: counts.asked, n: n(counts.asked) }),
            t("builder.answered", { count: counts.answered, n: n(counts.answered) }),
            t("builder.stopped", { count: counts.last, n: n(counts.last) }),
          ].join(" · ")}
        </p>
      )}
      <TextsField
        label={t("builder.question_text")}
        languages={guide.languages}
        value={question.text}
        onChange={(text) => put({ text })}
      />
      <p className="hint">{t("builder.merge_hint", { open: "{{", shut: "}}" })}</p>
      <div className="editor-row">
        <NativeSelect
          size="sm"
          label={t("builder.kind")}
          value={question.kind}
          onChange={(e) => put(changeKind(question, e.target.value as Kind))}
          data={KINDS.map((k) => ({ value: k, label: t(`builder.kinds.${k}`) }))}
        />
        <Checkbox
          size="sm"
          label={t("builder.required")}
          checked={question.required === true}
          onChange={(e) => put({ required: e.target.checked })}
        />
        <Id id={question.id} />
      </div>
      {offersChoices(question.kind) && <Choices question={question} />}
      <Branches question={question} />
      <Place
        id={question.id}
        only={within.questions.length < 2}
        after={within.questions.find((q) => q.id !== question.id)?.id ?? within.id}
      />
    </section>
  );
}

function Choices({ question }: { question: Question }) {
  const { t } = useTranslation();
  const { guide, change } = useBuilding();
  const choices = question.choices ?? [];
  const put = (next: typeof choices) => change(changeQuestion(guide, question.id, { choices: next }));
  return (
    <fieldset className="branches">
      <legend>{t("builder.choices")}</legend>
      {choices.map((choice, at) => (
        <div key={choice.id} className="choice-row">
          <div className="grow">
            <TextsField
              label={t("builder.choice_n", { n: at + 1, id: choice.id })}
              languages={guide.languages}
              value={choice.text}
              onChange={(text) => put(choices.map((c) => (c.id === choice.id ? { ...c, text } : c)))}
            />
          </div>
          <Button
            size="compact-md"
            variant="default"
            aria-label={`${t("form.remove")}: ${t("builder.choice_n", { n: at + 1, id: choice.id })}`}
            onClick={() => {
              const left = choices.filter((c) => c.id !== choice.id);
              const branches = question.branches?.filter((b) => b.answer !== choice.id);
              change(changeQuestion(guide, question.id, { choices: left, branches }));
            }}
          >
            ✕
          </Button>
        </div>
      ))}
      <Button
        size="compact-md"
        variant="default"
        onClick={() => put([...choices, { id: freeId(new Set(choices.map((c) => c.id)), "c"), text: {} }])}
      >
        + {t("builder.add_choice")}
      </Button>
    </fieldset>
  );
}

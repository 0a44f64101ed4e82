import { Checkbox, Radio, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Guide, merged, type Question } from "./walk.ts";

interface Props {
  guide: Guide;
  question: Question;
  fields: Record<string, string>;
  language: string;
  value: string[];
  labelled_by: string;
  onChange: (value: string[]) => void;
}

export function AnswerField({ guide, question, fields, language, value, labelled_by, onChange }: Props) {
  const { t } = useTranslation();
  const choices =
    question.kind === "yes_no"
      ? ["yes", "no"].map((id) => ({ id, label: t(`common.${id}`) }))
      : (question.choices ?? []).map((c) => ({
          id: c.id,
          label: merged(guide, c.text, language, fields),
        }));
  const one = value[0] ?? "";
  const text = { "aria-labelledby": labelled_by, value: one, required: question.required };
  switch (question.kind) {
    case "single":
    case "yes_no":
      return (
        <div role="radiogroup" aria-labelledby={labelled_by} className="choices">
          {choices.map((c) => (
            <Radio
              key={c.id}
              name={question.id}
              label={c.label}
              checked={one === c.id}
              onChange={() => onChange([c.id])}
            />
          ))}
        </div>
      );
    case "multiple":
      return (
        // biome-ignore lint/a11y/useSemanticElements: labelled by the question's heading
        <div role="group" aria-labelledby={labelled_by} className="choices">
          {choices.map((c) => (
            <Checkbox
              key={c.id}
              label={c.label}
              checked={value.includes(c.id)}
              onChange={(e) =>
                onChange(e.target.checked ? [...value, c.id] : value.filter((id) => id !== c.id))
              }
            />
          ))}
        </div>
      );
    case "text":
      return (
        <Textarea {...text} rows={3} onChange={(e) => onChange(e.target.value ? [e.target.value] : [])} />
      );
    default:
      return (
        <TextInput
          {...text}
          type={question.kind === "date" ? "date" : "text"}
          inputMode={question.kind === "number" ? "decimal" : undefined}
          onChange={(e) => onChange(e.target.value ? [e.target.value] : [])}
        />
      );
  }
}

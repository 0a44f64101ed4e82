import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Answers, missingOf, walk } from "../../guide/walk.ts";
import { Walker } from "../../guide/walker.tsx";
import { useBuilding } from "./parts.tsx";

/** The contact's fields that the texts name. */
function fieldsIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)].map((m) => m[1] ?? ""))].filter(Boolean);
}

/** What the agent will see, walked through with answers of one's own. Nothing of it is kept. */
export function Preview() {
  const { t } = useTranslation();
  const { guide, codes } = useBuilding();
  const [answers, setAnswers] = useState<Answers>({});
  const [fields, setFields] = useState<Record<string, string>>({});
  const [submitted, setSubmitted] = useState(false);
  const [missing, setMissing] = useState<string[]>([]);
  const code = walk(guide, answers).code;
  const again = () => {
    setAnswers({});
    setSubmitted(false);
    setMissing([]);
  };
  const submit = (given: Answers) => {
    const left = missingOf(guide, given);
    setAnswers(given);
    setMissing(left);
    setSubmitted(left.length === 0);
  };
  return (
    <div className="preview">
      <section className="preview-walk" aria-label={t("builder.preview")}>
        <Walker
          guide={guide}
          answers={answers}
          fields={fields}
          submitted={submitted}
          error={missing.length > 0 ? t("guide.missing", { count: missing.length }) : ""}
          missing={missing}
          busy={false}
          onAnswer={(id, value) => {
            setAnswers({ ...answers, [id]: value });
            setMissing([]);
          }}
          onSubmit={submit}
        />
      </section>
      <section className="stack" aria-label={t("builder.preview_contact")}>
        <h2>{t("builder.preview_contact")}</h2>
        {fieldsIn(JSON.stringify(guide)).map((name) => (
          <TextInput
            key={name}
            size="sm"
            label={name}
            value={fields[name] ?? ""}
            onChange={(e) => setFields({ ...fields, [name]: e.target.value })}
          />
        ))}
        <p>
          {t("builder.suggests")}:{" "}
          <strong>
            {code ? (codes.find((c) => c.value === code)?.label ?? code) : t("builder.no_code")}
          </strong>
        </p>
        <div>
          <Button variant="default" onClick={again}>
            {t("builder.from_start")}
          </Button>
        </div>
      </section>
    </div>
  );
}

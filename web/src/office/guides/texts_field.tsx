import { Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { directionOf, languageName } from "../../guide/language.ts";
import type { Texts } from "../../guide/walk.ts";

interface Props {
  label: string;
  languages: string[];
  value: Texts | undefined;
  onChange: (value: Texts) => void;
}

/** One text in all the guide's languages, side by side. */
export function TextsField({ label, languages, value, onChange }: Props) {
  const { t, i18n } = useTranslation();
  return (
    <fieldset className="texts">
      <legend>{label}</legend>
      <div className="texts-row">
        {languages.map((language) => {
          const text = value?.[language] ?? "";
          return (
            <Textarea
              key={language}
              size="sm"
              autosize={false}
              rows={2}
              label={<span className="sub">{languageName(language, i18n.language)}</span>}
              aria-label={`${label}: ${languageName(language, i18n.language)}`}
              lang={language}
              dir={directionOf(language)}
              value={text}
              placeholder={text ? undefined : t("builder.not_written")}
              onChange={(e) => onChange({ ...value, [language]: e.target.value })}
            />
          );
        })}
      </div>
    </fieldset>
  );
}

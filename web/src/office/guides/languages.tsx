import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { languageName } from "../../guide/language.ts";
import { useBuilding } from "./parts.tsx";

/** The guide's languages; the first stands in where another's text is missing. */
export function Languages() {
  const { t, i18n } = useTranslation();
  const { guide, change } = useBuilding();
  const [code, setCode] = useState("");
  const plain = code.trim().toLowerCase();
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (!/^[a-z]{2,3}$/.test(plain) || guide.languages.includes(plain)) return;
    change({ ...guide, languages: [...guide.languages, plain] });
    setCode("");
  };
  return (
    <form className="row" onSubmit={add} aria-label={t("builder.languages")}>
      <strong>{t("builder.languages")}:</strong>
      {guide.languages.map((l) => (
        <span key={l} className="badge">
          {languageName(l, i18n.language)}
          {guide.languages.length > 1 && (
            <button
              type="button"
              className="badge-remove"
              aria-label={`${t("form.remove")}: ${languageName(l, i18n.language)}`}
              onClick={() => change({ ...guide, languages: guide.languages.filter((x) => x !== l) })}
            >
              ✕
            </button>
          )}
        </span>
      ))}
      <TextInput
        size="xs"
        className="short"
        aria-label={t("builder.language_code")}
        placeholder={t("builder.language_code")}
        maxLength={3}
        value={code}
        onChange={(e) => setCode(e.target.value)}
      />
      <Button size="compact-md" variant="default" type="submit">
        + {t("builder.add_language")}
      </Button>
    </form>
  );
}

import type { TFunction } from "i18next";
import { type Guide, merged, type Question } from "./walk.ts";

/** What was answered, as people read it. */
export function answerText(
  guide: Guide,
  question: Question,
  answer: string[],
  t: TFunction,
  language: string,
  fields: Record<string, string>,
): string {
  if (answer.length === 0) return t("guide.passed");
  if (question.kind === "yes_no") return answer.map((a) => t(`common.${a}`)).join(", ");
  if (question.kind === "date")
    return new Intl.DateTimeFormat(language === "tr" ? "tr-TR" : "en-GB", {
      dateStyle: "long",
      timeZone: "UTC",
    }).format(new Date(answer[0] ?? ""));
  if (question.kind === "single" || question.kind === "multiple")
    return answer
      .map((id) => merged(guide, question.choices?.find((c) => c.id === id)?.text, language, fields))
      .join(", ");
  return answer.join(", ");
}

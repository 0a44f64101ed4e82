// The language of a guide's texts, which is the contact's: not always the page's.

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur", "ckb", "ps"]);

export const directionOf = (language: string): "rtl" | "ltr" =>
  RIGHT_TO_LEFT.has(language.toLowerCase().split("-")[0] ?? "") ? "rtl" : "ltr";

/** "ar" -> "Arapça" on a Turkish page; the letters themselves for a language that the browser does not know. */
export function languageName(language: string, page: string): string {
  try {
    return (
      new Intl.DisplayNames([page === "tr" ? "tr" : "en"], { type: "language" }).of(language) ?? language
    );
  } catch {
    return language;
  }
}

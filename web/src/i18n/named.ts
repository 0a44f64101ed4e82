/** The name of a code in the person's language; the other language's name when this one is empty. */
export function nameOf(code: { name_tr: string; name_en: string }, language: string): string {
  return language === "tr" ? code.name_tr || code.name_en : code.name_en || code.name_tr;
}

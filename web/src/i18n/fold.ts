// Search that finds what a Turkish or an English speaker means: "istanbul" finds "İSTANBUL", "ISPARTA" finds "Isparta", and
// "cagri" typed on an English keyboard finds "Çağrı".

const PLAIN: Record<string, string> = {
  ı: "i",
  ğ: "g",
  ü: "u",
  ş: "s",
  ö: "o",
  ç: "c",
  â: "a",
  î: "i",
  û: "u",
};

/** Lower-cased by the Turkish rules (İ -> i, I -> ı), then the letters without their marks. */
export function fold(text: string): string {
  return text
    .toLocaleLowerCase("tr")
    .replace(/[ığüşöçâîû]/g, (c) => PLAIN[c] ?? c)
    .normalize("NFD")
    .replace(/\p{M}/gu, "");
}

/** Every word of the query is somewhere in the text. */
export function matches(query: string, ...texts: (string | null | undefined)[]): boolean {
  const within = fold(texts.filter(Boolean).join(" "));
  return fold(query)
    .split(/\s+/)
    .every((word) => within.includes(word));
}

/** Upper case as the language writes it: in Turkish "iptal" is "İPTAL". */
export const upper = (text: string, language: string) =>
  text.toLocaleUpperCase(language === "tr" ? "tr" : "en");

/** Sorts as the language does: ç after c, ı before i. */
export const collator = (language: string) => new Intl.Collator(language === "tr" ? "tr" : "en");

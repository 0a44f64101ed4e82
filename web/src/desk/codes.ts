// Which wrap-up codes the dialog shows, and in which order. Pure.
import type { WrapUpCode } from "../api/desk.ts";
import { collator, matches } from "../i18n/fold.ts";
import { nameOf } from "../i18n/named.ts";

export interface CodeGroup {
  group: "favourites" | "own" | "system";
  codes: WrapUpCode[];
}

/** Favourites first, then the campaign's own codes, then the system's; each by name, only those that the search finds. */
export function grouped(
  codes: readonly WrapUpCode[],
  query: string,
  favourites: ReadonlySet<number>,
  language: string,
): CodeGroup[] {
  const order = collator(language);
  const found = codes
    .filter((c) => matches(query, c.name_tr, c.name_en, c.description_tr, c.description_en))
    .sort((a, b) => order.compare(nameOf(a, language), nameOf(b, language)));
  const groups: CodeGroup[] = [
    { group: "favourites", codes: found.filter((c) => favourites.has(c.id)) },
    { group: "own", codes: found.filter((c) => !favourites.has(c.id) && c.own) },
    { group: "system", codes: found.filter((c) => !favourites.has(c.id) && !c.own) },
  ];
  return groups.filter((g) => g.codes.length > 0);
}

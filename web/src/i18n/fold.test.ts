import { describe, expect, it } from "vitest";
import en from "./en.json";
import { collator, fold, matches, upper } from "./fold.ts";
import office_en from "./office.en.json";
import office_tr from "./office.tr.json";
import tr from "./tr.json";

describe("search", () => {
  it("finds Turkish words however they are typed", () => {
    for (const query of ["istanbul", "İSTANBUL", "ISTANBUL", "İstanbul"])
      expect(matches(query, "İstanbul")).toBe(true);
    for (const query of ["ısparta", "isparta", "ISPARTA"]) expect(matches(query, "Isparta")).toBe(true);
    expect(matches("cagri sikayet", "Çağrı", "Şikâyet")).toBe(true);
    expect(matches("ödeme", "Satış")).toBe(false);
  });
  it("folds decomposed letters as composed ones", () => {
    expect(fold("I\u0307zmir")).toBe(fold("İzmir"));
  });
});

it("writes upper case as the language does", () => {
  expect(upper("iptal", "tr")).toBe("İPTAL");
  expect(upper("ırmak", "tr")).toBe("IRMAK");
  expect(upper("cancel", "en")).toBe("CANCEL");
});

it("sorts as the language does", () => {
  expect(["ırak", "iade", "çay", "cam", "şal", "sal"].sort(collator("tr").compare)).toEqual([
    "cam",
    "çay",
    "ırak",
    "iade",
    "sal",
    "şal",
  ]);
});

const keys = (o: object, at = ""): string[] =>
  Object.entries(o).flatMap(([k, v]) => (typeof v === "object" ? keys(v, `${at}${k}.`) : [`${at}${k}`]));

describe.each([
  ["the page", tr, en],
  ["the office", office_tr, office_en],
])("%s", (_, turkish, english) => {
  it("has every text in both languages, with the same placeholders", () => {
    expect(keys(turkish)).toEqual(keys(english));
    const text = (o: object, key: string) =>
      key.split(".").reduce<unknown>((v, k) => (v as Record<string, unknown>)[k], o);
    const holes = (s: unknown) => [...String(s).matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort();
    for (const key of keys(turkish)) {
      expect(String(text(turkish, key)), key).not.toBe("");
      expect(holes(text(turkish, key)), key).toEqual(holes(text(english, key)));
    }
  });
});

import { describe, expect, it } from "vitest";
import en from "./en.json";
import { collator, fold, matches, upper } from "./fold.ts";
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

it("has every text in both languages, with the same placeholders", () => {
  expect(keys(tr)).toEqual(keys(en));
  const text = (o: object, key: string) =>
    key.split(".").reduce<unknown>((v, k) => (v as Record<string, unknown>)[k], o);
  const holes = (s: unknown) => [...String(s).matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort();
  for (const key of keys(tr)) {
    expect(String(text(tr, key)), key).not.toBe("");
    expect(holes(text(tr, key)), key).toEqual(holes(text(en, key)));
  }
});

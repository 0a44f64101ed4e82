import { expect, it } from "vitest";
import { grouped } from "./codes.ts";

const code = (id: number, name_tr: string, own: boolean) => ({
  id,
  name_tr,
  name_en: `code ${id}`,
  description_tr: "",
  description_en: "",
  effect: "close" as const,
  own,
});
const codes = [
  code(1, "Satış", true),
  code(2, "İlgilenmiyor", true),
  code(3, "Isıtma", true),
  code(4, "Meşgul", false),
];
const shape = (query: string, favourites: number[] = []) =>
  grouped(codes, query, new Set(favourites), "tr").map((g) => [g.group, g.codes.map((c) => c.id)]);

it("shows favourites first, then the campaign's own, then the system's, in the language's order", () => {
  expect(shape("", [4])).toEqual([
    ["favourites", [4]],
    ["own", [3, 2, 1]],
  ]);
  expect(shape("")).toEqual([
    ["own", [3, 2, 1]],
    ["system", [4]],
  ]);
});

it("finds dotted and dotless i by either", () => {
  expect(shape("ilgi")).toEqual([["own", [2]]]);
  expect(shape("ISITMA")).toEqual([["own", [3]]]);
  expect(shape("mesgul")).toEqual([["system", [4]]]);
  expect(shape("yok")).toEqual([]);
});

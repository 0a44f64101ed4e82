import { describe, expect, it } from "vitest";
import { faultOf, type Guide, kept, merged, missingOf, walk } from "./walk.ts";

const text = { tr: "?" };
const guide: Guide = {
  languages: ["tr"],
  sets: [
    {
      id: "a",
      next: "b",
      questions: [
        {
          id: "knows",
          kind: "yes_no",
          text,
          required: true,
          branches: [{ answer: "no", to: "end", code: "Wrong number" }],
        },
        {
          id: "age",
          kind: "number",
          text,
          branches: [
            { at_least: 65, to: "c" },
            { at_most: 17, to: "end", code: "Minor" },
          ],
        },
      ],
    },
    { id: "b", next: "end", questions: [{ id: "note", kind: "text", text }] },
    { id: "c", next: "end", questions: [{ id: "home", kind: "yes_no", text, branches: [{ to: "note" }] }] },
  ],
};

describe("walk", () => {
  it("begins with the first question", () => {
    expect(walk(guide, {})).toEqual({ path: [], next: "knows", code: null });
  });
  it("goes on in the set, then to the set that follows", () => {
    expect(walk(guide, { knows: ["yes"], age: ["30"] })).toEqual({
      path: ["knows", "age"],
      next: "note",
      code: null,
    });
  });
  it("follows the branch of an answer, of a range, and of any answer", () => {
    expect(walk(guide, { knows: ["no"] })).toEqual({ path: ["knows"], next: null, code: "Wrong number" });
    expect(walk(guide, { knows: ["yes"], age: ["65"] }).next).toBe("home");
    expect(walk(guide, { knows: ["yes"], age: ["16"] })).toMatchObject({ next: null, code: "Minor" });
    expect(walk(guide, { knows: ["yes"], age: ["70"], home: ["no"] }).next).toBe("note");
  });
  it("passes over what is not required, and stops at what is", () => {
    expect(walk(guide, { knows: ["yes"], age: [] }).next).toBe("note");
    expect(walk(guide, { knows: [] }).next).toBe("knows");
  });
  it("names what is missing as far as the way is known", () => {
    const one_way = {
      ...guide,
      sets: guide.sets.map((s) => ({ ...s, questions: s.questions.map((q) => ({ ...q, required: true })) })),
    };
    expect(missingOf(guide, {})).toEqual(["knows"]); // where it goes from there depends on the answer
    expect(missingOf(guide, { knows: ["yes"] })).toEqual([]);
    expect(missingOf(one_way, { knows: ["yes"], age: ["70"] })).toEqual(["home", "note"]);
    expect(missingOf(one_way, { knows: ["no"] })).toEqual([]);
  });
  it("keeps only the answers on the path", () => {
    expect(kept(guide, { knows: ["no"], age: ["30"], note: ["x"] })).toEqual({ knows: ["no"] });
  });
});

it("judges an answer by its kind", () => {
  const question = (kind: "number" | "date" | "text", required = false) => ({
    id: "q",
    kind,
    text,
    required,
  });
  expect(faultOf(question("number"), ["12,5"])).toBeNull();
  expect(faultOf(question("number"), ["a dozen"])).toBe("number");
  expect(faultOf(question("date"), ["2026-13-01"])).toBe("date");
  expect(faultOf(question("text", true), [" "])).toBe("required");
});

it("merges the contact's fields, and shows nothing for a field that is not there", () => {
  expect(merged(guide, { tr: "Merhaba {{ name }}{{nothing}}" }, "en", { name: "İlknur" })).toBe(
    "Merhaba İlknur",
  );
});

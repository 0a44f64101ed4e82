import { describe, expect, it } from "vitest";
import subscription from "../../../../tests/guide/subscription.json";
import type { Guide } from "../../guide/walk.ts";
import {
  addQuestion,
  addSet,
  changeKind,
  changeQuestion,
  emptyGuide,
  isFree,
  moved,
  questionsOf,
  removed,
  rename,
  toDocument,
} from "./edit.ts";
import { faultsOf } from "./faults.ts";
import { BOX, entryOf, layoutOf } from "./layout.ts";

const example = subscription as unknown as Guide;

describe("building", () => {
  it("begins with one set of one question, and gives each new thing an id of its own", () => {
    let guide = emptyGuide(["tr", "en"]);
    const set = addSet(guide);
    guide = addQuestion(set.guide, set.id).guide;
    const ids = [...guide.sets.map((s) => s.id), ...questionsOf(guide).map((q) => q.id)];
    expect(ids).toEqual(["s1", "s2", "q1", "q2", "q3"]);
    expect(isFree(guide, "q3")).toBe(false);
    expect(isFree(guide, "end")).toBe(false);
    expect(isFree(guide, " ")).toBe(false);
  });
  it("keeps what leads to a thing when its id changes, and leads it to the end when the thing goes", () => {
    let guide = addSet(emptyGuide(["tr"])).guide;
    guide = changeQuestion(guide, "q1", { branches: [{ answer: "no", to: "q2" }] });
    guide.sets[0] = { ...(guide.sets[0] as Guide["sets"][0]), next: "s2" };
    const called = rename(rename(guide, "q2", "age"), "s2", "person");
    expect(called.sets[0]?.next).toBe("person");
    expect(called.sets[0]?.questions[0]?.branches).toEqual([{ answer: "no", to: "age" }]);
    const without = removed(called, "person");
    expect(without.sets[0]?.next).toBe("end");
    expect(without.sets[0]?.questions[0]?.branches).toEqual([{ answer: "no", to: "end" }]);
  });
  it("drops the branches that the new kind of answer can't take", () => {
    const question = {
      id: "q",
      kind: "yes_no" as const,
      text: {},
      branches: [{ answer: "no", to: "end" }, { to: "end" }],
    };
    expect(changeKind(question, "number").branches).toEqual([{ to: "end" }]);
    expect(changeKind(question, "single").choices).toHaveLength(2);
    expect(changeKind({ ...question, branches: [{ at_least: 1, to: "end" }] }, "text").branches).toEqual([]);
  });
  it("moves a question within its set and no further", () => {
    const guide = addQuestion(emptyGuide(["tr"]), "s1").guide;
    const ids = (g: Guide) => questionsOf(g).map((q) => q.id);
    expect(ids(moved(guide, "q2", -1))).toEqual(["q2", "q1"]);
    expect(ids(moved(guide, "q2", 1))).toEqual(["q1", "q2"]);
  });
  it("gives a document back as it was", () => {
    expect(toDocument(example)).toEqual(example);
  });
});

describe("faults", () => {
  it("stand at the question, choice or set that they concern", () => {
    const id = example.sets[1]?.questions[0]?.id ?? "";
    const found = faultsOf(example, [
      { field: "set opening", what: "missing_language: has no text in ar", mend: "write it in ar" },
      { field: `question ${id}, choice x`, what: "bad_choices: has no id of its own", mend: "give it one" },
      { field: "sets[1].questions[0].text", what: "is no object", mend: "" },
      { field: "guide", what: "empty: has no language", mend: "name one" },
    ]);
    expect(found.map((f) => [f.at, f.part, f.kind])).toEqual([
      ["opening", "", "missing_language"],
      [id, "choice x", "bad_choices"],
      [id, "text", ""],
      ["", "guide", "empty"],
    ]);
    expect(found[0]?.what).toBe("has no text in ar");
  });
});

describe("the graph", () => {
  const layout = layoutOf(example);
  it("shows every question once, no two boxes over each other, all inside of the drawing", () => {
    expect(layout.questions.map((b) => b.question.id).sort()).toEqual(
      questionsOf(example)
        .map((q) => q.id)
        .sort(),
    );
    for (const a of layout.questions) {
      expect(a.x + a.width).toBeLessThan(layout.width);
      expect(a.y + a.height).toBeLessThan(layout.height);
      for (const b of layout.questions)
        if (a !== b && a.x === b.x) expect(a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true);
    }
  });
  it("has an arrow for every branch and for every way on", () => {
    for (const q of questionsOf(example))
      for (const branch of q.branches ?? []) {
        const to = entryOf(example, branch.to);
        expect(layout.arrows.some((a) => a.from === q.id && a.to === to && a.branch === branch)).toBe(true);
      }
    const first = example.sets[0]?.questions ?? [];
    expect(layout.arrows.some((a) => a.from === first[1]?.id && a.to === first[2]?.id && !a.branch)).toBe(
      true,
    );
    const box = layout.questions[0];
    expect(box?.height).toBe(BOX.head + BOX.row * (box?.question.branches?.length ?? 0));
  });
  it("can be drawn of a guide that is not right yet", () => {
    const broken: Guide = {
      languages: ["tr"],
      sets: [{ id: "a", questions: [{ id: "q", kind: "text", text: {}, branches: [{ to: "nowhere" }] }] }],
    };
    expect(layoutOf(broken).arrows).toEqual([]);
    expect(layoutOf({ languages: [], sets: [] }).questions).toEqual([]);
  });
});

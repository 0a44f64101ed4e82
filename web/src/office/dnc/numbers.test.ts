import { expect, it } from "vitest";
import { linesOf } from "./numbers.ts";

it("finds the numbers of a plain file and of a CSV, and names the lines without one", () => {
  expect(linesOf("+90 532 123 45 67\n0532 123 45 67\n00905331112233\n").map((l) => l.number)).toEqual([
    "+905321234567",
    null,
    "+905331112233",
  ]);
  expect(linesOf("number,source\n'+905550001122,agent\n\nAli,+44 20 7946 0000\n")).toEqual([
    { line: 2, text: "'+905550001122 agent", number: "+905550001122" },
    { line: 3, text: "Ali +44 20 7946 0000", number: "+442079460000" },
  ]);
});

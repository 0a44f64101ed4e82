import { expect, test } from "vitest";
import { hourOf, ordered, type Row, scaleOf } from "./rows.ts";

const nobody = { of: 0, persons: 0, share: null, low: null, high: null };
const row = (key: string, high: number | null = null): Row => ({
  key,
  persons: 0,
  machines: 0,
  others: 0,
  undecided: 0,
  reviewed: 0,
  judged_person_called_person: 0,
  judged_machine_called_machine: 0,
  judged_person_called_machine: 0,
  judged_machine_called_person: 0,
  lost_people: { ...nobody, high },
  lost_people_sampled: nobody,
});
const NOON = new Date("2026-11-22T12:00:00Z");

test("an hour of UTC is an instant of today", () => {
  expect(hourOf("07", NOON).toISOString()).toBe("2026-11-22T07:00:00.000Z");
});

test("hours stand in the order of the clock on the wall", () => {
  const keys = ordered([row("00"), row("12"), row("23")], "hour", NOON).map((r) =>
    hourOf(r.key, NOON).getHours(),
  );
  expect(keys).toEqual([...keys].sort((a, b) => a - b));
  expect(ordered([row("b"), row("a")], "campaign", NOON).map((r) => r.key)).toEqual(["b", "a"]);
});

test("the widest interval sets the scale", () => {
  expect(scaleOf([])).toBe(0.1);
  expect(scaleOf([row("a", 0.04), row("b", 0.31)])).toBe(0.31);
});

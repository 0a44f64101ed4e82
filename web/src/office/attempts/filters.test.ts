import { expect, it } from "vitest";
import { askedOf, dayStart, filtersOf } from "./filters.ts";

it("reads what the address has and nothing else", () => {
  expect(
    filtersOf(new URLSearchParams("outcome=busy&number=&from=2026-11-23&page=2&agent=%20ay%C5%9Fe")),
  ).toEqual({
    outcome: "busy",
    from: "2026-11-23",
    agent: "ayşe",
  });
});

it("asks for whole days: both the first and the last are in", () => {
  const asked = askedOf({ from: "2026-11-23", until: "2026-11-23" });
  const hours = (Date.parse(asked.get("until") ?? "") - Date.parse(asked.get("from") ?? "")) / 3_600_000;
  expect(hours).toBe(24);
  expect(new Date(asked.get("from") ?? "").getHours()).toBe(0);
});

it("takes the day after a month's last for the next month's first", () => {
  expect(dayStart("2026-02-28", 1)?.getDate()).toBe(1);
  expect(dayStart("2026-02-30")).toBeNull();
  expect(dayStart("23.11.2026")).toBeNull();
});

it("sends what it can't read as it is, and a number without its spaces", () => {
  expect(askedOf({ from: "yesterday", number: "0532 123 (45) 67" }).toString()).toBe(
    "number=05321234567&from=yesterday",
  );
});

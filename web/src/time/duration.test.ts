import { expect, it } from "vitest";
import { clockText, dateText, elapsed, zonedInstant, zonedLocal } from "./duration.ts";

it("writes durations with as many parts as they need", () => {
  expect([0, 999, 65_000, 3_661_000, -5].map(clockText)).toEqual(["0:00", "0:00", "1:05", "1:01:01", "0:00"]);
});

it("counts from what can be read, and never backwards", () => {
  const now = Date.parse("2026-11-23T10:00:10Z");
  expect(elapsed("2026-11-23T10:00:00Z", now)).toBe(10_000);
  expect(elapsed("2026-11-23T10:01:00Z", now)).toBe(0);
  expect(elapsed(null, now)).toBe(0);
  expect(elapsed("yesterday", now)).toBe(0);
});

it("writes dates in the language's manner and the contact's zone", () => {
  expect(dateText("2026-11-23T22:30:00Z", "tr", "Europe/Istanbul")).toBe("24 Kas 2026 01:30");
  expect(dateText("2026-11-23T22:30:00Z", "en", "Europe/London")).toBe("23 Nov 2026, 22:30");
  expect(dateText("2026-11-23T22:30:00Z", "en", "No/Where")).not.toBe("");
});

it("reads the wall clock of the contact's zone", () => {
  expect(zonedInstant("2026-11-23T14:30", "Europe/Istanbul")?.toISOString()).toBe("2026-11-23T11:30:00.000Z");
  expect(zonedInstant("2026-07-01T09:00", "America/New_York")?.toISOString()).toBe(
    "2026-07-01T13:00:00.000Z",
  );
  expect(zonedInstant("", "Europe/Istanbul")).toBeNull();
});

it("takes the instant after an hour that is skipped, and the first of one that is repeated", () => {
  expect(zonedInstant("2026-03-29T01:30", "Europe/London")?.toISOString()).toBe("2026-03-29T01:30:00.000Z");
  expect(zonedInstant("2026-10-25T01:30", "Europe/London")?.toISOString()).toBe("2026-10-25T00:30:00.000Z");
});

it("comes back to the same wall clock", () => {
  const at = zonedInstant("2026-11-23T14:30", "Asia/Kolkata");
  expect(at && zonedLocal(at, "Asia/Kolkata")).toBe("2026-11-23T14:30");
});

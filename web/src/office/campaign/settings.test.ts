import { expect, it } from "vitest";
import { FIRST, toSettings, toValues } from "./settings.ts";

const numbers = new Set(["caps.per_contact", "ring_ms_max"]);

it("shows every key as a field and gives it back as it was", () => {
  const settings = { ...FIRST, retry: { busy: { then: "same_number", delay_min: 30, attempts_max: 3 } } };
  const values = toValues(settings);
  expect(values["caps.per_contact"]).toBe("3");
  expect(values["analysis.on"]).toBe(true);
  expect(values.retry).toEqual(settings.retry);
  const all = new Set(Object.keys(values));
  expect(toSettings(values, all, {})).toEqual({ ...settings, queue: undefined, entry_point: undefined });
});

it("keeps what no field shows, drops what is empty, and sends what is no number as it was typed", () => {
  const before = { name: "x", unknown_to_the_page: 7, caps: { per_contact: 3, later: true }, guide: "Anket" };
  const body = toSettings({ "caps.per_contact": "5", ring_ms_max: "a lot", guide: " " }, numbers, before);
  expect(body).toEqual({
    unknown_to_the_page: 7,
    caps: { per_contact: 5, later: true },
    ring_ms_max: "a lot",
  });
});

it("leaves out a screen pop without an address and outcomes without a code", () => {
  const body = toSettings(
    { "screen_pop.url": "", "screen_pop.where": "pane", on_outcome: { machine: "", busy: "Busy" } },
    numbers,
    {},
  );
  expect(body).toEqual({ on_outcome: { busy: "Busy" } });
});

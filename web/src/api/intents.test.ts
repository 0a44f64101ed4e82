import { describe, expect, it } from "vitest";
import { freshKey, Intents } from "./intents.ts";

function intents() {
  let keys = 0;
  const clock = { at: 1000 };
  const made = new Intents(
    () => `key ${++keys}`,
    () => clock.at,
  );
  return { made, clock };
}
const HOLD = "/api/v1/agents/ayse/hold";
const RESUME = "/api/v1/agents/ayse/resume";

describe("an intent", () => {
  it("has one key until the server says what became of it", () => {
    const { made } = intents();
    const key = made.keyFor(HOLD, "{}");
    expect(made.keyFor(HOLD, "{}")).toBe(key);
    made.settled(HOLD, key);
    expect(made.keyFor(HOLD, "{}")).not.toBe(key);
  });
  it("ends when something else is done to the same agent, not to another one", () => {
    const { made } = intents();
    const key = made.keyFor(HOLD, "{}");
    made.keyFor("/api/v1/agents/can/hold", "{}");
    expect(made.keyFor(HOLD, "{}")).toBe(key);
    made.settled(RESUME, made.keyFor(RESUME, "{}"));
    expect(made.keyFor(HOLD, "{}")).not.toBe(key);
  });
  it("is another one when its body is another, or when it is long ago", () => {
    const { made, clock } = intents();
    const key = made.keyFor(HOLD, '{"attempt":1}');
    expect(made.keyFor(HOLD, '{"attempt":2}')).not.toBe(key);
    const second = made.keyFor(HOLD, '{"attempt":2}');
    clock.at += 120_000;
    expect(made.keyFor(HOLD, '{"attempt":2}')).not.toBe(second);
  });
  it("is not ended by a late answer to an earlier one", () => {
    const { made } = intents();
    const first = made.keyFor(HOLD, "{}");
    const second = made.keyFor(RESUME, "{}");
    made.settled(HOLD, first);
    expect(made.keyFor(RESUME, "{}")).toBe(second);
  });
});

it("makes keys that are never the same", () => {
  expect(freshKey()).toMatch(/^[0-9a-f]{32}$/);
  expect(freshKey()).not.toBe(freshKey());
});

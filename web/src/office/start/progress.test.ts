import { expect, it } from "vitest";
import { stepsOf, type There } from "./progress.ts";

const NOTHING: There = {
  trunks: [],
  teams: [],
  agents: [],
  users: [],
  lists: [],
  entry_points: [],
  queues: [],
  campaigns: [],
  attempts: undefined,
};
const shape = (there: Partial<There>) =>
  stepsOf({ ...NOTHING, ...there })
    .map((s) => (s.done ? "done" : s.next ? "next" : "later"))
    .join(" ");

it("begins with the phone line, which is done when a trunk is up", () => {
  expect(shape({})).toBe("next later later later later");
  expect(shape({ trunks: [{ up: false }] })).toBe("next later later later later");
  expect(shape({ trunks: [{ up: false }, { up: true }] })).toBe("done next later later later");
});

it("takes what exists already, in whatever order it was made", () => {
  const agents = {
    teams: [{}],
    agents: [{ teams: ["Satış"] }],
    users: [{ role: "agent", enabled: true }],
  };
  expect(shape({ ...agents, lists: [{ contacts: { ready: 3 } }] })).toBe("next done done later later");
  expect(shape({ ...agents, users: [{ role: "agent", enabled: false }] })).toBe(
    "next later later later later",
  );
  expect(shape({ lists: [{ contacts: { ready: 0 } }] })).toBe("next later later later later");
});

it("ends with a conversation", () => {
  const all: There = {
    trunks: [{ up: true }],
    teams: [{}],
    agents: [{ teams: ["Satış"] }],
    users: [{ role: "agent", enabled: true }],
    lists: [{ contacts: { done: 1 } }],
    entry_points: [{}],
    queues: [{}],
    campaigns: [{ state: "Running" }],
    attempts: [{ merged_at: null }],
  };
  expect(shape(all)).toBe("done done done done next");
  expect(shape({ ...all, attempts: [{ merged_at: null }, { merged_at: "2026-11-23T10:00:00Z" }] })).toBe(
    "done done done done done",
  );
});

import { describe, expect, it } from "vitest";
import { changesOf } from "./changes.ts";

describe("what differs", () => {
  it("is told place by place, and what stayed is not told", () => {
    expect(
      changesOf(
        { name: "Ödeme", weight: 1, caps: { per_contact: 3, per_number: 3 } },
        { name: "Ödeme", weight: 2, caps: { per_contact: 3, per_number: 5 }, guide: "Anket" },
      ),
    ).toEqual([
      { path: "weight", before: "1", after: "2" },
      { path: "caps.per_number", before: "3", after: "5" },
      { path: "guide", before: null, after: "Anket" },
    ]);
  });
  it("reads a list of plain values as one", () => {
    expect(changesOf({ teams: ["A", "B"] }, { teams: ["A"] })).toEqual([
      { path: "teams", before: "A, B", after: "A" },
    ]);
    expect(changesOf({ windows: [{ open: "09:00" }] }, { windows: [{ open: "10:00" }] })).toEqual([
      { path: "windows.0.open", before: "09:00", after: "10:00" },
    ]);
  });
  it("tells what was made and what was removed whole", () => {
    expect(changesOf(null, { name: "North", teams: [] })).toEqual([
      { path: "name", before: null, after: "North" },
      { path: "teams", before: null, after: "" },
    ]);
    expect(changesOf({ name: "North" }, null)).toEqual([{ path: "name", before: "North", after: null }]);
    expect(changesOf(null, null)).toEqual([]);
  });
  it("tells false from nothing", () => {
    expect(changesOf({ enabled: true, agent: null }, { enabled: false, agent: "ayse" })).toEqual([
      { path: "enabled", before: "true", after: "false" },
      { path: "agent", before: null, after: "ayse" },
    ]);
  });
});

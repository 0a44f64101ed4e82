import { expect, test } from "vitest";
import { gradeOf } from "./quality.ts";

const GOOD = { loss_permille: 2, jitter_ms: 4, far_loss_permille: null, round_trip_ms: null };

test("a line is as good as its worse direction", () => {
  expect(gradeOf(GOOD)).toBe("good");
  expect(gradeOf({ ...GOOD, far_loss_permille: 12 })).toBe("fair");
  expect(gradeOf({ ...GOOD, loss_permille: 30 })).toBe("poor");
  expect(gradeOf({ ...GOOD, jitter_ms: 31 })).toBe("fair");
  expect(gradeOf({ ...GOOD, round_trip_ms: 801 })).toBe("poor");
});

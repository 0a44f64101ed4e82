import { expect, it } from "vitest";
import { retryDelay } from "./backoff.ts";

it("doubles to five seconds, half of it by chance", () => {
  expect([0, 1, 2, 10, 1000].map((n) => retryDelay(n, 1))).toEqual([250, 500, 1000, 5000, 5000]);
  expect(retryDelay(0, 0)).toBe(125);
  expect(retryDelay(10, 0)).toBe(2500);
});

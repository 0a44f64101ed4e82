import { expect, it } from "vitest";
import { level, troubleOf } from "./devices.ts";

it("measures loudness in decibels", () => {
  expect(level(new Float32Array(512))).toBe(0);
  expect(level(new Float32Array(512).fill(1))).toBe(1);
  expect(level(new Float32Array(512).fill(0.0316))).toBeCloseTo(0.5, 1);
});

it("names what the browser refuses", () => {
  const named = (name: string) => troubleOf(new DOMException("", name));
  expect(named("NotAllowedError")).toBe("denied");
  expect(named("NotFoundError")).toBe("no_device");
  expect(named("NotReadableError")).toBe("busy");
  expect(troubleOf("?")).toBe("unsupported");
});

import { describe, expect, it } from "vitest";
import { parsedWav, peaks } from "./wav.ts";

function wav(samples: number[], before = 0): ArrayBuffer {
  const bytes = new ArrayBuffer(44 + before + 2 * samples.length);
  const view = new DataView(bytes);
  const text = (at: number, word: string) => {
    for (const [i, c] of [...word].entries()) view.setUint8(at + i, c.charCodeAt(0));
  };
  text(0, "RIFF");
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  if (before) {
    text(36, "LIST");
    view.setUint32(40, before - 8, true);
  }
  text(36 + before, "data");
  view.setUint32(40 + before, 2 * samples.length, true);
  for (const [i, s] of samples.entries()) view.setInt16(44 + before + 2 * i, s, true);
  return bytes;
}

describe("a clip", () => {
  it("is read, other chunks before its sound or not", () => {
    expect([...parsedWav(wav([1, -2, 32767]))]).toEqual([1, -2, 32767]);
    expect([...parsedWav(wav([5, -6], 12))]).toEqual([5, -6]);
  });
  it("is empty when it is none, and cut where it ends", () => {
    expect(parsedWav(new ArrayBuffer(10)).length).toBe(0);
    expect(parsedWav(new ArrayBuffer(100)).length).toBe(0);
    expect([...parsedWav(wav([1, 2, 3]).slice(0, 48))]).toEqual([1, 2]);
  });
  it("is drawn by its loudest samples", () => {
    expect(peaks(Int16Array.from([0, -16384, 3, 8192, 1]), 2)).toEqual([0.5, 0.25, 1 / 32768]);
  });
});

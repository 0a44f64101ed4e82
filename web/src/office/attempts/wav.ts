// The samples of a WAV file as the server writes it: 16-bit PCM, one channel.

/** Empty when it is no such file. */
export function parsedWav(bytes: ArrayBuffer): Int16Array {
  const view = new DataView(bytes);
  const word = (at: number) => String.fromCharCode(...new Uint8Array(bytes, at, 4));
  if (bytes.byteLength < 44 || word(0) !== "RIFF") return new Int16Array();
  for (let at = 12; at + 8 <= bytes.byteLength; ) {
    const length = view.getUint32(at + 4, true);
    if (word(at) === "data") {
      const count = Math.floor(Math.min(length, bytes.byteLength - at - 8) / 2);
      return Int16Array.from({ length: count }, (_, i) => view.getInt16(at + 8 + 2 * i, true));
    }
    at += 8 + length + (length % 2);
  }
  return new Int16Array();
}

/** The loudest of each `step` samples, 0 to 1. */
export function peaks(samples: Int16Array, step: number): number[] {
  const found: number[] = [];
  for (let from = 0; from < samples.length; from += step) {
    let loudest = 0;
    for (const sample of samples.subarray(from, from + step)) loudest = Math.max(loudest, Math.abs(sample));
    found.push(loudest / 32768);
  }
  return found;
}

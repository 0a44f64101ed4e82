// What a person has typed and not sent, kept over a reload; one entry a thing and attempt. A page that can't keep it works on without.
import { useCallback, useState } from "react";

const PREFIX = "ziptone.draft.";
// A draft of an attempt that long ago belongs to nobody any more.
const KEPT_MS = 24 * 3_600_000;

export function readDraft<T>(key: string): T | null {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + key) ?? "null");
    return kept && Date.now() - kept.at < KEPT_MS ? (kept.value as T) : null;
  } catch {
    return null;
  }
}

export function writeDraft<T>(key: string, value: T | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), value }));
  } catch {
    // full or forbidden: the draft lives as long as the page
  }
}

export function sweepDrafts(): void {
  for (const name of Object.keys(localStorage))
    if (name.startsWith(PREFIX) && readDraft(name.slice(PREFIX.length)) === null)
      localStorage.removeItem(name);
}

export function useDraft<T>(key: string, empty: T): [T, (value: T) => void, (now: T) => void] {
  const [value, setValue] = useState<T>(() => readDraft<T>(key) ?? empty);
  const change = useCallback(
    (next: T) => {
      setValue(next);
      writeDraft(key, next);
    },
    [key],
  );
  // What is sent is no draft any more; `now` stays on the screen.
  const drop = useCallback(
    (now: T) => {
      setValue(now);
      writeDraft(key, null);
    },
    [key],
  );
  return [value, change, drop];
}

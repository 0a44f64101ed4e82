// The server's clock on this page: every timer counts against it, so a wrong clock on the agent's machine does not matter.
import { useEffect, useState } from "react";
import { clockText, elapsed } from "./duration.ts";

let offset_ms = 0;

/** Called with the server's `now` as it arrives. */
export function heardServerTime(now: string): void {
  const at = Date.parse(now);
  if (!Number.isNaN(at)) offset_ms = at - Date.now();
}

export const serverNow = () => Date.now() + offset_ms;

/** The server's time, renewed at every full second of `since` while the component is on the page. */
export function useServerNow(): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 250);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Counts up from `since`. Hidden from screen readers: a second-by-second announcement helps nobody. */
export function Timer({ since, label }: { since: string | null | undefined; label?: string }) {
  const now = useServerNow();
  return (
    <span className="timer" role="timer" aria-live="off" aria-label={label}>
      {clockText(elapsed(since, now))}
    </span>
  );
}

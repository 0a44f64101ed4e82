// One Idempotency-Key for one intent: the same request sent again while nobody knows whether the first one arrived has the first one's
// key, so the server does it once. Framework-free.

// Longer ago it is a new wish that happens to read the same.
const KEPT_MS = 120_000;

/** Hexadecimal by hand: crypto.randomUUID is missing on a page that came over plain http. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
}

export class Intents {
  private readonly open = new Map<string, { what: string; key: string; at: number }>();

  constructor(
    private readonly make: () => string = freshKey,
    private readonly now: () => number = Date.now,
  ) {}

  /** The key to send. Another intent on the same thing ends the wait for the first: hold, resume, hold is three. */
  keyFor(path: string, body: string): string {
    const what = `${path}\n${body}`;
    const before = this.open.get(thingOf(path));
    if (before?.what === what && this.now() - before.at < KEPT_MS) return before.key;
    const key = this.make();
    this.open.set(thingOf(path), { what, key, at: this.now() });
    return key;
  }

  /** The server said what became of it. */
  settled(path: string, key: string): void {
    if (this.open.get(thingOf(path))?.key === key) this.open.delete(thingOf(path));
  }
}

/** /api/v1/agents/ayse/hold is done to /api/v1/agents/ayse. */
const thingOf = (path: string) => path.slice(0, path.lastIndexOf("/"));

// What differs between two states of a thing, as the audit log has them: one line a place that is another now. Pure.

export interface Change {
  /** "windows.0.open"; "" when the whole is no object. */
  path: string;
  /** null: it was not there. */
  before: string | null;
  after: string | null;
}

function placesOf(value: unknown, path = ""): Map<string, string> {
  const places = new Map<string, string>();
  if (value === null || value === undefined) return places;
  const inside = typeof value === "object" ? Object.entries(value) : [];
  // A list of plain values is read as one: "mon, tue".
  const plain = Array.isArray(value) && value.every((v) => typeof v !== "object" || v === null);
  if (plain) places.set(path, value.join(", "));
  else if (inside.length === 0) places.set(path, typeof value === "object" ? "" : String(value));
  else
    for (const [name, of] of inside)
      for (const [at, text] of placesOf(of, path ? `${path}.${name}` : name)) places.set(at, text);
  return places;
}

/** In the order of the places of what was, then of what came. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const was = placesOf(before);
  const is = placesOf(after);
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((path) => ({ path, before: was.get(path) ?? null, after: is.get(path) ?? null }))
    .filter((change) => change.before !== change.after);
}

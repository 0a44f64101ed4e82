// The filters of the attempts as the address has them, and as the server is asked. Pure.

export const FILTERS = ["campaign", "outcome", "code", "agent", "number", "from", "until"] as const;
export type Filter = (typeof FILTERS)[number];
export type Filters = Partial<Record<Filter, string>>;

/** Of the address: whatever else stands there is not ours. */
export function filtersOf(address: URLSearchParams): Filters {
  const filters: Filters = {};
  for (const name of FILTERS) {
    const value = address.get(name)?.trim();
    if (value) filters[name] = value;
  }
  return filters;
}

/** A day on this machine's calendar, its first instant; `days` later. Null: it is no day. */
export function dayStart(day: string, days = 0): Date | null {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day);
  if (!found) return null;
  const [year, month, date] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const at = new Date(year, month - 1, date);
  if (at.getMonth() !== month - 1 || at.getDate() !== date) return null;
  return new Date(year, month - 1, date + days);
}

/** Days become instants: from the first one's beginning until the last one's end. What is no day goes as it is, to be refused. */
export function askedOf(filters: Filters): URLSearchParams {
  const asked = new URLSearchParams();
  for (const name of FILTERS) {
    const value = filters[name];
    if (!value) continue;
    if (name === "from") asked.set(name, dayStart(value)?.toISOString() ?? value);
    else if (name === "until") asked.set(name, dayStart(value, 1)?.toISOString() ?? value);
    else if (name === "number") asked.set(name, value.replace(/[\s()-]/g, ""));
    else asked.set(name, value);
  }
  return asked;
}

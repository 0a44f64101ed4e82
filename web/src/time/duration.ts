// Durations and points in time as people read them. Pure; `now` is always handed in.

/** 65_000 -> "1:05", 3_661_000 -> "1:01:01"; a negative duration is shown as zero. */
export function clockText(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(s / 3600);
  const minutes = Math.floor(s / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

/** Milliseconds from an ISO instant to `now_ms`; 0 for what is not there or can't be read. */
export function elapsed(since: string | null | undefined, now_ms: number): number {
  if (!since) return 0;
  const at = Date.parse(since);
  return Number.isNaN(at) ? 0 : Math.max(0, now_ms - at);
}

const locale = (language: string) => (language === "tr" ? "tr-TR" : "en-GB");

/** A point in time in the given zone (absent: the machine's), in the language's manner. */
export function dateText(iso: string | null | undefined, language: string, zone?: string | null): string {
  if (!iso) return "";
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  const options: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "short" };
  try {
    return new Intl.DateTimeFormat(locale(language), zone ? { ...options, timeZone: zone } : options).format(
      at,
    );
  } catch {
    return new Intl.DateTimeFormat(locale(language), options).format(at); // a zone this browser does not know
  }
}

export function timeText(iso: string | null | undefined, language: string, zone?: string | null): string {
  if (!iso) return "";
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  return new Intl.DateTimeFormat(locale(language), {
    hour: "2-digit",
    minute: "2-digit",
    ...(zone ? { timeZone: zone } : {}),
  }).format(at);
}

/** `digits`: so many behind the decimal sign, where they are not left to the number. */
export const numberText = (n: number, language: string, digits?: number) =>
  new Intl.NumberFormat(
    locale(language),
    digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits },
  ).format(n);

/** Of a share from 0 to 1: "%12,5" in Turkish, "12.5%" in English. */
export const percentText = (share: number, language: string, digits = 0) =>
  new Intl.NumberFormat(locale(language), { style: "percent", maximumFractionDigits: digits }).format(share);

function wallOf(at_ms: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(at_ms);
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
}

/**
 * The instant at which a clock on the wall in `zone` shows `local` ("2026-11-23T14:30"). In the hour that a spring change skips it is
 * the instant after it; in the hour that an autumn change repeats, the first one. Null when `local` can't be read.
 */
export function zonedInstant(local: string, zone: string): Date | null {
  // Checked by hand: Date.parse reads even ":00Z" as a date.
  const wall = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local) ? Date.parse(`${local}:00Z`) : Number.NaN;
  if (Number.isNaN(wall)) return null;
  const day = 86_400_000;
  const offsets = [wallOf(wall - day, zone) - (wall - day), wallOf(wall + day, zone) - (wall + day)];
  const exact = offsets.map((o) => wall - o).filter((at) => wallOf(at, zone) === wall);
  const at = exact.length > 0 ? Math.min(...exact) : wall - (offsets[0] ?? 0);
  return new Date(at);
}

/** What a date-time field shows for the instant in `zone`: "2026-11-23T14:30". */
export function zonedLocal(at: Date, zone: string): string {
  return new Date(wallOf(at.getTime(), zone)).toISOString().slice(0, 16);
}

// The analysis' report as people read it. Pure.
import type { Shape } from "../../api/desk.ts";

export type Row = Shape<"AnalysisRow">;
export type Lost = Row["lost_people"];

export const BY = ["campaign", "trunk", "country", "hour"] as const;
export type By = (typeof BY)[number];

/** "07", an hour of UTC's day, as the instant at which it begins today. */
export function hourOf(key: string, now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), Number(key)));
}

/** Hours in the order of this machine's clock; the rest as the server orders it. */
export function ordered(rows: Row[], by: By, now: Date): Row[] {
  if (by !== "hour") return rows;
  const minutes = (row: Row) => hourOf(row.key, now).getHours() * 60 + hourOf(row.key, now).getMinutes();
  return [...rows].sort((a, b) => minutes(a) - minutes(b));
}

/** The scale of the intervals' picture: the widest one of all rows, at least a tenth. */
export function scaleOf(rows: Row[]): number {
  return Math.max(
    0.1,
    ...rows.flatMap((row) => [row.lost_people.high ?? 0, row.lost_people_sampled.high ?? 0]),
  );
}

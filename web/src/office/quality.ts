// How good an agent's line is, in one word. Pure.
import type { Shape } from "../api/desk.ts";

export type Quality = NonNullable<Shape<"Agent">["quality"]>;
export type Grade = "good" | "fair" | "poor";

/**
 * Of the worse direction. 150 and 400 ms one way are ITU-T G.114's limits; G.711 without concealment is heard to suffer from 1 % of loss on
 * (G.113 appendix I); a jitter of over 50 ms is more than most buffers hold.
 */
export function gradeOf(quality: Quality): Grade {
  const loss = Math.max(quality.loss_permille, quality.far_loss_permille ?? 0);
  const round_trip = quality.round_trip_ms ?? 0;
  if (loss >= 30 || quality.jitter_ms >= 50 || round_trip >= 800) return "poor";
  if (loss >= 10 || quality.jitter_ms >= 30 || round_trip >= 300) return "fair";
  return "good";
}

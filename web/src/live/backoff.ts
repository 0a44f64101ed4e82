/**
 * How long to wait before the n-th try (0: the first) to reach the server again: 250 ms doubling to 5 s, each with up to half of it
 * by chance, so that five hundred desktops do not come back in one instant. `chance` is in 0..1.
 */
export function retryDelay(tries: number, chance: number): number {
  const full = Math.min(5000, 250 * 2 ** Math.min(tries, 10));
  return full / 2 + (full / 2) * chance;
}

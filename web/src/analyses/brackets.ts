/** The ranks of one institution between which 90 % of the replications lie. */
export interface Spread {
  readonly p5: number;
  readonly p95: number;
}

/** Rows `from` … `to`, both included. */
export interface Bracket {
  readonly from: number;
  readonly to: number;
}

/**
 * Runs of rows whose intervals overlap each other, two by two: within a run nobody is ahead for sure. From the top down,
 * each as long as it goes; a row alone is none.
 * @param rows in the order of the ranking
 */
export function bracketsOf(rows: readonly Spread[]): Bracket[] {
  const brackets: Bracket[] = [];
  let from = 0;
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  const close = (to: number): void => {
    if (to > from) brackets.push({ from, to });
  };
  for (const [i, { p5, p95 }] of rows.entries()) {
    // All overlap two by two exactly if the highest beginning is not behind the lowest end.
    if (Math.max(most, p5) > Math.min(least, p95)) {
      close(i - 1);
      from = i;
      least = Number.POSITIVE_INFINITY;
      most = 0;
    }
    least = Math.min(least, p95);
    most = Math.max(most, p5);
  }
  close(rows.length - 1);
  return brackets;
}

/** `3（2–5）`; where nothing moves, the rank alone. */
export const intervalText = (rank: number, { p5, p95 }: Spread): string =>
  p5 === rank && p95 === rank ? `${rank}` : `${rank}（${p5}–${p95}）`;

/** Ranks that the axis names: 1, every fifth or so, and the last. */
export function ticksOf(last: number): number[] {
  const step = last > 100 ? 20 : last > 40 ? 10 : 5;
  const inner = Array.from({ length: Math.floor((last - 1) / step) }, (_, i) => (i + 1) * step);
  return [1, ...inner.filter((rank) => rank > 1 && last - rank >= Math.min(step / 5, 1)), ...(last > 1 ? [last] : [])];
}

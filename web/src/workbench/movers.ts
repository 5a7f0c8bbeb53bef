import type { TrialRow } from './trial.js';

/** Places won (above 0) or lost; null when one of the two ranks is missing. */
export const placesWon = ({ rankBefore, rank }: TrialRow): number | null =>
  rankBefore === null || rank === null ? null : rankBefore - rank;

/** Whether the trial moves the institution at all. */
export const isMoved = (row: TrialRow): boolean => row.rankBefore !== row.rank;

/** Moved ones, the farthest first. */
export const moversOf = (rows: readonly TrialRow[]): readonly TrialRow[] =>
  rows
    .filter(isMoved)
    .sort((a, b) => Math.abs(placesWon(b) ?? 999) - Math.abs(placesWon(a) ?? 999) || (a.rank ?? 1e9) - (b.rank ?? 1e9));

const MOST_LINES = 30;

/** What the slope chart has room for: the farthest movers, then the first of the others, by rank. */
export function charted(rows: readonly TrialRow[]): readonly TrialRow[] {
  const both = rows.filter((row) => row.rankBefore !== null && row.rank !== null);
  if (both.length <= MOST_LINES) return both;
  const movers = moversOf(both).slice(0, MOST_LINES);
  const chosen = new Set([...movers, ...both.filter((row) => !isMoved(row))].slice(0, MOST_LINES));
  return both.filter((row) => chosen.has(row));
}

/** 机构01 …: the same name for an institution as long as the page is open, whatever its rank. */
export function maskedNames(rows: readonly TrialRow[]): ReadonlyMap<string, string> {
  const codes = rows.map(({ institution }) => institution).sort();
  return new Map(codes.map((code, i) => [code, `机构${String(i + 1).padStart(2, '0')}`]));
}

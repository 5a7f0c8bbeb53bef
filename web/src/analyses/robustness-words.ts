import { Decimal, HUNDRED } from '../../../src/numbers/decimal.js';
import type { RankingItem } from '../api/shapes.js';
import { fixed, short } from '../figures/figure-text.js';

/** `0.9635` → `96.4%`. */
export const percent = (share: string | number): string => `${fixed(new Decimal(share).times(HUNDRED).toFixed(), 1)}%`;

/** 权重上下浮动10%…: what was varied, for whoever reads the intervals. */
export const basisWords = (replications: number, weights: number, seed: number): string =>
  `每个权重上下浮动至多${short(`${weights * 100}`, 2)}%，数值末位上下半个单位，方案适用的标准化方法和缩尾点数一并变动，重算${fixed(`${replications}`, 0)}次，种子${seed}。`;

/** Neighbours that cannot be told apart, the line of praise first: 第2名与第3名. */
export interface CloseCalls {
  /** The two at the end of the list for commendation; null: apart, or the scheme draws no line. */
  readonly praise: string | null;
  readonly grade: readonly string[];
  readonly others: readonly string[];
}

/** @param rows one cohort, in the order of the ranking. @returns null while there is no analysis */
export function closeCallsOf(rows: readonly RankingItem[]): CloseCalls | null {
  const ranked = rows.filter((row) => row.rank !== null);
  if (!ranked.some((row) => row.interval?.next)) return null;
  const calls = ranked.flatMap((row, i) => {
    const [next, lower] = [row.interval?.next, ranked[i + 1]];
    // Who is officially equal is said in the ranking itself.
    if (!next || next.separable || !lower || lower.rank === row.rank) return [];
    return [{ words: `第${row.rank}名${row.name}与第${lower.rank}名${lower.name}`, lines: next.lines }];
  });
  return {
    praise: calls.find(({ lines }) => lines.includes('commendation'))?.words ?? null,
    grade: calls
      .filter(({ lines }) => lines.includes('grade') && !lines.includes('commendation'))
      .map(({ words }) => words),
    others: calls.filter(({ lines }) => lines.length === 0).map(({ words }) => words),
  };
}

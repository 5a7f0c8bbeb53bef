import { Decimal } from '../../../src/numbers/decimal.js';
import type { RankingItem } from '../api/shapes.js';

/** One institution in two evaluations. */
export interface CompareRow {
  readonly institution: string;
  readonly name: string;
  readonly before: RankingItem | null;
  readonly after: RankingItem | null;
  /** Places won (positive) or lost; null unless it has a rank in both, in the same cohort. */
  readonly places: number | null;
  /** Later minus earlier score, plain; null unless it has both. */
  readonly points: string | null;
}

/**
 * Two rankings side by side, in the order of the later one; those that stand only in the earlier come last. A rank is
 * compared only within one cohort: third of five and third of fifty are not the same place.
 */
export function compareRows(before: readonly RankingItem[], after: readonly RankingItem[]): readonly CompareRow[] {
  const old = new Map(before.map((item) => [item.institution, item]));
  const now = new Set(after.map((item) => item.institution));
  return [
    ...after.map((item) => rowOf(old.get(item.institution) ?? null, item)),
    ...before.filter((item) => !now.has(item.institution)).map((item) => rowOf(item, null)),
  ];
}

function rowOf(before: RankingItem | null, after: RankingItem | null): CompareRow {
  const { institution, name } = (after ?? before) as RankingItem;
  const ranked = before?.rank != null && after?.rank != null && before.cohort === after.cohort;
  const scored = before?.score != null && after?.score != null;
  return {
    institution,
    name,
    before,
    after,
    places: ranked ? (before.rank as number) - (after.rank as number) : null,
    points: scored ? new Decimal(after.score as string).minus(before.score as string).toFixed() : null,
  };
}

/** 变动 5/18，最大 4 位: how many of those ranked in both moved, and the farthest. */
export function movedWords(rows: readonly CompareRow[]): string {
  const both = rows.filter(({ places }) => places !== null);
  const moved = both.filter(({ places }) => places !== 0);
  if (both.length === 0) return '两次评价没有共同列名次的机构';
  const farthest = Math.max(0, ...moved.map(({ places }) => Math.abs(places as number)));
  return moved.length === 0
    ? `共同列名次的 ${both.length} 家，名次都没有变动`
    : `共同列名次的 ${both.length} 家中 ${moved.length} 家名次有变动，最大 ${farthest} 位`;
}

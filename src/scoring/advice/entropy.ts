import type { Points } from './correlation.js';

/**
 * Entropy weights (熵权法): the more the points of an indicator differ between institutions, the more it would weigh.
 * p = x / Σx; e = −Σ p·ln p / ln n; weight = (1 − e) / Σ (1 − e). Advice beside the declared weights, never applied.
 *
 * @param columns points of the children of one group, of the members that have all of them
 * @returns percent by child, summing to 100; null with fewer than two such members, with points below 0, or when no
 *   child differs at all
 */
export function entropyWeights(columns: readonly Points[]): readonly number[] | null {
  const members = [...(columns[0] ?? []).keys()].filter((i) => columns.every((column) => !Number.isNaN(column[i])));
  if (members.length < 2 || columns.some((column) => members.some((i) => (column[i] as number) < 0))) return null;
  const differing = columns.map((column) => 1 - entropy(members.map((i) => column[i] as number)));
  const whole = differing.reduce((sum, each) => sum + each, 0);
  return whole > NOISE ? differing.map((each) => (100 * Math.max(0, each)) / whole) : null;
}

const NOISE = 1e-12;

/** 1: all alike (nobody has anything counts as alike too), 0: one has it all. */
function entropy(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  if (sum === 0) return 1;
  const shares = values.map((value) => value / sum).filter((share) => share > 0);
  return -shares.reduce((total, share) => total + share * Math.log(share), 0) / Math.log(values.length);
}

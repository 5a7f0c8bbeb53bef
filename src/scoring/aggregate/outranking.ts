import { divideHalfUp, MICRO, type Micro } from '../../numbers/micro.js';

/** A member's scores of the children of one group, in their order; null: excluded. */
export type Profile = readonly (Micro | null)[];

const HALF = 50n * MICRO;
const WHOLE = 100n * MICRO;

/**
 * Copeland: for every pair, i beats j if the weight of the children where i is higher exceeds the weight where j is,
 * over the children both have. points = 100 · (wins − losses + n − 1) / (2 · (n − 1)); one alone: 50.
 *
 * @param profiles the members of the cohort that have a total to come
 * @param weights  of the children, integers
 * @returns        points in the order of the profiles; nothing depends on that order
 */
export function outranking(profiles: readonly Profile[], weights: readonly bigint[]): readonly Micro[] {
  const n = profiles.length;
  if (n === 1) return [HALF];
  const scores = profiles.map(() => 0n);
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) {
      const margin = marginOf(profiles[i] as Profile, profiles[j] as Profile, weights);
      const outcome = margin > 0n ? 1n : margin < 0n ? -1n : 0n;
      scores[i] = (scores[i] as bigint) + outcome;
      scores[j] = (scores[j] as bigint) - outcome;
    }
  const others = BigInt(n - 1);
  return scores.map((score) => divideHalfUp(WHOLE * (score + others), 2n * others));
}

function marginOf(first: Profile, second: Profile, weights: readonly bigint[]): bigint {
  let margin = 0n;
  for (const [child, weight] of weights.entries()) {
    const a = first[child] ?? null;
    const b = second[child] ?? null;
    if (a === null || b === null || a === b) continue;
    margin += a > b ? weight : -weight;
  }
  return margin;
}

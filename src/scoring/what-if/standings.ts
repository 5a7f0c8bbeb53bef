import { Decimal, maxOf, ONE } from '../../numbers/decimal.js';
import { MICRO } from '../../numbers/micro.js';
import { floatOf } from '../points/points.js';
import type { Scheme } from '../scheme/scheme.js';
import type { Column } from './columns.js';
import { SAFE } from './whole.js';

/** Ranks and grades of one cohort, by member. */
export interface Places {
  /** 0: no rank. */
  readonly ranks: Int32Array;
  /** 1: shares its rank with another. */
  readonly tied: Uint8Array;
  /** Index in the scheme's `grades`; -1: none. */
  readonly grades: Int16Array;
}

export const noPlaces = (size: number): Places => ({
  ranks: new Int32Array(size),
  tied: new Uint8Array(size),
  grades: new Int16Array(size).fill(-1),
});

/**
 * Ranks as `rank/rank.ts` gives them, over whole numbers.
 * @param keys     what is ranked by, of all members, in the order of institution codes
 * @param ranked   members that take part
 * @param breakers nodes that break ties, in falling importance
 */
export function placesOf(
  { ranking, grades }: Scheme,
  keys: Float64Array,
  rounded: Float64Array,
  ranked: readonly number[],
  breakers: readonly Column[],
): Places {
  const places = noPlaces(keys.length);
  const order = falling(keys, ranked);
  const compare = (a: number, b: number): number => {
    if (keys[a] !== keys[b]) return (keys[b] as number) - (keys[a] as number);
    for (const { scores, present } of breakers) {
      if (present[a] !== present[b]) return (present[b] as number) - (present[a] as number);
      if (scores[a] !== scores[b]) return (scores[b] as number) - (scores[a] as number);
    }
    return 0;
  };
  if (breakers.length > 0) sortRuns(order, keys, compare);
  let rankNow = 0;
  for (let i = 0; i < order.length; i++) {
    const member = order[i] as number;
    const likeBefore = i > 0 && compare(order[i - 1] as number, member) === 0;
    const likeAfter = i + 1 < order.length && compare(member, order[i + 1] as number) === 0;
    if (ranking.ties === 'ordinal' || !likeBefore) rankNow = ranking.ties === 'dense' ? rankNow + 1 : i + 1;
    places.ranks[member] = rankNow;
    places.tied[member] = ranking.ties !== 'ordinal' && (likeBefore || likeAfter) ? 1 : 0;
  }
  const limits = grades.map(({ min, topShare }) => ({
    least: min === null ? Number.NEGATIVE_INFINITY : floatOf(BigInt(min.times(MICRO.toString()).ceil().toFixed())),
    last:
      topShare === null ? Number.POSITIVE_INFINITY : floatOf(BigInt(maxOf([ONE, shareOf(topShare, ranked)]).toFixed())),
  }));
  for (const member of ranked)
    places.grades[member] = limits.findIndex(
      ({ least, last }) => (rounded[member] as number) >= least && (places.ranks[member] as number) <= last,
    );
  return places;
}

const shareOf = (share: Decimal, ranked: readonly number[]): Decimal => share.times(ranked.length).floor();

/** The members by falling key, equal ones in their own order. */
function falling(keys: Float64Array, ranked: readonly number[]): number[] {
  const size = keys.length;
  let most = 0;
  for (const member of ranked) most = Math.max(most, Math.abs(keys[member] as number));
  if ((most + 1) * size >= SAFE) return [...ranked].sort((a, b) => (keys[b] as number) - (keys[a] as number) || a - b);
  // Key and member in one number: the engine sorts bare numbers several times faster than by a comparison of ours.
  const packed = new Float64Array(ranked.length);
  for (let i = 0; i < ranked.length; i++) {
    const member = ranked[i] as number;
    packed[i] = (keys[member] as number) * size + (size - 1 - member);
  }
  packed.sort();
  const order: number[] = [];
  for (let i = packed.length - 1; i >= 0; i--) {
    const place = (packed[i] as number) % size;
    order.push(size - 1 - (place < 0 ? place + size : place));
  }
  return order;
}

function sortRuns(order: number[], keys: Float64Array, compare: (a: number, b: number) => number): void {
  for (let from = 0, to = 1; from < order.length; from = to, to = from + 1) {
    while (to < order.length && keys[order[to] as number] === keys[order[from] as number]) to++;
    if (to - from === 1) continue;
    const run = order.slice(from, to).sort((a, b) => compare(a, b) || a - b);
    for (const [i, member] of run.entries()) order[from + i] = member;
  }
}

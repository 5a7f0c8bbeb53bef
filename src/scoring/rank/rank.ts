import { maxOf, ONE } from '../../numbers/decimal.js';
import { MICRO, type Micro } from '../../numbers/micro.js';
import type { Points } from '../points/points.js';
import type { Grade, Ties } from '../scheme/scheme.js';

export interface Place {
  readonly rank: number;
  /** Shares its rank with another. */
  readonly tied: boolean;
}

/** Ranks by member; 0: no candidate. */
export class Places {
  /** How many have a rank. */
  readonly size: number;
  readonly ranks: Int32Array;
  /** 1: shares its rank with another. */
  readonly tied: Uint8Array;

  constructor(members: number, ranked: number) {
    this.size = ranked;
    this.ranks = new Int32Array(members);
    this.tied = new Uint8Array(members);
  }

  set(member: number, rank: number, tied: boolean): void {
    this.ranks[member] = rank;
    this.tied[member] = tied ? 1 : 0;
  }

  of(member: number): Place | null {
    const place = this.ranks[member] as number;
    return place === 0 ? null : { rank: place, tied: this.tied[member] === 1 };
  }
}

/**
 * Ranks within one cohort, higher first. What is equal in every key: `competition` 1-2-2-4, `dense` 1-2-2-3,
 * `ordinal` by institution code. Never by input order.
 *
 * @param candidates members of the cohort, in the order of their institutions' codes
 * @param keys       in falling importance, by member; excluded counts lowest
 */
export function rank(candidates: Int32Array, keys: readonly [Points, ...Points[]], ties: Ties): Places {
  const places = new Places(keys[0].size, candidates.length);
  const { most } = keys[0].extent();
  // A key and a member in one whole float: sorted without a comparison function.
  const isPacked = keys.length === 1 && ties !== 'ordinal' && 2 * (most + 1) * keys[0].size < Number.MAX_SAFE_INTEGER;
  if (isPacked) byPacking(candidates, keys[0].values, most, ties, places);
  else bySorting(candidates, keys, ties, places);
  return places;
}

/** One key, ties allowed. @param most the largest magnitude among the keys */
function byPacking(candidates: Int32Array, key: Float64Array, most: number, ties: Ties, places: Places): void {
  const size = key.length;
  const packed = new Float64Array(candidates.length);
  for (let i = 0; i < packed.length; i++) {
    const member = candidates[i] as number;
    packed[i] = (most - (key[member] as number)) * size + member;
  }
  packed.sort();
  const falling = new Int32Array(packed.length);
  for (let i = 0; i < packed.length; i++) {
    const each = packed[i] as number;
    falling[i] = each - Math.floor(each / size) * size;
  }
  let rankNow = 0;
  for (let i = 0; i < falling.length; ) {
    const mine = key[falling[i] as number] as number;
    let next = i + 1;
    while (next < falling.length && key[falling[next] as number] === mine) next++;
    rankNow = ties === 'dense' ? rankNow + 1 : i + 1;
    for (let k = i; k < next; k++) places.set(falling[k] as number, rankNow, next - i > 1);
    i = next;
  }
}

function bySorting(candidates: Int32Array, keys: readonly Points[], ties: Ties, places: Places): void {
  const compare = (a: number, b: number): number => {
    for (const key of keys) {
      const [mine, other] = [key.at(a), key.at(b)];
      if (mine === other) continue;
      if (mine === null) return 1;
      if (other === null) return -1;
      return mine > other ? -1 : 1;
    }
    return 0;
  };
  const sorted = [...candidates].sort((a, b) => compare(a, b) || a - b);
  const equal = (a: number | undefined, b: number | undefined): boolean =>
    a !== undefined && b !== undefined && compare(a, b) === 0;
  let rankNow = 0;
  for (const [i, member] of sorted.entries()) {
    const likeBefore = equal(sorted[i - 1], member);
    if (ties === 'ordinal' || !likeBefore) rankNow = ties === 'dense' ? rankNow + 1 : i + 1;
    places.set(member, rankNow, ties !== 'ordinal' && (likeBefore || equal(member, sorted[i + 1])));
  }
}

/**
 * The first grade, in declared order, whose conditions all hold: rounded total ≥ `min`, rank within `topShare` of the
 * number ranked in the cohort, at least one.
 * @returns index among the grades by rounded total and rank; -1: none
 */
export function grader(grades: readonly Grade[], ranked: number): (total: Micro, rank: number) => number {
  const limits = grades.map(({ min, topShare }) => ({
    // A limit between two millionths is reached by the upper one.
    least: min && BigInt(min.times(MICRO.toString()).ceil().toFixed()),
    last: topShare && maxOf([ONE, topShare.times(ranked).floor()]).toNumber(),
  }));
  return (total, place) =>
    limits.findIndex(({ least, last }) => (least === null || total >= least) && (last === null || place <= last));
}

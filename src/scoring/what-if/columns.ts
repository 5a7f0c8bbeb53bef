import { geometric, harmonic, type Weighted } from '../aggregate/means.js';
import { floatOf } from '../points/points.js';
import { divideWhole } from './whole.js';

/** Scores of one node by member, whole millionths of a point; 0 where the node is excluded. */
export interface Column {
  readonly scores: Float64Array;
  /** 1: has a score. */
  readonly present: Uint8Array;
  /** Every member has one: its `present` need not be read. */
  complete: boolean;
}

export const emptyColumn = (size: number): Column => ({
  scores: new Float64Array(size),
  present: new Uint8Array(size),
  complete: false,
});

/** One group's children with the weights that it runs with. */
export interface Sum {
  readonly children: readonly Column[];
  /** As declared: what does not settle in float64 is computed with these. */
  readonly declared: readonly bigint[];
  /** The same divided by their greatest common divisor. */
  readonly weights: readonly number[];
  readonly whole: number;
}

/**
 * Which members have a score of the group: some weight present, and at least `needed` of it.
 * @param needed whole, in the unit of `weights`
 */
export function markPresent({ children, weights }: Sum, needed: number, into: Column): void {
  const { present } = into;
  const size = present.length;
  if (children.every((child) => child.complete)) {
    present.fill(1);
    into.complete = true;
    return;
  }
  let all = true;
  for (let i = 0; i < size; i++) {
    let weight = 0;
    for (let k = 0; k < children.length; k++)
      if ((children[k] as Column).present[i] === 1) weight += weights[k] as number;
    const there = weight > 0 && weight >= needed;
    present[i] = there ? 1 : 0;
    all &&= there;
  }
  into.complete = all;
}

/** Σ w·s / Σ w over the children present, half-up. */
export function arithmeticColumn({ children, weights, whole }: Sum, into: Column): void {
  const { scores } = into;
  const size = scores.length;
  scores.fill(0);
  const lacking = children.flatMap((child, k) => (child.complete ? [] : [[child, weights[k] as number] as const]));
  // A child without a score holds 0: its product adds nothing, only its weight must be taken out below.
  for (let k = 0; k < children.length; k++) {
    const column = (children[k] as Column).scores;
    const weight = weights[k] as number;
    for (let i = 0; i < size; i++) scores[i] = (scores[i] as number) + weight * (column[i] as number);
  }
  for (let i = 0; i < size; i++) {
    let below = whole;
    for (const [child, weight] of lacking) if (child.present[i] === 0) below -= weight;
    scores[i] = below > 0 && into.present[i] === 1 ? divideWhole(scores[i] as number, below) : 0;
  }
}

/**
 * Geometric and harmonic means are taken in float64, which settles the last digit unless the value lies within its
 * error of a rounding limit; then the 34-digit mean decides.
 */
interface RootedMean {
  readonly term: (score: number) => number;
  readonly mean: (sum: number, weight: number) => number;
  /** Relative error of the mean for each child, an order of magnitude above what can happen. */
  readonly error: number;
  readonly exact: (children: readonly Weighted[]) => bigint;
}

const ROOTED: Readonly<Record<'geometric' | 'harmonic', RootedMean>> = {
  // Scores are whole millionths: at least 1, so every logarithm is 0 or more and below 37.
  geometric: { term: Math.log, mean: (sum, weight) => Math.exp(sum / weight), error: 1e-14, exact: geometric },
  harmonic: { term: (score) => 1 / score, mean: (sum, weight) => weight / sum, error: 1e-15, exact: harmonic },
};

const FEW = 8;

export function rootedColumn(kind: 'geometric' | 'harmonic', sum: Sum, into: Column): void {
  const { term, mean, error, exact } = ROOTED[kind];
  const { children, weights } = sum;
  const tolerance = error * (children.length + FEW);
  for (let i = 0; i < into.scores.length; i++) {
    if (into.present[i] === 0) {
      into.scores[i] = 0;
      continue;
    }
    let total = 0;
    let weight = 0;
    let isZero = false;
    for (let k = 0; k < children.length; k++) {
      const child = children[k] as Column;
      if (child.present[i] === 0) continue;
      const score = child.scores[i] as number;
      if (score <= 0) isZero = true;
      total += (weights[k] as number) * term(score);
      weight += weights[k] as number;
    }
    const value = isZero ? 0 : mean(total, weight);
    const floor = Math.floor(value);
    const toLimit = Math.abs(value - floor - 0.5);
    if (isZero || toLimit > value * tolerance) into.scores[i] = isZero ? 0 : toNearest(value, floor);
    else into.scores[i] = floatOf(exact(presentOf(sum, i)));
  }
}

const toNearest = (value: number, floor: number): number => (value - floor > 0.5 ? floor + 1 : floor);

const presentOf = ({ children, declared }: Sum, member: number): readonly Weighted[] =>
  children.flatMap((child, k) =>
    child.present[member] === 0
      ? []
      : [{ score: BigInt(child.scores[member] as number), weight: declared[k] as bigint }],
  );

/** The middle score, or the mean of the two middle ones, half-up; unweighted. */
export function medianColumn({ children }: Sum, into: Column): void {
  const few = new Float64Array(children.length);
  for (let i = 0; i < into.scores.length; i++) {
    let count = 0;
    for (const child of children) if (child.present[i] === 1) few[count++] = child.scores[i] as number;
    const sorted = few.subarray(0, count).sort();
    const middle = Math.floor(count / 2);
    if (into.present[i] === 0) into.scores[i] = 0;
    else if (count % 2 === 1) into.scores[i] = sorted[middle] as number;
    else into.scores[i] = divideWhole((sorted[middle - 1] as number) + (sorted[middle] as number), 2);
  }
}

/** The least score. */
export function leastColumn({ children }: Sum, into: Column): void {
  for (let i = 0; i < into.scores.length; i++) {
    let least = Number.POSITIVE_INFINITY;
    for (const child of children) if (child.present[i] === 1) least = Math.min(least, child.scores[i] as number);
    into.scores[i] = into.present[i] === 1 ? least : 0;
  }
}

const WHOLE_POINTS = 100_000_000;

/** Copeland over the members that have a total to come; see `aggregate/outranking.ts`. @param ranked 1: has one */
export function outrankingColumn({ children, weights }: Sum, into: Column, ranked: Uint8Array): void {
  const members = [...ranked.keys()].filter((i) => ranked[i] === 1);
  const n = members.length;
  const wins = new Int32Array(into.scores.length);
  for (let a = 0; a < n; a++)
    for (let b = a + 1; b < n; b++) {
      const [i, j] = [members[a] as number, members[b] as number];
      let margin = 0;
      for (let k = 0; k < children.length; k++) {
        const { scores, present } = children[k] as Column;
        if (present[i] === 0 || present[j] === 0) continue;
        const difference = (scores[i] as number) - (scores[j] as number);
        if (difference > 0) margin += weights[k] as number;
        else if (difference < 0) margin -= weights[k] as number;
      }
      wins[i] = (wins[i] as number) + Math.sign(margin);
      wins[j] = (wins[j] as number) - Math.sign(margin);
    }
  into.scores.fill(0);
  for (const i of members)
    if (into.present[i] === 1)
      into.scores[i] =
        n === 1 ? WHOLE_POINTS / 2 : divideWhole(WHOLE_POINTS * ((wins[i] as number) + n - 1), 2 * (n - 1));
}

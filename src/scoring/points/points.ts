import type { Micro } from '../../numbers/micro.js';

/** Points of one node for the members of a cohort, in whole millionths, exact. */
export class Points {
  /** NaN: excluded. Infinite: more digits than a float holds, then `wide` has them. */
  readonly values: Float64Array;
  private readonly wide = new Map<number, Micro>();
  private known: Extent | null = null;

  constructor(readonly size: number) {
    this.values = new Float64Array(size).fill(Number.NaN);
  }

  static of(points: readonly (Micro | null)[]): Points {
    const column = new Points(points.length);
    for (const [member, micro] of points.entries()) column.set(member, micro);
    return column;
  }

  set(member: number, micro: Micro | null): void {
    this.wide.delete(member);
    this.known = null;
    if (micro === null) this.values[member] = Number.NaN;
    else if (isSafe(micro)) this.values[member] = floatOf(micro);
    else {
      this.values[member] = Number.POSITIVE_INFINITY;
      this.wide.set(member, micro);
    }
  }

  /** null: excluded. */
  at(member: number): Micro | null {
    const value = this.values[member] as number;
    if (Number.isNaN(value)) return null;
    return Number.isFinite(value) ? BigInt(value) : (this.wide.get(member) as Micro);
  }

  has(member: number): boolean {
    return !Number.isNaN(this.values[member] as number);
  }

  /** Nobody is excluded, and `most` is the largest magnitude: whoever filled the values saw it. */
  know(most: number): void {
    this.known = { most, isComplete: true };
  }

  /** The largest magnitude (Infinity when some are wide), and whether nobody is excluded. */
  extent(): Extent {
    this.known ??= extentOf(this.values);
    return this.known;
  }
}

interface Extent {
  readonly most: number;
  readonly isComplete: boolean;
}

function extentOf(values: Float64Array): Extent {
  let most = 0;
  let excluded = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i] as number);
    if (size > most) most = size;
    else if (!(size >= 0)) excluded++;
  }
  return { most, isComplete: excluded === 0 };
}

const MOST = BigInt(Number.MAX_SAFE_INTEGER);

export const isSafe = (whole: bigint): boolean => whole <= MOST && whole >= -MOST;

/** @param whole safe: its digits fit a float */
export const floatOf = (whole: bigint): number => Number.parseInt(whole.toString(), 10);

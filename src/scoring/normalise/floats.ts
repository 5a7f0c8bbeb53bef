import { type Bounded, errorsOf, type FloatBlock, NUMBER, SLACK, TINY, ULP } from '../../formula/float/block.js';
import type { Decimal } from '../../numbers/decimal.js';
import type { Direction } from '../scheme/scheme.js';

/**
 * The float side of a method (design 6), for methods that are straight: points = at + slope · (x − from), kept between
 * `least` and `most`. The sample is turned round (x → −x) where the decimal side is. null: floats cannot tell.
 */
export type LineOf = (sample: FloatSample, direction: Direction) => Line | null;

export interface Line {
  readonly from: Bounded;
  readonly slope: Bounded;
  readonly at: Bounded;
  /** Bounds of the points, exact or correctly rounded; clamping never widens a bound by more than a unit. */
  readonly least: number;
  readonly most: number;
}

/** Statistics of the numbers of one column, each taken when it is first asked for. */
export class FloatSample {
  private range: { min: Bounded; max: Bounded } | null = null;
  private moments: { mean: Bounded; deviation: Bounded | null } | null = null;
  /** How many cells are numbers. */
  readonly size: number;

  constructor(readonly cells: FloatBlock) {
    this.size = cells.clean
      ? cells.value.length
      : cells.outcome.reduce((n, outcome) => n + (outcome === NUMBER ? 1 : 0), 0);
  }

  get min(): Bounded {
    return this.extremes().min;
  }

  get max(): Bounded {
    return this.extremes().max;
  }

  get mean(): Bounded {
    return this.spread().mean;
  }

  /** Sample deviation (n − 1); null when it may be 0. */
  get deviation(): Bounded | null {
    return this.spread().deviation;
  }

  /** The largest bound of any cell. */
  get worst(): number {
    const { outcome } = this.cells;
    const error = errorsOf(this.cells, this.cells.value.length);
    let worst = 0;
    for (let i = 0; i < error.length; i++)
      if (outcome[i] === NUMBER && (error[i] as number) > worst) worst = error[i] as number;
    return worst;
  }

  get median(): Bounded {
    const { value, outcome } = this.cells;
    const sorted = value.filter((_, i) => outcome[i] === NUMBER).sort();
    const low = sorted[(sorted.length - 1) >> 1] as number;
    const high = sorted[sorted.length >> 1] as number;
    return { value: (low + high) / 2, error: (this.worst + ULP * (Math.abs(low) + Math.abs(high))) * SLACK };
  }

  /** Bounds of the true extremes: the least of all lower bounds, the least of all upper bounds. */
  private extremes(): { min: Bounded; max: Bounded } {
    if (this.range) return this.range;
    const { value, outcome, clean, relative, plus } = this.cells;
    if (relative !== null) {
      // Bounds that grow with the magnitude keep the order: the extremes are those of the values.
      const [low, high] = endsOf(this.cells);
      const around = (x: number): Bounded => ({
        value: x,
        error: (Math.abs(x) * relative * SLACK + plus) * SLACK,
      });
      this.range = { min: around(low), max: around(high) };
      return this.range;
    }
    const { error } = this.cells;
    let [minLow, minHigh] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    let [maxLow, maxHigh] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < value.length; i++) {
      if (!clean && outcome[i] !== NUMBER) continue;
      const low = (value[i] as number) - (error[i] as number);
      const high = (value[i] as number) + (error[i] as number);
      if (low < minLow) minLow = low;
      if (high < minHigh) minHigh = high;
      if (low > maxLow) maxLow = low;
      if (high > maxHigh) maxHigh = high;
    }
    this.range = { min: between(minLow, minHigh), max: between(maxLow, maxHigh) };
    return this.range;
  }

  private spread(): { mean: Bounded; deviation: Bounded | null } {
    if (this.moments) return this.moments;
    const { value, outcome } = this.cells;
    const error = errorsOf(this.cells, value.length);
    const n = this.size;
    let [sum, magnitude, errors] = [0, 0, 0];
    for (let i = 0; i < value.length; i++) {
      if (outcome[i] !== NUMBER) continue;
      sum += value[i] as number;
      magnitude += Math.abs(value[i] as number);
      errors += error[i] as number;
    }
    const total: Bounded = { value: sum, error: (errors + n * ULP * magnitude) * SLACK };
    const mean: Bounded = { value: sum / n, error: (total.error / n + ULP * Math.abs(sum / n)) * SLACK };
    let [squares, doubt] = [0, 0];
    for (let i = 0; i < value.length; i++) {
      if (outcome[i] !== NUMBER) continue;
      const distance = (value[i] as number) - mean.value;
      const off = (error[i] as number) + mean.error + ULP * Math.abs(distance);
      squares += distance * distance;
      doubt += 2 * Math.abs(distance) * off + off * off;
    }
    const variance: Bounded = {
      value: squares / (n - 1),
      error: ((doubt + (n + 2) * ULP * squares) / (n - 1)) * SLACK,
    };
    // √(v ± e) lies within e / √(v − e) of √v.
    const deviation =
      n > 1 && variance.value > 2 * variance.error && variance.value > SMALLEST_SQUARE
        ? {
            value: Math.sqrt(variance.value),
            error:
              (variance.error / Math.sqrt(variance.value - variance.error) + 2 * ULP * Math.sqrt(variance.value)) *
              SLACK,
          }
        : null;
    this.moments = { mean, deviation };
    return this.moments;
  }
}

function endsOf({ value, outcome, clean }: FloatBlock): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < value.length; i++) {
    if (!clean && outcome[i] !== NUMBER) continue;
    const x = value[i] as number;
    if (x < low) low = x;
    if (x > high) high = x;
  }
  return [low, high];
}

/** Squares below may have lost digits to underflow. */
const SMALLEST_SQUARE = 1e-280;

/** A little wider than the two, since both were rounded. */
const between = (low: number, high: number): Bounded => ({
  value: (low + high) / 2,
  error: ((high - low) / 2 + 2 * ULP * (Math.abs(low) + Math.abs(high))) * SLACK,
});

/** A decimal as the nearest float. */
export function bounded(value: Decimal): Bounded {
  const nearest = value.toNumber();
  return { value: nearest, error: Math.abs(nearest) * ULP * SLACK };
}

export const difference = (a: Bounded, b: Bounded): Bounded => {
  const value = a.value - b.value;
  return { value, error: (a.error + b.error + ULP * Math.abs(value)) * SLACK };
};

/** @returns null when `b` may be 0 */
export function quotient(a: Bounded, b: Bounded): Bounded | null {
  const least = Math.abs(b.value) - b.error;
  if (!(least > 0)) return null;
  const value = a.value / b.value;
  return { value, error: ((a.error + Math.abs(value) * b.error) / least + ULP * Math.abs(value)) * SLACK + TINY };
}

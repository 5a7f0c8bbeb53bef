import { parseFigure } from '../../../src/numbers/decimal.js';
import { toMicro } from '../../../src/numbers/micro.js';

/** Weights as they are typed: texts, in whole hundredths where they are reckoned with. Nothing here is a float. */

const WEIGHT = /^[0-9]{1,3}(\.[0-9]{1,2})?$/;
const HUNDREDTH = 10_000n;
const STEP = 1_000_000n;
const LARGEST = 999_990_000n;

/** Millionths of a typed weight; null: no number, more than two decimals, or not above 0. */
export function typedWeight(text: string): bigint | null {
  if (!WEIGHT.test(text)) return null;
  return positive(text);
}

/** Millionths of a weight as a document writes it, up to six decimals. */
export function positive(text: string): bigint | null {
  const weight = parseFigure(text);
  if (typeof weight === 'string') return null;
  const millionths = toMicro(weight);
  return millionths > 0n ? millionths : null;
}

/** `40` → `40.00`; of finer weights all decimals. */
export function shownWeight(millionths: bigint): string {
  const sign = millionths < 0n ? '-' : '';
  const digits = (millionths < 0n ? -millionths : millionths).toString().padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0{1,4}$/, '');
  return `${sign}${digits.slice(0, -6)}.${fraction}`;
}

/** As short as a document would have it: `40`, `12.5`. */
export const writtenWeight = (millionths: bigint): string => shownWeight(millionths).replace(/\.?0+$/, '');

/** One more or one less, as the arrow keys do; stays above 0. */
export function stepped(millionths: bigint, up: boolean): bigint {
  const next = millionths + (up ? STEP : -STEP);
  if (next <= 0n) return millionths;
  return next > LARGEST ? LARGEST : next;
}

export const WHOLE = 100_000_000n;

/**
 * The weights in proportion, summing to exactly 100 with two decimals each: what is left over goes by hundredths to
 * those that rounding took most from, of equal ones to the first.
 * @param weights millionths, each above 0
 */
export function inProportion(weights: readonly bigint[]): readonly bigint[] {
  const sum = weights.reduce((total, weight) => total + weight, 0n);
  const units = WHOLE / HUNDREDTH;
  const shares = weights.map((weight, i) => ({
    i,
    // None falls to zero: a weight is above 0.
    units: (weight * units) / sum || 1n,
    rest: (weight * units) % sum,
  }));
  let left = units - shares.reduce((total, share) => total + share.units, 0n);
  const order = [...shares].sort((a, b) => (a.rest < b.rest ? 1 : a.rest > b.rest ? -1 : a.i - b.i));
  for (let k = 0; left > 0n; k = (k + 1) % order.length, left--) (order[k] as { units: bigint }).units++;
  const largest = [...shares].sort((a, b) => (a.units < b.units ? 1 : -1))[0];
  if (largest) largest.units += left; // below 0 only when some were lifted from zero
  return shares.map((share) => share.units * HUNDREDTH);
}

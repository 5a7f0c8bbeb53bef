import { Decimal } from './decimal.js';

/**
 * Points, totals and weights are whole numbers of 10⁻⁶ (design 6): their sums do not depend on order, ties are exact
 * and every printed total can be added up by hand.
 */
export type Micro = bigint;

const MICRO_PLACES = 6;

/** One point. */
export const MICRO = 1_000_000n;

/** Half-up to six decimals, as a whole number of 10⁻⁶. Exact for any size. */
export const toMicro = (value: Decimal): Micro =>
  BigInt(value.toFixed(MICRO_PLACES, Decimal.ROUND_HALF_UP).replace('.', ''));

export const fromMicro = (micro: Micro): Decimal => new Decimal(`${micro}e-${MICRO_PLACES}`);

/** Plain decimal text of points: `63.40035`. */
export const microText = (micro: Micro): string => withPoint(micro, MICRO_PLACES).replace(TRAILING_ZEROS, '');

const TRAILING_ZEROS = /\.?0+$/;

/** Made of digits, since a decimal for each of half a million cells takes seconds. */
function withPoint(micro: Micro, places: number): string {
  const digits = (micro < 0n ? -micro : micro).toString().padStart(MICRO_PLACES + 1, '0');
  const whole = digits.slice(0, -MICRO_PLACES);
  const fraction = digits.slice(-MICRO_PLACES, digits.length - MICRO_PLACES + places);
  return `${micro < 0n ? '-' : ''}${whole}${places === 0 ? '' : `.${fraction}`}`;
}

/** `numerator / denominator`, half away from zero. @param denominator above 0 */
export function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  const doubled = 2n * (numerator < 0n ? -numerator : numerator);
  const magnitude = (doubled + denominator) / (2n * denominator);
  return numerator < 0n ? -magnitude : magnitude;
}

/** Half-up to `places` (0–6) decimals of a point. */
export function roundMicro(micro: Micro, places: number): Micro {
  const step = 10n ** BigInt(MICRO_PLACES - places);
  return divideHalfUp(micro, step) * step;
}

/** With exactly `places` (0–6) decimals: `60.00`. @param micro rounded to these places already */
export const microFixed = (micro: Micro, places: number): string => withPoint(micro, places);

/** The greatest common divisor of two whole numbers above 0. */
export const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));

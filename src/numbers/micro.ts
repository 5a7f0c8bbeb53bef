import { Decimal, plain } from './decimal.js';

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
export const microText = (micro: Micro): string => plain(fromMicro(micro));

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
export function microFixed(micro: Micro, places: number): string {
  return fromMicro(micro).toFixed(places);
}

/** The greatest common divisor of two whole numbers above 0. */
export const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));

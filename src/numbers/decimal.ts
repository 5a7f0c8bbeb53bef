import { Decimal as Base } from 'decimal.js';

/**
 * Decimal arithmetic of the product: 34 significant digits, half away from zero (design 6).
 * Money is 万元 as a string at every border and a Decimal inside.
 */
export const Decimal = Base.clone({ precision: 34, rounding: Base.ROUND_HALF_UP, toExpNeg: -9e15, toExpPos: 9e15 });
export type Decimal = Base;

export const ZERO = new Decimal(0);
export const ONE = new Decimal(1);
export const HALF = new Decimal('0.5');
export const HUNDRED = new Decimal(100);

/** Half-up to `places` decimals; half-up means half away from zero: 2.345 → 2.35, −2.345 → −2.35. */
export const quantise = (value: Decimal, places: number): Decimal =>
  value.toDecimalPlaces(places, Decimal.ROUND_HALF_UP);

/** Plain decimal text: no exponent, no trailing zeros, never `-0`. */
export const plain = (value: Decimal): string => (value.isZero() ? '0' : value.toFixed());

const FIGURE = /^-?[0-9]+(\.[0-9]+)?$/;

/** Why a text is no figure: not a plain decimal; more than 16 digits before or 12 after the point. */
export type FigureFault = 'not-a-number' | 'range';

/**
 * A figure as tables and the JSON interface write it: `-?digits(.digits)?`, at most 16 digits before the point
 * (leading zeros do not count) and 12 after; no exponent, no separators (scheme-language 1).
 */
export function parseFigure(text: string): Decimal | FigureFault {
  if (!FIGURE.test(text)) return 'not-a-number';
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  if (whole.replace(/^0+(?=.)/, '').length > 16 || fraction.length > 12) return 'range';
  const value = new Decimal(text);
  return value.isZero() ? ZERO : value;
}

/** Adds and multiplies without rounding: for sums, before the one division. */
export const Exact = Base.clone({ precision: 1e4, rounding: Base.ROUND_HALF_UP, toExpNeg: -9e15, toExpPos: 9e15 });

/** The exact sum, not yet rounded: for a mean divide it once. */
const exactTotal = (values: readonly Decimal[]): Decimal =>
  values.reduce((total, value) => total.plus(value), new Exact(0) as Decimal);

/** Summed exactly and rounded once to 34 digits, so that order never matters. Empty: 0. */
export const sumOf = (values: readonly Decimal[]): Decimal => new Decimal(0).plus(exactTotal(values));

/** The exact sum divided once; the mean of equal values is that value. @param values at least one */
export const meanOf = (values: readonly Decimal[]): Decimal => Decimal.div(exactTotal(values), values.length);

/** The middle, or the mean of the two middle values. @param values at least one, any order */
export function medianOf(values: readonly Decimal[]): Decimal {
  const sorted = [...values].sort((a, b) => a.comparedTo(b));
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] as Decimal)
    : meanOf([sorted[middle - 1] as Decimal, sorted[middle] as Decimal]);
}

/** @param values at least one */
export const minOf = (values: readonly Decimal[]): Decimal =>
  values.reduce((least, value) => (value.lt(least) ? value : least));

/** @param values at least one */
export const maxOf = (values: readonly Decimal[]): Decimal =>
  values.reduce((most, value) => (value.gt(most) ? value : most));

/** `value` brought into `least` … `most`. */
export const clamp = (value: Decimal, least: Decimal, most: Decimal): Decimal =>
  value.lt(least) ? least : value.gt(most) ? most : value;

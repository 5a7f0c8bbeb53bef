import { Decimal } from './decimal.js';

/** A decimal as `whole / 10^scale`, both exact in float64; most figures are (16 digits and more may not be). */
export interface Compact {
  /** Below 2⁵³ in magnitude. */
  readonly whole: number;
  /** 0–22, so that 10^scale is exact too and the quotient is the nearest float. */
  readonly scale: number;
}

const WORD = 1e7;
const WORD_DIGITS = 7;
const MOST_WHOLE = Number.MAX_SAFE_INTEGER;
const POWERS = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/** @returns null when the digits do not fit */
export function compact(value: Decimal): Compact | null {
  const words = value.d;
  if (words.length > 3 || !value.isFinite()) return null;
  // decimal.js keeps words of seven digits, aligned to the point; the last may end in zeros.
  let last = words[words.length - 1] as number;
  let scale = (words.length - 1 - Math.floor(value.e / WORD_DIGITS)) * WORD_DIGITS;
  let width = WORD;
  while (scale > 0 && last !== 0 && last % 10 === 0) {
    last /= 10;
    width /= 10;
    scale--;
  }
  if (last === 0) return { whole: 0, scale: 0 };
  let whole = 0;
  for (let i = 0; i < words.length - 1; i++) whole = whole * WORD + (words[i] as number);
  whole = whole * width + last;
  while (scale < 0) {
    whole *= 10;
    scale++;
  }
  if (whole > MOST_WHOLE || scale >= POWERS.length) return null;
  return { whole: value.s < 0 ? -whole : whole, scale };
}

export const expand = ({ whole, scale }: Compact): Decimal => new Decimal(`${whole}e-${scale}`);

/** The float nearest to a decimal. */
export function nearestFloat(value: Decimal): number {
  const small = compact(value);
  return small ? small.whole / (POWERS[small.scale] as number) : value.toNumber();
}

/**
 * Whole numbers held in float64: exact below 2⁵³, many times faster than BigInt. Whoever uses them proves first that
 * nothing leaves this range (`SAFE` keeps one bit in hand for the remainder of a division).
 */
export const SAFE = 2 ** 52;

const PLACES = 6;

/** Points as records print them (at most six decimals) as the text of a whole number of 10⁻⁶: `63.4` → `63400000`. */
export function microDigits(points: string): string {
  const [whole = '', fraction = ''] = points.split('.');
  return whole + fraction.padEnd(PLACES, '0');
}

/** A whole number within ±2⁵³ as a float64. */
export const wholeOf = (integer: bigint | string): number => Number.parseInt(integer.toString(), 10);

/** `numerator / denominator`, half away from zero, both whole. @param denominator above 0 */
export function divideWhole(numerator: number, denominator: number): number {
  const magnitude = Math.abs(numerator);
  let quotient = Math.floor(magnitude / denominator);
  // The quotient of floats may be one off; the remainder is exact and tells.
  let remainder = magnitude - quotient * denominator;
  if (remainder < 0) {
    quotient--;
    remainder += denominator;
  } else if (remainder >= denominator) {
    quotient++;
    remainder -= denominator;
  }
  if (remainder >= denominator - remainder) quotient++;
  return numerator < 0 ? -quotient : quotient;
}

export function greatestCommonDivisor(numbers: readonly bigint[]): bigint {
  let divisor = 0n;
  for (const number of numbers) {
    let rest = number;
    while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  }
  return divisor;
}

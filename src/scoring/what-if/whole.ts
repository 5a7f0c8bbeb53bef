/**
 * Whole numbers held in float64: exact below 2⁵³, many times faster than BigInt. Whoever uses them proves first that
 * nothing leaves this range (`SAFE` keeps one bit in hand for the remainder of a division).
 */
export const SAFE = 2 ** 52;

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

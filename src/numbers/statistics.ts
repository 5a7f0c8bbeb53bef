import { Decimal, Exact, meanOf, sumOf, ZERO } from './decimal.js';

/** Sample standard deviation (n − 1). One value, or all equal: exactly 0. @param values at least one */
export function sampleDeviation(values: readonly Decimal[]): Decimal {
  if (values.length < 2) return ZERO;
  const mean = meanOf(values);
  const squares = values.reduce((total, value) => {
    const distance = new Exact(value).minus(mean);
    return total.plus(distance.times(distance));
  }, new Exact(0));
  return Decimal.div(squares, values.length - 1).sqrt();
}

export interface Shape {
  /** G1, what spreadsheets call SKEW. */
  readonly skewness: Decimal;
  /** G2, what spreadsheets call KURT: 0 for the normal distribution. */
  readonly kurtosis: Decimal;
}

/**
 * Skewness and kurtosis, both sample-adjusted.
 * @param values any order, one unit
 * @returns      null when there are fewer than four values or all are equal
 */
export function shapeOf(values: readonly Decimal[]): Shape | null {
  const n = values.length;
  if (n < 4) return null;
  const deviation = sampleDeviation(values);
  if (deviation.isZero()) return null;
  const mean = meanOf(values);
  const standardised = values.map((value) => value.minus(mean).div(deviation));
  const third = sumOf(standardised.map((z) => z.pow(3)));
  const fourth = sumOf(standardised.map((z) => z.pow(4)));
  return {
    skewness: third.times(n).div((n - 1) * (n - 2)),
    kurtosis: fourth
      .times(n * (n + 1))
      .div(new Decimal(n - 1).times(n - 2).times(n - 3))
      .minus(new Decimal(3 * (n - 1) * (n - 1)).div((n - 2) * (n - 3))),
  };
}

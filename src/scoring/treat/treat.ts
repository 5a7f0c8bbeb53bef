import { Decimal, maxOf, minOf, ONE, quantise } from '../../numbers/decimal.js';
import { sampleDeviation, shapeOf } from '../../numbers/statistics.js';
import type { Treatment } from './treatment.js';

const TREATED_PLACES = 12;
const FEWEST = 4;
const LOG_MARGIN = new Decimal('0.01');

/**
 * Brings outliers in: winsorised, logarithm or Box-Cox.
 *
 * @param values the decimals of one column (cohort or all), one unit, any order
 * @returns      as many values, in the same order, 12 decimals. Fewer than four, or all equal: unchanged
 *
 * Source: scheme-language 4, treatment; COINr `Treat`, `winsorise`, `log_CT`, `boxcox`.
 */
export function treat(values: readonly Decimal[], treatment: Treatment): readonly Decimal[] {
  if (values.length < FEWEST || sampleDeviation(values).isZero()) return values;
  return apply(values, treatment).map((value) => quantise(value, TREATED_PLACES));
}

function apply(values: readonly Decimal[], treatment: Treatment): readonly Decimal[] {
  switch (treatment.kind) {
    case 'winsorise': {
      const fails = (current: readonly Decimal[]): boolean => {
        const shape = shapeOf(current);
        if (shape === null) return false;
        return shape.skewness.abs().gt(treatment.skewness) && shape.kurtosis.gt(treatment.kurtosis);
      };
      const winsorised = winsorise(values, (current, changed) => changed < treatment.maxPoints && fails(current));
      return treatment.thenLog && fails(winsorised) ? logarithm(values) : winsorised;
    }
    case 'force':
      return winsorise(values, (_, changed) => changed < treatment.points);
    case 'log':
      return logarithm(values);
    case 'box_cox':
      return boxCox(values, treatment.lambda);
  }
}

/** While `goes on`: the values at the far end become the next ones. Which end is looked at afresh each time. */
function winsorise(
  values: readonly Decimal[],
  goesOn: (current: readonly Decimal[], changed: number) => boolean,
): readonly Decimal[] {
  let current = values;
  const changed = (): number => current.filter((value, i) => !value.eq(values[i] as Decimal)).length;
  while (goesOn(current, changed())) {
    const shape = shapeOf(current);
    if (shape === null) return current;
    const upper = shape.skewness.gt(0);
    const end = upper ? maxOf(current) : minOf(current);
    const others = current.filter((value) => !value.eq(end));
    const next = upper ? maxOf(others) : minOf(others);
    current = current.map((value) => (value.eq(end) ? next : value));
  }
  return current;
}

function logarithm(values: readonly Decimal[]): readonly Decimal[] {
  const least = minOf(values);
  const margin = maxOf(values).minus(least).times(LOG_MARGIN);
  return values.map((value) => value.minus(least).plus(margin).ln());
}

function boxCox(values: readonly Decimal[], lambda: Decimal): readonly Decimal[] {
  const least = minOf(values);
  return values.map((value) => {
    const y = value.minus(least).plus(ONE);
    if (lambda.isZero()) return y.ln();
    return y.pow(lambda).minus(ONE).div(lambda);
  });
}

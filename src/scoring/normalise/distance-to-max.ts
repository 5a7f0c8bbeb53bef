import { type Decimal, HALF, ONE } from '../../numbers/decimal.js';
import { fromWorstToBest } from './minmax.js';
import { rangeMethod } from './range.js';
import type { Sample } from './sample.js';

/** 1 − (max − x) / (max − min); all equal, or one alone: ½. */
export function distanceToMax(x: Decimal, sample: Sample): Decimal {
  const spread = sample.max.minus(sample.min);
  return spread.isZero() ? HALF : ONE.minus(sample.max.minus(x).div(spread));
}

export const distanceToMaxMethod = rangeMethod({
  name: 'distance_to_max',
  title: '与最优值的距离',
  direction: 'turns',
  tells: 'extremes',
  policyStays: 'inside',
  goesBelow: () => false,
  read: () => ({ parameters: {}, share: distanceToMax, ends: fromWorstToBest }),
});

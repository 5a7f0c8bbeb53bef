import { Decimal, HALF } from '../../numbers/decimal.js';
import { rangeMethod } from './range.js';
import type { Sample } from './sample.js';

/** The share of the others that are less: (number of values < x) / (n − 1). One alone: ½. */
export function percentile(x: Decimal, sample: Sample): Decimal {
  return sample.size === 1 ? HALF : new Decimal(sample.below(x)).div(sample.size - 1);
}

export const percentileMethod = rangeMethod({
  name: 'percentile',
  title: '百分位',
  direction: 'turns',
  tells: 'order',
  policyStays: 'inside',
  goesBelow: () => false,
  read: () => ({ parameters: {}, share: percentile }),
});

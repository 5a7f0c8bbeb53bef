import { type Decimal, HALF } from '../../numbers/decimal.js';
import { rangeMethod } from './range.js';
import type { Sample } from './sample.js';

/**
 * Min-max: the worst of the compared values is at 0, the best at 1, linear between. All equal, or one alone: ½.
 * Source: OECD/JRC Handbook (2008), step 5.
 */
export function minmax(x: Decimal, sample: Sample): Decimal {
  const spread = sample.max.minus(sample.min);
  return spread.isZero() ? HALF : x.minus(sample.min).div(spread);
}

export const minmaxMethod = rangeMethod({
  name: 'minmax',
  title: '极差法',
  direction: 'turns',
  tells: 'extremes',
  policyStays: 'inside',
  goesBelow: () => false,
  read: () => ({ parameters: {}, share: minmax }),
});

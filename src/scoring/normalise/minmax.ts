import { type Decimal, HALF } from '../../numbers/decimal.js';
import type { FloatSample } from './floats.js';
import { type Ends, OPEN_ENDS, rangeMethod } from './range.js';
import type { Sample } from './sample.js';

/**
 * Min-max: the worst of the compared values is at 0, the best at 1, linear between. All equal, or one alone: ½.
 * Source: OECD/JRC Handbook (2008), step 5.
 */
export function minmax(x: Decimal, sample: Sample): Decimal {
  const spread = sample.max.minus(sample.min);
  return spread.isZero() ? HALF : x.minus(sample.min).div(spread);
}

/** Only where the extremes surely differ. */
export const fromWorstToBest = ({ min, max }: FloatSample): Ends | null =>
  max.value - min.value > 2 * (max.error + min.error) ? { zero: min, one: max, ...OPEN_ENDS } : null;

export const minmaxMethod = rangeMethod({
  name: 'minmax',
  title: '极差法',
  direction: 'turns',
  tells: 'extremes',
  policyStays: 'inside',
  goesBelow: () => false,
  read: () => ({ parameters: {}, share: minmax, ends: fromWorstToBest }),
});

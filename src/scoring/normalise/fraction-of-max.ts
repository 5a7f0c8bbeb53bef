import { type Decimal, ZERO } from '../../numbers/decimal.js';
import { OPEN_ENDS, rangeMethod } from './range.js';
import type { Sample } from './sample.js';

/** x / max; a max that is not above 0: 0 for all. */
export const fractionOfMax = (x: Decimal, sample: Sample): Decimal => (sample.max.lte(0) ? ZERO : x.div(sample.max));

export const fractionOfMaxMethod = rangeMethod({
  name: 'fraction_of_max',
  title: '占最大值的比例',
  direction: 'higher',
  tells: 'one',
  policyStays: 'anywhere',
  goesBelow: () => true,
  read: () => ({
    parameters: {},
    share: fractionOfMax,
    ends: ({ max }) => (max.value > 2 * max.error ? { zero: { value: 0, error: 0 }, one: max, ...OPEN_ENDS } : null),
  }),
});

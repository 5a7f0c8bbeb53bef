import { type Decimal, ONE } from '../../numbers/decimal.js';
import { rangeMethod } from './range.js';
import type { Sample } from './sample.js';

/**
 * 1 − (r − x) / (r − min), r = the reference institution's value. The reference is the worst itself: nothing can be
 * measured, null.
 */
export function distanceToReference(x: Decimal, reference: Decimal, sample: Sample): Decimal | null {
  const whole = reference.minus(sample.min);
  return whole.isZero() ? null : ONE.minus(reference.minus(x).div(whole));
}

export const distanceToReferenceMethod = rangeMethod({
  name: 'distance_to_reference',
  title: '与参照机构的距离',
  direction: 'turns',
  tells: 'extremes',
  policyStays: 'not-below',
  goesBelow: () => false,
  excludedNote: '参照机构没有可比的数值，本项不计',
  read: (fields) => {
    const institution = fields.requiredText('institution');
    const truncate = fields.truth('truncate') ?? false;
    if (institution === null) return null;
    return {
      parameters: { institution, truncate },
      share: (x, sample, { ownValueOf }) => {
        const reference = ownValueOf(institution);
        const f = reference && distanceToReference(x, reference, sample);
        return f && truncate && f.gt(1) ? ONE : f;
      },
    };
  },
});

import { type Decimal, ONE, plain } from '../../numbers/decimal.js';
import type { Direction } from '../scheme/scheme.js';
import { bounded } from './floats.js';
import { rangeMethod } from './range.js';
import type { Sample } from './sample.js';

/**
 * The way come from the worst value to a target: (x − min) / (target − min); `lower`: (max − x) / (max − target).
 * A target that the worst has reached: 1 for all.
 */
export function distanceToTarget(x: Decimal, target: Decimal, sample: Sample, direction: Direction): Decimal {
  const higher = direction === 'higher';
  const whole = higher ? target.minus(sample.min) : sample.max.minus(target);
  if (whole.lte(0)) return ONE;
  return (higher ? x.minus(sample.min) : sample.max.minus(x)).div(whole);
}

export const distanceToTargetMethod = rangeMethod({
  name: 'distance_to_target',
  title: '与目标的距离',
  direction: 'means',
  tells: 'one',
  policyStays: 'anywhere',
  goesBelow: () => true,
  read: (fields, direction) => {
    const target = fields.requiredDecimal('target');
    const truncate = fields.truth('truncate') ?? true;
    if (!target) return null;
    return {
      parameters: { target: plain(target), truncate },
      share: (x, sample) => {
        const f = distanceToTarget(x, target, sample, direction);
        return truncate && f.gt(1) ? ONE : f;
      },
      ends: ({ min, max }) => {
        const one = bounded(target);
        const zero = direction === 'higher' ? min : max;
        const way = direction === 'higher' ? one.value - zero.value : zero.value - one.value;
        if (!(way > 2 * (one.error + zero.error))) return null;
        return { zero, one, least: Number.NEGATIVE_INFINITY, most: truncate ? 1 : Number.POSITIVE_INFINITY };
      },
    };
  },
});

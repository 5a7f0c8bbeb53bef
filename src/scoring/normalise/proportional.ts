import { clamp, type Decimal, ONE, plain, ZERO } from '../../numbers/decimal.js';
import { POSITIVE } from '../scheme/fields.js';
import type { Direction } from '../scheme/scheme.js';
import { bounded } from './floats.js';
import { rangeMethod } from './range.js';

/** Full marks at a target: x / target clamped to 0–1; `lower`: 1 if x ≤ target, else target / x. @param target > 0 */
export function proportional(x: Decimal, target: Decimal, direction: Direction): Decimal {
  if (direction === 'lower') return x.lte(target) ? ONE : target.div(x);
  return clamp(x.div(target), ZERO, ONE);
}

export const proportionalMethod = rangeMethod({
  name: 'proportional',
  title: '目标完成率',
  direction: 'means',
  tells: 'nothing',
  policyStays: 'anywhere',
  goesBelow: () => false,
  read: (fields, direction) => {
    const target = fields.requiredDecimal('target', POSITIVE);
    if (!target) return null;
    return {
      parameters: { target: plain(target) },
      share: (x) => proportional(x, target, direction),
      ...(direction === 'higher' && {
        ends: () => ({ zero: { value: 0, error: 0 }, one: bounded(target), least: 0, most: 1 }),
      }),
    };
  },
});

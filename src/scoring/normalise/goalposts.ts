import { clamp, type Decimal, ONE, plain, ZERO } from '../../numbers/decimal.js';
import type { Direction } from '../scheme/scheme.js';
import { bounded } from './floats.js';
import { OPEN_ENDS, rangeMethod } from './range.js';

/** Between two fixed posts: `higher` (x − min) / (max − min), `lower` (max − x) / (max − min). */
export function goalposts(x: Decimal, min: Decimal, max: Decimal, direction: Direction): Decimal {
  const way = direction === 'higher' ? x.minus(min) : max.minus(x);
  return way.div(max.minus(min));
}

export const goalpostsMethod = rangeMethod({
  name: 'goalposts',
  title: '目标区间',
  direction: 'means',
  tells: 'nothing',
  policyStays: 'anywhere',
  goesBelow: (parameters) => parameters.truncate === false,
  read: (fields, direction) => {
    const min = fields.requiredDecimal('min');
    const max = fields.requiredDecimal('max');
    const truncate = fields.truth('truncate') ?? true;
    if (!min || !max) return null;
    if (min.gte(max)) return fields.refuse('max', 'domain', `> ${plain(min)}`, 'goalposts 的 min 应小于 max');
    return {
      parameters: { min: plain(min), max: plain(max), truncate },
      share: (x) => {
        const f = goalposts(x, min, max, direction);
        return truncate ? clamp(f, ZERO, ONE) : f;
      },
      ends: () => {
        const [low, high] = [bounded(min), bounded(max)];
        const limits = truncate ? { least: 0, most: 1 } : OPEN_ENDS;
        return direction === 'higher' ? { zero: low, one: high, ...limits } : { zero: high, one: low, ...limits };
      },
    };
  },
});

import { type Decimal, HUNDRED, minOf, plain } from '../../../numbers/decimal.js';
import { NOT_NEGATIVE, PERCENT } from '../../scheme/fields.js';
import type { Direction } from '../../scheme/scheme.js';
import { asGoodAs, type BenchmarkRule, signOf } from './rule.js';

/**
 * `base` below the benchmark; from it on, `slope` more per unit, at most 100.
 * Source: 荥政文〔2018〕146号, 融资增长率 (高于基准加分).
 */
export function benchPlus(x: Decimal, b: Decimal, direction: Direction, base: Decimal, slope: Decimal): Decimal {
  if (!asGoodAs(x, b, direction)) return base;
  return minOf([HUNDRED, base.plus(slope.times(signOf(direction)).times(x.minus(b)))]);
}

export const benchPlusRule: BenchmarkRule = {
  name: 'bench_plus',
  title: '高于基准加分',
  parts: 'both',
  read: (fields, direction) => {
    const base = fields.requiredDecimal('base', PERCENT);
    const slope = fields.requiredDecimal('slope', NOT_NEGATIVE);
    if (!base || !slope) return null;
    return {
      name: 'bench_plus',
      parameters: { base: plain(base), slope: plain(slope) },
      score: (x, b) => benchPlus(x, b, direction, base, slope),
    };
  },
};

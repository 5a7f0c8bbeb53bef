import { HUNDRED, plain } from '../../../numbers/decimal.js';
import { POSITIVE } from '../../scheme/fields.js';
import { proportional } from '../proportional.js';
import type { BenchmarkRule } from './rule.js';

/** As `proportional`, in 0–100. Source: 试点城市绩效评价口径 (目标完成率). */
export const targetRule: BenchmarkRule = {
  name: 'target',
  title: '目标完成率',
  parts: 'none',
  read: (fields, direction) => {
    const target = fields.requiredDecimal('target', POSITIVE);
    if (!target) return null;
    return {
      name: 'target',
      parameters: { target: plain(target) },
      score: (x) => HUNDRED.times(proportional(x, target, direction)),
    };
  },
};

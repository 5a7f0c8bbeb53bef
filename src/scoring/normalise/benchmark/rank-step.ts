import { type Decimal, HUNDRED, maxOf, plain, ZERO } from '../../../numbers/decimal.js';
import { PERCENT, POSITIVE } from '../../scheme/fields.js';
import type { Direction } from '../../scheme/scheme.js';
import type { Sample } from '../sample.js';
import type { BenchmarkRule } from './rule.js';

/** How many are better, plus one: competition rank, best 1. */
export const competitionRank = (x: Decimal, peers: Sample, direction: Direction): number =>
  1 + (direction === 'higher' ? peers.above(x) : peers.below(x));

/**
 * Full marks for the first, `step` less for every further rank, at least `floor`.
 * Source: 左政办发〔2024〕2号 (名次递减); “增量为负不得分”.
 */
export const rankStepRule: BenchmarkRule = {
  name: 'rank_step',
  title: '名次递减',
  parts: 'horizontal',
  best: true,
  order: true,
  read: (fields, direction) => {
    const step = fields.requiredDecimal('step', POSITIVE);
    const floor = fields.decimalOr('floor', ZERO, PERCENT);
    const negativeIsZero = fields.choice('negative', ['zero']) !== null;
    if (!step || !floor) return null;
    return {
      name: 'rank_step',
      parameters: { step: plain(step), floor: plain(floor), ...(negativeIsZero ? { negative: 'zero' } : {}) },
      score: (x, _, peers) => {
        if (negativeIsZero && x.lt(0)) return ZERO;
        const rank = peers ? competitionRank(x, peers, direction) : 1;
        return maxOf([HUNDRED.minus(step.times(rank - 1)), floor]);
      },
    };
  },
};

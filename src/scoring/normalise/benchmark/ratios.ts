import { clamp, type Decimal, HUNDRED, quantise, ZERO } from '../../../numbers/decimal.js';
import type { Direction } from '../../scheme/scheme.js';
import { asGoodAs, type BenchmarkRule } from './rule.js';

const RATIO_PLACES = 2;

/** 100 · x / b, or 100 · b / x when lower is better. @param x, b above 0 */
const ratio = (x: Decimal, b: Decimal, direction: Direction): Decimal =>
  direction === 'higher' ? HUNDRED.times(x).div(b) : HUNDRED.times(b).div(x);

/**
 * The share of the best of the cohort, to two decimals. Where x and b are not both above 0: 100 if x is as good, else 0.
 * Source: 公款竞争性存放综合评价指标 (第一名占比).
 */
export function ratioToBest(x: Decimal, best: Decimal, direction: Direction): Decimal {
  if (x.gt(0) && best.gt(0)) return quantise(clamp(ratio(x, best, direction), ZERO, HUNDRED), RATIO_PLACES);
  return asGoodAs(x, best, direction) ? HUNDRED : ZERO;
}

/** Full marks at the benchmark, in proportion below it. Source: 龙政办〔2020〕97号, 贷款总量 (达均值满分). */
export function meanCap(x: Decimal, b: Decimal, direction: Direction): Decimal {
  if (asGoodAs(x, b, direction)) return HUNDRED;
  return x.gt(0) && b.gt(0) ? ratio(x, b, direction) : ZERO;
}

export const ratioToBestRule: BenchmarkRule = {
  name: 'ratio_to_best',
  title: '第一名占比',
  parts: 'horizontal',
  best: true,
  read: (_, direction) => ({
    name: 'ratio_to_best',
    parameters: {},
    score: (x, b) => ratioToBest(x, b, direction),
  }),
};

export const meanCapRule: BenchmarkRule = {
  name: 'mean_cap',
  title: '达到基准满分',
  parts: 'both',
  read: (_, direction) => ({ name: 'mean_cap', parameters: {}, score: (x, b) => meanCap(x, b, direction) }),
};

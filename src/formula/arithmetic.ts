import { Decimal, maxOf, meanOf, medianOf, minOf, quantise, sumOf } from '../numbers/decimal.js';

/**
 * What a back end brings: the same tree is compiled to decimals for official results and to float64 for simulation.
 * Lists given to `sum`, `mean`, `median`, `min` and `max` hold at least one number (`sum`: perhaps none).
 */
export interface Arithmetic<N> {
  literal(text: string): N;
  whole(count: number): N;
  negate(a: N): N;
  abs(a: N): N;
  add(a: N, b: N): N;
  subtract(a: N, b: N): N;
  multiply(a: N, b: N): N;
  /** @param b not zero */
  divide(a: N, b: N): N;
  isZero(a: N): boolean;
  compare(a: N, b: N): number;
  round(a: N, places: number): N;
  sum(values: readonly N[]): N;
  mean(values: readonly N[]): N;
  median(values: readonly N[]): N;
  min(values: readonly N[]): N;
  max(values: readonly N[]): N;
}

/** 34 significant digits, half-up; sums exact and rounded once (design 6). */
export const decimalArithmetic: Arithmetic<Decimal> = {
  literal: (text) => new Decimal(text),
  whole: (count) => new Decimal(count),
  negate: (a) => a.negated(),
  abs: (a) => a.abs(),
  add: (a, b) => a.plus(b),
  subtract: (a, b) => a.minus(b),
  multiply: (a, b) => a.times(b),
  divide: (a, b) => a.div(b),
  isZero: (a) => a.isZero(),
  compare: (a, b) => a.comparedTo(b),
  round: quantise,
  sum: sumOf,
  mean: meanOf,
  median: medianOf,
  min: minOf,
  max: maxOf,
};

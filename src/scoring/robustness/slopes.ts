import type { Arithmetic } from '../../formula/arithmetic.js';
import { Decimal } from '../../numbers/decimal.js';

/** A float64 value and how fast it moves with each figure that it was made from: ∂value/∂figure, sparse, by index. */
export interface Sloped {
  readonly value: number;
  readonly figures: readonly number[];
  readonly slopes: readonly number[];
}

const NONE: readonly number[] = [];
export const constant = (value: number): Sloped => ({ value, figures: NONE, slopes: NONE });

/** value, and p · a' + q · b' */
function combined(value: number, a: Sloped, p: number, b: Sloped, q: number): Sloped {
  if (b.figures.length === 0) return scaled(value, a, p);
  if (a.figures.length === 0) return scaled(value, b, q);
  const figures: number[] = [];
  const slopes: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.figures.length || j < b.figures.length) {
    const left = a.figures[i] ?? Infinity;
    const right = b.figures[j] ?? Infinity;
    const figure = Math.min(left, right);
    let slope = 0;
    if (left === figure) slope += p * (a.slopes[i++] as number);
    if (right === figure) slope += q * (b.slopes[j++] as number);
    figures.push(figure);
    slopes.push(slope);
  }
  return { value, figures, slopes };
}

const scaled = (value: number, a: Sloped, p: number): Sloped => ({
  value,
  figures: a.figures,
  slopes: p === 1 ? a.slopes : a.slopes.map((slope) => p * slope),
});

const add = (a: Sloped, b: Sloped): Sloped => combined(a.value + b.value, a, 1, b, 1);
const byValue = (a: Sloped, b: Sloped): number => a.value - b.value;
const sum = (values: readonly Sloped[]): Sloped => values.reduce(add, constant(0));
const over = (a: Sloped, count: number): Sloped => scaled(a.value / count, a, 1 / count);

function median(values: readonly Sloped[]): Sloped {
  const sorted = [...values].sort(byValue);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as Sloped;
  return sorted.length % 2 === 1 ? upper : over(add(sorted[middle - 1] as Sloped, upper), 2);
}

/**
 * Formulas compiled to this yield first derivatives exactly (forward differentiation). Where a formula has a step or a
 * corner (`band`, `round`, a condition), the slope is that of the side on which the figures lie.
 */
export const slopedArithmetic: Arithmetic<Sloped> = {
  literal: (text) => constant(new Decimal(text).toNumber()),
  whole: constant,
  negate: (a) => scaled(-a.value, a, -1),
  abs: (a) => (a.value < 0 ? scaled(-a.value, a, -1) : a),
  add,
  subtract: (a, b) => combined(a.value - b.value, a, 1, b, -1),
  multiply: (a, b) => combined(a.value * b.value, a, b.value, b, a.value),
  divide: (a, b) => combined(a.value / b.value, a, 1 / b.value, b, -a.value / (b.value * b.value)),
  isZero: (a) => a.value === 0,
  compare: byValue,
  round: (a, places) => {
    const scale = 10 ** places;
    return constant(Math.round(a.value * scale) / scale);
  },
  sum,
  mean: (values) => over(sum(values), values.length),
  median,
  min: (values) => values.reduce((least, value) => (value.value < least.value ? value : least)),
  max: (values) => values.reduce((most, value) => (value.value > most.value ? value : most)),
};

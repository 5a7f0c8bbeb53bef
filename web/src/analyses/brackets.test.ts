import { expect, it } from '@jest/globals';
import { bracketsOf, intervalText, ticksOf } from './brackets.js';

const rows = (...spreads: readonly (readonly [number, number])[]) => spreads.map(([p5, p95]) => ({ p5, p95 }));

it.each([
  ['nobody', rows(), []],
  ['one alone', rows([1, 1]), []],
  ['two that overlap', rows([1, 2], [1, 2]), ['0–1']],
  ['two that do not', rows([1, 1], [2, 2]), []],
  ['a chain is cut where its ends no longer overlap', rows([1, 2], [2, 3], [3, 4], [4, 5]), ['0–1', '2–3']],
  ['one wide interval does not join those beside it', rows([1, 1], [1, 4], [3, 4], [3, 4]), ['0–1', '2–3']],
  ['what touches overlaps', rows([1, 3], [2, 3], [3, 5]), ['0–2']],
])('%s', (_, spreads, expected) => {
  expect(bracketsOf(spreads).map(({ from, to }) => `${from}–${to}`)).toEqual(expected);
});

it('an interval in words, and the ranks of the axis', () => {
  expect(intervalText(3, { p5: 2, p95: 5 })).toBe('3（2–5）');
  expect(intervalText(3, { p5: 3, p95: 3 })).toBe('3');
  expect(ticksOf(1)).toEqual([1]);
  expect(ticksOf(4)).toEqual([1, 4]);
  expect(ticksOf(22)).toEqual([1, 5, 10, 15, 20, 22]);
  expect(ticksOf(20)).toEqual([1, 5, 10, 15, 20]);
});

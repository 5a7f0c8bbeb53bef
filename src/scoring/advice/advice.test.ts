import { correlation, redundancies } from './correlation.js';
import { entropyWeights } from './entropy.js';
import { importances, isFarOff } from './importance.js';

const points = (...values: number[]): Float64Array => Float64Array.from(values);

describe('correlation', () => {
  it.each([
    // Anscombe's first quartet (1973): r = 0.816.
    [
      'a published one',
      [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5],
      [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68],
      0.8164,
    ],
    ['a straight line', [1, 2, 3, 4], [20, 40, 60, 80], 1],
    ['a falling one', [1, 2, 3], [9, 6, 3], -1],
    ['members without one of them left out', [1, Number.NaN, 2, 3], [2, 100, 4, 6], 1],
  ])('%s', (_, a, b, r) => {
    expect(correlation(points(...a), points(...b))).toBeCloseTo(r, 4);
  });

  it('says nothing of two members, nor of what is the same for all', () => {
    expect(correlation(points(1, 2), points(3, 4))).toBeNull();
    expect(correlation(points(0.1, 0.1, 0.1), points(1, 2, 3))).toBeNull();
  });

  it('names the pairs above 0.9, the strongest first', () => {
    const leaves = new Map([
      ['a', points(1, 2, 3, 4)],
      ['b', points(2, 4, 6, 8)],
      ['c', points(4, 3, 2, 1.5)],
      ['d', points(1, 9, 2, 5)],
    ]);
    expect(redundancies(leaves).map(({ first, second }) => first + second)).toEqual(['ab', 'ac', 'bc']);
  });
});

it('importance: what hardly differs counts for less than its weight', () => {
  // Equal weights; a differs ten times as much as b, so the group goes with a. Group = (a + b) / 2.
  const a = points(0, 40, 80, 100);
  const b = points(52, 50, 51, 53);
  const group = a.map((value, i) => (value + (b[i] as number)) / 2);
  const [first, second] = importances(
    [
      { points: a, weight: 1 },
      { points: b, weight: 1 },
    ],
    group,
  );
  // By hand: r = 2975 / √(5900 · 1501.25) = 0.99962 and 27.5 / √(5 · 1501.25) = 0.31741; r² = 0.99924 and 0.10075.
  expect(first?.r).toBeCloseTo(0.99962, 5);
  expect(second?.r).toBeCloseTo(0.31741, 4);
  expect(first?.nominal).toBe(50);
  expect(first?.effective).toBeCloseTo(90.84, 2);
  expect((first?.effective ?? 0) + (second?.effective ?? 0)).toBeCloseTo(100, 9);
  expect(first && isFarOff(first)).toBe(true);
  expect(importances([{ points: points(1, 1, 1), weight: 2 }], points(1, 1, 1))).toEqual([
    { nominal: 100, effective: null, r: null },
  ]);
});

describe('entropy weights', () => {
  it('by hand: one has it all, and equal shares', () => {
    // Column 1: shares 1, 0: e = 0. Column 2: shares ½, ½: e = 1. Weights 100 and 0.
    expect(entropyWeights([points(10, 0), points(5, 5)])).toEqual([100, 0]);
  });

  it('by hand: shares ¼, ¾ and ½, ½ and 0, 1', () => {
    // e(¼, ¾) = (¼ ln 4 + ¾ ln 4/3) / ln 2 = 0.811278; 1 − e = 0.188722, 0, 1. Sum 1.188722.
    const weights = entropyWeights([points(25, 75), points(50, 50), points(0, 80)]) ?? [];
    expect(weights[0]).toBeCloseTo(15.876, 3);
    expect(weights[1]).toBeCloseTo(0, 9);
    expect(weights[2]).toBeCloseTo(84.124, 3);
  });

  it('members without one of the points do not count; below 0 or all alike nothing is said', () => {
    expect(entropyWeights([points(10, 0, Number.NaN), points(5, 5, 90)])).toEqual([100, 0]);
    expect(entropyWeights([points(-1, 2), points(1, 2)])).toBeNull();
    expect(entropyWeights([points(2, 2), points(7, 7)])).toBeNull();
    expect(entropyWeights([points(2), points(7)])).toBeNull();
  });
});

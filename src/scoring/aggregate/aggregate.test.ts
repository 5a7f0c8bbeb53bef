import fc from 'fast-check';
import { long, nodeOf, scored } from '../../../test/scenario.js';
import { MICRO } from '../../numbers/micro.js';
import { arithmetic, geometric, harmonic, least, median, type Weighted } from './means.js';
import { outranking } from './outranking.js';

const children = (...pairs: [number, number][]): Weighted[] =>
  pairs.map(([score, weight]) => ({ score: BigInt(score) * MICRO, weight: BigInt(weight) }));

it.each([
  ['arithmetic', arithmetic, children([10, 1], [20, 2]), 16_666_667n],
  ['arithmetic below 0', arithmetic, children([-10, 1], [-20, 2]), -16_666_667n],
  ['geometric', geometric, children([25, 50], [4, 50]), 10_000_000n],
  ['geometric with a 0', geometric, children([25, 50], [0, 50]), 0n],
  ['harmonic', harmonic, children([60, 1], [30, 1]), 40_000_000n],
  ['harmonic with a 0', harmonic, children([60, 1], [0, 1]), 0n],
  ['median of four', median, children([10, 1], [40, 1], [20, 1], [25, 9]), 22_500_000n],
  ['least', least, children([10, 1], [40, 1]), 10_000_000n],
])('%s', (_name, mean, values, expected) => expect(mean(values)).toBe(expected));

it('a mean lies between its least and its greatest score, and weights may be rescaled', () => {
  const pair = fc.record({
    score: fc.bigInt({ min: 1n, max: 100n * MICRO }),
    weight: fc.bigInt({ min: 1n, max: 100n * MICRO }),
  });
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1, maxLength: 8 }), fc.bigInt({ min: 2n, max: 50n }), (values, factor) => {
      const scores = values.map(({ score }) => score).sort((a, b) => (a < b ? -1 : 1));
      for (const mean of [arithmetic, geometric, harmonic, median, least]) {
        const result = mean(values);
        expect(result >= (scores[0] as bigint) && result <= (scores.at(-1) as bigint)).toBe(true);
        expect(mean(values.map(({ score, weight }) => ({ score, weight: weight * factor })))).toBe(result);
      }
    }),
    { numRuns: 60 },
  );
});

it('outranking: wins less losses, over the children both have', () => {
  // A beats B on the heavier child; C has the lighter child only, where it beats B and ties with A.
  const profiles = [
    [50n, 10n],
    [40n, 5n],
    [null, 10n],
  ];
  expect(outranking(profiles, [3n, 1n])).toEqual([75n * MICRO, 0n, 75n * MICRO]);
  expect(outranking([[1n]], [1n])).toEqual([50n * MICRO]);
});

const tree = (root: string, group: string): string => `
scheme: tree
version: 1
cadence: annual
inputs: { x: { metric: x, kind: stock }, y: { metric: y, kind: stock }, z: { metric: z, kind: stock } }
${root}
indicators:
  - group: g
    weight: 60
    ${group}
    of:
      - { indicator: a, weight: 30, value: x, normalise: { method: none }, missing: exclude }
      - { indicator: b, weight: 70, value: y, normalise: { method: none }, missing: exclude }
  - { indicator: c, weight: 40, value: z, normalise: { method: none }, missing: exclude }
`;

describe('presence', () => {
  const data = long('A 2025Q4 x=10 y=20 z=30', 'B 2025Q4 x=10 z=30', 'C 2025Q4 z=30', 'D 2025Q4 w=1');
  const of = (document: string, code: string): unknown => {
    const result = scored({ document, data })[code];
    const node = (name: string): unknown => [nodeOf(result, name).score, nodeOf(result, name).weight];
    return { status: result?.status, base: result?.base, g: node('g'), a: node('a') };
  };

  it('siblings share the weight of what is excluded', () => {
    expect(of(tree('', ''), 'A')).toMatchObject({ base: '22.2', g: ['17', '60'], a: ['10', '30'] });
    expect(of(tree('', ''), 'B')).toMatchObject({ base: '18', g: ['10', '60'], a: ['10', '100'] });
    expect(of(tree('', ''), 'C')).toMatchObject({ base: '30', g: [null, null], a: [null, null] });
    expect(of(tree('', ''), 'D')).toMatchObject({ status: 'insufficient_data', base: null });
  });

  it('a group below `requires` is excluded, and so is the root', () => {
    expect(of(tree('', 'requires: 30'), 'B')).toMatchObject({ g: ['10', '60'] });
    expect(of(tree('', 'requires: 30.000001'), 'B')).toMatchObject({ base: '30', g: [null, null], a: ['10', null] });
    expect(of(tree('requires: 41', ''), 'C')).toMatchObject({ status: 'insufficient_data' });
    expect(of(tree('requires: 40', ''), 'C')).toMatchObject({ status: 'ranked', base: '30' });
  });
});

describe('contributions', () => {
  const contribution = (document: string): (string | null)[] => {
    const { A } = scored({ document, data: long('A 2025Q4 x=1 y=1 z=1') });
    return ['a', 'b', 'c', 'g'].map((code) => nodeOf(A, code).contribution);
  };

  it('sum to the base total to the last millionth', () => {
    const thirds = tree('weights: relative', 'weights: relative').replaceAll(/weight: \d+/g, 'weight: 1');
    // 0.25, 0.25, 0.5: nothing is left over
    expect(contribution(thirds)).toEqual(['0.25', '0.25', '0.5', '0.5']);
    const sevenths = thirds.replace('weight: 1', 'weight: 6');
    // 3/7, 3/7, 1/7 of 1: 0.428571 + 0.428571 + 0.142857 = 0.999999; the first of the largest takes the rest
    expect(contribution(sevenths)).toEqual(['0.428572', '0.428571', '0.142857', '0.857143']);
  });

  it('are left empty when a group is no arithmetic mean', () => {
    expect(contribution(tree('', 'aggregate: outranking'))).toEqual([null, null, null, null]);
  });
});

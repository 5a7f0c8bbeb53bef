import fc from 'fast-check';
import { inputOf } from '../../../test/scenario.js';
import { prepare } from '../prepare.js';
import type { Run } from '../run.js';
import { leavesOf } from '../scheme/scheme.js';
import { ExactCells } from './exact-cells.js';
import { LeafColumn } from './leaf-column.js';

const VALUES = [
  'x',
  '100 * x / y',
  'x / y * 100',
  'x - y',
  'yoy(x)',
  'x - cohort_mean(x)',
  '100 * x / all_sum(x)',
  'x - cohort_median(y)',
  'max(x, y) - min(x, y, 3.5)',
  'avg(x, y) + abs(x - y)',
  'sum(x, y, 0.1) * 3',
  'round(x / y, 2)',
  'band(x, 0, 10, 40, 50.5, y, 80, 100)',
  'x >= 50 and not (y < 20) ? x : -y',
  'default(x, y) / 7',
  'is_missing(x) ? 5 : prev(x) + 1',
  'flag("green") or x == 12.5 ? 10 : x',
  'attr("name") == "I1" ? y : x',
  'cohort_count(x) + cohort_max(x) - cohort_min(y)',
] as const;

const METHODS = [
  '{ method: minmax }',
  '{ method: minmax, over: all, to: [1.5, 99.25] }',
  '{ method: distance_to_max }',
  '{ method: fraction_of_max }',
  '{ method: goalposts, min: 0, max: 80 }',
  '{ method: goalposts, min: 0, max: 64, truncate: false }',
  '{ method: distance_to_target, target: 60 }',
  '{ method: proportional, target: 64 }',
  '{ method: zscore, to: { mean: 50, sd: 10 } }',
  '{ method: percentile }',
  '{ method: rank, over: all }',
  '{ method: none }',
  '{ method: none, min: 0 }',
  '{ method: bands, bands: [{ below: 12.5, points: 20 }, { below: 50, points: 60.5 }, { points: 100 }] }',
  '{ method: benchmark, rule: rel60, vertical: { periods: 2, weight: 40 }, horizontal: { weight: 60 } }',
  '{ method: benchmark, rule: pp60, vertical: { periods: 1, weight: 1 }, horizontal: { statistic: median, self: exclude, weight: 2 } }',
  '{ method: benchmark, rule: anqing, horizontal: { statistic: max } }',
] as const;

const ORIENTED = [
  'minmax',
  'distance_to_max',
  'goalposts',
  'distance_to_target',
  'proportional',
  'zscore',
  'percentile',
  'rank',
];

interface Choice {
  readonly value: string;
  readonly method: string;
  readonly lower: boolean;
  readonly missing: string;
  readonly zero: string;
}

const choice: fc.Arbitrary<Choice> = fc.record({
  value: fc.constantFrom(...VALUES),
  method: fc.constantFrom(...METHODS),
  lower: fc.boolean(),
  missing: fc.constantFrom('exclude', 'zero', 'cohort_median', 'cohort_mean', 'previous_period', 'unranked'),
  zero: fc.constantFrom('exclude', 'zero', 'cohort_mean', 'unranked'),
});

const documentOf = (choices: readonly Choice[], places: number): string => `
scheme: generated
version: 1
cadence: annual
cohorts:
  - { code: many, when: y >= 20, minSize: 2, else: few }
  - { code: few }
inputs:
  x: { metric: x, kind: stock }
  y: { metric: y, kind: stock }
weights: equal
rounding: { indicator: ${places} }
indicators:
${choices
  .map(({ value, method, lower, missing, zero }, i) => {
    const turns = lower && ORIENTED.some((name) => method.includes(`method: ${name}`));
    return `  - { indicator: i${i}, value: '${value}', ${turns ? 'direction: lower, ' : ''}normalise: ${method}, missing: ${missing}, zeroDenominator: ${zero} }`;
  })
  .join('\n')}
`;

/** Figures on and beside the halves of a rounding, equal ones, zeros, gaps and long ones. */
const figure = fc.oneof(
  { weight: 2, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: fc.constantFrom('0', '12.5', '50', '50.5', '-3') },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 100 }).map(String) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 2 ** 20 }).map((n) => (n / 2 ** 14).toFixed(12)) },
  {
    weight: 3,
    arbitrary: fc
      .integer({ min: 0, max: 9999999 })
      .map((n) => `${Math.floor(n / 1e5)}.${String(n % 1e5).padStart(5, '0')}5`),
  },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 9999999999999999n }).map((n) => `${n}.000000000001`) },
);
const district = fc.array(fc.record({ x: figure, y: figure, before: figure, green: fc.boolean() }), {
  minLength: 1,
  maxLength: 8,
});

function runOf(document: string, rows: readonly { x: string; y: string; before: string; green: boolean }[]): Run {
  const lines = rows.flatMap(({ x, y, before }, i) => [
    `I${i},2025Q4,x,${x}`,
    `I${i},2025Q4,y,${y}`,
    `I${i},2024Q4,x,${before}`,
  ]);
  return prepare(
    inputOf({
      document,
      data: ['institution,period,metric,value', ...lines].join('\n'),
      institutions: [
        'institution,name,type,flags',
        ...rows.map(({ green }, i) => `I${i},I${i},bank,${green ? 'green' : ''}`),
      ].join('\n'),
    }),
  );
}

it('floats with bounds give the same points as decimals, cell by cell', () => {
  let settled = 0;
  fc.assert(
    fc.property(
      fc.array(choice, { minLength: 1, maxLength: 6 }),
      district,
      fc.integer({ min: 0, max: 6 }),
      (choices, rows, places) => {
        const run = runOf(documentOf(choices, places), rows);
        const decimals = run.columns.over(run.environment);
        for (const [cohort, { rows: members }] of run.settled.cohorts.entries())
          for (const leaf of leavesOf(run.scheme.root)) {
            const place = { leaf, rows: members, cohort, rowOf: run.participants.rowOf, places };
            const column = new LeafColumn({ ...place, columns: run.columns });
            const exact = new ExactCells({ ...place, columns: decimals }).all();
            expect(members.map((_, member) => column.points.at(member))).toEqual(exact.map(({ score }) => score));
            expect(members.map((_, member) => column.isUnranked(member))).toEqual(
              exact.map(({ policy }) => policy === 'unranked'),
            );
            for (const [member, cell] of exact.entries()) {
              const { points: _, score: __, ...described } = cell;
              expect(column.cell(member)).toMatchObject(described);
            }
            settled += column.settled;
          }
      },
    ),
    { numRuns: 400 },
  );
  // The comparison would prove nothing if every cell had been computed in decimal.
  expect(settled).toBeGreaterThan(1000);
});

it('columns of several blocks, of which only a later one has gaps, zeros and sums', () => {
  const rows = Array.from({ length: 1300 }, (_, i) => ({
    x: i > 1000 && i % 7 === 0 ? '' : `${(i * 37) % 1000}.${i % 10}5`,
    y: i > 1100 && i % 11 === 0 ? '0' : `${1 + ((i * 53) % 997)}`,
    before: `${i % 13}`,
    green: i % 2 === 0,
  }));
  const choices = ['x / y', 'default(x, y) / 7', 'x > 500 ? x + y : x * y'].map((value) => ({
    value,
    method: '{ method: minmax }',
    lower: false,
    missing: 'exclude',
    zero: 'zero',
  }));
  const run = runOf(documentOf(choices, 6), rows);
  const decimals = run.columns.over(run.environment);
  let settled = 0;
  for (const [cohort, { rows: members }] of run.settled.cohorts.entries())
    for (const leaf of leavesOf(run.scheme.root)) {
      const place = { leaf, rows: members, cohort, rowOf: run.participants.rowOf, places: 6 };
      const column = new LeafColumn({ ...place, columns: run.columns });
      const exact = new ExactCells({ ...place, columns: decimals }).all();
      expect(members.map((_, member) => column.points.at(member))).toEqual(exact.map(({ score }) => score));
      settled += column.settled;
    }
  expect(settled).toBeGreaterThan(3000);
});

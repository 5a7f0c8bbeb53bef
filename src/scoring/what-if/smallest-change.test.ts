import fc from 'fast-check';
import { inputOf, long } from '../../../test/scenario.js';
import { Decimal } from '../../numbers/decimal.js';
import { evaluate, prepare } from '../evaluate.js';
import type { EvaluationInput, ResultRecord } from '../types.js';
import { type Improvement, type Improvements, smallestChanges } from './smallest-change.js';
import { suppose } from './what-if.js';

const document = (more = 'grades: [{ code: 优秀, min: 90 }, { code: 良好, min: 63 }, { code: 合格 }]'): string => `
scheme: reach
version: 1
cadence: annual
inputs:
  x: { metric: x, kind: stock }
  y: { metric: y, kind: stock }
  bad: { metric: bad, kind: stock }
  before: { metric: x, kind: stock, shift: -1 }
indicators:
  - { indicator: level, weight: 50, value: 'x + 0 * default(before, 0)', normalise: { method: goalposts, min: 0, max: 100 }, missing: zero }
  - { indicator: share, weight: 30, value: 100 * y / x, normalise: { method: minmax }, missing: zero, zeroDenominator: zero }
  - { indicator: bad, weight: 20, value: bad, direction: lower, normalise: { method: goalposts, min: 0, max: 40 }, missing: zero }
${more}`;

const search = (input: EvaluationInput, institution: string, more: object = {}): Improvements =>
  smallestChanges(prepare(input), {
    institution,
    gridOf: () => ({ decimals: 2, most: null }),
    reader: 'staff',
    ...more,
  });
const told = ({ items }: Improvements): string[] =>
  items.map(({ target, metric, period, from, to, change, score, rank }) =>
    [target, metric, period, `${from} → ${to}`, change, score, rank ?? ''].join(' '),
  );

/** A: 40 + 30 + 20 = 90. B: 30 + 30 · (40 − 20) / 30 + 10 = 60. C: 25 + 0 + 0. */
const THREE = long(
  'A 2025Q4 x=80 y=40 bad=0 unread=3',
  'B 2025Q4 x=60 y=24 bad=20 unread=3',
  'C 2025Q4 x=50 y=10 bad=40 unread=3',
  'B 2024Q4 x=60 y=24 bad=20',
  'B 2025Q3 x=60',
);

it('what one figure alone must become, for a rank and for the next grade', () => {
  const input = inputOf({ document: document(), data: THREE });
  const found = search(input, 'B');
  expect(found).toMatchObject({ figures: 3, isComplete: true });
  expect(found.targets).toEqual([
    { kind: 'rank', rank: 1 },
    { kind: 'grade', grade: '良好', min: '63', isBySharesToo: false },
  ]);
  expect(told(found)).toEqual([
    // With 70 of its own, B draws level when A's share is worth 10.00: 900 / (y / 0.6 − 20) < 10.005.
    'rank y 2025Q4 24 → 65.98 41.98 70.00 1',
    // 62.995 is printed as 63.00: y = 25.797, b = 14.01.
    'grade y 2025Q4 24 → 25.8 1.8 63.00 2',
    // x / 2 + 2400 / x − 10 is that much at 50.01 and at 95.99: the nearer one.
    'grade x 2025Q4 60 → 50.01 -9.99 63.00 2',
    'grade bad 2025Q4 20 → 14.01 -5.99 63.00 2',
  ]);
  expect(told(search(input, 'C'))).toEqual(['rank y 2025Q4 10 → 22.5 12.5 40.00 2']);
  expect(search(input, 'A')).toEqual({ targets: [], items: [], figures: 0, isComplete: true });
});

it('an institution: only the metrics that it may try, the grade alone, no rank', () => {
  const input = inputOf({ document: document(), data: THREE });
  const found = search(input, 'B', { reader: { mayTry: (metric: string) => metric === 'bad' } });
  expect(found.targets.map(({ kind }) => kind)).toEqual(['grade']);
  expect(told(found)).toEqual(['grade bad 2025Q4 20 → 14.01 -5.99 63.00 ']);
});

it('stays on the values that a figure can have, and within the work allowed', () => {
  const input = inputOf({ document: document(), data: THREE });
  const whole = search(input, 'B', { gridOf: () => ({ decimals: 0, most: '26' }) });
  expect(told(whole)).toEqual([
    'grade y 2025Q4 24 → 26 2 63.33 2',
    // x = 50 … 46 would do: between 8 steps down and 16, where nobody looked.
    'grade bad 2025Q4 20 → 14 -6 63.00 2',
  ]);
  expect(search(input, 'B', { mostEvaluations: 20 })).toMatchObject({ isComplete: false, figures: 3 });
});

it('a grade that only its share of places withholds, and a veto, have no figure that would do', () => {
  const shared = document('grades: [{ code: 优秀, min: 50, topShare: 0.1 }, { code: 良好 }]');
  expect(search(inputOf({ document: shared, data: THREE }), 'B').targets).toEqual([{ kind: 'rank', rank: 1 }]);
  const vetoed = document('adjustments: [{ code: stop, kind: veto, when: x < 70 }]');
  expect(search(inputOf({ document: vetoed, data: THREE }), 'B').targets).toEqual([]);
});

/** Whether the whole evaluation, done anew with this value, reaches the target: found another way. */
function reached(input: EvaluationInput, institution: string, item: Improvement, value: Decimal): boolean {
  const of = (each: EvaluationInput): ResultRecord =>
    evaluate(each).results.find((record) => record.institution === institution) as ResultRecord;
  const was = of(input);
  const { period, metric } = item;
  const is = of(suppose(input, [{ institution, period, metric, value }]));
  if (is.rank === null || was.rank === null) return false;
  return item.target === 'rank' ? is.rank < was.rank : new Decimal(is.score ?? 0).gte(63);
}

it('every value found reaches its target, and the one before it does not', () => {
  const figure = fc.integer({ min: 0, max: 10_000 }).map((n) => n / 100);
  const grades = 'grades: [{ code: 良好, min: 63 }, { code: 合格 }]';
  let found = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(figure, figure, figure), { minLength: 2, maxLength: 6 }), (rows) => {
      const data = long(...rows.map(([x, y, bad], i) => `I${i} 2025Q4 x=${x} y=${y} bad=${bad}`));
      const input = inputOf({ document: document(grades), data });
      for (const item of search(input, 'I0').items) {
        found += 1;
        const back = new Decimal(item.change).gt(0) ? '-0.01' : '0.01';
        expect([item, reached(input, 'I0', item, new Decimal(item.to))]).toEqual([item, true]);
        expect([item, reached(input, 'I0', item, new Decimal(item.to).plus(back))]).toEqual([item, false]);
        expect(new Decimal(item.to).gte(0)).toBe(true);
      }
    }),
    { numRuns: 40 },
  );
  expect(found).toBeGreaterThan(20);
});

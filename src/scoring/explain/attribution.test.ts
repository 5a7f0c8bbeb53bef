import fc from 'fast-check';
import { inputOf } from '../../../test/scenario.js';
import { Decimal, plain, sumOf } from '../../numbers/decimal.js';
import type { EvaluationInput } from '../types.js';
import { type Attribution, attribute, FACTORS } from './attribution.js';

interface Options {
  readonly weights?: readonly [number, number];
  readonly care?: string;
  readonly cadence?: string;
}

const document = ({ weights = [60, 40], care = 'y' }: Options = {}): string => `
scheme: attributed
version: 1
cadence: annual
inputs: { x: { metric: x, kind: stock }, y: { metric: y, kind: stock } }
indicators:
  - { indicator: level, weight: ${weights[0]}, value: x, normalise: { method: minmax }, missing: zero }
  - { indicator: care, weight: ${weights[1]}, value: '${care}', normalise: { method: goalposts, min: 0, max: 100 }, missing: zero }
`;

type Rows = Readonly<Record<string, readonly [number, number]>>;
const input = (rows: Rows, period = '2025', options: Options = {}): EvaluationInput =>
  inputOf({
    document: document(options),
    period,
    data: [
      'institution,period,x,y',
      ...Object.entries(rows).map(([code, [x, y]]) => `${code},${period}Q4,${x},${y}`),
    ].join('\n'),
  });

const BASE: Rows = { A: [0, 50], B: [50, 50], C: [100, 50] };
const pointsOf = (changes: readonly Attribution[], code: string): Attribution['points'] =>
  changes.find(({ institution }) => institution === code)?.points ?? null;
const NOTHING = { method: '0', weights: '0', figures: '0', benchmark: '0', cohort: '0' };

it.each<[string, EvaluationInput, string, object]>([
  ['nothing changed', input(BASE), 'B', NOTHING],
  ['a year later with the same figures', input(BASE, '2026'), 'B', NOTHING],
  ['an own figure', input({ ...BASE, B: [75, 50] }), 'B', { ...NOTHING, figures: '15' }],
  ['an own figure, a year later', input({ ...BASE, B: [75, 50] }, '2026'), 'B', { ...NOTHING, figures: '15' }],
  ['the best of the others', input({ ...BASE, C: [200, 50] }), 'B', { ...NOTHING, benchmark: '-15' }],
  ['weights', input(BASE, '2025', { weights: [20, 80] }), 'C', { ...NOTHING, weights: '-20' }],
  ['a formula', input(BASE, '2025', { care: 'y + 10' }), 'B', { ...NOTHING, method: '4' }],
  ['a newcomer', input({ ...BASE, D: [200, 50] }), 'B', { ...NOTHING, cohort: '-15' }],
  [
    'all at once, each with its own share',
    input({ A: [0, 50], B: [75, 60], C: [150, 50], D: [300, 0] }, '2026', { weights: [50, 50], care: 'y + 10' }),
    'B',
    // B stands at 50. The formula gives + 4, half and half + 1; B at 75 of 100 gives + 12.5, its 60 gives + 5;
    // C at 150 takes 12.5, D at 300 another 12.5.
    { method: '4', weights: '1', figures: '17.5', benchmark: '-12.5', cohort: '-12.5' },
  ],
])('%s', (_name, after, code, expected) => {
  expect(pointsOf(attribute(input(BASE), after), code)).toEqual(expected);
});

it('the points sum to the change, whatever changed', () => {
  const figure = fc.integer({ min: 0, max: 100 });
  const rows = fc.dictionary(fc.constantFrom('A', 'B', 'C', 'D', 'E'), fc.tuple(figure, figure), { minKeys: 1 });
  const options = fc.record({
    weights: fc.constantFrom([60, 40] as const, [30, 70] as const),
    care: fc.constantFrom('y', 'x', 'y / 2 + 3'),
  });
  fc.assert(
    fc.property(rows, rows, options, fc.constantFrom('2025', '2027'), (before, after, changed, period) => {
      for (const { points, before: old, after: now } of attribute(input(before), input(after, period, changed))) {
        if (points === null) continue;
        const sum = sumOf(FACTORS.map((factor) => new Decimal(points[factor])));
        expect(plain(sum)).toBe(plain(new Decimal(now ?? 0).minus(old ?? 0)));
      }
    }),
    { numRuns: 60 },
  );
});

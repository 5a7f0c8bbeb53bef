import { inputOf, long } from '../../../test/scenario.js';
import { Decimal } from '../../numbers/decimal.js';
import { DomainError } from '../../problems/problems.js';
import { refuseTelling } from './own-what-if.js';

/** Two indicators of one cohort: the first is varied, the second compares and reads another metric. */
const document = (indicator: string, more = ''): string => `
scheme: own
version: 1
cadence: annual
inputs:
  x: { metric: x, kind: stock }
  twice: { metric: x, kind: stock }
  y: { metric: y, kind: stock }
indicators:
  - group: half
    weight: 50
    weights: equal
    of: [{ indicator: own, title: 本项, ${indicator} }, { indicator: fixed, value: y, normalise: { method: goalposts, min: 0, max: 9 }, missing: zero }]
  - { indicator: compared, weight: 50, value: y, normalise: { method: minmax }, missing: zero }
${more}`;

const DATA = long('A 2025Q4 x=3 y=4', 'B 2025Q4 x=7 y=1', 'A 2024Q4 x=2');
const POSTS = 'normalise: { method: goalposts, min: 0, max: 9 }, missing: zero';

/** What is refused, by path; empty when A may try x = 5. */
function refused(
  scheme: string,
  change: Partial<{ institution: string; period: string; value: Decimal | null }> = {},
): string[] {
  const supposed = { institution: 'A', period: '2025Q4', metric: 'x', value: new Decimal(5), ...change };
  try {
    refuseTelling(inputOf({ document: scheme, data: DATA }), [supposed], 'A');
    return [];
  } catch (error) {
    return (error as DomainError).violations.map(({ path }) => path);
  }
}

it.each([
  ['between posts', POSTS],
  ['in bands', 'normalise: { method: bands, bands: [{ below: 5, points: 0 }, { points: 100 }] }, missing: exclude'],
  ['against a target', 'normalise: { method: proportional, target: 9 }, missing: unranked'],
  ['against the own past', 'normalise: { method: benchmark, rule: rel60, vertical: { periods: 1 } }, missing: zero'],
  ['as it is', 'normalise: { method: none }, missing: previous_period'],
])('an institution may try a figure that counts %s', (_, rest) => {
  expect(refused(document(`value: x, ${rest}`))).toEqual([]);
});

it.each([
  ['min-max', `value: x, normalise: { method: minmax }, missing: zero`],
  ['a percentile', `value: x, normalise: { method: percentile }, missing: zero`],
  ['a horizontal benchmark', `value: x, normalise: { method: benchmark, rule: rel60, horizontal: {} }, missing: zero`],
  ['a share of all', `value: x / all_sum(x), ${POSTS}, zeroDenominator: zero`],
  ['a distance to the cohort', `value: twice - cohort_mean(y), ${POSTS}`],
  ['a treatment', `value: x, treat: { winsorise: { force: 1 } }, ${POSTS}`],
  ['a policy that takes the mean', `value: x, normalise: { method: none }, missing: cohort_mean`],
  ['a policy for a zero', `value: 1 / x, normalise: { method: none }, missing: zero, zeroDenominator: cohort_median`],
])('not one that is compared: %s', (_, indicator) => {
  expect(refused(document(indicator))).toEqual(['indicators[0].of[0]']);
});

it('not one that decides with whom one is compared, that counts for a comparing adjustment, or in pairs', () => {
  const own = document(`value: x, ${POSTS}`);
  expect(refused(document(`value: x, ${POSTS}`, 'cohorts: [{ code: a, when: x > 4 }, { code: b }]'))).toEqual([
    'cohorts[0].when',
  ]);
  expect(refused(document(`value: x, ${POSTS}`, 'eligibility: [{ when: twice > 0, reason: 未报 }]'))).toEqual([
    'eligibility[0].when',
  ]);
  const bonus = (value: string) =>
    document(`value: x, ${POSTS}`, `adjustments: [{ code: plus, kind: bonus, value: ${value} }]`);
  expect(refused(bonus('x / 10'))).toEqual([]);
  expect(refused(bonus('x - cohort_max(x)'))).toEqual(['adjustments[0].value']);
  expect(refused(own.replace('weights: equal', 'weights: equal\n    aggregate: outranking'))).toEqual([
    'indicators[0].of[0]',
  ]);
});

it('not what it did not file, another institution, or more than one figure at once', () => {
  const own = document(`value: x, ${POSTS}`);
  expect(refused(own, { period: '2025Q3' })).toEqual(['set[0]']);
  expect(refused(own, { value: null })).toEqual(['set[0]']);
  expect(refused(own, { institution: 'B' })).toEqual(['set[0]']);
  const figure = { institution: 'A', metric: 'x', value: new Decimal(5) };
  const two = [
    { ...figure, period: '2025Q4' },
    { ...figure, period: '2024Q4' },
  ];
  expect(() => refuseTelling(inputOf({ document: own, data: DATA }), two, 'A')).toThrow(DomainError);
});

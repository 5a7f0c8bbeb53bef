import { long, nodeOf, oneIndicator, scored } from '../../test/scenario.js';

const RANKED = 'value: x, normalise: { method: none }, missing: unranked';

it('ranks on the printed score, or on the exact one where the scheme says so', () => {
  const data = long('A 2025Q4 x=80.001', 'B 2025Q4 x=80.002', 'C 2025Q4 x=79.99');
  const places = (more: string): (number | null | undefined)[] => {
    const results = scored({ document: oneIndicator(RANKED, more), data });
    return ['A', 'B', 'C'].map((code) => results[code]?.rank);
  };
  expect(places('')).toEqual([1, 1, 3]);
  expect(places('ranking: { on: exact }')).toEqual([2, 1, 3]);
  expect(places('ranking: { ties: dense }')).toEqual([1, 1, 2]);
});

describe('over', () => {
  const document = (over: string, method = 'minmax', more = ''): string => `
scheme: over
version: 1
cadence: annual
cohorts: [{ code: small, when: x <= 20 }, { code: large }]
inputs: { x: { metric: x, kind: stock }, y: { metric: y, kind: stock } }
indicators:
  - { indicator: only, weight: 100, value: y, normalise: { method: ${method}${over} }, missing: cohort_mean${more} }
`;
  const data = long(
    'A 2025Q4 x=10 y=10',
    'B 2025Q4 x=20 y=20',
    'C 2025Q4 x=30 y=30',
    'D 2025Q4 x=50 y=50',
    'E 2025Q4 x=40',
  );
  const points = (text: string): (string | null)[] => {
    const results = scored({ document: text, data });
    return ['A', 'B', 'C', 'D', 'E'].map((code) => nodeOf(results[code], 'only').score);
  };

  it('a statistic runs over the cohort, or over all; a policy always takes the cohort', () => {
    expect(points(document(''))).toEqual(['0', '100', '0', '100', '50']);
    expect(points(document(', over: all'))).toEqual(['0', '25', '50', '100', '75']);
    expect(points(document(', over: all', 'rank'))).toEqual(['1', '2', '3', '4', '4']);
  });

  it('treatment too', () => {
    const force = ', treat: { winsorise: { force: 1 } }';
    expect(points(document('', 'minmax', force))).toEqual(points(document('')));
    // over all: 10, 20, 30, 50 has its tail above, so 50 becomes 30; the mean of the treated 30 and 30 stands in
    expect(points(document(', over: all', 'minmax', force))).toEqual(['0', '50', '100', '100', '100']);
  });
});

it('a reference compares within what it is over', () => {
  const data = long('A 2025Q4 x=1', 'B 2025Q4 x=3');
  const document = oneIndicator(
    'value: x, normalise: { method: distance_to_reference, institution: B }, missing: exclude',
  );
  const node = nodeOf(scored({ document, data: long('A 2025Q4 x=1', 'B 2025Q4 y=3') }).A, 'only');
  expect(nodeOf(scored({ document, data }).A, 'only').score).toBe('0');
  expect(node).toMatchObject({ score: null, note: '参照机构没有可比的数值，本项不计' });
});

it('the record of a cell says what was read, from where, and what stood in', () => {
  const document = oneIndicator(
    'value: 100 * x / f, title: 占比, unit: "%", direction: lower, normalise: { method: minmax }, missing: exclude, zeroDenominator: zero',
  ).replace('metric: f, kind: flow', 'metric: f, kind: flow, missing: 0');
  const data = long('A 2025Q3 x=1 f=2', 'A 2025Q4 x=3', 'B 2025Q4 x=1 f=4');
  const { A } = scored({ document, data });
  expect(nodeOf(A, 'only')).toMatchObject({
    title: '占比',
    unit: '%',
    formula: '100 * x / f',
    value: null,
    outcome: 'MISSING',
    policy: 'exclude',
    note: 'MISSING: exclude',
    normalisation: { method: 'minmax', parameters: { to: ['0', '100'], direction: 'lower', over: 'cohort' } },
  });
  expect(nodeOf(A, 'only').inputs.map(({ name, period, value, note }) => `${name} ${period} ${value} ${note}`)).toEqual(
    [
      'x 2025Q4 3 ',
      'f 2025Q1 null 缺失，当季未报送，不代替',
      'f 2025Q2 null 缺失，当季未报送，不代替',
      'f 2025Q3 2 ',
      'f 2025Q4 null 缺失，以 0 代替',
    ],
  );
});

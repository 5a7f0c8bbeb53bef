import { long, nodeOf, scored } from '../../../test/scenario.js';

const scheme = (cohorts: string, indicator = 'value: x, normalise: { method: rank }, missing: exclude'): string => `
scheme: cohorts
version: 1
cadence: annual
cohorts: [${cohorts}]
inputs: { x: { metric: x, kind: stock } }
indicators: [{ indicator: only, weight: 100, ${indicator} }]
`;
const data = long('A 2025Q4 x=1', 'B 2025Q4 x=2', 'C 2025Q4 x=3', 'D 2025Q4 x=10', 'E 2025Q4 y=1');

const listed = (document: string): string[] =>
  Object.values(scored({ document, data })).map(
    ({ cohort, institution, status }) => `${cohort ?? '-'} ${institution} ${status}`,
  );

it('the emptied go to `else`, and from there on, in declared order', () => {
  const chain =
    '{ code: one, when: x < 2, minSize: 2, else: two }, { code: two, when: x < 3, minSize: 3, else: rest }, { code: rest, when: x < 9 }';
  expect(listed(scheme(chain))).toEqual([
    'rest C ranked',
    'rest B ranked',
    'rest A ranked',
    '- D ineligible',
    '- E ineligible',
  ]);
});

it('a cohort that was filled by an emptied one counts them', () => {
  const filled = '{ code: one, when: x < 2, minSize: 2, else: two }, { code: two, when: x < 3, minSize: 2 }';
  expect(listed(scheme(filled)).slice(0, 2)).toEqual(['two B ranked', 'two A ranked']);
});

it('those without a score take no part in statistics over all', () => {
  const small = '{ code: one, when: x < 9 }, { code: two, when: x >= 9, minSize: 2 }, { code: rest }';
  const document = scheme(small, 'value: x + 0 * all_max(x), normalise: { method: none }, missing: zero');
  const results = scored({ document: document.replace('0 * ', '100 * '), data });
  expect(nodeOf(results.A, 'only').value).toBe('301');
  expect(results.D).toMatchObject({ status: 'small_cohort', reason: '分组机构数不足', nodes: [] });
  expect(results.E).toMatchObject({ cohort: 'rest', status: 'ranked' });
});

it('statistics of the cohort and of all run over decimals only', () => {
  const two = '{ code: one, when: x < 3 }, { code: rest }';
  const value = (formula: string, code: string): string | null =>
    nodeOf(
      scored({ document: scheme(two, `value: ${formula}, normalise: { method: none }, missing: exclude`), data })[code],
      'only',
    ).value;
  expect(value('cohort_mean(x)', 'A')).toBe('1.5');
  expect(value('cohort_median(x)', 'C')).toBe('6.5');
  expect(value('cohort_count(x)', 'E')).toBe('2');
  expect(value('all_count(x)', 'E')).toBe('4');
  expect(value('all_sum(x) - cohort_min(x)', 'D')).toBe('13');
});

import { expect, it } from '@jest/globals';
import type { Adjustment, InstitutionResult, ResultNode } from '../api/shapes.js';
import { isAdditive, leavesOf } from './tree.js';
import { nextGrade, waterfallRows } from './waterfall-rows.js';

const node = (code: string, parent: string | null, weight: string | null, contribution: string | null): ResultNode => ({
  code,
  title: code,
  parent,
  kind: parent === null ? 'group' : 'indicator',
  formula: '',
  unit: null,
  inputs: [],
  value: null,
  outcome: null,
  treated: null,
  policy: null,
  normalisation: null,
  score: null,
  declaredWeight: weight,
  weight,
  contribution,
  note: '',
  withheld: [],
});
const result = (score: string, adjustments: readonly Adjustment[]): InstitutionResult => ({
  cohort: 'all',
  rank: 1,
  tied: false,
  cohortSize: 2,
  institution: 'A',
  name: 'A',
  score,
  base: null,
  grade: null,
  status: 'ranked',
  reason: '',
  nodes: [],
  adjustments,
});
const bonus: Adjustment = { code: 'b', title: '创新', kind: 'bonus', applied: true, change: '1.5', reason: '' };
const deduction: Adjustment = { code: 'd', title: '迟报', kind: 'deduction', applied: true, change: '-2', reason: '' };

const nodes = [
  node('定量指标', null, '80', '60'),
  node('占比', '定量指标', '25', '18'),
  node('增速', '定量指标', '75', '42'),
  node('定性指标', null, '20', '15'),
  node('政策', '定性指标', '100', '15'),
];

it('takes the weight of a leaf through all groups above it', () => {
  const leaves = leavesOf(nodes);
  expect(leaves.map(({ weight, lost, category }) => [weight, lost, category])).toEqual([
    ['20', '2', '定量'],
    ['60', '18', '定量'],
    ['20', '5', '定性'],
  ]);
  expect(leaves[0]?.chain).toEqual(['25', '80']);
});

it('starts each bar where the one before ended and reaches the total', () => {
  const rows = waterfallRows(result('74.5', [bonus, deduction]), leavesOf(nodes));
  expect(rows.map(({ title, from, earned, lost }) => [title, from, earned, lost])).toEqual([
    ['占比', '0', '18', '2'],
    ['增速', '18', '42', '18'],
    ['政策', '60', '15', '5'],
    ['创新', '75', '1.5', '0'],
    ['迟报', '74.5', '0', '2'],
    ['总分', '0', '74.5', '25.5'],
  ]);
});

it('shows an empty step when nothing was adjusted', () => {
  const rows = waterfallRows(result('75', []), leavesOf(nodes));
  expect(rows.at(-2)).toMatchObject({ title: '加减分', from: '75', label: '0.00', of: ' 无' });
});

it('does not add up what the scheme does not add up', () => {
  expect(isAdditive(leavesOf(nodes))).toBe(true);
  expect(isAdditive(leavesOf([node('g', null, '100', null), node('a', 'g', '100', null)]))).toBe(false);
  expect(isAdditive(leavesOf([...nodes, node('剔除', '定性指标', null, null)]))).toBe(true);
});

it('finds the next better grade and what is missing to it', () => {
  const grades = [
    { code: '优秀', min: '90' },
    { code: '良好', min: '75' },
    { code: '合格', min: '60' },
  ];
  expect(nextGrade(result('86.42', []), grades)).toEqual({ grade: '优秀', min: '90', missing: '3.58' });
  expect(nextGrade(result('74.99', []), grades)).toEqual({ grade: '良好', min: '75', missing: '0.01' });
  expect(nextGrade(result('90', []), grades)).toBeNull();
});

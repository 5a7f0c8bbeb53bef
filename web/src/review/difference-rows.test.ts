import { expect, it } from '@jest/globals';
import type { Filing, FilingContext } from '../api/filing-shapes.js';
import { changeOf, differenceRows, stripOf } from './difference-rows.js';

const cell = (value: string | null) => ({ value, state: value === null ? 'blank' : 'value', source: null });
const filing = {
  period: '2026Q1',
  sections: [{ title: '一、总量', metrics: ['A', 'B', 'C', 'D'] }],
  figures: { A: cell('100'), B: cell('50.0'), C: cell(null), D: cell('0') },
  checks: [{ rule: 'V07', severity: 'justify', message: '变动过大', cells: ['D', 'A'] }],
} as unknown as Filing;
const context: FilingContext = {
  history: { A: [{ period: '2025Q4', value: '80' }], B: [{ period: '2025Q3', value: '40' }] },
  accepted: { A: '90', B: '50', C: '7', D: '0' },
  sent: null,
  editions: [],
  peers: { A: { q1: '50', median: '100', q3: '150', n: 9 } },
};

it('what changed against the accepted revision, or a rule speaks of, is notable; 50.0 is 50', () => {
  expect(differenceRows(filing, context).map(({ metric, isNotable }) => [metric, isNotable])).toEqual([
    ['A', true],
    ['B', false],
    ['C', true],
    ['D', true],
  ]);
});

it('compares with the quarter before across the year, and with nothing where nothing was accepted', () => {
  const [a, b] = differenceRows(filing, context);
  expect([a?.lastQuarter, a?.change]).toEqual(['80', '+25']);
  expect([b?.lastQuarter, b?.change]).toEqual([null, null]);
});

it('a first filing is all news: nothing is marked but what rules speak of', () => {
  const rows = differenceRows(filing, { ...context, accepted: null });
  expect(rows.filter((row) => row.isNotable).map(({ metric }) => metric)).toEqual(['A', 'D']);
});

it('a change from zero has no percentage; one from a negative is against its size', () => {
  expect(changeOf('5', '0')).toBeNull();
  expect(changeOf('-5', '-10')).toBe('+50');
  expect(changeOf('9', '10')).toBe('-10');
  expect(changeOf('10', '10')).toBe('0');
});

it('the strip holds the quartiles and the figure, wherever it lies', () => {
  expect(stripOf('100', context.peers?.A ?? null)).toEqual({ q1: 0, median: 50, q3: 100, own: 50 });
  expect(stripOf('250', context.peers?.A ?? null)).toEqual({ q1: 0, median: 25, q3: 50, own: 100 });
  expect(stripOf(null, context.peers?.A ?? null)).toBeNull();
});

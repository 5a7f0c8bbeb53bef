import { expect, it } from '@jest/globals';
import type { Metric } from '../api/shapes.js';
import { changeOf } from './change.js';
import { rowGroups, sumOfEntries } from './grid-rows.js';
import type { Entry } from './typed-text.js';

const figure = (value: string): Entry => ({ value, state: 'value' });

it('a change has an arrow, a sign and a number; a percentage moves in points', () => {
  expect(changeOf('41836', '21460.5', '万元')).toEqual({ direction: 'up', text: '▲ +94.9%' });
  expect(changeOf('98.6', '104.25', '万元')?.text).toBe('▼ −5.4%');
  expect(changeOf('98.6', '98.6', '万元')).toEqual({ direction: 'same', text: '0.0%' });
  expect(changeOf('3.5', '4', '%')?.text).toBe('▼ −0.50点');
  expect(changeOf('1', '0', '万元')).toBeNull();
  expect(changeOf(null, '1', '万元')).toBeNull();
});

it('a sum stands below what it adds, and is whole only when nothing is missing', () => {
  const metrics = new Map(['A', 'B', 'C'].map((code) => [code, { code, title: code, unit: '万元' } as Metric]));
  const sums = [{ title: '合计', of: ['A', 'B'] }];
  const [group] = rowGroups([{ title: '一', metrics: ['A', 'B', 'C'], sums }], metrics);
  expect(group?.rows.map((row) => (row.kind === 'cell' ? row.code : row.title))).toEqual(['A', 'B', '合计', 'C']);
  const entries = new Map<string, Entry>([['A', figure('0.1')]]);
  expect(sumOfEntries(['A', 'B'], entries)).toEqual({ value: '0.1', isWhole: false });
  entries.set('B', figure('0.2'));
  expect(sumOfEntries(['A', 'B'], entries)).toEqual({ value: '0.3', isWhole: true });
  entries.set('B', { value: null, state: 'not_applicable' });
  expect(sumOfEntries(['A', 'B'], entries)).toEqual({ value: '0.1', isWhole: true });
  expect(sumOfEntries(['C'], entries)).toEqual({ value: null, isWhole: false });
});

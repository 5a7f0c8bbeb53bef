import { expect, it } from '@jest/globals';
import type { Part } from '../api/shapes.js';
import { addsUp, legendOf, segmentsOf } from './segments.js';

const node = (code: string, contribution: string | null): Part => ({
  code,
  title: code,
  weight: '10',
  contribution,
  kind: 'node',
});
const change = (kind: 'bonus' | 'deduction', contribution: string): Part => ({
  code: `${kind}-${contribution}`,
  title: kind,
  weight: null,
  contribution,
  kind,
});

it('gives six parts a colour each', () => {
  const segments = segmentsOf(['a', 'b', 'c', 'd', 'e', 'f'].map((code) => node(code, '1')));
  expect(segments.map((segment) => segment.code)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  expect(new Set(segments.map((segment) => segment.colour)).size).toBe(6);
});

it('puts what goes beyond six into one piece with the exact sum', () => {
  const segments = segmentsOf(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((code) => node(code, '0.1')));
  expect(segments).toHaveLength(6);
  expect(segments[5]).toMatchObject({ title: '其他', points: '0.2', weight: '20' });
});

it('draws bonuses as one piece after the parts and deductions as another', () => {
  const segments = segmentsOf([
    change('deduction', '-1'),
    change('bonus', '0.5'),
    change('bonus', '1'),
    node('a', '9'),
  ]);
  expect(segments.map(({ kind, points }) => [kind, points])).toEqual([
    ['node', '9'],
    ['bonus', '1.5'],
    ['deduction', '-1'],
  ]);
});

it('does not stack what is no sum', () => {
  expect(addsUp(segmentsOf([node('a', null)]))).toBe(false);
  expect(addsUp(segmentsOf([node('a', '-3'), node('b', '4')]))).toBe(false);
  expect(addsUp(segmentsOf([node('a', '3'), node('b', null)]))).toBe(true);
});

it('lists in the legend what only one row has', () => {
  const rows = [{ parts: [node('a', '1')] }, { parts: [node('a', '2'), change('deduction', '-1')] }];
  expect(legendOf(rows).map((segment) => segment.kind)).toEqual(['node', 'deduction']);
});

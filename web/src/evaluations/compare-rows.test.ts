import { expect, it } from '@jest/globals';
import type { RankingItem } from '../api/shapes.js';
import { compareRows, movedWords } from './compare-rows.js';

const item = (institution: string, rank: number | null, score: string | null, cohort = 'all'): RankingItem => ({
  cohort,
  rank,
  tied: false,
  institution,
  name: `机构${institution}`,
  score,
  grade: null,
  status: rank === null ? 'ineligible' : 'ranked',
  reason: '',
  previousRank: null,
  interval: null,
  parts: [],
});

const before = [item('A', 1, '90.00'), item('B', 2, '80.10'), item('C', 3, '70.00'), item('D', 4, '60.00')];
const after = [item('B', 1, '88.20'), item('A', 2, '88.20'), item('C', 1, '70.00', 'small'), item('E', null, null)];

it('puts every institution of either evaluation once, with what it won or lost', () => {
  expect(compareRows(before, after).map(({ institution, places, points }) => [institution, places, points])).toEqual([
    ['B', 1, '8.1'],
    ['A', -1, '-1.8'],
    ['C', null, '0'], // another cohort: no place to compare
    ['E', null, null],
    ['D', null, null],
  ]);
});

it('says how many moved', () => {
  expect(movedWords(compareRows(before, after))).toBe('共同列名次的 2 家中 2 家名次有变动，最大 1 位');
  expect(movedWords(compareRows(before, before))).toBe('共同列名次的 4 家，名次都没有变动');
  expect(movedWords(compareRows(before, []))).toBe('两次评价没有共同列名次的机构');
});

import { expect, it } from '@jest/globals';
import type { ResultNode } from '../api/shapes.js';
import { sealedWords, statisticWords } from './normalisation-words.js';

const node = (
  method: string,
  statistics: Record<string, string>,
  withheld: ResultNode['withheld'],
): Pick<ResultNode, 'withheld' | 'normalisation'> => ({
  withheld,
  normalisation: { method, parameters: {}, statistics },
});

const GENERAL = '封闭公开：不显示同组最低、最高；均值和中位数满10家才显示';

it.each([
  ['staff see all', node('minmax', { min: '1', max: '2' }, []), ''],
  ['fewer than ten', node('minmax', {}, ['min', 'max', 'mean', 'median']), `${GENERAL}。`],
  ['ten', node('minmax', { n: '10', mean: '1', median: '2' }, ['min', 'max']), `${GENERAL}。`],
  [
    'eleven: the median is one member’s value',
    node('minmax', { n: '11', mean: '1' }, ['min', 'max', 'median']),
    `${GENERAL}，中位数恰由某一家决定时也不显示。`,
  ],
  ['a method that compares with nobody', node('bands', {}, ['min', 'max', 'mean', 'median']), ''],
])('%s', (_, given, words) => {
  expect(sealedWords(given)).toBe(words);
});

it('statistics stand under their words; the two middle values that only serve the redaction do not', () => {
  const normalisation = { method: 'minmax', parameters: {}, statistics: { n: '12', mean: '4.5', medianLow: '3' } };
  expect(statisticWords(normalisation)).toEqual([
    ['家数', '12'],
    ['平均', '4.5'],
  ]);
});

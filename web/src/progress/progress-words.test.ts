import { expect, it } from '@jest/globals';
import type { ProgressName } from './progress-shapes.js';
import { daysWords, filledWords, listTitle, stepWords } from './progress-words.js';

const of = (some: Partial<ProgressName>): ProgressName =>
  ({
    state: 'draft',
    due: '2026-10-20T16:00:00.000Z',
    daysLeft: 2,
    overdue: false,
    provisional: false,
    filled: { done: 3, of: 10 },
    ...some,
  }) as ProgressName;

it.each([
  [of({}), '还有2天'],
  [of({ daysLeft: 0 }), '今日截止'],
  [of({ daysLeft: -3, overdue: true }), '逾期3天'],
  [of({ daysLeft: -3 }), '期限已过'], // filed, exempt, or with the bureau
  [of({ provisional: true }), '期限暂定'],
  [of({ due: null, daysLeft: null }), '未定'],
])('days %#: %s', (name, words) => expect(daysWords(name)).toBe(words));

it.each([
  [of({}), '3/10'],
  [of({ filled: { done: 0, of: 10 } }), '0/10'],
  [of({ state: 'not_started', filled: { done: 0, of: 10 } }), '—'],
  [of({ filled: { done: 4, of: 0 } }), '4行'],
])('filled %#: %s', (name, words) => expect(filledWords(name)).toBe(words));

it('steps and lists have names', () => {
  expect(['hand', '-5', '0', '+1'].map(stepWords)).toEqual([
    '手工催报',
    '自动：期限前5天',
    '自动：期限当天',
    '自动：逾期1天',
  ]);
  expect(['missing', 'overdue', 'draft', ''].map(listTitle)).toEqual(['尚未报送', '逾期', '草稿', '全部']);
});

import { expect, it } from '@jest/globals';
import { dueTitle, leftWords } from './due-words.js';

const due = '2026-10-20T16:00:00Z';

it('midnight belongs to the day that ends', () => {
  expect(dueTitle(due)).toBe('2026年10月20日（周二）24:00');
});

it.each([
  ['2026-10-15T02:00:00Z', '剩 3 个工作日', 'Thursday: Friday, Monday, Tuesday'],
  ['2026-10-17T02:00:00Z', '剩 2 个工作日', 'a Saturday'],
  ['2026-10-20T15:59:59Z', '今日截止', 'the last second'],
  ['2026-10-20T16:00:00Z', '已逾期', 'the boundary itself'],
])('%s: %s, %s', (now, words) => {
  expect(leftWords(due, new Date(now))).toBe(words);
});

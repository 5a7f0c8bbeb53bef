import { expect, it } from '@jest/globals';
import type { Calendars } from '../../../src/calendar/working-days.js';
import { dueTitle, leftWords } from './due-words.js';

const due = '2026-10-20T16:00:00Z';
const holidays = [{ title: '国庆节', from: '2026-10-01', to: '2026-10-07' }];
const calendars: Calendars = new Map([[2026, { year: 2026, source: '', holidays, workdays: ['2026-10-10'] }]]);

it('midnight belongs to the day that ends', () => {
  expect(dueTitle(due)).toBe('2026年10月20日（周二）24:00');
});

it.each([
  ['2026-09-30T02:00:00Z', '剩 10 个工作日', 'a week of holidays, one Saturday worked'],
  ['2026-10-15T02:00:00Z', '剩 3 个工作日', 'Thursday: Friday, Monday, Tuesday'],
  ['2026-10-17T02:00:00Z', '剩 2 个工作日', 'a Saturday'],
  ['2026-10-20T15:59:59Z', '今日截止', 'the last second'],
  ['2026-10-20T16:00:00Z', '已逾期', 'the boundary itself'],
])('%s: %s, %s', (now, words) => {
  expect(leftWords(due, new Date(now), calendars)).toBe(words);
});

import { loadCatalogue } from '../forms/catalogue.service.js';
import { endOfDay } from './day.js';
import { isWorkingDay, workingDayAfter, workingDaysBetween } from './working-days.js';

const { calendars } = loadCatalogue();

it.each([
  ['2026-10-09', true, 'a Friday'],
  ['2026-10-10', true, 'a make-up Saturday'],
  ['2026-10-11', false, 'a Sunday'],
  ['2026-10-07', false, 'a Wednesday in the holiday of National Day'],
  ['2026-02-28', true, 'a make-up Saturday after Spring Festival'],
  ['2027-01-01', true, 'a Friday of a year without calendar: weekends alone count'],
  ['2027-01-02', false, 'a Saturday of a year without calendar'],
])('%s is worked: %s (%s)', (day, expected) => expect(isWorkingDay(calendars, day)).toBe(expected));

it.each([
  ['2026-09-30', 10, '2026-10-20', false, 'the make-up Saturday is the third of ten'],
  ['2025-12-31', 10, '2026-01-15', false, 'the make-up Sunday 4 January counts'],
  ['2026-03-31', 10, '2026-04-15', false, 'without the Monday of Qingming'],
  ['2026-06-30', 10, '2026-07-14', false, 'two plain weeks'],
  ['2026-12-31', 10, '2027-01-14', true, '2027 is not announced: provisional'],
])('after %s the %i. working day is %s (provisional: %s): %s', (after, n, day, provisional) => {
  expect(workingDayAfter(calendars, after, n)).toEqual({ day, provisional });
});

it('counts the working days between two days, the last one included', () => {
  expect(workingDaysBetween(calendars, '2026-09-30', '2026-10-20')).toBe(10);
  expect(workingDaysBetween(calendars, '2026-10-20', '2026-10-20')).toBe(0);
  expect(workingDaysBetween(calendars, '2026-10-21', '2026-10-20')).toBe(0);
});

it('a day ends at 16:00 of universal time', () =>
  expect(endOfDay('2026-10-20').toISOString()).toBe('2026-10-20T16:00:00.000Z'));

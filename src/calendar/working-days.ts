import { dayAfter } from './day.js';

/** Public holidays of one year and the Saturdays and Sundays that are worked instead (调休), as announced. */
export interface YearCalendar {
  readonly year: number;
  /** The notice of 国务院办公厅. */
  readonly source: string;
  readonly holidays: readonly { readonly title: string; readonly from: string; readonly to: string }[];
  readonly workdays: readonly string[];
}

/** By year; a year that is not there has not been announced yet. */
export type Calendars = ReadonlyMap<number, YearCalendar>;

/** A day that was counted out; `provisional` when a year on the way has no calendar: then weekends alone counted. */
export interface CountedDay {
  readonly day: string;
  readonly provisional: boolean;
}

const yearOf = (day: string): number => Number.parseInt(day.slice(0, 4), 10);

const isWeekend = (day: string): boolean => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());

/** Whether the calendar of that day's year is announced. */
export const isAnnounced = (calendars: Calendars, day: string): boolean => calendars.has(yearOf(day));

/** Whether offices work on a day; in a year that is not announced: Monday to Friday. @param day a day that there is */
export function isWorkingDay(calendars: Calendars, day: string): boolean {
  const calendar = calendars.get(yearOf(day));
  if (calendar?.workdays.includes(day)) return true;
  if (calendar?.holidays.some(({ from, to }) => from <= day && day <= to)) return false;
  return !isWeekend(day);
}

/** The n-th working day after a day, which does not count itself. @param n at least 1 */
export function workingDayAfter(calendars: Calendars, day: string, n: number): CountedDay {
  let at = day;
  let provisional = false;
  for (let counted = 0; counted < n; ) {
    at = dayAfter(at);
    provisional ||= !isAnnounced(calendars, at);
    if (isWorkingDay(calendars, at)) counted += 1;
  }
  return { day: at, provisional };
}

/** How many working days lie after `from` and until `to`, which counts; 0 when `to` is not later. */
export function workingDaysBetween(calendars: Calendars, from: string, to: string): number {
  let counted = 0;
  for (let day = from; day < to; ) {
    day = dayAfter(day);
    if (isWorkingDay(calendars, day)) counted += 1;
  }
  return counted;
}

import { endOfDay } from '../calendar/day.js';
import { lastDay } from '../calendar/period.js';
import { type Calendars, workingDayAfter } from '../calendar/working-days.js';
import type { District } from '../district/district.js';
import { type Form, isQuarterly } from '../forms/form.js';

/** When an obligation is due; provisional while a year on the way has no calendar yet: then nobody is late. */
export interface Due {
  readonly due: Date;
  readonly provisional: boolean;
}

/** The working days that a bureau gives instead of a form's own; null: the form's (district.yaml). */
export type Deadlines = District['deadlines'];

/** What is asked once a year or on request keeps the days of its form. */
function workingDaysOf(form: Form, deadlines: Deadlines | null): number {
  const own = form.due.workingDays;
  if (form.filer.department !== null) return deadlines?.departmentWorkingDays ?? own;
  return (isQuarterly(form) ? deadlines?.filingWorkingDays : null) ?? own;
}

/**
 * The due date of a form for a quarter: 24:00 Asia/Shanghai of the n-th working day after the quarter's end. 2026Q3 and
 * ten days: 2026-10-20T16:00:00Z.
 * @throws PERIOD_INVALID
 */
export function dueOf(form: Form, quarter: string, calendars: Calendars, deadlines: Deadlines | null = null): Due {
  const { day, provisional } = workingDayAfter(calendars, lastDay(quarter), workingDaysOf(form, deadlines));
  return { due: endOfDay(day), provisional };
}

/** 24:00 is the first moment that is too late: 23:59:59.999 is on time, 00:00:00.000 of the next day is not. */
export const isLate = (submitted: Date, due: Date): boolean => submitted >= due;

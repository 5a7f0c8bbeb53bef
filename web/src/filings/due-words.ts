import { dayOf } from '../../../src/calendar/day.js';
import { type Calendars, workingDaysBetween } from '../../../src/calendar/working-days.js';
import { deadline } from '../figures/moment.js';

const WEEKDAYS = ['日', '一', '二', '三', '四', '五', '六'];

/** 2026年10月20日（周二）24:00. @param due an instant */
export function dueTitle(due: string): string {
  const [day = '', hour = ''] = deadline(due).split(' ');
  const [year, month, date] = day.split('-');
  const weekday = WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()];
  return `${year}年${Number.parseInt(month ?? '', 10)}月${Number.parseInt(date ?? '', 10)}日（周${weekday}）${hour}`;
}

/** 剩 3 个工作日, 今日截止, 已逾期. Midnight belongs to the day that ends. */
export function leftWords(due: string, now: Date, calendars: Calendars): string {
  const end = new Date(due);
  if (end.getTime() <= now.getTime()) return '已逾期';
  const today = dayOf(now);
  const last = dayOf(new Date(end.getTime() - 1));
  return today === last ? '今日截止' : `剩 ${workingDaysBetween(calendars, today, last)} 个工作日`;
}

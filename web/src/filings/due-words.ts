import { deadline } from '../figures/moment.js';

const WEEKDAYS = ['日', '一', '二', '三', '四', '五', '六'];
const DAY = 86_400_000;

/** 2026年10月20日（周二）24:00. @param due an instant */
export function dueTitle(due: string): string {
  const [day = '', hour = ''] = deadline(due).split(' ');
  const [year, month, date] = day.split('-');
  const weekday = WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()];
  return `${year}年${Number.parseInt(month ?? '', 10)}月${Number.parseInt(date ?? '', 10)}日（周${weekday}）${hour}`;
}

const isWeekday = (day: number): boolean => ![0, 6].includes(new Date(day).getUTCDay());

/**
 * Weekdays from tomorrow to the last day, both Shanghai's. Holidays are the calendar's to know: without one the word is
 * 个工作日 only as far as weekdays go.
 * @returns null once it is over
 */
export function workingDaysLeft(
  due: string,
  now: Date,
  isWorkingDay: (day: number) => boolean = isWeekday,
): number | null {
  const end = new Date(due).getTime();
  if (end <= now.getTime()) return null;
  const ahead = 8 * 3_600_000;
  const today = Math.floor((now.getTime() + ahead) / DAY);
  // Midnight belongs to the day that ends.
  const last = Math.floor((end - 1 + ahead) / DAY);
  let count = 0;
  for (let day = today + 1; day <= last; day++) if (isWorkingDay(day * DAY)) count++;
  return count;
}

/** 剩3个工作日, 今日截止, 已逾期. */
export function leftWords(due: string, now: Date): string {
  const left = workingDaysLeft(due, now);
  if (left === null) return '已逾期';
  return left === 0 ? '今日截止' : `剩 ${left} 个工作日`;
}

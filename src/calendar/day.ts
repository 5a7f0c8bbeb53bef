const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
/** Asia/Shanghai: no summer time since 1991. */
const AHEAD_MS = 8 * 3_600_000;

/** The day on which an instant falls in Shanghai, `2026-10-20`. */
export const dayOf = (instant: Date): string => new Date(instant.getTime() + AHEAD_MS).toISOString().slice(0, 10);

/** The same to the minute, for people: `2026-10-20 09:30`. */
export const minuteOf = (instant: Date): string =>
  new Date(instant.getTime() + AHEAD_MS).toISOString().slice(0, 16).replace('T', ' ');

/** Whether `text` is a day that there is: `2026-02-28`, not `2026-02-30`. */
export function isDay(text: string): boolean {
  const instant = DAY.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  return instant !== null && !Number.isNaN(instant.getTime()) && instant.toISOString().slice(0, 10) === text;
}

/** The day before, `2025-12-31` for `2026-01-01`. @param day a day that there is */
export function dayBefore(day: string): string {
  return new Date(new Date(`${day}T00:00:00Z`).getTime() - 86_400_000).toISOString().slice(0, 10);
}

/** The day after, `2026-01-01` for `2025-12-31`. @param day a day that there is */
export function dayAfter(day: string): string {
  return new Date(new Date(`${day}T00:00:00Z`).getTime() + 86_400_000).toISOString().slice(0, 10);
}

/** The instant at which a day is over in Shanghai: `2026-10-20` 24:00 is 16:00 UTC. @param day a day that there is */
export const endOfDay = (day: string): Date => new Date(new Date(`${dayAfter(day)}T00:00:00Z`).getTime() - AHEAD_MS);

/** For people: 2026年10月20日. */
export function dayTitle(day: string): string {
  const [, year = '', month = '', date = ''] = DAY.exec(day) ?? [];
  return `${year}年${Number.parseInt(month, 10)}月${Number.parseInt(date, 10)}日`;
}

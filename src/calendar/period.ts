import { DomainError } from '../problems/problems.js';

/** What one period of an evaluation is. */
export type Cadence = 'annual' | 'quarterly';

/** A quarter as a whole number that can be counted with: year × 4 + (quarter − 1). 2025Q1 = 8100. */
export type QuarterIndex = number;

const QUARTER = /^([0-9]{4})Q([1-4])$/;
const YEAR = /^([0-9]{4})$/;

export const isQuarter = (text: string): boolean => QUARTER.test(text);
export const isYear = (text: string): boolean => YEAR.test(text);

const periodInvalid = (found: string, expected: string, message: string): DomainError =>
  new DomainError('PERIOD_INVALID', 422, message, [
    { path: 'period', rule: 'PERIOD_INVALID', found, expected, message },
  ]);

/** `2025Q3` → 8102. @throws PERIOD_INVALID */
export function quarterIndex(text: string): QuarterIndex {
  const match = QUARTER.exec(text);
  if (!match) throw periodInvalid(text, '2025Q3', `报告期“${text}”应写作 2025Q3`);
  return Number.parseInt(match[1] as string, 10) * 4 + Number.parseInt(match[2] as string, 10) - 1;
}

/** 8102 → `2025Q3`. */
export const quarterCode = (index: QuarterIndex): string => `${Math.floor(index / 4)}Q${(index % 4) + 1}`;

/**
 * The quarters of the window of an evaluated period, in order: four of a year, one of a quarter, moved by `shift`
 * evaluation periods (annual: years; quarterly: quarters). A year earlier is period arithmetic, never minus 365 days.
 * @throws PERIOD_INVALID when the period does not fit the cadence
 */
export function windowQuarters(period: string, cadence: Cadence, shift = 0): QuarterIndex[] {
  if (cadence === 'annual') {
    const match = YEAR.exec(period);
    if (!match) throw periodInvalid(period, '2025', `年度方案的报告期应写作 2025，收到“${period}”`);
    const first = (Number.parseInt(match[1] as string, 10) + shift) * 4;
    return [first, first + 1, first + 2, first + 3];
  }
  return [quarterIndex(period) + shift];
}

/** The last day of a quarter or year, `2025-12-31`. */
export function lastDay(period: string): string {
  if (YEAR.test(period)) return `${period}-12-31`;
  const index = quarterIndex(period);
  return `${Math.floor(index / 4)}-${['03-31', '06-30', '09-30', '12-31'][index % 4]}`;
}

/** The first day of a quarter or year, `2025-10-01`. */
export function firstDay(period: string): string {
  if (YEAR.test(period)) return `${period}-01-01`;
  const index = quarterIndex(period);
  return `${Math.floor(index / 4)}-${['01-01', '04-01', '07-01', '10-01'][index % 4]}`;
}

/** For people: 2025年第四季度, 2025年度. */
export function periodTitle(period: string): string {
  if (YEAR.test(period)) return `${period}年度`;
  const index = quarterIndex(period);
  return `${Math.floor(index / 4)}年第${['一', '二', '三', '四'][index % 4]}季度`;
}

import { quarterCode, quarterIndex } from '../../../src/calendar/period.js';
import type { FilingItem, Obligation } from '../api/filing-shapes.js';

/** What still is to be done by the institution. */
const OWED: readonly Obligation['state'][] = ['not_started', 'draft', 'returned', 'internal_review'];

export const isOwed = ({ state }: Obligation): boolean => OWED.includes(state);

/** What is at the bureau. */
export const isUnderWay = ({ state }: Obligation): boolean =>
  state === 'submitted' || state === 'under_review' || state === 'amendment_requested';

/** 逾期 已退回 草稿 未开始; for a checker what waits for signing goes first. */
function urgency({ state, overdue }: Obligation, isChecker: boolean): number {
  if (isChecker && state === 'internal_review') return 0;
  if (overdue) return 1;
  if (state === 'returned') return 2;
  if (state === 'draft' || state === 'internal_review') return 3;
  return 4;
}

/** In the order in which they want to be done; among equals the earlier date. */
export const ordered = (obligations: readonly Obligation[], isChecker: boolean): Obligation[] =>
  [...obligations].sort(
    (a, b) =>
      urgency(a, isChecker) - urgency(b, isChecker) ||
      (a.due ?? '9').localeCompare(b.due ?? '9') ||
      a.period.localeCompare(b.period),
  );

/** One of the last eight periods of a form. */
export interface Dot {
  readonly period: string;
  readonly sign: '●' | '◐' | '○' | '▲';
  readonly words: string;
}

export const DOTS = 8;

/** @param last the latest of the eight */
export function dotsOf(filings: readonly FilingItem[], form: string, last: string): Dot[] {
  const own = new Map(filings.filter((each) => each.form === form).map((each) => [each.period, each]));
  return Array.from({ length: DOTS }, (_, n) => {
    const period = quarterCode(quarterIndex(last) - DOTS + 1 + n);
    const filing = own.get(period);
    if (!filing) return { period, sign: '○', words: '未报' };
    if (filing.state !== 'accepted') return { period, sign: '◐', words: '在办' };
    return filing.revision?.onTime === false
      ? { period, sign: '▲', words: '已采纳，逾期提交' }
      : { period, sign: '●', words: '已采纳' };
  });
}

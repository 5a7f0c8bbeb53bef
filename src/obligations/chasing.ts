import { dayOf, dayTitle, minuteOf } from '../calendar/day.js';
import { periodTitle } from '../calendar/period.js';
import type { InstitutionType } from '../forms/metric.js';
import { departmentTitle } from '../identity/departments.js';

/** States of the board, in the order of a filing's life. 逾期 is a mark on the first three and on 已退回, not a state. */
export const PROGRESS_STATES = [
  'not_started',
  'draft',
  'internal_review',
  'submitted',
  'under_review',
  'returned',
  'accepted',
  'amending',
  'exempt',
  'closed',
] as const;
export type ProgressState = (typeof PROGRESS_STATES)[number];

export const PROGRESS_TITLES: Readonly<Record<ProgressState, string>> = {
  not_started: '未开始',
  draft: '草稿',
  internal_review: '待复核',
  submitted: '已提交',
  under_review: '审核中',
  returned: '已退回',
  accepted: '已采纳',
  amending: '更正中',
  exempt: '免报',
  closed: '关闭未报',
};

/** In hand: with the bureau, or accepted and being amended while the accepted revision stays in force. */
const FILED: readonly ProgressState[] = ['submitted', 'under_review', 'accepted', 'amending'];
/** Still owed by the filer. */
const OPEN: readonly ProgressState[] = ['not_started', 'draft', 'internal_review', 'returned'];

/** One obligation as the database holds it. */
export interface ObligationFacts {
  readonly kind: 'regular' | 'backfill' | 'control';
  readonly due: Date | null;
  /** The calendar of that year is not announced: nobody is late, nobody is chased. */
  readonly provisional: boolean;
  readonly exempt: boolean;
  readonly closed: boolean;
  /** It was closed unfiled once: late for ever, whatever came afterwards. */
  readonly closedOnce: boolean;
  /** State of its filing; null: none was begun. */
  readonly filing: string | null;
  /** A revision was accepted and is in force. */
  readonly inForce: boolean;
  /** Cells and rows that are not blank; 0 without a draft. */
  readonly filled: number;
  /** First revision: when it was signed, and whether on time as it was judged then (null: not judged). */
  readonly firstSubmitted: Date | null;
  readonly onTime: boolean | null;
  /** The date that the last return set; null: none. */
  readonly returnDue: Date | null;
}

export function progressState({ exempt, closed, filing, inForce }: ObligationFacts): ProgressState {
  if (closed) return 'closed';
  if (exempt) return 'exempt';
  if (filing === null) return 'not_started';
  if (filing === 'amendment_requested') return 'amending';
  if (inForce && (filing === 'draft' || filing === 'internal_review')) return 'amending';
  return filing as ProgressState;
}

/** Until when it is owed now: a return sets a date of its own. */
export const dueNow = (facts: ObligationFacts): Date | null =>
  progressState(facts) === 'returned' ? (facts.returnDue ?? facts.due) : facts.due;

/** The instant that the due day ends with is late already (reliability F1). */
export function isOverdue(facts: ObligationFacts, now: Date): boolean {
  const due = dueNow(facts);
  if (due === null || facts.provisional || facts.kind === 'backfill' || now < due) return false;
  const state = progressState(facts);
  // Filed in time and sent back without a new date: it is the bureau's move that made it open again.
  return OPEN.includes(state) && (state !== 'returned' || facts.returnDue !== null || !isFirstInTime(facts));
}

/** Whether the first submission came in time; a department without any due date is never late. */
function isFirstInTime({ firstSubmitted, onTime, due, provisional, closedOnce }: ObligationFacts): boolean {
  if (closedOnce) return false;
  if (firstSubmitted === null) return false;
  return onTime ?? (due === null || provisional || firstSubmitted < due);
}

export interface ProgressCounts {
  readonly counts: Readonly<Record<ProgressState, number>>;
  readonly overdue: number;
  /** 应报: all that were asked for, without exemptions. */
  readonly owed: number;
  /** 已报: in hand. */
  readonly filed: number;
  /** Judged so far: first submitted, or still open (or closed) after the due date. Without a due date: not judged. */
  readonly judged: number;
  readonly onTime: number;
  /** 完整率 = 已报 ÷ 应报, in %, one decimal; null: nothing was owed. */
  readonly completeness: string | null;
  /** 及时率 = first submitted in time ÷ judged; null: nothing to judge yet. */
  readonly timeliness: string | null;
}

/** Counts of regular and control obligations; backfill has a date of its own and is never late. */
export function progressCounts(all: readonly ObligationFacts[], now: Date): ProgressCounts {
  const counts = Object.fromEntries(PROGRESS_STATES.map((state) => [state, 0])) as Record<ProgressState, number>;
  let [overdue, owed, filed, judged, onTime] = [0, 0, 0, 0, 0];
  for (const facts of all) {
    if (facts.kind === 'backfill') continue;
    const state = progressState(facts);
    counts[state] += 1;
    if (state === 'exempt') continue;
    owed += 1;
    if (FILED.includes(state)) filed += 1;
    if (isOverdue(facts, now)) overdue += 1;
    if (facts.due === null && state !== 'closed') continue;
    const isSubmitted = facts.firstSubmitted !== null && (FILED.includes(state) || state === 'returned');
    if (!isSubmitted && !isOverdue(facts, now) && state !== 'closed') continue;
    judged += 1;
    if (isSubmitted && isFirstInTime(facts)) onTime += 1;
  }
  const counted = { counts, overdue, owed, filed, judged, onTime };
  return { ...counted, completeness: percent(filed, owed), timeliness: percent(onTime, judged) };
}

/** In %, one decimal, half up; 100.0 only when all of it. */
export function percent(part: number, whole: number): string | null {
  if (whole === 0) return null;
  const tenths = Math.floor((part * 2_000 + whole) / (2 * whole));
  return (Math.min(tenths, part === whole ? 1_000 : 999) / 10).toFixed(1);
}

/** Which words a reminder needs. */
export type Reminding = 'untouched' | 'half_done' | 'to_sign' | 'returned';

/** What stands to be reminded of; null: nothing may be chased (filed, exempt, closed, backfill, provisional, no date). */
export function reminding(facts: ObligationFacts): Reminding | null {
  if (facts.kind === 'backfill' || facts.provisional || facts.due === null) return null;
  const state = progressState(facts);
  if (state === 'not_started') return 'untouched';
  if (state === 'draft') return facts.filled === 0 ? 'untouched' : 'half_done';
  if (state === 'internal_review') return 'to_sign';
  return state === 'returned' ? 'returned' : null;
}

/** Why it may not be chased, for the dialog. */
export function whyNotChased(facts: ObligationFacts): string {
  if (facts.kind === 'backfill') return '补录不催';
  const state = progressState(facts);
  if (!OPEN.includes(state)) return `${PROGRESS_TITLES[state]}，无须催报`;
  return facts.provisional ? '期限暂定，不催' : '没有报送期限';
}

const DAY_MS = 86_400_000;

/** The day that a due date belongs to: midnight is the end of the day before. */
export const dueDay = (due: Date): string => dayOf(new Date(due.getTime() - 1));

/** Whole days in Shanghai from today to the due day: 2, 0 (today), −1 (one day over). */
export const daysLeft = (due: Date, now: Date): number =>
  (Date.parse(`${dueDay(due)}T00:00:00Z`) - Date.parse(`${dayOf(now)}T00:00:00Z`)) / DAY_MS;

/** `2026年10月20日24:00`; another hour as it stands. */
export function dueTitle(due: Date): string {
  const time = minuteOf(due).slice(11);
  return `${dayTitle(dueDay(due))}${time === '00:00' ? '24:00' : time}`;
}

/** `还有2天`, `今日截止`, `已逾期3天`. */
export function daysWords(due: Date, now: Date): string {
  const left = daysLeft(due, now);
  if (now >= due) return left === 0 ? '今日已过期限' : `已逾期${-left}天`;
  return left === 0 ? '今日截止' : `还有${left}天`;
}

/** The step of the ladder that today is for a due date: `-5`, `0`, `+1`; null: none. */
export function stepToday(
  due: Date,
  now: Date,
  { daysBefore, daysAfter }: { readonly daysBefore: readonly number[]; readonly daysAfter: readonly number[] },
): string | null {
  const left = daysLeft(due, now);
  if (left >= 0) return daysBefore.includes(left) && now < due ? (left === 0 ? '0' : `-${left}`) : null;
  return daysAfter.includes(-left) ? `+${-left}` : null;
}

/** Title, what to do and details of a reminder. Title and what to do go into mails: no figures. */
export function reminderWords(
  what: Reminding,
  {
    period,
    formTitle,
    due,
    filled,
    asked,
  }: {
    readonly period: string;
    readonly formTitle: string;
    readonly due: Date;
    readonly filled: number;
    readonly asked: number;
  },
  now: Date,
): { title: string; todo: string; body: string } {
  const what_ = `${periodTitle(period)}《${formTitle}》`;
  const late = now >= due;
  const when = late ? `报送期限（${dueTitle(due)}）已过，请尽快` : `请于${dueTitle(due)}前`;
  const left = daysWords(due, now);
  switch (what) {
    case 'untouched':
      return { title: `${what_}尚未填报，${left}`, todo: `${when}填报并提交；无业务的可以零报。`, body: '' };
    case 'half_done':
      return {
        title: `${what_}已保存，尚未提交，${left}`,
        todo: `${when}补齐并提交复核。保存不等于提交。`,
        body: `已填 ${filled}/${asked} 格。`,
      };
    case 'to_sign':
      return { title: `${what_}待复核，尚未提交，${left}`, todo: `${when}由复核人签署并提交。`, body: '' };
    case 'returned':
      return { title: `${what_}已退回，尚未重新提交，${left}`, todo: `${when}按退回意见修改并重新提交。`, body: '' };
  }
}

/** For the heads of the board: a type, or the departments that file control totals. */
export type FilerType = InstitutionType | 'department';

export interface GroupTextFacts {
  readonly typeTitle: string;
  readonly period: string;
  readonly owed: number;
  readonly filed: number;
  /** Who has not filed, with the due date of each. */
  readonly missing: readonly { readonly name: string; readonly due: Date }[];
}

/**
 * A message for the chat group of one type. With names only where the staff chooses so: the whole group reads who is
 * missing. Null when nobody is missing.
 */
export function groupText(
  { typeTitle, period, owed, filed, missing }: GroupTextFacts,
  now: Date,
  withNames: boolean,
): string | null {
  if (missing.length === 0) return null;
  const latest = new Date(Math.max(...missing.map(({ due }) => due.getTime())));
  const open = missing.filter(({ due }) => now < due);
  const late = missing.length - open.length;
  const one = new Set(open.map(({ due }) => due.getTime())).size === 1;
  const first = open[0];
  const asks = [
    ...(first === undefined
      ? []
      : [
          `请尚未报送的${open.length}家机构于${one ? dueTitle(first.due) : `各自期限（最晚${dueTitle(latest)}）`}前完成`,
        ]),
    ...(late > 0 ? [`${late === missing.length ? '' : '另有'}${late}家已过报送期限，请今日内完成`] : []),
  ];
  const names = withNames ? `\n尚未报送：${missing.map(({ name }) => name).join('、')}` : '';
  return `【${periodTitle(period)}绿色金融报送·${typeTitle}】应报${owed}家，已报${filed}家。${asks.join('；')}：登录绿评系统填报并提交，显示“已提交”才算完成（保存不等于提交）。有困难请联系${departmentTitle('finance_bureau')}。${names}`;
}

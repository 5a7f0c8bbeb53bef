import type { ChasingHistory, ProgressName, ProgressState } from './progress-shapes.js';

export const STATE_TITLES: Readonly<Record<ProgressState, string>> = {
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

/** What a list of names shows, by the `state` of the address. */
export const listTitle = (state: string): string =>
  state === 'missing' ? '尚未报送' : state === 'overdue' ? '逾期' : (STATE_TITLES[state as ProgressState] ?? '全部');

/** `还有2天`, `今日截止`, `逾期3天`. */
export function daysWords({ daysLeft, overdue, provisional, due }: ProgressName): string {
  if (due === null || daysLeft === null) return '未定';
  if (provisional) return '期限暂定';
  if (daysLeft < 0) return overdue ? `逾期${-daysLeft}天` : '期限已过';
  return daysLeft === 0 ? '今日截止' : `还有${daysLeft}天`;
}

/** `112/120 格`; a table of rows has no number of cells. */
export const filledWords = ({ filled, state }: ProgressName): string =>
  state === 'not_started' || (filled.done === 0 && state !== 'draft')
    ? '—'
    : filled.of === 0
      ? `${filled.done}行`
      : `${filled.done}/${filled.of}`;

export const stepWords = (step: ChasingHistory['reminders'][number]['step']): string => {
  if (step === 'hand') return '手工催报';
  if (step === '0') return '自动：期限当天';
  return step.startsWith('-') ? `自动：期限前${step.slice(1)}天` : `自动：逾期${step.slice(1)}天`;
};

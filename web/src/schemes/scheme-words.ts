import type { ReplyOutcome, SchemeAction, SchemeStanding, SchemeState, SchemeSummary } from '../api/shapes.js';

export const SCHEME_STATES: Readonly<Record<SchemeState, string>> = {
  draft: '草稿',
  consultation: '征求意见',
  reviewed: '已审定',
  issued: '已发布',
  retired: '已废止',
};

const STANDINGS: Readonly<Record<SchemeStanding, string>> = {
  none: '',
  to_come: '待施行',
  in_effect: '施行中',
  over: '施行期满',
};

/** 施行中, 草稿: an issued one is called by whether it holds today. */
export const standingWords = ({ state, standing }: Pick<SchemeSummary, 'state' | 'standing'>): string =>
  STANDINGS[standing] || SCHEME_STATES[state];

/** 2025-01-01 起, 2025-01-01 至 2025-12-31. */
export const effectWords = ({
  effectiveFrom,
  effectiveTo,
}: Pick<SchemeSummary, 'effectiveFrom' | 'effectiveTo'>): string => {
  if (effectiveFrom === null) return '—';
  return effectiveTo === null ? `${effectiveFrom} 起` : `${effectiveFrom} 至 ${effectiveTo}`;
};

export const CADENCES: Readonly<Record<SchemeSummary['cadence'], string>> = { annual: '年度', quarterly: '季度' };

export const ACTION_WORDS: Readonly<Record<SchemeAction, string>> = {
  consult: '征求意见',
  review: '审定',
  issue: '发布施行',
  retire: '废止',
};

export const OUTCOMES: Readonly<Record<ReplyOutcome, string>> = {
  adopted: '采纳',
  partly: '部分采纳',
  declined: '未采纳',
};

import type { ResultNode } from '../api/shapes.js';

const OUTCOMES: Readonly<Record<'MISSING' | 'DIV0', string>> = { MISSING: '数据缺失', DIV0: '分母为零' };

const POLICIES: Readonly<Record<string, string>> = {
  exclude: '不计入，权重由同组指标分担',
  zero: '计0分',
  cohort_median: '以同组中位数代替',
  cohort_mean: '以同组平均数代替',
  previous_period: '以上期数代替',
  unranked: '不参加排名',
};

const COMBINATIONS: Readonly<Record<string, string>> = {
  mean: '各评分人平均',
  trimmed_mean: '去掉一个最高分和一个最低分后平均',
  median: '各评分人中位数',
  min: '各评分人最低分',
  max: '各评分人最高分',
};

/** How the scores of a panel become one, in words. */
export const combinationWords = (combine: string): string => COMBINATIONS[combine] ?? combine;

/** 数据缺失，以同组中位数代替. Empty when the value is a figure. */
export function outcomeWords(node: ResultNode): string {
  if (node.outcome === null) return '';
  const policy = node.policy === null ? '' : `，${POLICIES[node.policy] ?? node.policy}`;
  return `${OUTCOMES[node.outcome]}${policy}`;
}

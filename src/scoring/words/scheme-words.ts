import { plain } from '../../numbers/decimal.js';
import type { Aggregation, AssessmentRule, Group, Input, Policy, Take, Ties } from '../scheme/scheme.js';
import type { Treatment } from '../treat/treatment.js';

/** What answers a missing figure or a zero denominator. */
export const POLICY_WORDS: Readonly<Record<Policy, string>> = {
  exclude: '不计入，权重由同组指标分担',
  zero: '计0分',
  cohort_median: '以同组中位数代替',
  cohort_mean: '以同组平均数代替',
  previous_period: '以上期数代替',
  unranked: '不参加排名',
};

export const AGGREGATE_WORDS: Readonly<Record<Aggregation, string>> = {
  arithmetic: '加权平均',
  geometric: '加权几何平均（一项为 0 则为 0）',
  harmonic: '加权调和平均（一项为 0 则为 0）',
  median: '取中位数',
  min: '取最低的一项',
  outranking: '两两比较（净胜家数折算为 0–100 分）',
};

export const WEIGHTS_WORDS: Readonly<Record<Group['weights'], string>> = {
  stated: '各项权重之和为 100',
  equal: '各项权重相等',
  relative: '各项权重按比例折算',
};

const TAKES: Readonly<Record<Take, string>> = {
  last: '期末数',
  first: '期初季度数',
  sum: '各季合计',
  mean: '各季平均',
  max: '各季最大值',
};

export const TIES_WORDS: Readonly<Record<Ties, string>> = {
  competition: '并列名次相同，其后名次顺延（1、2、2、4）',
  dense: '并列名次相同，其后名次不空（1、2、2、3）',
  ordinal: '不并列，总分相同的按机构代码排',
};

const COMBINATIONS: Readonly<Record<AssessmentRule['combine'], string>> = {
  mean: '各评分人平均',
  median: '各评分人中位数',
  trimmed_mean: '五人及以上去掉一个最高分和一个最低分后平均，不足五人直接平均',
};

/** 期末数；比评价期早1期；缺失的季度按0计. */
export function inputWords({ take, shift, missing, atLeast }: Input): string {
  const parts = [TAKES[take]];
  if (shift !== 0) parts.push(`比评价期早${-shift}期`);
  if (missing) parts.push(`缺失的季度按${plain(missing)}计（整季未报的除外）`);
  if (atLeast !== null) parts.push(`至少有${atLeast}个季度即可`);
  return parts.join('；');
}

/** 0–100 分；至少3人；…；由 a、b 评分. @param departmentOf how a department is called */
export function assessedWords(
  { scale, panel, combine, by }: AssessmentRule,
  departmentOf: (code: string) => string,
): string {
  const who = by === null ? '任何部门均可评分' : `由${by.map(departmentOf).join('、')}评分`;
  const few = panel === 1 ? '' : `；少于${panel}个评分视为缺失`;
  return `${who}，${plain(scale[0])}–${plain(scale[1])} 分；${COMBINATIONS[combine]}${few}`;
}

/** How values are treated before they are normalised. */
export function treatmentWords(treatment: Treatment): string {
  switch (treatment.kind) {
    case 'winsorise':
      return `偏度绝对值大于 ${plain(treatment.skewness)} 且峰度大于 ${plain(treatment.kurtosis)} 时，把最极端的值依次改为次极端的值，至多 ${treatment.maxPoints} 个${treatment.thenLog ? '；仍不合格则改取对数' : ''}`;
    case 'force':
      return `把最极端的值依次改为次极端的值，直到至少 ${treatment.points} 个值有变动`;
    case 'log':
      return '取对数：ln（值 − 最小值 + 0.01 ×（最大值 − 最小值））';
    case 'box_cox':
      return `Box-Cox 变换，λ = ${plain(treatment.lambda)}`;
  }
}

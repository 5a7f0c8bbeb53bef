import type { Normalisation, ResultNode } from '../api/shapes.js';
import { short } from '../figures/figure-text.js';

const METHODS: Readonly<Record<string, string>> = {
  minmax: '极差法',
  zscore: 'Z 分数',
  percentile: '百分位',
  rank: '排序',
  goalposts: '上下限',
  distance_to_target: '目标距离',
  distance_to_max: '与最优的距离',
  distance_to_reference: '与参照机构的距离',
  fraction_of_max: '占最大值的比例',
  bands: '分档计分',
  proportional: '按目标比例',
  benchmark: '基准比较',
  none: '直接取值',
};

const PARAMETERS: Readonly<Record<string, string>> = {
  to: '得分区间',
  over: '比较范围',
  rule: '规则',
  target: '目标',
  min: '下限',
  max: '上限',
  truncate: '超出截断',
  direction: '方向',
  vertical: '纵向（本机构往期）',
  horizontal: '横向（同组当期）',
  periods: '期数',
  weight: '权重',
  statistic: '统计量',
  self: '含本机构',
  step: '间隔',
  bands: '档次',
  base: '基准分',
  slope: '每点得分',
  below: '低于',
  points: '得分',
};

const WORDS: Readonly<Record<string, string>> = {
  cohort: '同组',
  all: '全部机构',
  higher: '越高越好',
  lower: '越低越好',
  mean: '平均',
  median: '中位数',
  max: '最大值',
  min: '最小值',
  true: '是',
  false: '否',
};

const STATISTICS: Readonly<Record<string, string>> = {
  n: '家数',
  min: '最小',
  max: '最大',
  mean: '平均',
  median: '中位数',
  sd: '标准差',
  bV: '纵向基准',
  bH: '横向基准',
  sV: '纵向得分',
  sH: '横向得分',
  wV: '纵向权重',
  wH: '横向权重',
};

/** Methods whose points depend on what others filed. */
const COMPARING = [
  'minmax',
  'zscore',
  'percentile',
  'rank',
  'distance_to_target',
  'distance_to_max',
  'distance_to_reference',
  'fraction_of_max',
  'benchmark',
];

export const comparesWithOthers = (method: string): boolean => COMPARING.includes(method);

export const methodWord = (method: string): string => METHODS[method] ?? method;

/** A parameter as an officer reads it: `{ periods: 3, weight: 40 }` → 期数 3、权重 40. */
function valueWord(value: unknown): string {
  if (Array.isArray(value)) {
    const plain = value.every((each) => typeof each !== 'object' || each === null);
    return plain ? value.map(valueWord).join('–') : value.map(valueWord).join('；');
  }
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([key, each]) => `${PARAMETERS[key] ?? key} ${valueWord(each)}`)
      .join('、');
  const text = String(value);
  return WORDS[text] ?? text;
}

/** 得分区间 40–100，比较范围 同组. */
export const parameterWords = (normalisation: Normalisation): string =>
  Object.entries(normalisation.parameters)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => `${PARAMETERS[key] ?? key} ${valueWord(value)}`)
    .join('，');

/** What the method compared with, as far as the reader may see it. */
export function statisticWords(normalisation: Normalisation): [string, string][] {
  return Object.entries(normalisation.statistics)
    .filter((entry): entry is [string, string] => entry[1] !== null)
    .flatMap(([key, value]) => {
      const word = STATISTICS[key];
      return word === undefined ? [] : [[word, /^-?[0-9.]+$/.test(value) ? short(value) : value]];
    });
}

/** Why something of the comparison is not shown; empty when all is. */
export function sealedWords({ withheld, normalisation }: Pick<ResultNode, 'withheld' | 'normalisation'>): string {
  if (normalisation === null || !comparesWithOthers(normalisation.method)) return '';
  if (!withheld.includes('min') && !withheld.includes('max')) return '';
  const general = '封闭公开：不显示同组最低、最高；均值和中位数满10家才显示';
  // The mean is there: so it is not for want of members.
  const isSomebodys = withheld.includes('median') && !withheld.includes('mean');
  return `${general}${isSomebodys ? '，中位数恰由某一家决定时也不显示' : ''}。`;
}

import type { Normalisation, ResultNode } from '../api/shapes.js';
import { short } from '../figures/figure-text.js';

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

/** How one statistic is called; `treated` is a value that was pulled in. */
export const statisticWord = (name: string): string => (name === 'treated' ? '处理后的值' : (STATISTICS[name] ?? name));

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

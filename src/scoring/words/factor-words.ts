import type { Factor } from '../explain/attribution.js';

/** Why a total changed, in the order in which one thing after the other is put in place of the old one. */
export const FACTOR_WORDS: Readonly<Record<Factor, string>> = {
  method: '方法',
  weights: '权重',
  figures: '本机构数据',
  benchmark: '同组基准',
  cohort: '分组与参评',
};

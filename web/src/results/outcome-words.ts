import type { Policy } from '../../../src/scoring/scheme/scheme.js';
import { POLICY_WORDS } from '../../../src/scoring/words/scheme-words.js';
import type { ResultNode } from '../api/shapes.js';

const OUTCOMES: Readonly<Record<'MISSING' | 'DIV0', string>> = { MISSING: '数据缺失', DIV0: '分母为零' };

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
  const policy = node.policy === null ? '' : `，${POLICY_WORDS[node.policy as Policy] ?? node.policy}`;
  return `${OUTCOMES[node.outcome]}${policy}`;
}

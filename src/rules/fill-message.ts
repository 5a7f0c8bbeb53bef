import { type Decimal, ZERO } from '../numbers/decimal.js';
import { changeText, figureText } from './figure-text.js';
import type { RuleMetrics } from './rule.js';
import { EACH } from './rule-formula.js';

/** Both sides of what was compared. */
export interface Sides {
  readonly left: Decimal;
  readonly right: Decimal | null;
  /** Null where the sides have different units. */
  readonly difference: Decimal | null;
  /** Of the figures, for their texts. */
  readonly unit: string;
}

/** What a message may speak of, beside metric codes. */
export const MESSAGE_WORDS = ['left', 'right', 'difference', 'change'] as const;

export const PLACE = /\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** 绿色贷款余额（BK_GL_BAL）. */
export const cellTitle = (code: string, metrics: RuleMetrics): string => {
  const metric = metrics.get(code);
  return metric ? `${metric.title}（${code}）` : code;
};

/**
 * The message with titles and numbers in it: 绿色贷款余额（BK_GL_BAL）大于各项贷款余额（BK_LOAN_BAL），差120.00万元.
 * @param cell what `{x}` stands for
 * @param words further words of the rule's kind
 */
export function fillMessage(
  message: string,
  sides: Sides,
  cell: string,
  metrics: RuleMetrics,
  words: Readonly<Record<string, string>> = {},
): string {
  const { left, right, difference, unit } = sides;
  return message.replace(PLACE, (place, name: string) => {
    const known = words[name];
    if (known !== undefined) return known;
    if (name === EACH) return cellTitle(cell, metrics);
    if (name === 'left') return figureText(left, unit);
    if (name === 'right') return right === null ? place : figureText(right, unit);
    if (name === 'difference') return difference === null ? place : figureText(difference.abs(), unit);
    if (name === 'change')
      return right === null || right.eq(ZERO) ? place : changeText(left.minus(right).div(right.abs()));
    return cellTitle(name, metrics);
  });
}

/** What is wrong with a formula; the caller adds the path and the formula as written. */
export interface FormulaFault {
  /** Position of the faulty character in the normalised text, from 1. */
  readonly at: number;
  readonly rule: string;
  readonly found: string;
  readonly expected: string;
  /** Chinese, complete with the position. */
  readonly message: string;
}

export function formulaFault(at: number, rule: string, found: string, expected: string, what: string): FormulaFault {
  return { at, rule, found, expected, message: `第 ${at} 个字符 ${found}：${what}` };
}

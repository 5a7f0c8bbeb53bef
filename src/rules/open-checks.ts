import type { Violation } from '../problems/problems.js';
import type { Check } from './check-filing.js';

/** Explanations by a check's key (`V07:BK_GL_NEW`) or by its rule (`V07`), which covers all of that rule. */
export type Justifications = Readonly<Record<string, string>>;

/** The explanation that covers a check; null: none. */
export function justificationOf(check: Pick<Check, 'key' | 'rule'>, justifications: Justifications): string | null {
  const text = [check.key, check.rule]
    .map((key) => (Object.hasOwn(justifications, key) ? (justifications[key] ?? '').trim() : ''))
    .find((each) => each !== '');
  return text ?? null;
}

/** What still keeps a filing from being submitted: failures that block, and soft ones without an explanation. */
export const openChecks = (checks: readonly Check[], justifications: Justifications): Check[] =>
  checks.filter(
    (check) =>
      check.severity === 'block' || (check.severity === 'justify' && justificationOf(check, justifications) === null),
  );

/** What keeps a submission back, as a fault of the request: at the first cell of the rule. */
export const openViolation = (check: Check): Violation => ({
  path: `figures.${check.cells[0]}`,
  rule: check.rule,
  found: check.left,
  expected: check.severity === 'block' ? check.expected : '填写说明',
  message: check.message,
});

/** One sentence for whoever asks whether it may be submitted. */
export function verdictOf(open: readonly Check[], isEmpty: boolean): string {
  if (isEmpty) return '还不能提交：还没有填写任何数字';
  if (open.length === 0) return '可以提交';
  const blocks = open.filter((check) => check.severity === 'block').length;
  const counts = [
    ...(blocks > 0 ? [`${blocks}处错误`] : []),
    ...(open.length > blocks ? [`${open.length - blocks}处待说明`] : []),
  ];
  return `还不能提交：${counts.join('，')}`;
}

import type { Check } from '../forms/check-filing.js';
import type { Violation } from '../problems/problems.js';

/** What still keeps a filing from being submitted: failures that block, and soft ones without an explanation. */
export const openChecks = (checks: readonly Check[], justifications: Readonly<Record<string, string>>): Check[] =>
  checks.filter(
    (check) =>
      check.severity === 'block' || (check.severity === 'justify' && (justifications[check.rule] ?? '').trim() === ''),
  );

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

/** What keeps a submission back, as a fault of the request: at the first cell of the rule. */
export const openViolation = (check: Check): Violation => ({
  path: `figures.${check.cells[0]}`,
  rule: check.rule,
  found: check.left,
  expected: check.severity === 'block' ? check.expected : '填写说明',
  message: check.message,
});

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

/** What still stops a submission: all that blocks, and what wants an explanation and has none. */
export const openChecks = (checks: readonly Check[], justifications: Justifications): Check[] =>
  checks.filter(
    (check) =>
      check.severity === 'block' || (check.severity === 'justify' && justificationOf(check, justifications) === null),
  );

/** Open checks as faults of the request: at the first cell of each. */
export const openViolations = (open: readonly Check[]): Violation[] =>
  open.map((check) => ({
    path: `figures.${check.cells[0]}`,
    rule: check.rule,
    found: check.left,
    expected: check.severity === 'block' ? check.expected : '填写说明',
    message: check.message,
  }));

/** Out of explanations for many filings, those that this one's checks ask for. */
export const usedJustifications = (checks: readonly Check[], justifications: Justifications): Justifications =>
  Object.fromEntries(
    Object.entries(justifications).filter(([key]) =>
      checks.some((check) => check.severity === 'justify' && (check.key === key || check.rule === key)),
    ),
  );

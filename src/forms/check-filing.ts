import { Decimal, plain, sumOf, ZERO } from '../numbers/decimal.js';
import type { Violation } from '../problems/problems.js';
import type { Metric } from './metric.js';
import { isCount } from './metric.js';
import type { ComparisonRule, Relation, Rule, Severity, ValueRule } from './rule.js';
import { isComparison } from './rule.js';

/** The figures of one filing: metric code → plain decimal in the metric's unit. A cell without value has no entry. */
export type FilingFigures = ReadonlyMap<string, string>;

/** One rule that a filing breaks. Decimals are plain text. */
export interface Check {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** Codes of the cells that the rule reads. */
  readonly cells: readonly string[];
  /** Left side, or the value alone. */
  readonly left: string;
  /** Right side; null when a value is checked alone against no number. */
  readonly right: string | null;
  /** Left less right; null without a right side. */
  readonly difference: string | null;
  /** What would be right: `≤ 1000`, `整数`. */
  readonly expected: string;
}

const SIGNS: Readonly<Record<Relation, string>> = { '<=': '≤', '>=': '≥', '==': '=' };

function holds(left: Decimal, relation: Relation, right: Decimal): boolean {
  if (relation === '<=') return left.lte(right);
  return relation === '>=' ? left.gte(right) : left.eq(right);
}

/** The sum of the cells, null while one of them has no value. */
function total(figures: FilingFigures, codes: readonly string[]): Decimal | null {
  const texts = codes.map((code) => figures.get(code));
  return texts.every((text) => text !== undefined) ? sumOf(texts.map((text) => new Decimal(text))) : null;
}

function compare(rule: ComparisonRule, figures: FilingFigures): Check[] {
  const left = total(figures, rule.left);
  const right = total(figures, rule.right);
  if (left === null || right === null || holds(left, rule.relation, right)) return [];
  return [
    {
      rule: rule.rule,
      severity: rule.severity,
      message: rule.message,
      cells: [...rule.left, ...rule.right],
      left: plain(left),
      right: plain(right),
      difference: plain(left.minus(right)),
      expected: `${SIGNS[rule.relation]} ${plain(right)}`,
    },
  ];
}

function checkValue(rule: ValueRule, metric: Metric, text: string): Check[] {
  const value = new Decimal(text);
  const head = { rule: rule.rule, severity: rule.severity, cells: [metric.code], left: plain(value) };
  const message = `${metric.title}：${rule.message}`;
  if (rule.check === 'not_negative') {
    if (metric.mayBeNegative || value.gte(ZERO)) return [];
    return [{ ...head, message, right: '0', difference: plain(value), expected: '≥ 0' }];
  }
  if (!isCount(metric) || value.isInteger()) return [];
  return [{ ...head, message, right: null, difference: null, expected: '整数' }];
}

/**
 * Checks the figures of one filing against the rules: all that it breaks, in the order of the rules, within one rule
 * in the order of the figures. Cells of unknown metrics are left to whoever reads them in.
 * Source: domain 9, V01 and V04.
 */
export function checkFiling(
  figures: FilingFigures,
  rules: readonly Rule[],
  metrics: ReadonlyMap<string, Metric>,
): Check[] {
  return rules.flatMap((rule) => {
    if (isComparison(rule)) return compare(rule, figures);
    return [...figures].flatMap(([code, text]) => {
      const metric = metrics.get(code);
      return metric ? checkValue(rule, metric, text) : [];
    });
  });
}

/** What stops a submission, as faults of the request: at the first cell of the left side. */
export const blockingViolations = (checks: readonly Check[]): Violation[] =>
  checks
    .filter((check) => check.severity === 'block')
    .map((check) => ({
      path: `figures.${check.cells[0]}`,
      rule: check.rule,
      found: check.left,
      expected: check.expected,
      message: check.message,
    }));

import { quarterCode, quarterIndex } from '../calendar/period.js';
import { isOutcome, MISSING } from '../formula/outcome.js';
import { type Read, readsOf } from '../formula/reads.js';
import type { Formula } from '../formula/tree.js';
import { Decimal, maxOf, plain, ZERO } from '../numbers/decimal.js';
import type { FilingSubject, Finding } from './check-filing.js';
import { fillMessage, type Sides } from './fill-message.js';
import { printFormula, relationSign } from './print-formula.js';
import type { FormulaRule, RuleMetrics } from './rule.js';
import {
  type ComparisonTree,
  comparisonOf,
  decisionOf,
  EACH,
  numberOf,
  QUARTERS_PER_YEAR,
  type ReadFigure,
  treeOf,
} from './rule-formula.js';

/** Reads figures of the filing and of its history; `x` is the cell. */
export const readerOf = (subject: FilingSubject, cell: string | null): ReadFigure => {
  const now = quarterIndex(subject.period);
  return (name, back) => {
    const code = name === EACH && cell !== null ? cell : name;
    const text = back === 0 ? subject.figures.get(code) : subject.history.get(code)?.get(quarterCode(now - back));
    return text === undefined ? MISSING : new Decimal(text);
  };
};

/** A rule over named metrics. */
export const checkFormulaRule = (subject: FilingSubject, rule: FormulaRule, metrics: RuleMetrics): Finding[] =>
  check(subject, rule, null, metrics);

/** A rule over every selected metric, for one of them. */
export const checkEach = (subject: FilingSubject, rule: FormulaRule, cell: string, metrics: RuleMetrics): Finding[] =>
  check(subject, rule, cell, metrics);

function check(subject: FilingSubject, rule: FormulaRule, cell: string | null, metrics: RuleMetrics): Finding[] {
  const tree = treeOf(rule.holds);
  const reads = readsOf(tree, QUARTERS_PER_YEAR);
  // Most rules speak of other forms: those need no formula to be run.
  if (cell === null && !reads.some(({ name, back }) => back === 0 && subject.figures.has(name))) return [];
  const read = readerOf(subject, cell);
  if (rule.when !== null && decisionOf(treeOf(rule.when), read) !== true) return [];

  const codes = [...new Set(reads.map(({ name }) => (name === EACH && cell !== null ? cell : name)))];
  const unit = metrics.get(codes[0] ?? '')?.unit ?? '';
  const comparison = comparisonOf(tree);
  const tolerance = comparison && toleranceOf(rule, comparison, codes, metrics);
  const sides = comparison
    ? compared(comparison, tolerance ?? ZERO, unit, read)
    : decided(tree, reads, cell, metrics, unit, read);
  if (sides === null) return [];

  const { left, right, difference } = sides;
  const nameOf = (name: string): string => (name === EACH && cell !== null ? cell : name);
  const formula = printFormula(tree, nameOf);
  const inWords = rule.expected !== null;
  return [
    {
      rule: rule.rule,
      severity: rule.severity,
      title: rule.title,
      message: fillMessage(rule.message, sides, codes[0] ?? '', metrics),
      formula,
      cells: codes,
      left: plain(left),
      right: right === null || inWords ? null : plain(right),
      difference: difference === null || inWords ? null : plain(difference),
      tolerance: tolerance === null ? null : plain(tolerance),
      expected:
        rule.expected ??
        (comparison && right !== null ? `${relationSign(comparison.relation)} ${plain(right)}` : formula),
      hint: rule.hint,
      conversion: null,
    },
  ];
}

/** Both sides of a comparison that does not hold; null: it holds, or a figure is missing. */
function compared(
  { relation, left, right }: ComparisonTree,
  tolerance: Decimal,
  unit: string,
  read: ReadFigure,
): Sides | null {
  const [a, b] = [numberOf(left, read), numberOf(right, read)];
  if (isOutcome(a) || isOutcome(b)) return null;
  const difference = a.minus(b);
  const order = difference.abs().lte(tolerance) ? 0 : difference.comparedTo(0);
  const holds = {
    '<': order < 0,
    '<=': order <= 0,
    '>': order > 0,
    '>=': order >= 0,
    '==': order === 0,
    '!=': order !== 0,
  }[relation];
  return holds ? null : { left: a, right: b, difference, unit };
}

/** A condition of several parts has no sides of its own: they are the first two figures that it reads. */
function decided(
  tree: Formula,
  reads: readonly Read[],
  cell: string | null,
  metrics: RuleMetrics,
  unit: string,
  read: ReadFigure,
): Sides | null {
  if (decisionOf(tree, read) !== false) return null;
  const found = reads.flatMap(({ name, back }) => {
    const value = read(name, back);
    return isOutcome(value) ? [] : [{ name: name === EACH && cell !== null ? cell : name, value }];
  });
  const [first, second] = found;
  if (!first) return null;
  const isAlike = second !== undefined && metrics.get(second.name)?.unit === unit;
  return {
    left: first.value,
    right: second?.value ?? null,
    difference: isAlike ? first.value.minus(second.value) : null,
    unit,
  };
}

/** The rule's tolerance for these cells; null: it has none. Source: domain 9, max(0.01 × items, 0.5) 万元. */
function toleranceOf(
  rule: FormulaRule,
  { left, right }: ComparisonTree,
  codes: readonly string[],
  metrics: RuleMetrics,
): Decimal | null {
  if (rule.tolerance === null) return null;
  const units = [...new Set(codes.map((code) => metrics.get(code)?.unit ?? ''))];
  const [unit = ''] = units;
  const allowed = units.length === 1 ? rule.tolerance[unit] : undefined;
  if (!allowed) return ZERO;
  const items = Math.max(...[left, right].map((side) => readsOf(side, QUARTERS_PER_YEAR).length));
  return maxOf([new Decimal(allowed.perItem).times(items), new Decimal(allowed.least)]);
}

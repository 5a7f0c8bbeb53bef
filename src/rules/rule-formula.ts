import { decimalArithmetic } from '../formula/arithmetic.js';
import { checkFormula } from '../formula/check.js';
import { compileCondition, compileValue, type Environment } from '../formula/compile.js';
import type { FormulaFault } from '../formula/fault.js';
import { formulaFault } from '../formula/fault.js';
import { MISSING, type Value } from '../formula/outcome.js';
import { parseFormula } from '../formula/parse.js';
import { type BinaryOperator, childrenOf, type Formula } from '../formula/tree.js';
import type { Decimal } from '../numbers/decimal.js';

/** Stands for the figure of the cell in rules that are checked for each of many metrics. */
export const EACH = 'x';

export const QUARTERS_PER_YEAR = 4;
/** Quarters of accepted figures that a check is given. */
export const HISTORY_QUARTERS = 12;

/** What a rule may call: the part of the scheme's language that says something of one filing and its history. */
const CALLS: ReadonlySet<string> = new Set(['prev', 'abs', 'min', 'max', 'sum', 'round', 'default', 'is_missing']);

export type Comparison = '<' | '<=' | '>' | '>=' | '==' | '!=';
const COMPARISONS: ReadonlySet<BinaryOperator> = new Set(['<', '<=', '>', '>=', '==', '!=']);

/** A formula that compares two numbers. */
export interface ComparisonTree {
  readonly relation: Comparison;
  readonly left: Formula;
  readonly right: Formula;
}

/** Reads a figure of the filing (`back` 0) or of `back` quarters before. */
export type ReadFigure = (name: string, back: number) => Value<Decimal>;

const trees = new Map<string, Formula | FormulaFault>();

/** Parsed once: a form is checked at every change of a cell. */
function parsed(text: string): Formula | FormulaFault {
  const known = trees.get(text);
  if (known) return known;
  const tree = parseFormula(text);
  trees.set(text, tree);
  return tree;
}

/** The tree of a formula that was checked when the rules were read. @throws Error otherwise */
export function treeOf(text: string): Formula {
  const tree = parsed(text);
  if ('rule' in tree) throw new Error(`unchecked rule ${text}: ${tree.message}`);
  return tree;
}

/** All faults of a rule's formula. @param names the metric codes that it may read */
export function checkRuleFormula(
  text: string,
  names: ReadonlySet<string>,
  yields: 'number' | 'condition',
): readonly FormulaFault[] {
  const tree = parsed(text);
  if ('rule' in tree) return [tree];
  const foreign = callsOf(tree).filter((call) => !CALLS.has(call.name));
  if (foreign.length > 0)
    return foreign.map((call) =>
      formulaFault(call.at, 'formula-function', call.name, [...CALLS].join(' '), '校验规则里没有这个函数'),
    );
  return checkFormula(tree, { names, aggregates: false, yields });
}

const callsOf = (node: Formula): (Formula & { kind: 'call' })[] => [
  ...(node.kind === 'call' ? [node] : []),
  ...childrenOf(node).flatMap(callsOf),
];

/** The two numbers that a formula compares; null when it says something else. */
export function comparisonOf(tree: Formula): ComparisonTree | null {
  if (tree.kind !== 'binary' || !COMPARISONS.has(tree.operator)) return null;
  if (yieldsCondition(tree.left)) return null;
  return { relation: tree.operator as Comparison, left: tree.left, right: tree.right };
}

/** Whether a checked node is a condition rather than a number. */
export const yieldsCondition = (node: Formula): boolean =>
  (node.kind === 'unary' && node.operator === 'not') ||
  (node.kind === 'binary' && !['+', '-', '*', '/'].includes(node.operator)) ||
  (node.kind === 'call' && node.name === 'is_missing');

const environment = (read: ReadFigure): Environment<Decimal> => ({
  arithmetic: decimalArithmetic,
  periodsPerYear: QUARTERS_PER_YEAR,
  read: (name) => (_row, back) => read(name, back),
  flag: () => () => false,
  attribute: () => () => '',
  aggregate: () => () => MISSING,
});

/** A number of the filing, or why there is none. */
export const numberOf = (tree: Formula, read: ReadFigure): Value<Decimal> =>
  compileValue(tree, environment(read))(0, 0);

/** Whether it holds; an outcome when a figure is missing or a division is by zero. */
export const decisionOf = (tree: Formula, read: ReadFigure) => compileCondition(tree, environment(read))(0, 0);

import { compileValue } from '../../formula/compile.js';
import { isOutcome } from '../../formula/outcome.js';
import { type AggregateName, aggregateOf, childrenOf, type Formula, stepsOfPrev } from '../../formula/tree.js';
import type { Violation } from '../../problems/problems.js';
import type { Tells } from '../normalise/method.js';
import type { Run } from '../run.js';
import { type Leaf, leavesOf, periodsPerYear, type Scheme, titleOf } from '../scheme/scheme.js';
import { ExactCells, type LeafCell } from '../values/exact-cells.js';
import { inferences } from './inference.js';
import { FEWEST_FOR_STATISTICS } from './seen.js';
import { type ShownFormula, shownFormulas } from './shown-formulas.js';

const RULE = 'sealed';
const EXPECTED = '公开方式 open（须在填报前约定），或换一种不与某一家直接比较的方法';

const fault = (path: string, found: string, message: string): Violation => ({
  path,
  rule: RULE,
  found,
  expected: EXPECTED,
  message,
});

/** Beyond so many members, what few values give away together is not looked for. */
const MOST_MEMBERS = 30;

/**
 * Where own points yield what another institution filed, whatever is left out beside them: with these a sealed
 * evaluation cannot be published, since everybody is shown his own points (design 8, promise 6). What few share is
 * solved for exactly, with all that is shown together; from ten values on a rule of each indicator suffices.
 */
export function givenAway(run: Run): readonly Violation[] {
  const always = alwaysGivenAway(run.scheme);
  if (always.length > 0) return always;
  return run.settled.cohorts.flatMap((_, cohort) => inCohort(run, cohort));
}

function inCohort(run: Run, cohort: number): readonly Violation[] {
  const { scheme, settled } = run;
  const { code = '', title = '', rows = [] } = settled.cohorts[cohort] ?? {};
  const where = `${title || code}，${rows.length} 家`;
  const columns = leavesOf(scheme.root).map((leaf) => columnOf(run, leaf, cohort));
  const isNarrow = ({ leaf, size }: Column): boolean =>
    leaf.kind === 'indicator' && size < FEWEST_FOR_STATISTICS && rows.length <= MOST_MEMBERS;
  const narrow = columns.filter(isNarrow);
  return [
    ...columns.filter((column) => !isNarrow(column)).flatMap((column) => ofColumn(column, where)),
    ...shownFormulas(scheme).flatMap((formula) => ofSums(run, formula, cohort, where)),
    ...inferences(
      run,
      cohort,
      narrow.flatMap(({ leaf }) => (leaf.kind === 'indicator' ? leaf : [])),
    ).map((inferred) => fault(inferred.path, where, `由得分可解出同组某一家的 ${inferred.title}`)),
  ];
}

/** The part of it that the scheme alone shows. */
export function alwaysGivenAway(scheme: Scheme): readonly Violation[] {
  const leaves = leavesOf(scheme.root).flatMap((leaf) => {
    if (leaf.kind === 'assessed' || leaf.method.tells !== 'one') return [];
    const { rule, horizontal } = leaf.method.parameters as { rule?: string; horizontal?: { statistic: string } };
    const found = [leaf.method.name, rule, horizontal?.statistic].filter((each) => each !== undefined).join(' ');
    return [fault(leaf.path, found, `由 ${titleOf(leaf)} 的得分可换算出某一家的数值`)];
  });
  const perYear = periodsPerYear(scheme.cadence);
  const formulas = shownFormulas(scheme).flatMap(({ path, title, tree }) =>
    aggregatesIn(tree, perYear)
      .filter((aggregate) => aggregate.isOne)
      .map(({ name }) => fault(path, name, `${title} 的算式取用了某一家的数值`)),
  );
  return [...leaves, ...formulas];
}

/** One indicator's values over those it is compared with. */
interface Column {
  readonly leaf: Leaf;
  readonly tells: Tells;
  readonly cells: readonly LeafCell[];
  /** Values that its statistics run over; of the own cohort only, for the policies. */
  readonly size: number;
  readonly peers: number;
}

function columnOf({ scheme, settled, columns, participants }: Run, leaf: Leaf, cohort: number): Column {
  const rows = settled.cohorts[cohort]?.rows ?? [];
  const cells = new ExactCells({
    leaf,
    rows,
    cohort,
    columns,
    rowOf: participants.rowOf,
    places: scheme.rounding.indicator,
  }).all();
  return {
    leaf,
    // Points given by people follow from their mean, and lead back to it.
    tells: leaf.kind === 'assessed' ? 'nothing' : leaf.method.tells,
    cells,
    size: columns.treatedColumn(leaf, cohort).sample.size,
    peers: cells.filter((cell) => cell.value !== null).length,
  };
}

const others = ({ size }: Column, { value }: LeafCell): number => size - (value === null ? 0 : 1);

function ofColumn(column: Column, where: string): readonly Violation[] {
  const { leaf, tells, cells, peers } = column;
  const { path } = leaf;
  const scored = cells.filter((cell) => cell.score !== null && cell.policy !== 'zero');
  if (tells === 'mean' && scored.some((cell) => others(column, cell) === 1))
    return [fault(path, `${where}，有数值的 ${column.size} 家`, `${titleOf(leaf)} 的均值除本机构外只有一家`)];
  if (tells !== 'nothing') return [];
  if (scored.some((cell) => cell.value !== null && cell.treated !== null))
    return [fault(path, `${where}，treat`, `${titleOf(leaf)} 处理后的数值取自他人，由得分可换算出来`)];
  const filled = scored.find(({ policy }) => policy === 'cohort_mean' || policy === 'cohort_median');
  // The median of an odd number is one member's value.
  if (filled && (peers === 1 || (filled.policy === 'cohort_median' && peers % 2 === 1)))
    return [
      fault(
        path,
        `${where}，${filled.policy}，有数值的 ${peers} 家`,
        `${titleOf(leaf)} 缺失时代入的是某一家的数值，由得分可换算出来`,
      ),
    ];
  return [];
}

/** `cohort_sum(a)` in a formula whose number is shown. */
interface Aggregate {
  readonly name: string;
  readonly aggregate: AggregateName;
  readonly of: Formula;
  readonly back: number;
  /** It takes the value of one, or may: a condition inside can leave one alone. */
  readonly isOne: boolean;
}

const COMPARISONS = ['<', '<=', '>', '>=', '==', '!='];

function aggregatesIn(tree: Formula, perYear: number): readonly Aggregate[] {
  const found: Aggregate[] = [];
  const visit = (node: Formula, back: number): void => {
    // A comparison tells on which side one is, and no number; `is_missing` likewise.
    if (node.kind === 'binary' && COMPARISONS.includes(node.operator)) return;
    if (node.kind === 'call') {
      if (node.name === 'is_missing') return;
      const aggregate = aggregateOf(node.name);
      if (aggregate && aggregate.statistic !== 'count') {
        const of = node.args[0] as Formula;
        const isOne = !['sum', 'mean'].includes(aggregate.statistic) || chooses(of);
        found.push({ name: node.name, aggregate, of, back, isOne });
      }
      if (node.name === 'yoy') visit(node.args[0] as Formula, back + perYear);
    }
    const moved = node.kind === 'call' && node.name === 'prev' ? stepsOfPrev(node.args) : 0;
    for (const child of childrenOf(node)) visit(child, back + moved);
  };
  visit(tree, 0);
  return found;
}

const chooses = (node: Formula): boolean =>
  node.kind === 'choice' ||
  (node.kind === 'call' && ['if', 'band'].includes(node.name)) ||
  childrenOf(node).some(chooses);

/** A sum or mean that holds one other besides a member to whom its number is shown. */
function ofSums(
  { scheme, settled, environment }: Run,
  formula: ShownFormula,
  cohort: number,
  where: string,
): readonly Violation[] {
  const members = settled.cohorts[cohort]?.rows ?? [];
  const shown = compileValue(formula.tree, environment);
  return aggregatesIn(formula.tree, periodsPerYear(scheme.cadence)).flatMap(({ isOne, name, aggregate, of, back }) => {
    if (isOne) return [];
    const value = compileValue(of, environment);
    const rows = aggregate.scope === 'all' ? settled.scoredRows : members;
    const isOfOne = [0, ...formula.backs].some((further) => {
      const holding = new Set(rows.filter((row) => !isOutcome(value(row, back + further))));
      return members.some((row) => !isOutcome(shown(row, further)) && holding.size - (holding.has(row) ? 1 : 0) === 1);
    });
    return isOfOne ? [fault(formula.path, `${name}，${where}`, `${formula.title} 的汇总除本机构外只有一家`)] : [];
  });
}

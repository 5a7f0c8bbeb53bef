import { readsOf } from '../../formula/reads.js';
import { aggregateOf, childrenOf, type Formula } from '../../formula/tree.js';
import { DomainError, type Violation } from '../../problems/problems.js';
import { checkScheme } from '../scheme/check-scheme.js';
import { type Group, type Indicator, leavesOf, periodsPerYear, type Scheme, titleOf } from '../scheme/scheme.js';
import type { EvaluationInput } from '../types.js';
import type { Supposed } from '../what-if/what-if.js';

/**
 * What an institution may try out itself (docs/decisions/13-disclosure.md): one figure that it filed, with another
 * value, and only one that leads to indicators which compare with nobody. Then the own score moves by the own figures
 * alone, whatever the others filed.
 * @throws WHAT_IF_REFUSED naming what of the scheme compares
 */
export function refuseTelling(input: EvaluationInput, set: readonly Supposed[], own: string): void {
  const { scheme } = checkScheme(input.document, input.metrics);
  const [change, ...more] = set;
  const faults: Violation[] = [];
  const fault = (path: string, found: string, expected: string, message: string): void => {
    faults.push({ path, rule: 'sealed', found, expected, message });
  };
  if (!change || more.length > 0) fault('set', `${set.length} 处`, '一处', '每次只能试算本机构的一个数值');
  else if (
    ![...input.figures].some((figure) => isSame(figure, change)) ||
    change.value === null ||
    change.institution !== own
  )
    fault('set[0]', change.metric, '本机构已报送的一个数值，换一个值', '只能试算本机构已报送的数值');
  else if (scheme)
    for (const { path, message } of comparisons(scheme, change.metric))
      fault(path, change.metric, '只影响不与他人比较的指标', message);
  if (faults.length > 0)
    throw new DomainError('WHAT_IF_REFUSED', 422, '不能这样试算：结果会透露其他机构的数据', faults);
}

const isSame = (a: Omit<Supposed, 'value'>, b: Omit<Supposed, 'value'>): boolean =>
  a.institution === b.institution && a.period === b.period && a.metric === b.metric;

export interface Comparison {
  readonly path: string;
  readonly message: string;
}

/** Where a figure of this metric is compared with others, or decides with whom one is compared. */
export function comparisons(scheme: Scheme, metric: string): Comparison[] {
  const names = new Set(scheme.inputs.filter((input) => input.metric === metric).map(({ name }) => name));
  const reads = (tree: Formula): boolean =>
    readsOf(tree, periodsPerYear(scheme.cadence)).some(({ name }) => names.has(name));
  const found: Comparison[] = [];
  for (const { when } of [...scheme.cohorts, ...scheme.eligibility])
    if (when && reads(when.tree)) found.push({ path: when.path, message: '该数值决定分组或参评资格' });
  for (const leaf of leavesOf(scheme.root))
    if (leaf.kind === 'indicator' && reads(leaf.value.tree) && compares(scheme.root, leaf))
      found.push({ path: leaf.path, message: `“${titleOf(leaf)}”与其他机构比较` });
  for (const adjustment of scheme.adjustments) {
    const formula =
      adjustment.kind === 'veto' || adjustment.kind === 'cap'
        ? adjustment.when
        : adjustment.points.by === 'when'
          ? adjustment.points.when
          : adjustment.points.by === 'value'
            ? adjustment.points.value
            : null;
    if (formula && reads(formula.tree) && comparesWithOthers(formula.tree))
      found.push({ path: formula.path, message: `“${titleOf(adjustment)}”与其他机构比较` });
  }
  return found;
}

const comparesWithOthers = (node: Formula): boolean =>
  (node.kind === 'call' && aggregateOf(node.name) !== null) || childrenOf(node).some(comparesWithOthers);

/** Bands tell on which side of limits the own value lies, but the scheme wrote the limits. */
const comparesWithNobody = ({ name, tells }: Indicator['method']): boolean => tells === 'nothing' || name === 'bands';

const TAKES_OTHERS: readonly unknown[] = ['cohort_median', 'cohort_mean'];

function compares(root: Group, leaf: Indicator): boolean {
  return (
    !comparesWithNobody(leaf.method) ||
    leaf.treat !== null ||
    comparesWithOthers(leaf.value.tree) ||
    TAKES_OTHERS.includes(leaf.missing) ||
    TAKES_OTHERS.includes(leaf.zeroDenominator) ||
    above(root, leaf).some((group) => group.aggregate === 'outranking')
  );
}

/** The groups over a leaf, the root first. */
function above(group: Group, leaf: Indicator): readonly Group[] {
  for (const child of group.children) {
    if (child === leaf) return [group];
    const inside = child.kind === 'group' ? above(child, leaf) : [];
    if (inside.length > 0) return [group, ...inside];
  }
  return [];
}

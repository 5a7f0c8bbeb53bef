import { childrenOf, type Formula } from '../../formula/tree.js';
import { type Adjustment, leavesOf, type Scheme, titleOf } from './scheme.js';

/** Columns that every institution has, whatever the register says. */
const ALWAYS = ['institution', 'name', 'type', 'flags'];

/** Where a scheme reads a flag, and what that does. */
export interface FlagReading {
  readonly flag: string;
  /** `value`: it changes the value of an indicator. */
  readonly does: 'veto' | 'cap' | 'deduction' | 'bonus' | 'eligibility' | 'cohort' | 'value';
  /** Title of the adjustment, cohort or indicator, or the reason of the eligibility rule. */
  readonly title: string;
  /** Points of a bonus or deduction, or where a cap stands; null: none, or by a formula. */
  readonly points: string | null;
}

interface Read {
  readonly tree: Formula;
  readonly does: FlagReading['does'];
  readonly title: string;
  readonly points: string | null;
}

function readsOf(scheme: Scheme): readonly Read[] {
  return [
    ...scheme.eligibility.map(({ when, reason }) => reading(when.tree, 'eligibility', reason)),
    ...scheme.cohorts.flatMap(({ when, title }) => (when ? reading(when.tree, 'cohort', title) : [])),
    ...leavesOf(scheme.root).flatMap((leaf) =>
      leaf.kind === 'indicator' ? reading(leaf.value.tree, 'value', titleOf(leaf)) : [],
    ),
    ...scheme.adjustments.flatMap(adjustmentReads),
  ];
}

const reading = (tree: Formula, does: FlagReading['does'], title: string, points: string | null = null): Read => ({
  tree,
  does,
  title,
  points,
});

function adjustmentReads(adjustment: Adjustment): readonly Read[] {
  const title = titleOf(adjustment);
  if (adjustment.kind === 'veto') return [reading(adjustment.when.tree, 'veto', title)];
  if (adjustment.kind === 'cap') return [reading(adjustment.when.tree, 'cap', title, adjustment.at.toString())];
  const { points } = adjustment;
  if (points.by === 'when') return [reading(points.when.tree, adjustment.kind, title, points.points.toString())];
  return points.by === 'value' ? [reading(points.value.tree, adjustment.kind, title)] : [];
}

/** Every place at which a scheme reads a flag, in the order of the document. */
export const flagsRead = (scheme: Scheme): FlagReading[] =>
  readsOf(scheme).flatMap(({ tree, does, title, points }) =>
    [...new Set(textsOf(tree, 'flag'))].map((flag) => ({ flag, does, title, points })),
  );

/** Columns of the register that a scheme reads, beside those that every institution has. */
export const attributesRead = (scheme: Scheme): string[] => [
  ...new Set(
    readsOf(scheme)
      .flatMap(({ tree }) => textsOf(tree, 'attr'))
      .filter((column) => !ALWAYS.includes(column)),
  ),
];

function textsOf(node: Formula, name: 'flag' | 'attr'): string[] {
  if (node.kind === 'call' && node.name === name)
    return node.args.flatMap((argument) => (argument.kind === 'text' ? [argument.value] : []));
  return childrenOf(node).flatMap((child) => textsOf(child, name));
}

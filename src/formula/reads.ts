import { isAttribute } from './check.js';
import { aggregateOf, childrenOf, type Formula, literalOf, stepsOfPrev } from './tree.js';

/** A name read with its windows moved `back` evaluation periods further. */
export interface Read {
  readonly name: string;
  readonly back: number;
}

/** Every name that a formula reads for the institution itself, each window once, in the order of writing. */
export function readsOf(tree: Formula, periodsPerYear: number): readonly Read[] {
  const found = new Map<string, Read>();
  const visit = (node: Formula, back: number): void => {
    if (node.kind === 'name') found.set(`${node.name} ${back}`, { name: node.name, back });
    const moved = node.kind === 'call' && node.name === 'prev' ? stepsOfPrev(node.args) : 0;
    for (const child of childrenOf(node)) visit(child, back + moved);
    if (node.kind === 'call' && node.name === 'yoy') visit(node.args[0] as Formula, back + periodsPerYear);
  };
  visit(tree, 0);
  return [...found.values()];
}

/** DIV0 is possible: `yoy`, or `/` by anything but a literal other than 0 (scheme-language 3, step 7). */
export function mayDivideByZero(node: Formula): boolean {
  if (node.kind === 'call' && node.name === 'yoy') return true;
  if (node.kind === 'binary' && node.operator === '/') {
    const divisor = literalOf(node.right);
    if (divisor === null || !/[1-9]/.test(divisor)) return true;
  }
  return childrenOf(node).some(mayDivideByZero);
}

/**
 * MISSING is possible: an input is read anywhere but inside `is_missing`, a count, or the first argument of `default`
 * (scheme-language 3, step 7).
 */
export function mayBeMissing(node: Formula, inputs: ReadonlySet<string>): boolean {
  if (node.kind === 'name') return inputs.has(node.name);
  if (node.kind === 'call') {
    if (node.name === 'is_missing' || aggregateOf(node.name)?.statistic === 'count') return false;
    if (node.name === 'default') return node.args.slice(1).some((argument) => mayBeMissing(argument, inputs));
  }
  return childrenOf(node).some((child) => mayBeMissing(child, inputs));
}

/** The columns of the institutions table that a formula reads. */
export function attributesOf(node: Formula): readonly string[] {
  if (isAttribute(node)) return node.args.flatMap((argument) => (argument.kind === 'text' ? [argument.value] : []));
  return childrenOf(node).flatMap(attributesOf);
}

/** Whether the formula compares with all institutions: then its values do not stop at the cohort. */
export const comparesWithAll = (node: Formula): boolean =>
  (node.kind === 'call' && aggregateOf(node.name)?.scope === 'all') || childrenOf(node).some(comparesWithAll);

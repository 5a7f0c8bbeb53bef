import { weightsOf } from '../scheme/check-weights.js';
import { type Group, nodesOf, type Scheme, type SchemeNode } from '../scheme/scheme.js';

/** New weights in millionths by node code; a node that is not named keeps its declared one. All above 0. */
export type Weights = ReadonlyMap<string, bigint>;

/** Nodes whose weight can be moved: one is stated, and their group's mean looks at it. */
export const weighable = (root: Group): readonly SchemeNode[] =>
  [root, ...nodesOf(root)].flatMap((group) =>
    group.kind !== 'group' || group.aggregate === 'median' || group.aggregate === 'min'
      ? []
      : group.children.filter((child) => child.weight !== null),
  );

/** What a mean runs with when some weights are moved, in the order of the children. */
export function movedWeights(group: Group, weights: Weights): readonly bigint[] {
  if (group.weights === 'equal') return weightsOf(group);
  return weightsOf(group).map((declared, i) => weights.get(group.children[i]?.code ?? '') ?? declared);
}

/** The scheme as if it had been declared with these weights; whether they sum to 100 is not asked. */
export function withWeights(scheme: Scheme, weights: Weights): Scheme {
  return { ...scheme, root: moved(scheme.root, weights) };
}

function moved<T extends SchemeNode>(node: T, weights: Weights): T {
  const millionths = weights.get(node.code);
  const weight = millionths !== undefined && node.weight ? { ...node.weight, millionths } : node.weight;
  if (node.kind !== 'group') return { ...node, weight };
  return { ...node, weight, children: node.children.map((child) => moved(child, weights)) };
}

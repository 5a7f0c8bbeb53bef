import { Decimal, HUNDRED, plain, quantise } from '../numbers/decimal.js';
import type { NodeRecord, ResultRecord } from '../scoring/types.js';

/** A piece of the bar that shows what a total is made of. Points as plain decimals. */
export interface ScorePart {
  readonly code: string;
  readonly title: string;
  /** Effective weight within the whole, percent, 2 decimals; null when excluded. */
  readonly weight: string | null;
  readonly contribution: string | null;
  readonly kind: 'node' | 'bonus' | 'deduction';
}

const MOST_PARTS = 6;

/** The nodes that a bar shows: the top of the tree, its heaviest groups opened as long as six pieces suffice. */
export function shownNodes(nodes: readonly NodeRecord[]): NodeRecord[] {
  const childrenOf = (parent: string | null): NodeRecord[] => nodes.filter((node) => node.parent === parent);
  let shown = childrenOf(null);
  for (;;) {
    const groups = shown
      .filter((node) => node.kind === 'group')
      .map((group) => ({ group, children: childrenOf(group.code) }))
      .filter(({ children }) => children.length > 0 && shown.length - 1 + children.length <= MOST_PARTS)
      .sort((a, b) => share(nodes, b.group).comparedTo(share(nodes, a.group)));
    const first = groups[0];
    if (!first) return shown;
    shown = shown.flatMap((node) => (node === first.group ? first.children : [node]));
  }
}

/** Effective weight of a node within the whole, percent; of an excluded one 0. */
function share(nodes: readonly NodeRecord[], node: NodeRecord): Decimal {
  const parent = nodes.find((each) => each.code === node.parent);
  const own = new Decimal(node.weight ?? 0);
  return parent ? own.times(share(nodes, parent)).div(HUNDRED) : own;
}

/** The bar of one result: nodes first, then what adjustments changed. Empty when nothing was scored. */
export function scoreParts(record: ResultRecord): ScorePart[] {
  const nodes = shownNodes(record.nodes).map((node): ScorePart => {
    const weight = node.weight === null ? null : plain(quantise(share(record.nodes, node), 2));
    return { code: node.code, title: node.title, weight, contribution: node.contribution, kind: 'node' };
  });
  const changes = record.adjustments.flatMap((adjustment): ScorePart[] => {
    if (adjustment.change === null || adjustment.change === '0') return [];
    const kind = adjustment.change.startsWith('-') ? 'deduction' : 'bonus';
    return [{ code: adjustment.code, title: adjustment.title, weight: null, contribution: adjustment.change, kind }];
  });
  return [...nodes, ...changes];
}

import { Decimal, HUNDRED, plain, sumOf, ZERO } from '../../../src/numbers/decimal.js';
import type { ResultNode } from '../api/shapes.js';

/** A leaf of the scheme with its place in the whole. Decimals are plain text. */
export interface Leaf {
  readonly node: ResultNode;
  /** 定量, 定性 …: the group it stands in, or what kind of indicator it is. */
  readonly category: string;
  /** Effective weight in the whole, percent; null when the leaf or a group above it is excluded. */
  readonly weight: string | null;
  /** `weight` − contribution, never below zero; null when either is. */
  readonly lost: string | null;
  /** Effective weights from the leaf up, percent each: 得分 = 标准分 × 权重 × 权重. */
  readonly chain: readonly string[];
}

const shorten = (title: string): string => title.replace(/指标$/, '') || title;

/** The leaves in tree order. */
export function leavesOf(nodes: readonly ResultNode[]): Leaf[] {
  const byCode = new Map(nodes.map((node) => [node.code, node]));
  const ancestors = (node: ResultNode): ResultNode[] => {
    const parent = node.parent === null ? undefined : byCode.get(node.parent);
    return parent ? [parent, ...ancestors(parent)] : [];
  };
  return nodes
    .filter((node) => node.kind !== 'group')
    .map((node) => {
      const above = ancestors(node);
      const chain = [node, ...above].map((each) => each.weight);
      const known = chain.filter((weight): weight is string => weight !== null);
      // A single root above everything carries no weight of its own.
      const excluded = node.weight === null || above.some((group) => group.weight === null && group.parent !== null);
      const weight = excluded ? null : known.reduce((share, each) => share.times(each).div(HUNDRED), HUNDRED);
      const contribution = node.contribution === null ? null : new Decimal(node.contribution);
      const lost = weight === null || contribution === null ? null : Decimal.max(ZERO, weight.minus(contribution));
      const top = above.filter((group) => group.weight !== null).at(-1) ?? above.at(-1);
      return {
        node,
        category: top ? shorten(top.title) : node.kind === 'assessed' ? '定性' : '定量',
        weight: weight === null ? null : plain(weight),
        lost: lost === null ? null : plain(lost),
        chain: excluded ? [] : known,
      };
    });
}

/** Sum of what is known, or null when nothing is. */
export function sumKnown(values: readonly (string | null)[]): string | null {
  const known = values.filter((value): value is string => value !== null);
  return known.length === 0 ? null : plain(sumOf(known.map((value) => new Decimal(value))));
}

/** Whether the leaves' contributions add up to the base total (every group arithmetic). */
export const isAdditive = (leaves: readonly Leaf[]): boolean =>
  leaves.length > 0 && leaves.every((leaf) => leaf.node.contribution !== null || leaf.weight === null);

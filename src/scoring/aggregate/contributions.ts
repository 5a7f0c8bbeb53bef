import { divideHalfUp, MICRO, type Micro } from '../../numbers/micro.js';
import { weightsOf } from '../scheme/check-weights.js';
import { type Group, groupsOf, type Leaf, nodesOf, type SchemeNode } from '../scheme/scheme.js';
import type { Scores } from './aggregate.js';
import type { Presence } from './presence.js';

/** What one node of one member's tree weighs and brings. */
export interface Share {
  /** Effective weight within its parent, millionths of a percent. */
  readonly weight: Micro | null;
  /** Points of the base total; null unless every group is arithmetic. */
  readonly contribution: Micro | null;
}

/** A product of weights along a path, not rounded. */
interface Fraction {
  readonly above: bigint;
  readonly below: bigint;
}

/** The weights of a tree of which some nodes are there. */
interface Weighing {
  readonly weights: ReadonlyMap<SchemeNode, Micro>;
  readonly paths: ReadonlyMap<Leaf, Fraction>;
}

const WHOLE = 100n * MICRO;

/**
 * Effective weights and contributions of the members of one cohort. The contributions of the leaves sum to the base
 * total exactly: what rounding leaves over goes, a millionth at a time, to the contributions in falling order, equal
 * ones in tree order, starting again if some is left (scheme-language 5).
 */
export class Shares {
  private readonly additive: boolean;
  private readonly nodes: readonly SchemeNode[];
  /** Most members have the same nodes, so their weights are the same. */
  private readonly weighings = new Map<string, Weighing>();

  constructor(
    private readonly root: Group,
    private readonly scores: Scores,
    private readonly presence: Presence,
  ) {
    this.additive = groupsOf(root).every((group) => group.aggregate === 'arithmetic');
    this.nodes = nodesOf(root);
  }

  /** @param member one that has a total */
  of(member: number): ReadonlyMap<SchemeNode, Share> {
    const { weights, paths } = this.weighing(member);
    const total = this.scores.get(this.root)?.at(member) ?? 0n;
    const leaves = this.additive ? this.contributions(paths, member, total) : new Map<Leaf, Micro>();
    const shares = new Map<SchemeNode, Share>();
    const collect = (group: Group): Micro => {
      let sum = 0n;
      for (const child of group.children) {
        const contribution = child.kind === 'group' ? collect(child) : (leaves.get(child) ?? 0n);
        const weight = weights.get(child) ?? null;
        shares.set(child, { weight, contribution: this.additive && weight !== null ? contribution : null });
        sum += contribution;
      }
      return sum;
    };
    collect(this.root);
    return shares;
  }

  private weighing(member: number): Weighing {
    const key = this.nodes.map((node) => this.presence.get(node)?.[member]).join('');
    let weighing = this.weighings.get(key);
    if (!weighing) {
      weighing = this.weigh(member);
      this.weighings.set(key, weighing);
    }
    return weighing;
  }

  private weigh(member: number): Weighing {
    const weights = new Map<SchemeNode, Micro>();
    const paths = new Map<Leaf, Fraction>();
    const visit = (group: Group, path: Fraction): void => {
      const declared = weightsOf(group);
      const there = group.children.map((child) => this.presence.get(child)?.[member] === 1);
      const whole = declared.reduce((sum, weight, i) => (there[i] ? sum + weight : sum), 0n);
      for (const [i, child] of group.children.entries()) {
        if (!there[i]) continue;
        const weight = declared[i] as bigint;
        weights.set(child, divideHalfUp(weight * WHOLE, whole));
        const own = { above: path.above * weight, below: path.below * whole };
        if (child.kind === 'group') visit(child, own);
        else paths.set(child, own);
      }
    };
    visit(this.root, { above: 1n, below: 1n });
    return { weights, paths };
  }

  private contributions(paths: ReadonlyMap<Leaf, Fraction>, member: number, total: Micro): ReadonlyMap<Leaf, Micro> {
    const entries = [...paths].map(([leaf, { above, below }]) => ({
      leaf,
      points: divideHalfUp(above * (this.scores.get(leaf)?.at(member) ?? 0n), below),
    }));
    let left = total - entries.reduce((sum, { points }) => sum + points, 0n);
    // A stable sort keeps equal ones in tree order.
    const falling = [...entries].sort((a, b) => (a.points < b.points ? 1 : a.points > b.points ? -1 : 0));
    const unit = left < 0n ? -1n : 1n;
    for (let i = 0; left !== 0n; i = (i + 1) % falling.length) {
      const entry = falling[i] as { leaf: Leaf; points: Micro };
      entry.points += unit;
      left -= unit;
    }
    return new Map(entries.map(({ leaf, points }) => [leaf, points] as const));
  }
}

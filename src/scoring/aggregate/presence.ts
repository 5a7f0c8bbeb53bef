import { Decimal } from '../../numbers/decimal.js';
import { weightsOf } from '../scheme/check-weights.js';
import type { Group, SchemeNode } from '../scheme/scheme.js';

/** By member: whether a node has a score. */
export type Presence = ReadonlyMap<SchemeNode, readonly boolean[]>;

/**
 * Which groups are there at all: excluded is one all of whose children are excluded, or with less present weight than
 * `requires` percent. Known before any group is scored, since pairs of an outranking need it.
 * @param leaves presence of the leaves; groups are added
 */
export function presenceOf(root: Group, leaves: ReadonlyMap<SchemeNode, readonly boolean[]>, size: number): Presence {
  const presence = new Map(leaves);
  const visit = (group: Group): void => {
    for (const child of group.children) if (child.kind === 'group') visit(child);
    const weights = weightsOf(group);
    const whole = weights.reduce((sum, weight) => sum + weight, 0n);
    const needed = group.requires.times(whole.toString());
    const column: boolean[] = [];
    for (let member = 0; member < size; member++) {
      let present = 0n;
      for (const [i, child] of group.children.entries())
        if (presence.get(child)?.[member]) present += weights[i] as bigint;
      column.push(present > 0n && new Decimal((present * 100n).toString()).gte(needed));
    }
    presence.set(group, column);
  };
  visit(root);
  return presence;
}

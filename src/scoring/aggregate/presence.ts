import { Decimal } from '../../numbers/decimal.js';
import type { Points } from '../points/points.js';
import { weightsOf } from '../scheme/check-weights.js';
import type { Group, SchemeNode } from '../scheme/scheme.js';

/** By node and member: 1 where the node has a score. */
export type Presence = ReadonlyMap<SchemeNode, Uint8Array>;

/**
 * Which groups are there at all: excluded is one all of whose children are excluded, or with less present weight than
 * `requires` percent. Known before any group is scored, since pairs of an outranking need it.
 */
export function presenceOf(root: Group, leaves: ReadonlyMap<SchemeNode, Points>, size: number): Presence {
  const presence = new Map<SchemeNode, Uint8Array>();
  const everybody = new Uint8Array(size).fill(1);
  for (const [leaf, points] of leaves)
    presence.set(
      leaf,
      points.extent().isComplete ? everybody : Uint8Array.from({ length: size }, (_, i) => (points.has(i) ? 1 : 0)),
    );
  const visit = (group: Group): void => {
    for (const child of group.children) if (child.kind === 'group') visit(child);
    presence.set(group, presentOf(group, presence, everybody));
  };
  visit(root);
  return presence;
}

function presentOf(group: Group, presence: Presence, everybody: Uint8Array): Uint8Array {
  const columns = group.children.map((child) => presence.get(child) as Uint8Array);
  if (columns.every((child) => child === everybody)) return everybody;
  const size = everybody.length;
  const column = new Uint8Array(size);
  const weights = weightsOf(group);
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
  const needed = group.requires.times(whole.toString());
  for (let member = 0; member < size; member++) {
    let present = 0n;
    for (let i = 0; i < columns.length; i++)
      if ((columns[i] as Uint8Array)[member] === 1) present += weights[i] as bigint;
    const suffices = present > 0n && new Decimal((present * 100n).toString()).gte(needed);
    column[member] = suffices ? 1 : 0;
  }
  return column;
}

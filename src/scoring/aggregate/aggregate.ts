import type { Micro } from '../../numbers/micro.js';
import { weightsOf } from '../scheme/check-weights.js';
import type { Group, SchemeNode } from '../scheme/scheme.js';
import { arithmetic, geometric, harmonic, least, median, type Weighted } from './means.js';
import { outranking } from './outranking.js';
import type { Presence } from './presence.js';

/** By member; null: excluded, or no total to come. */
export type Scores = ReadonlyMap<SchemeNode, readonly (Micro | null)[]>;

const MEANS = { arithmetic, geometric, harmonic, median, min: least };

/**
 * Scores of all groups up the tree, in whole millionths of a point. Only the result of a group is rounded.
 * @param leaves   scores of the leaves by member
 * @param presence of leaves and groups
 * @param ranked   members that have a total to come; the others get no group score and are in no pair
 */
export function aggregate(root: Group, leaves: Scores, presence: Presence, ranked: readonly boolean[]): Scores {
  const scores = new Map(leaves);
  const visit = (group: Group): void => {
    for (const child of group.children) if (child.kind === 'group') visit(child);
    const present = presence.get(group) ?? [];
    const column = group.aggregate === 'outranking' ? outranked(group, scores, ranked) : meant(group, scores, ranked);
    scores.set(
      group,
      column.map((score, member) => (present[member] ? score : null)),
    );
  };
  visit(root);
  return scores;
}

function meant(group: Group, scores: Scores, ranked: readonly boolean[]): readonly (Micro | null)[] {
  const weights = weightsOf(group);
  const mean = MEANS[group.aggregate as keyof typeof MEANS];
  return ranked.map((hasTotal, member) => {
    if (!hasTotal) return null;
    const children = group.children.flatMap((child, i): Weighted[] => {
      const score = scores.get(child)?.[member] ?? null;
      return score === null ? [] : [{ score, weight: weights[i] as bigint }];
    });
    return children.length === 0 ? null : mean(children);
  });
}

function outranked(group: Group, scores: Scores, ranked: readonly boolean[]): readonly (Micro | null)[] {
  const members = ranked.flatMap((hasTotal, member) => (hasTotal ? [member] : []));
  const profiles = members.map((member) => group.children.map((child) => scores.get(child)?.[member] ?? null));
  const points = members.length === 0 ? [] : outranking(profiles, weightsOf(group));
  const column: (Micro | null)[] = ranked.map(() => null);
  for (const [i, member] of members.entries()) column[member] = points[i] as Micro;
  return column;
}

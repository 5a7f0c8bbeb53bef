import { gcd } from '../../numbers/micro.js';
import { floatOf, isSafe, Points } from '../points/points.js';
import { weightsOf } from '../scheme/check-weights.js';
import type { Group, SchemeNode } from '../scheme/scheme.js';
import { arithmetic, geometric, harmonic, least, median, type Weighted } from './means.js';
import { outranking } from './outranking.js';
import type { Presence } from './presence.js';

/** By node: points by member; excluded, or without a total to come, has none. */
export type Scores = ReadonlyMap<SchemeNode, Points>;

const MEANS = { arithmetic, geometric, harmonic, median, min: least };

/**
 * Scores of all groups up the tree, in whole millionths of a point. Only the result of a group is rounded.
 * @param leaves   scores of the leaves by member
 * @param presence of leaves and groups
 * @param ranked   1 for members that have a total to come; the others get no group score and are in no pair
 */
export function aggregate(root: Group, leaves: Scores, presence: Presence, ranked: Uint8Array): Scores {
  const scores = new Map(leaves);
  const visit = (group: Group): void => {
    for (const child of group.children) if (child.kind === 'group') visit(child);
    const column = columnOf(group, scores, ranked);
    const present = presence.get(group);
    if (present?.includes(0))
      for (let member = 0; member < ranked.length; member++) if (present[member] === 0) column.set(member, null);
    scores.set(group, column);
  };
  visit(root);
  return scores;
}

function columnOf(group: Group, scores: Scores, ranked: Uint8Array): Points {
  if (group.aggregate === 'outranking') return outranked(group, scores, ranked);
  if (group.aggregate === 'arithmetic') return summed(group, scores, ranked) ?? meant(group, scores, ranked);
  return meant(group, scores, ranked);
}

/**
 * Σ w·s / Σ w in whole floats, half-up, where everything is there and no sum leaves their range; the same digits as
 * `arithmetic` gives.
 * @returns null: some child is excluded, or digits would be lost
 */
function summed(group: Group, scores: Scores, ranked: Uint8Array): Points | null {
  const columns = group.children.map((child) => scores.get(child) as Points);
  const declared = weightsOf(group);
  const divisor = declared.reduce(gcd);
  const weights = declared.map((weight) => weight / divisor);
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
  const extents = columns.map((column) => column.extent());
  if (extents.some(({ isComplete }) => !isComplete)) return null;
  const most = Math.max(0, ...extents.map((extent) => extent.most));
  // Twice the sum is formed, for the half.
  if (!Number.isFinite(most) || !isSafe(whole * 2n * BigInt(Math.ceil(most) + 1))) return null;
  const result = new Points(ranked.length);
  const { values } = result;
  values.fill(0);
  for (const [k, column] of columns.entries()) addTimes(values, column.values, floatOf(weights[k] as bigint));
  const total = floatOf(whole);
  for (let i = 0; i < values.length; i++)
    values[i] = ranked[i] === 1 ? dividedHalfUp(values[i] as number, total) : Number.NaN;
  return result;
}

function addTimes(sums: Float64Array, points: Float64Array, weight: number): void {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + weight * (points[i] as number);
}

/** Half away from zero. @param sum a whole number whose double is exact @param total a whole number above 0 */
function dividedHalfUp(sum: number, total: number): number {
  const size = Math.abs(sum);
  const near = Math.floor(size / total);
  // The quotient was rounded: its floor may be one too many.
  const whole = near * total > size ? near - 1 : near;
  const magnitude = whole + (2 * (size - whole * total) >= total ? 1 : 0);
  return sum < 0 && magnitude !== 0 ? -magnitude : magnitude;
}

function meant(group: Group, scores: Scores, ranked: Uint8Array): Points {
  const weights = weightsOf(group);
  const mean = MEANS[group.aggregate as keyof typeof MEANS];
  const columns = group.children.map((child) => scores.get(child) as Points);
  const result = new Points(ranked.length);
  for (let member = 0; member < ranked.length; member++) {
    if (ranked[member] === 0) continue;
    const children: Weighted[] = [];
    for (let i = 0; i < columns.length; i++) {
      const score = (columns[i] as Points).at(member);
      if (score !== null) children.push({ score, weight: weights[i] as bigint });
    }
    if (children.length > 0) result.set(member, mean(children));
  }
  return result;
}

function outranked(group: Group, scores: Scores, ranked: Uint8Array): Points {
  const members = [...ranked.keys()].filter((member) => ranked[member] === 1);
  const profiles = members.map((member) => group.children.map((child) => scores.get(child)?.at(member) ?? null));
  const points = members.length === 0 ? [] : outranking(profiles, weightsOf(group));
  const result = new Points(ranked.length);
  for (const [i, member] of members.entries()) result.set(member, points[i] as bigint);
  return result;
}

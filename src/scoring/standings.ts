import { type Micro, roundMicro } from '../numbers/micro.js';
import type { Adjusted } from './adjust/adjust.js';
import { aggregate, type Scores } from './aggregate/aggregate.js';
import { type Presence, presenceOf } from './aggregate/presence.js';
import { Points } from './points/points.js';
import { type Places, rank } from './rank/rank.js';
import { type Leaf, nodesOf, type Scheme, type SchemeNode } from './scheme/scheme.js';

/** From the points of the leaves to the ranks of one cohort (scheme-language 3, steps 9–13), by member. */
export interface Standings {
  readonly presence: Presence;
  /** 1: there is a total. */
  readonly hasTotal: Uint8Array;
  /** Of nodes, by node. */
  readonly scores: Scores;
  /** Base totals. */
  readonly base: Points;
  /** After adjustments, six decimals. */
  readonly adjusted: Points;
  /** Rounded. */
  readonly totals: Points;
  /** Titles of the vetoes that hold. */
  readonly vetoed: ReadonlyMap<number, string>;
  readonly places: Places;
}

/** Adjusts the base total of a member; null: the scheme adjusts nothing. */
export type Adjust = ((member: number, base: Micro) => Adjusted) | null;

/**
 * @param leaves   points of the leaves of this scheme's tree
 * @param unranked 1: the policy `unranked` takes the total away
 */
export function standingsOf(
  scheme: Scheme,
  leaves: ReadonlyMap<Leaf, Points>,
  unranked: Uint8Array,
  adjust: Adjust,
): Standings {
  const points = new Map<SchemeNode, Points>(leaves);
  const presence = presenceOf(scheme.root, points, unranked.length);
  const there = presence.get(scheme.root) as Uint8Array;
  const hasTotal = there.map((present, member) => (unranked[member] === 1 ? 0 : present));
  const scores = aggregate(scheme.root, points, presence, hasTotal);
  const base = scores.get(scheme.root) as Points;
  const vetoed = new Map<number, string>();
  const adjusted = adjust ? adjustedBy(adjust, base, vetoed) : base;
  const totals = rounded(adjusted, scheme.rounding.total);
  const { on, ties, tieBreak } = scheme.ranking;
  const nodes = nodesOf(scheme.root);
  const breakers = tieBreak.map((code) => scores.get(nodes.find((node) => node.code === code) as SchemeNode) as Points);
  // Rows are in the order of the institutions' codes, and so are the members.
  const places = rank(candidatesOf(hasTotal, vetoed), [on === 'rounded' ? totals : adjusted, ...breakers], ties);
  return { presence, hasTotal, scores, base, adjusted, totals, vetoed, places };
}

/** Those whose status is `ranked`. */
function candidatesOf(hasTotal: Uint8Array, vetoed: ReadonlyMap<number, string>): Int32Array {
  const candidates = new Int32Array(hasTotal.length);
  let count = 0;
  for (let member = 0; member < hasTotal.length; member++)
    if (hasTotal[member] === 1 && (vetoed.size === 0 || !vetoed.has(member))) candidates[count++] = member;
  return candidates.subarray(0, count);
}

function adjustedBy(adjust: NonNullable<Adjust>, bases: Points, vetoed: Map<number, string>): Points {
  const result = new Points(bases.size);
  for (let member = 0; member < bases.size; member++) {
    const base = bases.at(member);
    if (base === null) continue;
    const { total, vetoed: title } = adjust(member, base);
    result.set(member, total);
    if (title !== null) vetoed.set(member, title);
  }
  return result;
}

const MICRO_PLACES = 6;
/** Whole floats that stay exact when they are rounded up. */
const MOST_ROUNDED = 2 ** 52;

function rounded(points: Points, places: number): Points {
  const result = new Points(points.size);
  if (points.extent().most < MOST_ROUNDED) {
    const step = 10 ** (MICRO_PLACES - places);
    for (let member = 0; member < points.size; member++) {
      const exact = points.values[member] as number;
      const size = Math.abs(exact);
      const rest = size % step;
      const magnitude = size - rest + (2 * rest >= step ? step : 0);
      result.values[member] = exact < 0 && magnitude !== 0 ? -magnitude : magnitude;
    }
    return result;
  }
  for (let member = 0; member < points.size; member++) {
    const exact = points.at(member);
    if (exact !== null) result.set(member, roundMicro(exact, places));
  }
  return result;
}

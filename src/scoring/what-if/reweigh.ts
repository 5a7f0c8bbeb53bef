import { microFixed, microText } from '../../numbers/micro.js';
import { grader } from '../rank/rank.js';
import { type Leaf, leavesOf, nodesOf, type SchemeNode } from '../scheme/scheme.js';
import type { CohortScores } from '../score-cohort.js';
import { standingsOf } from '../standings.js';
import type { ResultRecord } from '../types.js';
import { type Weights, withWeights } from './weights.js';

/** What other weights make of one cohort, by member in the order of institution codes. */
export interface Reweighed {
  /** 0: no rank. */
  readonly ranks: Int32Array;
  /** 1: shares its rank with another. */
  readonly tied: Uint8Array;
  /** Index in the scheme's `grades`; -1: none. */
  readonly grades: Int16Array;
  /** The rounded total as printed; null: no total. */
  readonly score: (member: number) => string | null;
  /** The base total before adjustments, plain; null: no total. */
  readonly base: (member: number) => string | null;
  /** Points of a node by member, for statistics that enter no result; NaN: none. The root is the empty code. */
  readonly points: (code: string) => Float64Array;
}

const POINT = 1_000_000;

/**
 * The same cohort under other weights. The points of the leaves do not depend on weights: they are kept from one run;
 * groups, totals, limits, ranks and grades are computed anew by the run's own steps. The result is exactly what
 * `evaluate` says of the scheme with these weights (declared as `relative`, should they not sum to 100), which
 * `reweigh.test.ts` holds against it.
 */
export class Reweigher {
  readonly members: readonly ResultRecord[];

  /** @param scores the cohort as scored with the declared weights */
  constructor(private readonly scores: CohortScores) {
    this.members = scores.institutions.map((_, member) => scores.record(member));
  }

  /** @param weights each above 0; of a group with `weights: equal`, a median or a minimum they change nothing */
  reweigh(weights: Weights): Reweighed {
    const { scheme: declared, points } = this.scores;
    const scheme = withWeights(declared, weights);
    const moved = leavesOf(scheme.root);
    const leaves = new Map(leavesOf(declared.root).map((leaf, i) => [moved[i] as Leaf, points(leaf)] as const));
    const standings = standingsOf(scheme, leaves, this.scores.unranked, this.scores.adjust);
    const { scores, base, totals, places } = standings;
    const gradeOf = grader(scheme.grades, places.size);
    const size = this.members.length;
    const grades = new Int16Array(size).fill(-1);
    for (let member = 0; member < size; member++) {
      const rank = places.ranks[member] as number;
      if (rank > 0) grades[member] = gradeOf(totals.at(member) ?? 0n, rank);
    }
    return {
      ranks: places.ranks,
      tied: places.tied,
      grades,
      score: (member) => textOf(totals.at(member), (total) => microFixed(total, scheme.rounding.total)),
      base: (member) => textOf(base.at(member), microText),
      points: (code) => {
        const node: SchemeNode = nodesOf(scheme.root).find((each) => each.code === code) ?? scheme.root;
        const column = scores.get(node);
        return Float64Array.from({ length: size }, (_, member) => (column?.values[member] ?? Number.NaN) / POINT);
      },
    };
  }
}

const textOf = (micro: bigint | null, text: (micro: bigint) => string): string | null =>
  micro === null ? null : text(micro);

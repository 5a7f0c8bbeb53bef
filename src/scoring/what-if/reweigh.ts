import { Decimal } from '../../numbers/decimal.js';
import { gcd, type Micro, microFixed, microText, roundMicro, toMicro } from '../../numbers/micro.js';
import { adjuster } from '../adjust/adjust.js';
import { aggregate } from '../aggregate/aggregate.js';
import { presenceOf } from '../aggregate/presence.js';
import { floatOf, Points } from '../points/points.js';
import { gradeOf, rank } from '../rank/rank.js';
import type { Run } from '../run.js';
import {
  type Aggregation,
  type Group,
  groupsOf,
  leavesOf,
  nodesOf,
  type Scheme,
  type SchemeNode,
} from '../scheme/scheme.js';
import { CohortScores } from '../score-cohort.js';
import type { ResultRecord } from '../types.js';
import {
  arithmeticColumn,
  type Column,
  emptyColumn,
  leastColumn,
  markPresent,
  medianColumn,
  outrankingColumn,
  rootedColumn,
  type Sum,
} from './columns.js';
import { noPlaces, type Places, placesOf } from './standings.js';
import { movedWeights, type Weights, withWeights } from './weights.js';
import { divideWhole, SAFE } from './whole.js';

/** What other weights make of one cohort, by member in the order of institution codes. */
export interface Reweighed extends Places {
  /** The rounded total as printed; null: no total. */
  readonly score: (member: number) => string | null;
  /** The base total before adjustments, plain; null: no total. */
  readonly base: (member: number) => string | null;
  /** Points of a node by member, for statistics that enter no result; NaN: none. The root is the empty code. */
  readonly points: (code: string) => Float64Array;
}

/** What adjustments do to the total of one member whatever the weights are. */
interface Adjustments {
  /** Bonuses and deductions. */
  readonly points: Micro;
  /** The lowest cap whose condition holds; null: none. */
  readonly cap: Micro | null;
  readonly vetoed: boolean;
}

/** Higher than any total: a cap whose condition holds shows itself. */
const BEYOND = 10n ** 40n;
const HIGHEST_MEAN = 100_000_000;

/**
 * The same cohort under other weights. Points of the leaves, bonuses, conditions do not depend on weights: they are
 * kept from one full run, as typed arrays; groups, totals, limits, ranks and grades are computed anew, in whole
 * numbers. The result is exactly what `evaluate` says of the scheme with these weights (declared as `relative`, should
 * they not sum to 100), which `reweigh.test.ts` holds against it.
 */
export class Reweigher {
  /** The cohort as scored with the declared weights. */
  readonly members: readonly ResultRecord[];
  private readonly scheme: Scheme;
  private readonly groups: readonly Group[];
  /** Of the leaves, by leaf of the scheme as declared. */
  private readonly points: readonly Points[];
  private readonly columns = new Map<SchemeNode, Column>();
  private readonly adjustments: readonly (Adjustments | null)[];
  /** 1: the policy `unranked` takes the total away. */
  private readonly withdrawn: Uint8Array;
  /** Largest magnitude of any score, in millionths. */
  private readonly most: number;
  private readonly fast: FastTotals | null;
  /** Weights each group was last computed with. */
  private readonly last = new Map<Group, string>();

  /** @throws RangeError for a cohort that is not scored */
  constructor(run: Run, cohort: string) {
    const scored = new CohortScores(run, cohort);
    const { scheme } = run;
    this.scheme = scheme;
    this.members = scored.institutions.map((_, member) => scored.record(member));
    // Children first: every group finds its own ready.
    this.groups = [...groupsOf(scheme.root)].reverse();
    const leaves = leavesOf(scheme.root);
    this.points = leaves.map((leaf) => scored.scores.get(leaf) as Points);
    for (const [i, leaf] of leaves.entries()) this.columns.set(leaf, columnOf(this.points[i] as Points));
    for (const group of this.groups) this.columns.set(group, emptyColumn(this.members.length));
    this.most = Math.max(HIGHEST_MEAN, ...this.points.map((points) => points.extent().most));
    this.withdrawn = Uint8Array.from(this.members, (member) => (isWithdrawn(member) ? 1 : 0));
    this.adjustments = adjustmentsOf(run, this.members);
    this.fast = fastTotals(scheme, this.adjustments, this.most);
  }

  /** @param weights each above 0; of a group with `weights: equal`, a median or a minimum they change nothing */
  reweigh(weights: Weights): Reweighed {
    const sums = this.fast && this.sums(weights);
    return this.fast && sums ? this.quickly(sums, this.fast) : this.slowly(weights);
  }

  /** null: some sum of products might leave the range in which float64 is exact. */
  private sums(weights: Weights): ReadonlyMap<Group, Sum> | null {
    const sums = new Map<Group, Sum>();
    for (const group of this.groups) {
      const declared = movedWeights(group, weights);
      const divisor = declared.reduce(gcd);
      const reduced = declared.map((weight) => weight / divisor);
      const whole = reduced.reduce((sum, weight) => sum + weight, 0n);
      if (whole * BigInt(this.most) >= BigInt(SAFE)) return null;
      const children = group.children.map((child) => this.columns.get(child) as Column);
      sums.set(group, { children, declared, weights: reduced.map(floatOf), whole: floatOf(whole) });
    }
    return sums;
  }

  private quickly(sums: ReadonlyMap<Group, Sum>, fast: FastTotals): Reweighed {
    const { root, rounding, ranking } = this.scheme;
    const stale = new Set<SchemeNode>();
    // Who is in a pair depends on every branch: with pairs, nothing may be kept from the last time.
    const pairs = this.groups.some((group) => group.aggregate === 'outranking');
    for (const group of this.groups) {
      const key = (sums.get(group) as Sum).declared.join();
      if (pairs || this.last.get(group) !== key || group.children.some((child) => stale.has(child))) stale.add(group);
      this.last.set(group, key);
    }
    for (const group of this.groups) {
      const sum = sums.get(group) as Sum;
      const needed = group.requires.times(sum.whole).div(100).ceil();
      if (stale.has(group)) markPresent(sum, floatOf(BigInt(needed.toFixed())), this.columns.get(group) as Column);
    }
    const { scores, present } = this.columns.get(root) as Column;
    const hasTotal = present.map((there, member) => (there === 1 && this.withdrawn[member] === 0 ? 1 : 0));
    for (const group of this.groups)
      if (stale.has(group)) FILL[group.aggregate](sums.get(group) as Sum, this.columns.get(group) as Column, hasTotal);
    const totals = fast.totals(scores);
    const step = 10 ** (PLACES - rounding.total);
    const rounded = totals.map((total) => divideWhole(total, step) * step);
    const ranked: number[] = [];
    for (let member = 0; member < hasTotal.length; member++)
      if (hasTotal[member] === 1 && !this.adjustments[member]?.vetoed) ranked.push(member);
    const breakers = ranking.tieBreak.map((code) => this.columns.get(nodeOf(root, code)) as Column);
    const bases = scores.slice();
    return {
      ...placesOf(this.scheme, ranking.on === 'rounded' ? rounded : totals, rounded, ranked, breakers),
      score: (member) =>
        hasTotal[member] === 1 ? microFixed(BigInt(rounded[member] as number), rounding.total) : null,
      base: (member) => (hasTotal[member] === 1 ? microText(BigInt(bases[member] as number)) : null),
      points: (code) => {
        const column = this.columns.get(nodeOf(root, code)) as Column;
        return column.scores.map((score, member) => (column.present[member] === 1 ? score / POINT : Number.NaN));
      },
    };
  }

  /** The same with the run's own steps, for what does not fit into float64. */
  private slowly(weights: Weights): Reweighed {
    const scheme = withWeights(this.scheme, weights);
    const size = this.members.length;
    const leaves = new Map(leavesOf(scheme.root).map((leaf, i) => [leaf as SchemeNode, this.points[i] as Points]));
    const presence = presenceOf(scheme.root, leaves, size);
    const hasTotal = Uint8Array.from(presence.get(scheme.root) ?? [], (there, member) =>
      there === 1 && this.withdrawn[member] === 0 ? 1 : 0,
    );
    const scores = aggregate(scheme.root, leaves, presence, hasTotal);
    const bases = scores.get(scheme.root) as Points;
    const totals = Points.of(
      this.members.map((_, member) => {
        const base = bases.at(member);
        const adjusted = this.adjustments[member];
        return base === null || !adjusted ? null : totalOf(base, adjusted, scheme);
      }),
    );
    const rounded = Points.of(
      this.members.map((_, member) => {
        const total = totals.at(member);
        return total === null ? null : roundMicro(total, scheme.rounding.total);
      }),
    );
    const breakers = scheme.ranking.tieBreak.map((code) => scores.get(nodeOf(scheme.root, code)) as Points);
    const ranked = Int32Array.from(this.members.keys()).filter(
      (member) => hasTotal[member] === 1 && !this.adjustments[member]?.vetoed,
    );
    const key = scheme.ranking.on === 'rounded' ? rounded : totals;
    const found = rank(ranked, [key, ...breakers], scheme.ranking.ties);
    const places = noPlaces(size);
    for (const member of ranked) {
      const place = found.of(member);
      const total = rounded.at(member);
      if (!place || total === null) continue;
      places.ranks[member] = place.rank;
      places.tied[member] = place.tied ? 1 : 0;
      const grade = gradeOf(scheme.grades, total, place.rank, ranked.length);
      places.grades[member] = scheme.grades.findIndex((each) => each.code === grade);
    }
    const textOf = (micro: Micro | null, text: (micro: Micro) => string): string | null =>
      micro === null ? null : text(micro);
    return {
      ...places,
      score: (member) => textOf(rounded.at(member), (micro) => microFixed(micro, scheme.rounding.total)),
      base: (member) => textOf(bases.at(member), microText),
      points: (code) => {
        const points = scores.get(nodeOf(scheme.root, code)) as Points;
        return Float64Array.from({ length: size }, (_, member) => {
          const micro = points.at(member);
          return micro === null ? Number.NaN : floatOf(micro) / POINT;
        });
      },
    };
  }
}

const isWithdrawn = ({ status, nodes }: ResultRecord): boolean =>
  status === 'insufficient_data' && nodes.some(({ policy }) => policy === 'unranked');

function columnOf(points: Points): Column {
  const column = emptyColumn(points.size);
  for (let member = 0; member < points.size; member++) {
    if (!points.has(member)) continue;
    column.scores[member] = points.values[member] as number;
    column.present[member] = 1;
  }
  column.complete = points.extent().isComplete;
  return column;
}

const PLACES = 6;
const POINT = 10 ** PLACES;

const nodeOf = (root: Group, code: string): SchemeNode => nodesOf(root).find((node) => node.code === code) ?? root;

const FILL: Readonly<Record<Aggregation, (sum: Sum, into: Column, hasTotal: Uint8Array) => void>> = {
  arithmetic: arithmeticColumn,
  geometric: (sum, into) => rootedColumn('geometric', sum, into),
  harmonic: (sum, into) => rootedColumn('harmonic', sum, into),
  median: medianColumn,
  min: leastColumn,
  outranking: outrankingColumn,
};

/** Bonuses, deductions, conditions of caps and vetoes: asked once, of a total that every cap would lower. */
function adjustmentsOf(run: Run, members: readonly ResultRecord[]): readonly (Adjustments | null)[] {
  const adjust = adjuster({ ...run.scheme, total: { min: null, max: null } }, run.environment, run.columns);
  const caps = new Map(run.scheme.adjustments.flatMap((each) => (each.kind === 'cap' ? [[each.code, each.at]] : [])));
  return members.map(({ institution }) => {
    const row = run.participants.rowOf.get(institution);
    if (row === undefined) return null;
    const { records, vetoed } = adjust(row, BEYOND);
    let points = 0n;
    let cap: Micro | null = null;
    for (const { kind, code, change, applied } of records) {
      if (kind === 'bonus' || kind === 'deduction') points += toMicro(new Decimal(change ?? 0));
      const at = kind === 'cap' && applied ? caps.get(code) : undefined;
      if (at !== undefined && (cap === null || toMicro(at) < cap)) cap = toMicro(at);
    }
    return { points, cap, vetoed: vetoed !== null };
  });
}

function totalOf(base: Micro, { points, cap }: Adjustments, { total: { min, max } }: Scheme): Micro {
  let total = base + points;
  if (min !== null && total < min) total = min;
  if (max !== null && total > max) total = max;
  return cap !== null && total > cap ? cap : total;
}

/** `totalOf` over a whole column. */
interface FastTotals {
  readonly totals: (bases: Float64Array) => Float64Array;
}

/** @returns null when a total might leave the range in which float64 is exact */
function fastTotals(
  { total: { min, max } }: Scheme,
  adjustments: readonly (Adjustments | null)[],
  most: number,
): FastTotals | null {
  const magnitude = (micro: Micro): Micro => (micro < 0n ? -micro : micro);
  if (!Number.isFinite(most)) return null;
  const limits = [min ?? 0n, max ?? 0n, ...adjustments.map((each) => each?.cap ?? 0n)];
  const sums = adjustments.map((each) => magnitude(each?.points ?? 0n) + BigInt(most));
  if ([...limits, ...sums].some((micro) => magnitude(micro) >= BigInt(SAFE))) return null;
  const least = min === null ? Number.NEGATIVE_INFINITY : floatOf(min);
  const highest = max === null ? Number.POSITIVE_INFINITY : floatOf(max);
  const points = Float64Array.from(adjustments, (each) => floatOf(each?.points ?? 0n));
  const caps = Float64Array.from(adjustments, (each) =>
    each?.cap == null ? Number.POSITIVE_INFINITY : floatOf(each.cap),
  );
  return {
    totals: (bases) =>
      bases.map((base, i) =>
        Math.min(Math.min(Math.max(base + (points[i] as number), least), highest), caps[i] as number),
      ),
  };
}

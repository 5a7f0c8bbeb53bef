import { Decimal } from '../../numbers/decimal.js';
import { type Micro, microFixed, microText, roundMicro, toMicro } from '../../numbers/micro.js';
import { adjuster } from '../adjust/adjust.js';
import { aggregate } from '../aggregate/aggregate.js';
import { presenceOf } from '../aggregate/presence.js';
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
import { scoreCohort } from '../score-cohort.js';
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
import { divideWhole, greatestCommonDivisor, microDigits, SAFE, wholeOf } from './whole.js';

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
  readonly members: readonly ResultRecord[];
  private readonly scheme: Scheme;
  private readonly groups: readonly Group[];
  private readonly leafTexts = new Map<SchemeNode, readonly (string | null)[]>();
  private readonly columns = new Map<SchemeNode, Column>();
  private readonly adjustments: readonly (Adjustments | null)[];
  /** 1: the policy `unranked` takes the total away. */
  private readonly withdrawn: Uint8Array;
  /** Largest magnitude of any score, in millionths. */
  private readonly most: number;
  private readonly fast: FastTotals | null;
  /** Weights each group was last computed with. */
  private readonly last = new Map<Group, string>();

  /** @param members the cohort as scored with the declared weights */
  constructor(run: Run, cohort: string, members: readonly ResultRecord[] = scoreCohort(run, cohort)) {
    this.scheme = run.scheme;
    this.members = members;
    // Children first: every group finds its own ready.
    this.groups = [...groupsOf(run.scheme.root)].reverse();
    const places = new Map(nodesOf(run.scheme.root).map((node, i) => [node, i]));
    let most = HIGHEST_MEAN;
    for (const leaf of leavesOf(run.scheme.root)) {
      const at = places.get(leaf) as number;
      const texts = members.map(({ nodes }) => nodes[at]?.score ?? null);
      const column = emptyColumn(members.length);
      for (const [member, text] of texts.entries()) {
        if (text === null) continue;
        const score = wholeOf(microDigits(text));
        column.scores[member] = score;
        column.present[member] = 1;
        most = Math.max(most, Math.abs(score));
      }
      column.complete = column.present.every((present) => present === 1);
      this.leafTexts.set(leaf, texts);
      this.columns.set(leaf, column);
    }
    this.most = most;
    for (const group of this.groups) this.columns.set(group, emptyColumn(members.length));
    this.withdrawn = Uint8Array.from(members, ({ nodes }) => (nodes.some((n) => n.policy === 'unranked') ? 1 : 0));
    this.adjustments = adjustmentsOf(run, members);
    this.fast = fastTotals(this.scheme, this.adjustments, most);
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
      const divisor = greatestCommonDivisor(declared);
      const reduced = declared.map((weight) => weight / divisor);
      const whole = reduced.reduce((sum, weight) => sum + weight, 0n);
      if (whole * BigInt(this.most) >= BigInt(SAFE)) return null;
      const children = group.children.map((child) => this.columns.get(child) as Column);
      sums.set(group, { children, declared, weights: reduced.map(wholeOf), whole: wholeOf(whole) });
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
      if (stale.has(group)) markPresent(sum, wholeOf(needed.toFixed()), this.columns.get(group) as Column);
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
    const mine = leavesOf(this.scheme.root);
    const leaves = new Map(
      leavesOf(scheme.root).map((leaf, i) => {
        const texts = this.leafTexts.get(mine[i] as SchemeNode) ?? [];
        return [leaf as SchemeNode, texts.map((text) => (text === null ? null : BigInt(microDigits(text))))] as const;
      }),
    );
    const there = new Map([...leaves].map(([leaf, scores]) => [leaf, scores.map((score) => score !== null)] as const));
    const presence = presenceOf(scheme.root, there, size);
    const hasTotal = this.members.map(
      (_, member) => this.withdrawn[member] === 0 && presence.get(scheme.root)?.[member] === true,
    );
    const scores = aggregate(scheme.root, leaves, presence, hasTotal);
    const bases = scores.get(scheme.root) ?? [];
    const totals = bases.map((base, member) => {
      const adjusted = this.adjustments[member];
      return base === null || !adjusted ? null : totalOf(base, adjusted, scheme);
    });
    const rounded = totals.map((total) => total && roundMicro(total, scheme.rounding.total));
    const breakers = scheme.ranking.tieBreak.map((code) => nodeOf(scheme.root, code));
    const ranked = this.members.flatMap(({ institution }, member) =>
      !hasTotal[member] || this.adjustments[member]?.vetoed
        ? []
        : {
            member,
            institution,
            keys: [
              (scheme.ranking.on === 'rounded' ? rounded : totals)[member] ?? null,
              ...breakers.map((node) => scores.get(node)?.[member] ?? null),
            ],
          },
    );
    const found = rank(ranked, scheme.ranking.ties);
    const places = noPlaces(size);
    for (const { member, institution } of ranked) {
      const place = found.get(institution);
      const total = rounded[member];
      if (!place || total == null) continue;
      places.ranks[member] = place.rank;
      places.tied[member] = place.tied ? 1 : 0;
      const grade = gradeOf(scheme.grades, total, place.rank, ranked.length);
      places.grades[member] = scheme.grades.findIndex((each) => each.code === grade);
    }
    const textOf = (micro: Micro | null | undefined, text: (micro: Micro) => string): string | null =>
      micro == null ? null : text(micro);
    return {
      ...places,
      score: (member) => textOf(rounded[member], (micro) => microFixed(micro, scheme.rounding.total)),
      base: (member) => textOf(hasTotal[member] ? bases[member] : null, microText),
      points: (code) =>
        Float64Array.from(scores.get(nodeOf(scheme.root, code)) ?? [], (score) =>
          score === null ? Number.NaN : wholeOf(score) / POINT,
        ),
    };
  }
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
  const limits = [min ?? 0n, max ?? 0n, ...adjustments.map((each) => each?.cap ?? 0n)];
  const sums = adjustments.map((each) => magnitude(each?.points ?? 0n) + BigInt(most));
  if ([...limits, ...sums].some((micro) => magnitude(micro) >= BigInt(SAFE))) return null;
  const least = min === null ? Number.NEGATIVE_INFINITY : wholeOf(min);
  const highest = max === null ? Number.POSITIVE_INFINITY : wholeOf(max);
  const points = Float64Array.from(adjustments, (each) => wholeOf(each?.points ?? 0n));
  const caps = Float64Array.from(adjustments, (each) =>
    each?.cap == null ? Number.POSITIVE_INFINITY : wholeOf(each.cap),
  );
  return {
    totals: (bases) =>
      bases.map((base, i) =>
        Math.min(Math.min(Math.max(base + (points[i] as number), least), highest), caps[i] as number),
      ),
  };
}

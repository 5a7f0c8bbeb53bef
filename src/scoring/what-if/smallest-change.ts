import { readsOf } from '../../formula/reads.js';
import { byCodePoint } from '../../numbers/code-point.js';
import { Decimal, plain } from '../../numbers/decimal.js';
import { fromMicro, type Micro, microFixed } from '../../numbers/micro.js';
import { withValue } from '../inputs/figure-table.js';
import { formulasOf, withFigure } from '../prepare.js';
import type { Run } from '../run.js';
import { type Grade, periodsPerYear } from '../scheme/scheme.js';
import { CohortScores } from '../score-cohort.js';
import type { Figure } from '../types.js';

/** One place higher, or the points that the next better grade asks for. */
export type Target =
  | { readonly kind: 'rank'; readonly rank: number }
  | {
      readonly kind: 'grade';
      readonly grade: string;
      /** Points, plain. */
      readonly min: string;
      /** Whether the grade is also limited to a share of the ranked; then the points alone do not make it. */
      readonly isBySharesToo: boolean;
    };

/** One figure that would do alone. Decimals are plain text, in the metric's unit and in points. */
export interface Improvement {
  readonly target: Target['kind'];
  readonly metric: string;
  readonly period: string;
  readonly from: string;
  readonly to: string;
  /** `to` − `from`. */
  readonly change: string;
  /** As they would be. The rank is null when it is not told. */
  readonly score: string;
  readonly rank: number | null;
}

export interface Improvements {
  readonly targets: readonly Target[];
  /** By target, the change that is smallest beside its figure first. */
  readonly items: readonly Improvement[];
  /** How many own figures of the period the scheme reads. */
  readonly figures: number;
  /** false: the work that may be done was done before every figure was looked at. */
  readonly isComplete: boolean;
}

/** Which values a figure of a metric can have. */
export interface Grid {
  readonly decimals: number;
  /** The largest; null: none. */
  readonly most: string | null;
}

interface Asked {
  readonly institution: string;
  readonly gridOf: (metric: string) => Grid;
  /** `staff`, or the metrics that the institution may try itself: then points alone count and no rank is told. */
  readonly reader: 'staff' | { readonly mayTry: (metric: string) => boolean };
  readonly mostEvaluations?: number;
}

const MOST_EVALUATIONS = 1_500;
/** The first step is this part of the figure; each is twice the one before. */
const PART = 1024n;
/** So many times the figure is the last: what is farther is nobody's plan. */
const FAR = 16n;
/** In the metric's unit: how far a figure of 0 is followed. */
const FROM_ZERO = new Decimal(1_000_000);

/**
 * 如何达到: for each own figure of the evaluated period that the scheme reads, the smallest change of it alone, up or
 * down to 0, that gains a rank or the points of the next grade; everything else as it is. Each found value reaches its
 * target and one unit of the last decimal less does not. Where a score rises and falls again, a still smaller change
 * between two steps may be missed.
 */
export function smallestChanges(
  run: Run,
  { institution, gridOf, reader, mostEvaluations = MOST_EVALUATIONS }: Asked,
): Improvements {
  const isStaff = reader === 'staff';
  const now = standingOf(run, institution);
  const targets = now ? targetsOf(run.scheme.grades, now, isStaff) : [];
  if (!now || targets.length === 0) return { targets: [], items: [], figures: 0, isComplete: true };
  const figures = ownFigures(run, institution).filter(({ metric }) => isStaff || reader.mayTry(metric));
  const items: Improvement[] = [];
  let left = mostEvaluations;
  try {
    for (const figure of figures) {
      const grid = new Steps(figure, gridOf(figure.metric));
      const known = new Map<bigint, Standing | null>();
      const at = (step: bigint): Standing | null => {
        const seen = known.get(step);
        if (seen !== undefined) return seen;
        if (left-- === 0) throw new Spent();
        const standing = standingOf(withFigure(run, withValue(figure, grid.value(step))), institution);
        known.set(step, standing);
        return standing;
      };
      for (const target of targets) {
        const step = nearest(grid, (each) => reaches(target, at(each), now));
        const standing = step === null ? null : at(step);
        if (step !== null && standing)
          items.push(improvement(target, figure, grid.value(step), standing, isStaff, run));
      }
    }
  } catch (error) {
    if (!(error instanceof Spent)) throw error;
    return { targets, items: inOrder(targets, items), figures: figures.length, isComplete: false };
  }
  return { targets, items: inOrder(targets, items), figures: figures.length, isComplete: true };
}

/** All the work that may be done is done. */
class Spent extends Error {}

interface Standing {
  readonly cohort: string;
  readonly total: Micro;
  /** null: vetoed. */
  readonly rank: number | null;
  readonly grade: string | null;
}

/** null: without a total. */
function standingOf(run: Run, institution: string): Standing | null {
  const row = run.participants.rowOf.get(institution) ?? -1;
  const cohort = run.settled.cohorts[run.settled.scoredCohortOf[row] ?? -1];
  if (!cohort) return null;
  const scores = new CohortScores(run, cohort.code);
  const member = cohort.rows.indexOf(row);
  const total = scores.standings.totals.at(member);
  if (total === null) return null;
  return { cohort: cohort.code, total, rank: scores.placeOf(member)?.rank ?? null, grade: scores.gradeAt(member) };
}

function targetsOf(grades: readonly Grade[], { rank, grade, total }: Standing, isStaff: boolean): Target[] {
  if (rank === null) return [];
  const targets: Target[] = isStaff && rank > 1 ? [{ kind: 'rank', rank: rank - 1 }] : [];
  const better = grades.slice(
    0,
    Math.max(0, grade === null ? grades.length : grades.findIndex(({ code }) => code === grade)),
  );
  const next = better.reverse().find(({ min }) => min !== null);
  if (next?.min?.gt(fromMicro(total)))
    targets.push({ kind: 'grade', grade: next.code, min: plain(next.min), isBySharesToo: next.topShare !== null });
  return targets;
}

/** A place in another cohort is no higher place in this one. */
function reaches(target: Target, then: Standing | null, now: Standing): boolean {
  if (then === null || then.rank === null || then.cohort !== now.cohort) return false;
  return target.kind === 'rank' ? then.rank <= target.rank : fromMicro(then.total).gte(target.min);
}

/** Its figures of the evaluated period that a formula takes, each once, by metric and period. */
function ownFigures({ scheme, windows, participants, input }: Run, institution: string): readonly Figure[] {
  const row = participants.rowOf.get(institution) as number;
  const inputs = new Map(scheme.inputs.map((each) => [each.name, each]));
  const read = new Set(
    formulasOf(scheme)
      .flatMap(({ tree }) => readsOf(tree, periodsPerYear(scheme.cadence)))
      .flatMap(({ name, back }) => {
        const declared = inputs.get(name);
        return declared ? windows.uses(declared, row, back) : [];
      })
      .map(({ metric, period }) => `${metric} ${period}`),
  );
  return [...input.figures]
    .filter(
      (figure) =>
        figure.institution === institution &&
        figure.period.startsWith(input.period) &&
        read.has(`${figure.metric} ${figure.period}`),
    )
    .sort((a, b) => byCodePoint(a.metric, b.metric) || byCodePoint(a.period, b.period));
}

/** The values that a figure can be given, counted in units of its last decimal from what it is. */
class Steps {
  private readonly unit: Decimal;
  private readonly own: bigint;
  readonly first: bigint;
  /** How far up and how far down, both at least 0. */
  readonly up: bigint;
  readonly down: bigint;

  constructor(
    private readonly figure: Figure,
    { decimals, most }: Grid,
  ) {
    const places = Math.max(decimals, figure.value.decimalPlaces());
    this.unit = new Decimal(`1e-${places}`);
    const counted = (value: Decimal): bigint => BigInt(value.div(this.unit).toFixed(0));
    this.own = counted(figure.value);
    const size = this.own < 0n ? -this.own : this.own;
    this.first = size < PART ? 1n : size / PART;
    const far = size === 0n ? counted(FROM_ZERO) : size * FAR;
    const room = most === null ? far : counted(new Decimal(most)) - this.own;
    this.up = room < 0n ? 0n : room < far ? room : far;
    this.down = this.own > 0n ? this.own : 0n;
  }

  value(step: bigint): Decimal {
    return this.figure.value.plus(this.unit.times(`${step}`));
  }
}

/** The step nearest to 0 that reaches, above or below; null: none does. */
function nearest(grid: Steps, reached: (step: bigint) => boolean): bigint | null {
  const up = smallest(grid.first, grid.up, reached);
  // Further down than up is not nearer.
  const room = up !== null && up - 1n < grid.down ? up - 1n : grid.down;
  const down = smallest(grid.first, room, (step) => reached(-step));
  return down === null ? up : -down;
}

/** The smallest step from 1 to `most` that reaches, by growing steps and then by halves; the one before it does not. */
function smallest(first: bigint, most: bigint, reached: (step: bigint) => boolean): bigint | null {
  let short = 0n;
  let step = first;
  while (short < most) {
    if (step > most) step = most;
    if (reached(step)) {
      while (step - short > 1n) {
        const middle = (short + step) / 2n;
        if (reached(middle)) step = middle;
        else short = middle;
      }
      return step;
    }
    short = step;
    step *= 2n;
  }
  return null;
}

function improvement(
  target: Target,
  { metric, period, value }: Figure,
  to: Decimal,
  { total, rank }: Standing,
  isStaff: boolean,
  { scheme }: Run,
): Improvement {
  return {
    target: target.kind,
    metric,
    period,
    from: plain(value),
    to: plain(to),
    change: plain(to.minus(value)),
    score: microFixed(total, scheme.rounding.total),
    rank: isStaff ? rank : null,
  };
}

function inOrder(targets: readonly Target[], items: readonly Improvement[]): readonly Improvement[] {
  const place = ({ target }: Improvement): number => targets.findIndex(({ kind }) => kind === target);
  const effort = ({ from, change }: Improvement): Decimal =>
    new Decimal(change).div(new Decimal(from).isZero() ? '1e-12' : from).abs();
  return [...items].sort((a, b) => place(a) - place(b) || effort(a).comparedTo(effort(b)));
}

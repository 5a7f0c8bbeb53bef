import { DIV0, isOutcome, MISSING, type Outcome } from '../../formula/outcome.js';
import { type Decimal, HUNDRED, meanOf, medianOf, quantise } from '../../numbers/decimal.js';
import { type Micro, toMicro } from '../../numbers/micro.js';
import { type Cell, NO_STATISTICS, type Points } from '../normalise/method.js';
import { turns } from '../normalise/registry.js';
import type { Assessed, Indicator, Leaf, Policy, Scheme } from '../scheme/scheme.js';
import type { TreatedColumn, ValueColumns } from './value-columns.js';

const VALUE_PLACES = 12;

/** One cell of the result: tables, trace and page show it. */
export interface LeafCell {
  /** As computed; null for an outcome. */
  readonly value: Decimal | null;
  readonly outcome: Outcome | null;
  /** After treatment or policy; null if unchanged. */
  readonly treated: Decimal | null;
  /** The policy that answered the outcome. */
  readonly policy: Policy | null;
  /** null: excluded, or not ranked for want of it. */
  readonly score: Micro | null;
  readonly note: string;
  readonly statistics: Readonly<Record<string, string | null>>;
}

/** A cell before its points are rounded. */
export interface ExactCell extends LeafCell {
  readonly points: Decimal | null;
}

/** What a value becomes before it is due points. */
interface Answer {
  readonly cell: Cell | null;
  readonly zero: boolean;
  readonly policy: Policy | null;
  readonly outcome: Outcome | null;
}

/**
 * Values, treatment, policies and points of one leaf for the members of a cohort (scheme-language 3, steps 5–8).
 * @param rows    the members
 * @param cohort  index of the scored cohort
 */
export function leafColumn(
  leaf: Leaf,
  rows: readonly number[],
  cohort: number,
  columns: ValueColumns,
  scheme: Scheme,
  rowOf: ReadonlyMap<string, number>,
): readonly LeafCell[] {
  const { column, answers, pointsOf } = computed(leaf, rows, cohort, columns, rowOf);
  return rows.map((row, i) => record(column, row, answers[i] as Answer, pointsOf.get(row), scheme.rounding.indicator));
}

/** The same with points as the method gives them. */
export function exactColumn(
  leaf: Leaf,
  rows: readonly number[],
  cohort: number,
  columns: ValueColumns,
  scheme: Scheme,
  rowOf: ReadonlyMap<string, number>,
): readonly ExactCell[] {
  const { column, answers, pointsOf } = computed(leaf, rows, cohort, columns, rowOf);
  return rows.map((row, i) => {
    const points = pointsOf.get(row);
    const cell = record(column, row, answers[i] as Answer, points, scheme.rounding.indicator);
    return { ...cell, points: points?.points ?? null };
  });
}

interface Computed {
  readonly column: TreatedColumn;
  /** In the order of the rows. */
  readonly answers: readonly Answer[];
  readonly pointsOf: ReadonlyMap<number, Points>;
}

function computed(
  leaf: Leaf,
  rows: readonly number[],
  cohort: number,
  columns: ValueColumns,
  rowOf: ReadonlyMap<string, number>,
): Computed {
  const column = columns.treatedColumn(leaf, cohort);
  const peers = cohortValues(rows, column);
  const answers = rows.map((row) => answer(leaf, row, column, peers, columns));
  const cells = answers.flatMap(({ cell }) => cell ?? []);
  const points =
    leaf.kind === 'indicator' ? normalise(leaf, cells, column, columns, rowOf) : assessedPoints(leaf, cells);
  const pointsOf = new Map(cells.map((cell, i) => [cell.row, points[i] as Points] as const));
  return { column, answers, pointsOf };
}

/** The treated decimals of the cohort, taken when a policy first asks for them. */
function cohortValues(rows: readonly number[], column: TreatedColumn): () => readonly Decimal[] {
  let values: readonly Decimal[] | null = null;
  return () => {
    values ??= rows.flatMap((row) => column.treated.get(row) ?? []);
    return values;
  };
}

function answer(
  leaf: Leaf,
  row: number,
  column: TreatedColumn,
  peers: () => readonly Decimal[],
  columns: ValueColumns,
): Answer {
  const own = column.own.get(row) ?? MISSING;
  if (!isOutcome(own)) {
    const value = column.treated.get(row) ?? own;
    return { cell: { row, value, byPolicy: false }, zero: false, policy: null, outcome: null };
  }
  const policy = policyOf(leaf, own);
  const filled = fill(leaf, row, policy, peers, columns);
  return {
    cell: filled && { row, value: quantise(filled, VALUE_PLACES), byPolicy: true },
    zero: policy === 'zero',
    policy,
    outcome: own,
  };
}

function policyOf(leaf: Leaf, outcome: Outcome): Policy {
  if (leaf.kind === 'assessed') return leaf.missing;
  // The check demands a policy for every outcome that a formula can have.
  return (outcome === DIV0 ? leaf.zeroDenominator : leaf.missing) ?? 'exclude';
}

function fill(
  leaf: Leaf,
  row: number,
  policy: Policy,
  peers: () => readonly Decimal[],
  columns: ValueColumns,
): Decimal | null {
  if (policy === 'previous_period' && leaf.kind === 'indicator') {
    const before = columns.own(leaf, row, 1);
    return isOutcome(before) ? null : before;
  }
  if (policy !== 'cohort_median' && policy !== 'cohort_mean') return null;
  const values = peers();
  if (values.length === 0) return null;
  return policy === 'cohort_median' ? medianOf(values) : meanOf(values);
}

function normalise(
  leaf: Indicator,
  cells: readonly Cell[],
  column: TreatedColumn,
  columns: ValueColumns,
  rowOf: ReadonlyMap<string, number>,
): readonly Points[] {
  const turned = leaf.direction === 'lower' && turns(leaf.method.name);
  const orient = (value: Decimal): Decimal => (turned ? value.negated() : value);
  const own = (institution: string): Decimal | null => {
    const row = rowOf.get(institution);
    const value = row === undefined ? undefined : column.treated.get(row);
    return value ? orient(value) : null;
  };
  const points = leaf.method.points(
    cells.map((cell) => ({ ...cell, value: orient(cell.value) })),
    {
      direction: leaf.direction,
      sample: turned ? column.sample.turned() : column.sample,
      ownValueOf: own,
      past: (row, steps) => columns.own(leaf, row, steps),
    },
  );
  const described = column.sample.describe();
  return points.map((each) => ({
    ...each,
    // Methods that have nothing to add share one object over the column.
    statistics: each.statistics === NO_STATISTICS ? described : { ...described, ...each.statistics },
  }));
}

/** 100 · (m − a) / (b − a). */
function assessedPoints(leaf: Assessed, cells: readonly Cell[]): readonly Points[] {
  const [least, most] = leaf.assessed.scale;
  return cells.map(({ value }) => ({
    points: HUNDRED.times(value.minus(least)).div(most.minus(least)),
    note: '',
    statistics: NO_STATISTICS,
  }));
}

function record(
  column: TreatedColumn,
  row: number,
  { cell, zero, policy, outcome }: Answer,
  points: Points | undefined,
  places: number,
): LeafCell {
  const own = column.own.get(row) ?? MISSING;
  const value = isOutcome(own) ? null : own;
  const changed = cell && (value === null || !cell.value.eq(value));
  const exact = points?.points ?? null;
  const notes = [outcome && policy ? `${outcome}: ${policy}` : '', points?.note ?? ''];
  return {
    value,
    outcome,
    treated: changed ? cell.value : null,
    policy,
    score: zero ? 0n : exact && toMicro(quantise(exact, places)),
    note: notes.filter((note) => note !== '').join('；'),
    statistics: points?.statistics ?? NO_STATISTICS,
  };
}

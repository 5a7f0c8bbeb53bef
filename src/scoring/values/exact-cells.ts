import { DIV0, isOutcome, type Outcome } from '../../formula/outcome.js';
import { type Decimal, HUNDRED, meanOf, medianOf, quantise } from '../../numbers/decimal.js';
import { type Micro, toMicro } from '../../numbers/micro.js';
import { type Cell, NO_STATISTICS, type Points } from '../normalise/method.js';
import { turns } from '../normalise/registry.js';
import type { Assessed, Indicator, Leaf, Policy } from '../scheme/scheme.js';
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
  readonly note: string;
  readonly statistics: Readonly<Record<string, string | null>>;
  /** As the method gives them; null: excluded, or not asked for. */
  readonly points: Decimal | null;
  /** null: excluded, or not ranked for want of it. */
  readonly score: Micro | null;
}

/** Where a leaf is scored: the members of one cohort, with everything that their values are compared with. */
export interface LeafPlace {
  readonly leaf: Leaf;
  /** The members. */
  readonly rows: readonly number[];
  /** Index of the scored cohort. */
  readonly cohort: number;
  readonly columns: ValueColumns;
  readonly rowOf: ReadonlyMap<string, number>;
  /** Decimals of an indicator's points. */
  readonly places: number;
}

/** A cell with its points, not yet described: what it was compared with takes the whole column in decimal. */
export interface ScoredCell {
  readonly answer: Answer;
  /** As the method gives them; undefined where no value was due points. */
  readonly given: Points | undefined;
  /** null: excluded, or not ranked for want of it. */
  readonly score: Micro | null;
}

/** What a value becomes before it is due points. */
interface Answer {
  readonly cell: Cell | null;
  readonly zero: boolean;
  readonly policy: Policy | null;
  readonly outcome: Outcome | null;
}

/**
 * Values, treatment, policies and points of one leaf in decimal (scheme-language 3, steps 5–8): what defines the
 * result, cell by cell.
 */
export class ExactCells {
  private readonly column: TreatedColumn;
  private peerValues: readonly Decimal[] | null = null;

  constructor(private readonly place: LeafPlace) {
    this.column = place.columns.treatedColumn(place.leaf, place.cohort);
  }

  /** The cells of all members. */
  all(): readonly LeafCell[] {
    const { rows } = this.place;
    return this.scored(rows).map((scored, i) => this.cell(rows[i] as number, scored));
  }

  /** Points of some of the members. */
  scored(rows: readonly number[]): readonly ScoredCell[] {
    const answers = rows.map((row) => this.answer(row));
    const cells = answers.flatMap(({ cell }) => cell ?? []);
    const { leaf } = this.place;
    const points = leaf.kind === 'indicator' ? this.normalise(leaf, cells) : assessedPoints(leaf, cells);
    const pointsOf = new Map(cells.map((cell, i) => [cell.row, points[i] as Points] as const));
    return rows.map((row, i) => {
      const answer = answers[i] as Answer;
      const given = pointsOf.get(row);
      const exact = given?.points ?? null;
      return { answer, given, score: answer.zero ? 0n : exact && toMicro(quantise(exact, this.place.places)) };
    });
  }

  /** A cell whose points were settled in floats: everything else of it. */
  settled(row: number): LeafCell {
    const { leaf } = this.place;
    if (leaf.kind === 'indicator' && leaf.method.explains) return this.cell(row, this.scored([row])[0] as ScoredCell);
    const answer = this.answer(row);
    const given = answer.cell ? { points: null, note: '', statistics: NO_STATISTICS } : undefined;
    return this.cell(row, { answer, given, score: null });
  }

  private answer(row: number): Answer {
    const { leaf } = this.place;
    const own = this.column.own(row);
    if (!isOutcome(own)) {
      const value = this.column.treated(row) ?? own;
      return { cell: { row, value, byPolicy: false }, zero: false, policy: null, outcome: null };
    }
    const policy = policyOf(leaf, own);
    const filled = this.fill(row, policy);
    return {
      cell: filled && { row, value: quantise(filled, VALUE_PLACES), byPolicy: true },
      zero: policy === 'zero',
      policy,
      outcome: own,
    };
  }

  private fill(row: number, policy: Policy): Decimal | null {
    const { leaf, columns } = this.place;
    if (policy === 'previous_period' && leaf.kind === 'indicator') {
      const before = columns.own(leaf, row, 1);
      return isOutcome(before) ? null : before;
    }
    if (policy !== 'cohort_median' && policy !== 'cohort_mean') return null;
    const values = this.peers();
    if (values.length === 0) return null;
    return policy === 'cohort_median' ? medianOf(values) : meanOf(values);
  }

  /** The treated decimals of the cohort, taken when a policy first asks for them. */
  private peers(): readonly Decimal[] {
    this.peerValues ??= this.place.rows.flatMap((row) => this.column.treated(row) ?? []);
    return this.peerValues;
  }

  private normalise(leaf: Indicator, cells: readonly Cell[]): readonly Points[] {
    const { columns, rowOf } = this.place;
    const turned = leaf.direction === 'lower' && turns(leaf.method.name);
    const orient = (value: Decimal): Decimal => (turned ? value.negated() : value);
    const own = (institution: string): Decimal | null => {
      const row = rowOf.get(institution);
      const value = row === undefined ? undefined : this.column.treated(row);
      return value ? orient(value) : null;
    };
    return leaf.method.points(
      cells.map((cell) => ({ ...cell, value: orient(cell.value) })),
      {
        direction: leaf.direction,
        sample: turned ? this.turned() : this.column.sample,
        ownValueOf: own,
        past: (row, steps) => columns.own(leaf, row, steps),
      },
    );
  }

  private turnedSample: TreatedColumn['sample'] | null = null;

  private turned(): TreatedColumn['sample'] {
    this.turnedSample ??= this.column.sample.turned();
    return this.turnedSample;
  }

  /** Everything of a cell, with what it was compared with. */
  cell(row: number, { answer: { cell, policy, outcome }, given, score }: ScoredCell): LeafCell {
    const own = this.column.own(row);
    const value = isOutcome(own) ? null : own;
    const changed = cell && cell.value !== value && (value === null || !cell.value.eq(value));
    const notes = [outcome && policy ? `${outcome}: ${policy}` : '', given?.note ?? ''];
    return {
      value,
      outcome,
      treated: changed ? cell.value : null,
      policy,
      note: notes.filter((note) => note !== '').join('；'),
      statistics: this.statisticsOf(given),
      points: given?.points ?? null,
      score,
    };
  }

  /** The column's own n, min, max, mean, and what the method adds. */
  private statisticsOf(points: Points | undefined): LeafCell['statistics'] {
    if (!points || this.place.leaf.kind === 'assessed') return NO_STATISTICS;
    const described = this.column.sample.describe();
    // Methods that have nothing to add share one object over the column.
    return points.statistics === NO_STATISTICS ? described : { ...described, ...points.statistics };
  }
}

export function policyOf(leaf: Leaf, outcome: Outcome): Policy {
  if (leaf.kind === 'assessed') return leaf.missing;
  // The check demands a policy for every outcome that a formula can have.
  return (outcome === DIV0 ? leaf.zeroDenominator : leaf.missing) ?? 'exclude';
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

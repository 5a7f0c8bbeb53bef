import { compileValue, type Environment, type Evaluate } from '../../formula/compile.js';
import {
  DIV0_CELL,
  errorsOf,
  type FloatBlock,
  MISSING_CELL,
  NUMBER,
  newBlock,
  OPEN,
  SLACK,
  ULP,
} from '../../formula/float/block.js';
import { compileFloat, evaluateColumn, type FloatEnvironment } from '../../formula/float/compile-float.js';
import { DIV0, isOutcome, MISSING, type Value } from '../../formula/outcome.js';
import { type Decimal, maxOf, minOf, quantise } from '../../numbers/decimal.js';
import type { Settled } from '../cohorts/settle.js';
import { FloatSample } from '../normalise/floats.js';
import { Sample } from '../normalise/sample.js';
import type { Assessed, AssessmentRule, Indicator, Leaf } from '../scheme/scheme.js';
import { treat } from '../treat/treat.js';
import { combine } from './assessed.js';

const VALUE_PLACES = 12;
/** What quantising to 12 decimals moves a value by, at most. */
const QUANTISED = 0.5e-12 * SLACK;

/** The values of one leaf over the institutions that its statistics run over. */
export interface TreatedColumn {
  /** 12 decimals or an outcome. */
  readonly own: (row: number) => Value<Decimal>;
  /** After treatment; undefined for an outcome, and for a row that is not among them. */
  readonly treated: (row: number) => Decimal | undefined;
  readonly sample: Sample;
}

/** Columns of values, each computed once for the whole run, so that splitting by cohort changes nothing. */
export class ValueColumns {
  private readonly evaluations = new Map<string, Evaluate<Decimal>>();
  private readonly values = new Map<string, Value<Decimal>[]>();
  private readonly columns = new Map<string, TreatedColumn>();
  /** The last column in floats; memory is used again, since most of the time goes into touching new memory. */
  private last: { readonly key: string; readonly sample: FloatSample } | null = null;
  private readonly rowLists = new Map<readonly number[], Int32Array>();
  private cellRoom: FloatBlock = newBlock(0);

  /**
   * @param scores assessors' scores by node and row
   * @param floats the same environment in floats; null: everything in decimal
   */
  constructor(
    private readonly environment: Environment<Decimal>,
    private readonly settled: Settled,
    private readonly scores: ReadonlyMap<string, ReadonlyMap<number, readonly Decimal[]>>,
    private readonly floats: FloatEnvironment | null,
  ) {}

  /** The same columns as they would be with other figures. */
  over(environment: Environment<Decimal>): ValueColumns {
    return new ValueColumns(environment, this.settled, this.scores, null);
  }

  /** An indicator's own value `back` evaluation periods earlier, quantised to 12 decimals. */
  own(indicator: Indicator, row: number, back: number): Value<Decimal> {
    const key = `${back} ${indicator.code}`;
    let column = this.values.get(key);
    if (!column) {
      column = [];
      this.values.set(key, column);
    }
    let value = column[row];
    if (value === undefined) {
      value = quantised(this.evaluation(indicator)(row, back));
      column[row] = value;
    }
    return value;
  }

  /** What the panel gave, or MISSING. */
  assessed(code: string, rule: AssessmentRule, row: number): Value<Decimal> {
    const scores = this.scores.get(code)?.get(row);
    return scores ? combine(scores, rule) : MISSING;
  }

  /** The column of a leaf as seen from a cohort: its own members, or everybody when `over` says so. */
  treatedColumn(leaf: Leaf, cohort: number): TreatedColumn {
    const key = `${this.scopeOf(leaf, cohort)} ${leaf.code}`;
    let column = this.columns.get(key);
    if (!column) {
      const rows = this.rowsOf(leaf, cohort);
      const isTreated = leaf.kind === 'assessed' || leaf.treat !== null;
      const floats = isTreated ? null : this.floatSample(leaf, cohort);
      column = floats ? this.untreated(leaf as Indicator, rows, cohort, floats.size) : this.compute(leaf, rows);
      this.columns.set(key, column);
    }
    return column;
  }

  /**
   * The untreated column in floats, over the institutions that its statistics run over; null: not in floats. It holds
   * until another column is asked for.
   */
  floatSample(leaf: Leaf, cohort: number): FloatSample | null {
    if (!this.floats || leaf.kind === 'assessed') return null;
    const key = `${this.scopeOf(leaf, cohort)} ${leaf.code}`;
    if (this.last?.key !== key) {
      const rows = this.rowsOf(leaf, cohort);
      if (this.cellRoom.value.length !== rows.length) this.cellRoom = newBlock(rows.length);
      this.last = { key, sample: new FloatSample(this.floatCells(leaf, rows, 0, this.cellRoom)) };
    }
    return this.last.sample;
  }

  /** An indicator's own values of some rows in floats, 12 decimals; none of them OPEN. */
  floatCells(leaf: Indicator, rows: readonly number[], back: number, cells = newBlock(rows.length)): FloatBlock {
    evaluateColumn(compileFloat(leaf.value.tree, this.floats as FloatEnvironment), this.rowList(rows), back, cells);
    const { value, error, outcome } = cells;
    if (cells.relative === null) widen(error, QUANTISED);
    else cells.plus = QUANTISED;
    // A cell with a bound of its own comes from a column that has one for each.
    if (!cells.clean && outcome.includes(OPEN)) errorsOf(cells, value.length);
    if (!cells.clean)
      for (let i = 0; i < value.length; i++) {
        if (outcome[i] !== OPEN) continue;
        const exact = this.own(leaf, rows[i] as number, back);
        outcome[i] = exact === MISSING ? MISSING_CELL : exact === DIV0 ? DIV0_CELL : NUMBER;
        value[i] = isOutcome(exact) ? 0 : exact.toNumber();
        error[i] = Math.abs(value[i] as number) * ULP;
      }
    return cells;
  }

  private rowList(rows: readonly number[]): Int32Array {
    let list = this.rowLists.get(rows);
    if (!list) {
      list = Int32Array.from(rows);
      this.rowLists.set(rows, list);
    }
    return list;
  }

  private scopeOf(leaf: Leaf, cohort: number): number {
    return leaf.kind === 'indicator' && leaf.over === 'all' ? -1 : cohort;
  }

  private rowsOf(leaf: Leaf, cohort: number): readonly number[] {
    return this.scopeOf(leaf, cohort) === -1 ? this.settled.scoredRows : (this.settled.cohorts[cohort]?.rows ?? []);
  }

  /** Decimals are computed for the cells that are asked for. */
  private untreated(leaf: Indicator, rows: readonly number[], cohort: number, size: number): TreatedColumn {
    const isMember = (row: number): boolean => {
      const scored = this.settled.scoredCohortOf[row] ?? -1;
      return leaf.over === 'all' ? scored !== -1 : scored === cohort;
    };
    const own = (row: number): Value<Decimal> => this.own(leaf, row, 0);
    const decimals = (chosen: readonly number[]): readonly Decimal[] =>
      chosen.map(own).filter((value): value is Decimal => !isOutcome(value));
    const sample = new Sample({
      size,
      values: () => decimals(rows),
      extremes: () => {
        const { cells, min, max } = this.floatSample(leaf, cohort) as FloatSample;
        return {
          min: minOf(decimals(candidates(rows, cells, min.value + min.error, -1))),
          max: maxOf(decimals(candidates(rows, cells, max.value - max.error, 1))),
        };
      },
    });
    return { own, treated: (row) => (isMember(row) ? numberOf(own(row)) : undefined), sample };
  }

  private compute(leaf: Leaf, rows: readonly number[]): TreatedColumn {
    const own = new Map(rows.map((row) => [row, this.valueOf(leaf, row)] as const));
    const present = [...own].filter((entry): entry is [number, Decimal] => !isOutcome(entry[1]));
    const decimals = present.map(([, value]) => value);
    const values = leaf.kind === 'indicator' && leaf.treat ? treat(decimals, leaf.treat) : decimals;
    const treated = new Map(present.map(([row], i) => [row, values[i] as Decimal] as const));
    return {
      own: (row) => own.get(row) ?? MISSING,
      treated: (row) => treated.get(row),
      sample: new Sample(values),
    };
  }

  private valueOf(leaf: Indicator | Assessed, row: number): Value<Decimal> {
    return leaf.kind === 'indicator' ? this.own(leaf, row, 0) : this.assessed(leaf.code, leaf.assessed, row);
  }

  private evaluation(indicator: Indicator): Evaluate<Decimal> {
    let evaluate = this.evaluations.get(indicator.code);
    if (!evaluate) {
      evaluate = compileValue(indicator.value.tree, this.environment);
      this.evaluations.set(indicator.code, evaluate);
    }
    return evaluate;
  }
}

function widen(error: Float64Array, by: number): void {
  for (let i = 0; i < error.length; i++) error[i] = (error[i] as number) + by;
}

/** Rows that may hold the extreme: their bound reaches `limit`. @param side 1: from above, −1: from below */
function candidates(rows: readonly number[], cells: FloatBlock, limit: number, side: 1 | -1): readonly number[] {
  const { value, outcome } = cells;
  const error = errorsOf(cells, value.length);
  const found: number[] = [];
  for (let i = 0; i < value.length; i++)
    if (outcome[i] === NUMBER && side * ((value[i] as number) - limit) + (error[i] as number) * SLACK >= 0)
      found.push(rows[i] as number);
  return found;
}

const numberOf = (value: Value<Decimal>): Decimal | undefined => (isOutcome(value) ? undefined : value);

const quantised = (value: Value<Decimal>): Value<Decimal> => (isOutcome(value) ? value : quantise(value, VALUE_PLACES));

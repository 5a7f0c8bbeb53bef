import { compileValue, type Environment, type Evaluate } from '../../formula/compile.js';
import { isOutcome, MISSING, type Value } from '../../formula/outcome.js';
import { type Decimal, quantise } from '../../numbers/decimal.js';
import type { Settled } from '../cohorts/settle.js';
import { Sample } from '../normalise/sample.js';
import type { Assessed, AssessmentRule, Indicator, Leaf } from '../scheme/scheme.js';
import { treat } from '../treat/treat.js';
import { combine } from './assessed.js';

const VALUE_PLACES = 12;

/** The values of one leaf over the institutions that its statistics run over. */
export interface TreatedColumn {
  /** By row; 12 decimals or an outcome. */
  readonly own: ReadonlyMap<number, Value<Decimal>>;
  /** Decimals only. */
  readonly treated: ReadonlyMap<number, Decimal>;
  readonly sample: Sample;
}

/** Columns of values, each computed once for the whole run, so that splitting by cohort changes nothing. */
export class ValueColumns {
  private readonly evaluations = new Map<string, Evaluate<Decimal>>();
  private readonly values = new Map<string, Value<Decimal>[]>();
  private readonly columns = new Map<string, TreatedColumn>();

  /** @param scores assessors' scores by node and row */
  constructor(
    private readonly environment: Environment<Decimal>,
    private readonly settled: Settled,
    private readonly scores: ReadonlyMap<string, ReadonlyMap<number, readonly Decimal[]>>,
  ) {}

  /** The same columns as they would be with other figures. */
  over(environment: Environment<Decimal>): ValueColumns {
    return new ValueColumns(environment, this.settled, this.scores);
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
    const all = leaf.kind === 'indicator' && leaf.over === 'all';
    const key = `${all ? -1 : cohort} ${leaf.code}`;
    let column = this.columns.get(key);
    if (!column) {
      const rows = all ? this.settled.scoredRows : (this.settled.cohorts[cohort]?.rows ?? []);
      column = this.compute(leaf, rows);
      this.columns.set(key, column);
    }
    return column;
  }

  private compute(leaf: Leaf, rows: readonly number[]): TreatedColumn {
    const own = new Map(rows.map((row) => [row, this.valueOf(leaf, row)] as const));
    const present = [...own].filter((entry): entry is [number, Decimal] => !isOutcome(entry[1]));
    const decimals = present.map(([, value]) => value);
    const values = leaf.kind === 'indicator' && leaf.treat ? treat(decimals, leaf.treat) : decimals;
    return {
      own,
      treated: new Map(present.map(([row], i) => [row, values[i] as Decimal] as const)),
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

const quantised = (value: Value<Decimal>): Value<Decimal> => (isOutcome(value) ? value : quantise(value, VALUE_PLACES));

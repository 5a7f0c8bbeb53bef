import { decimalArithmetic } from '../../formula/arithmetic.js';
import type { Environment, Evaluate } from '../../formula/compile.js';
import { isOutcome, MISSING, type Value } from '../../formula/outcome.js';
import type { AggregateName } from '../../formula/tree.js';
import { Decimal } from '../../numbers/decimal.js';
import type { Settled } from '../cohorts/settle.js';
import { periodsPerYear, type Scheme } from '../scheme/scheme.js';
import { attributeOf, type Participants } from './participants.js';
import type { Windows } from './windows.js';

/** What formulas read before cohorts are settled: the institution itself, nobody else. */
export function ownEnvironment(scheme: Scheme, participants: Participants, windows: Windows): Environment<Decimal> {
  const columns = new Map<string, Evaluate<Decimal>>();
  for (const input of scheme.inputs)
    columns.set(
      input.name,
      remembered((row, back) => windows.value(input, row, back)),
    );
  columns.set('quarters_filed', (row, back) => new Decimal(windows.quartersFiled(row, back)));
  const flags = participants.list.map((institution) => new Set(institution.flags));
  return {
    arithmetic: decimalArithmetic,
    periodsPerYear: periodsPerYear(scheme.cadence),
    read: (name) => columns.get(name) as Evaluate<Decimal>,
    flag: (name) => (row) => flags[row]?.has(name) ?? false,
    attribute: (column) => {
      const texts = participants.list.map((institution) => attributeOf(institution, column));
      return (row) => texts[row] ?? '';
    },
    aggregate: () => {
      throw new TypeError('cohorts are not settled yet: the formula was not checked');
    },
  };
}

/** The same with `cohort_…` over the eligible members of the row's cohort and `all_…` over all cohorts. */
export function settledEnvironment(own: Environment<Decimal>, settled: Settled): Environment<Decimal> {
  return {
    ...own,
    aggregate: (name, of) => {
      const rowsOf = (cohort: number): readonly number[] =>
        name.scope === 'all' ? settled.scoredRows : (settled.cohorts[cohort]?.rows ?? []);
      const results = new Map<string, Value<Decimal>>();
      return (row, back) => {
        const cohort = name.scope === 'all' ? -1 : (settled.scoredCohortOf[row] ?? -1);
        const key = `${cohort} ${back}`;
        let result = results.get(key);
        if (result === undefined) {
          result = statistic(name, rowsOf(cohort), of, back);
          results.set(key, result);
        }
        return result;
      };
    },
  };
}

function statistic(name: AggregateName, rows: readonly number[], of: Evaluate<Decimal>, back: number): Value<Decimal> {
  const values = rows.map((row) => of(row, back)).filter((value): value is Decimal => !isOutcome(value));
  if (name.statistic === 'count') return new Decimal(values.length);
  return values.length === 0 ? MISSING : decimalArithmetic[name.statistic](values);
}

/** A column per window, filled cell by cell. */
function remembered(evaluate: Evaluate<Decimal>): Evaluate<Decimal> {
  const columns = new Map<number, Value<Decimal>[]>();
  return (row, back) => {
    let column = columns.get(back);
    if (!column) {
      column = [];
      columns.set(back, column);
    }
    let value = column[row];
    if (value === undefined) {
      value = evaluate(row, back);
      column[row] = value;
    }
    return value;
  };
}

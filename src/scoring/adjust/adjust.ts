import { compileCondition, compileValue, type Environment } from '../../formula/compile.js';
import { isOutcome, type Value } from '../../formula/outcome.js';
import { type Decimal, maxOf, minOf, ZERO } from '../../numbers/decimal.js';
import { type Micro, microText, toMicro } from '../../numbers/micro.js';
import type { Adjustment, BonusOrDeduction, Scheme, WrittenFormula } from '../scheme/scheme.js';
import { titleOf } from '../scheme/scheme.js';
import type { AdjustmentRecord } from '../types.js';
import type { ValueColumns } from '../values/value-columns.js';

/** The total of one institution after bonuses, deductions, limits and caps. */
export interface Adjusted {
  /** Six decimals. */
  readonly total: Micro;
  /** In the order of scores.csv: bonuses, deductions, caps, vetoes. */
  readonly records: readonly AdjustmentRecord[];
  /** Title of the first veto that holds; null: none. */
  readonly vetoed: string | null;
}

/** What an adjustment does to a total, and whether it was applied. */
interface Effect {
  readonly applied: boolean;
  readonly points: Micro;
}

const ORDER: readonly Adjustment['kind'][] = ['bonus', 'deduction', 'cap', 'veto'];

/** Adjustments as `scores.csv` lists them, in declared order within each kind. */
export const inOrder = (adjustments: readonly Adjustment[]): readonly Adjustment[] =>
  ORDER.flatMap((kind) => adjustments.filter((adjustment) => adjustment.kind === kind));

/** Compiles the adjustments of a scheme once; the result adjusts one institution's base total. */
export function adjuster(
  scheme: Scheme,
  environment: Environment<Decimal>,
  columns: ValueColumns,
): (row: number, base: Micro) => Adjusted {
  const steps = inOrder(scheme.adjustments).map((adjustment) => ({
    adjustment,
    effect: effectOf(adjustment, environment, columns),
  }));
  return (row, base) => {
    let total = base;
    let limited = false;
    let vetoed: string | null = null;
    const records = steps.map(({ adjustment, effect }) => {
      // The limits of `total` come after bonuses and deductions, before the caps.
      if (!limited && (adjustment.kind === 'cap' || adjustment.kind === 'veto')) {
        total = limit(total, scheme.total);
        limited = true;
      }
      const { applied, points } = effect(row, total);
      total += points;
      if (adjustment.kind === 'veto' && applied) vetoed ??= titleOf(adjustment);
      return recordOf(adjustment, applied, points);
    });
    return { total: limited ? total : limit(total, scheme.total), records, vetoed };
  };
}

function limit(total: Micro, { min, max }: Scheme['total']): Micro {
  if (min !== null && total < min) return min;
  return max !== null && total > max ? max : total;
}

function effectOf(
  adjustment: Adjustment,
  environment: Environment<Decimal>,
  columns: ValueColumns,
): (row: number, total: Micro) => Effect {
  switch (adjustment.kind) {
    case 'veto': {
      const holds = held(adjustment.when, environment);
      return (row) => ({ applied: holds(row), points: 0n });
    }
    case 'cap': {
      const holds = held(adjustment.when, environment);
      const at = toMicro(adjustment.at);
      // A cap that the total does not reach was not applied.
      return (row, total) => (total > at && holds(row) ? { applied: true, points: at - total } : NOTHING);
    }
    default: {
      const points = pointsOf(adjustment, environment, columns);
      const sign = adjustment.kind === 'bonus' ? 1n : -1n;
      return remembered((row) => {
        const exact = points(row);
        return exact === null ? NOTHING : { applied: true, points: sign * clamped(exact, adjustment) };
      });
    }
  }
}

const NOTHING: Effect = { applied: false, points: 0n };

/** By row; asked once, since totals are adjusted again and again when weights are moved. */
function remembered<T>(of: (row: number) => T): (row: number) => T {
  const known: T[] = [];
  return (row) => {
    known[row] ??= of(row);
    return known[row] as T;
  };
}

function held({ tree }: WrittenFormula, environment: Environment<Decimal>): (row: number) => boolean {
  const when = compileCondition(tree, environment);
  return remembered((row) => when(row, 0) === true);
}

/** Clamped to 0 … `max`, six decimals. */
function clamped(points: Decimal, { max }: BonusOrDeduction): Micro {
  const least = maxOf([points, ZERO]);
  return toMicro(max ? minOf([least, max]) : least);
}

/** null: the condition does not hold. No score given, MISSING and DIV0 count 0. */
function pointsOf(
  { code, points }: BonusOrDeduction,
  environment: Environment<Decimal>,
  columns: ValueColumns,
): (row: number) => Decimal | null {
  const orZero = (value: Value<Decimal>): Decimal => (isOutcome(value) ? ZERO : value);
  if (points.by === 'when') {
    const holds = held(points.when, environment);
    return (row) => (holds(row) ? points.points : null);
  }
  if (points.by === 'value') {
    const value = compileValue(points.value.tree, environment);
    return (row) => orZero(value(row, 0));
  }
  return (row) => orZero(columns.assessed(code, points.assessed, row));
}

function recordOf(adjustment: Adjustment, applied: boolean, points: Micro): AdjustmentRecord {
  const { code, kind } = adjustment;
  const change = kind === 'veto' ? null : microText(points);
  return { code, title: titleOf(adjustment), kind, applied, change, reason: applied ? titleOf(adjustment) : '' };
}

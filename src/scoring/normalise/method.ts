import type { Value } from '../../formula/outcome.js';
import type { Decimal } from '../../numbers/decimal.js';
import type { Fields } from '../scheme/fields.js';
import type { Direction } from '../scheme/scheme.js';
import type { LineOf } from './floats.js';
import type { Sample } from './sample.js';

/** A value that is due points. */
export interface Cell {
  readonly row: number;
  /** After treatment, or put in by a policy. */
  readonly value: Decimal;
  /** Put in by a policy: never part of a statistic. */
  readonly byPolicy: boolean;
}

/** What a method compares a value with. Turned round (x → −x) for methods that say so. */
export interface Comparison {
  readonly direction: Direction;
  /** The treated decimals of cohort or all. */
  readonly sample: Sample;
  /** The own decimal of an institution among `over`; null when it has none. */
  readonly ownValueOf: (institution: string) => Decimal | null;
  /** The indicator's own value of a row, `steps` evaluation periods earlier, 12 decimals, untreated. */
  readonly past: (row: number, steps: number) => Value<Decimal>;
}

export interface Points {
  /** Unquantised; null: excluded. */
  readonly points: Decimal | null;
  /** Chinese, or empty. */
  readonly note: string;
  /** What the value was compared with, for the trace. */
  readonly statistics: Readonly<Record<string, string | null>>;
}

/** Of a method that adds nothing to the column's own n, min, max and mean. */
export const NO_STATISTICS: Points['statistics'] = {};

/**
 * What points tell of the others to whoever knows the scheme, the own value and the own points (reliability 3.12):
 * `nothing`   they follow from the own value alone, and lead back to it
 * `order`     only on which side of others, or between which steps, the own value lies
 * `extremes`  one relation between two others, such as the best and the worst
 * `all`       one relation between all others
 * `mean`      the mean, and so the sum of all others
 * `one`       the value of one other
 */
export type Tells = 'nothing' | 'order' | 'extremes' | 'all' | 'mean' | 'one';

/** A method with the parameters of one indicator. */
export interface BoundMethod {
  readonly name: string;
  readonly tells: Tells;
  /** As stated, defaults filled in; decimals as text, for the trace. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Why points may go below 0 (`zscore`, `-10`); null when they cannot: geometric and harmonic means need that. */
  readonly belowZero: string | null;
  /** The benchmark's periods of history that the data must reach back. */
  readonly history: number;
  readonly points: (cells: readonly Cell[], comparison: Comparison) => readonly Points[];
  /** The same in floats with bounds, for most cells; left out: every cell is computed in decimal. */
  readonly line?: LineOf;
  /** `points` of one cell says more than the points: statistics of its own, or a note. */
  readonly explains?: true;
}

/**
 * A row of the registry. `turns`: `lower` turns x into −x before; `means`: the method says what `lower` means;
 * `higher`: `lower` is refused; `none`: `direction` is refused.
 */
export interface Method {
  readonly name: string;
  readonly title: string;
  readonly direction: 'turns' | 'means' | 'higher' | 'none';
  /** Reads the method's own keys; null with a fault when one is missing or out of its domain. */
  readonly read: (fields: Fields, direction: Direction) => BoundMethod | null;
}

import type { Bounded } from '../../formula/float/block.js';
import { type Decimal, HUNDRED, plain, ZERO } from '../../numbers/decimal.js';
import type { Fields } from '../scheme/fields.js';
import { decimalOf } from '../scheme/fields.js';
import type { Direction } from '../scheme/scheme.js';
import { bounded, difference, type FloatSample, type LineOf, quotient } from './floats.js';
import {
  type BoundMethod,
  type Cell,
  type Comparison,
  type Method,
  NO_STATISTICS,
  type Points,
  type Tells,
} from './method.js';
import { Sample } from './sample.js';

/** [lo, hi] in points. */
export type Range = readonly [Decimal, Decimal];

/** `to: [lo, hi]`, by default [0, 100]. */
export function readRange(fields: Fields): Range | null {
  const items = fields.list('to');
  if (!items) return fields.has('to') ? null : [ZERO, HUNDRED];
  if (items.length !== 2) return fields.refuse('to', 'domain', '[lo, hi]', 'to 应有两个数');
  const [lo, hi] = items.map((item) => decimalOf(item, fields.faults));
  if (!lo || !hi) return null;
  if (lo.gte(hi)) return fields.refuse('to', 'domain', 'lo < hi', 'to 的下限应小于上限');
  return [lo, hi];
}

/** What share of the way from `lo` to `hi` a value has come; null: excluded. */
export type ShareOf = (x: Decimal, sample: Sample, comparison: Comparison) => Decimal | null;

export interface RangeMethod {
  readonly name: string;
  readonly title: string;
  readonly direction: Method['direction'];
  readonly tells: Tells;
  /** Where a value put in by a policy counts as the nearest of the sample. */
  readonly policyStays: 'inside' | 'not-below' | 'anywhere';
  /** f may leave 0–1 downwards, with these parameters. */
  readonly goesBelow: (parameters: Parameters) => boolean;
  readonly excludedNote?: string;
  readonly read: (fields: Fields, direction: Direction) => Shares | null;
}

export interface Shares {
  readonly parameters: Parameters;
  readonly share: ShareOf;
  /** Where f is 0 and where it is 1, for methods that are straight between; null: floats cannot tell. */
  readonly ends?: (sample: FloatSample) => Ends | null;
}

export interface Ends {
  readonly zero: Bounded;
  readonly one: Bounded;
  /** f is kept above, below; infinite where it is not. */
  readonly least: number;
  readonly most: number;
}

export type Parameters = Readonly<Record<string, unknown>>;

/** A method that yields f in 0–1, which becomes lo + f · (hi − lo). */
export function rangeMethod(definition: RangeMethod): Method {
  return {
    name: definition.name,
    title: definition.title,
    direction: definition.direction,
    read: (fields, direction) => {
      const to = readRange(fields);
      const own = definition.read(fields, direction);
      if (!to || !own) return null;
      return bind(definition, to, own);
    },
  };
}

function bind(definition: RangeMethod, [lo, hi]: Range, { parameters, share, ends }: Shares): BoundMethod {
  const breadth = hi.minus(lo);
  const belowZero = definition.goesBelow(parameters) ? definition.name : lo.lt(0) ? plain(lo) : null;
  const place = (cell: Cell, comparison: Comparison): Points => {
    const sample = comparison.sample.size > 0 ? comparison.sample : new Sample([cell.value]);
    const x = cell.byPolicy ? brought(cell.value, sample, definition.policyStays) : cell.value;
    const f = share(x, sample, comparison);
    if (f === null) return { points: null, note: definition.excludedNote ?? '', statistics: NO_STATISTICS };
    return { points: lo.plus(f.times(breadth)), note: '', statistics: NO_STATISTICS };
  };
  return {
    name: definition.name,
    tells: definition.tells,
    parameters: { ...parameters, to: [plain(lo), plain(hi)] },
    belowZero,
    history: 0,
    points: (cells, comparison) => cells.map((cell) => place(cell, comparison)),
    ...(ends && { line: straight(lo, breadth, ends) }),
  };
}

function straight(lo: Decimal, breadth: Decimal, endsOf: NonNullable<Shares['ends']>): LineOf {
  const [at, rise] = [bounded(lo), bounded(breadth)];
  return (sample) => {
    const ends = endsOf(sample);
    const slope = ends && quotient(rise, difference(ends.one, ends.zero));
    if (!ends || !slope) return null;
    const [least, most] = [at.value + ends.least * rise.value, at.value + ends.most * rise.value];
    return { from: ends.zero, slope, at, least, most };
  };
}

/** f may be anything. */
export const OPEN_ENDS = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };

/** The nearest value of the sample, for one that a policy put outside it. */
export function brought(x: Decimal, sample: Sample, stays: RangeMethod['policyStays']): Decimal {
  if (stays === 'anywhere') return x;
  if (x.lt(sample.min)) return sample.min;
  return stays === 'inside' && x.gt(sample.max) ? sample.max : x;
}

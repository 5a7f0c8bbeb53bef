import { type Cadence, type QuarterIndex, quarterCode, windowQuarters } from '../../calendar/period.js';
import { isOutcome, MISSING, type Value } from '../../formula/outcome.js';
import { type Decimal, maxOf, meanOf, plain, sumOf } from '../../numbers/decimal.js';
import type { Input } from '../scheme/scheme.js';
import type { InputUse } from '../types.js';
import type { FigureStore, Stated } from './figure-store.js';

/** Reads inputs of institutions over the windows of one evaluated period. */
export class Windows {
  private readonly first: readonly QuarterIndex[];
  private readonly step: number;

  constructor(
    private readonly store: FigureStore,
    period: string,
    private readonly cadence: Cadence,
  ) {
    this.first = windowQuarters(period, cadence);
    this.step = cadence === 'annual' ? 4 : 1;
  }

  /** The window moved `back` evaluation periods back. */
  quarters(back: number): readonly QuarterIndex[] {
    return this.first.map((quarter) => quarter - back * this.step);
  }

  /** Quarters of the window in which the institution has at least one figure of any metric. */
  quartersFiled(row: number, back: number): number {
    return this.quarters(back).filter((quarter) => this.store.filed(row, quarter)).length;
  }

  value(input: Input, row: number, back: number): Value<Decimal> {
    const quarters = this.quarters(back - input.shift);
    const year = this.yearRow(input, row, quarters);
    if (year) return answersYear(input) ? year.value : MISSING;
    if (input.take === 'last') return this.filled(input, row, quarters.at(-1) as QuarterIndex) ?? MISSING;
    if (input.take === 'first') return this.filled(input, row, quarters[0] as QuarterIndex) ?? MISSING;
    const present = quarters.flatMap((quarter) => this.filled(input, row, quarter) ?? []);
    const needed = input.missing === null ? (input.atLeast ?? quarters.length) : quarters.length;
    if (present.length < needed) return MISSING;
    return input.take === 'sum' ? sumOf(present) : input.take === 'mean' ? meanOf(present) : maxOf(present);
  }

  /** `value` of everybody as the nearest floats, by row; NaN: missing. */
  floats(input: Input, back: number, size: number): Float64Array {
    const quarters = this.quarters(back - input.shift);
    const isOneFigure = quarters.length === 1 || input.take === 'last' || input.take === 'first';
    const hasYears = this.cadence === 'annual' && this.store.hasYears(input.metric);
    if (isOneFigure && !hasYears && input.missing === null) {
      const quarter = (input.take === 'first' ? quarters[0] : quarters.at(-1)) as QuarterIndex;
      return this.store.quarterFloats(input.metric, quarter) ?? new Float64Array(size).fill(Number.NaN);
    }
    return Float64Array.from({ length: size }, (_, row) => {
      const value = this.value(input, row, back);
      return isOutcome(value) ? Number.NaN : value.toNumber();
    });
  }

  /** The figures behind `value`, one by one, for the trace. */
  uses(input: Input, row: number, back: number): readonly InputUse[] {
    const quarters = this.quarters(back - input.shift);
    const year = this.yearRow(input, row, quarters);
    const { name, metric } = input;
    const value = this.value(input, row, back);
    const taken = isOutcome(value) ? null : plain(value);
    if (year) {
      const period = Math.floor((quarters[0] as QuarterIndex) / 4).toString();
      const note = answersYear(input) ? '' : '年度数不能回答这种取数';
      return [{ name, metric, period, value: plain(year.value), taken, revision: year.revision, note }];
    }
    const read = input.take === 'last' ? quarters.slice(-1) : input.take === 'first' ? quarters.slice(0, 1) : quarters;
    return read.map((quarter) => {
      const stated = this.store.quarter(metric, row, quarter);
      return {
        name,
        metric,
        period: quarterCode(quarter),
        value: stated && plain(stated.value),
        taken,
        revision: stated?.revision ?? null,
        note: stated ? '' : this.missingNote(input, row, quarter),
      };
    });
  }

  private missingNote(input: Input, row: number, quarter: QuarterIndex): string {
    if (input.missing === null) return '缺失';
    return this.store.filed(row, quarter) ? `缺失，以 ${plain(input.missing)} 代替` : '缺失，当季未报送，不代替';
  }

  /** A figure, or what stands in for a missing one where something was filed. */
  private filled(input: Input, row: number, quarter: QuarterIndex): Decimal | null {
    const stated = this.store.quarter(input.metric, row, quarter);
    if (stated) return stated.value;
    return input.missing !== null && this.store.filed(row, quarter) ? input.missing : null;
  }

  /** Only an annual window can meet a row for the whole year. */
  private yearRow(input: Input, row: number, quarters: readonly QuarterIndex[]): Stated | null {
    if (this.cadence !== 'annual') return null;
    return this.store.year(input.metric, row, Math.floor((quarters[0] as QuarterIndex) / 4));
  }
}

/** A year row stands for the year's end of a stock and the sum of a flow, and for nothing else. */
const answersYear = ({ kind, take }: Input): boolean =>
  (kind === 'stock' && take === 'last') || (kind === 'flow' && take === 'sum');

import { isYear, type QuarterIndex, quarterIndex } from '../../calendar/period.js';
import { compact, expand, nearestFloat } from '../../numbers/compact.js';
import type { Decimal } from '../../numbers/decimal.js';
import type { Figure } from '../types.js';
import type { Participants } from './participants.js';

/** One accepted figure with the revision that filed it. */
export interface Stated {
  readonly value: Decimal;
  readonly revision: string | null;
}

/** Figures of one metric at one time, by row. Kept small: a district has few, a bench or a province has millions. */
class FigureColumn {
  /** The figure times a power of ten, a whole number; NaN: none is stated. */
  private readonly wholes: Float64Array;
  private readonly scales: Uint8Array;
  /** Those with more digits than a float holds. */
  private readonly long = new Map<number, Decimal>();
  private readonly revisions: (string | null)[] = [];
  /** By row, the float nearest to each figure; NaN: none is stated. */
  readonly floats: Float64Array;

  constructor(size: number) {
    this.wholes = new Float64Array(size).fill(Number.NaN);
    this.scales = new Uint8Array(size);
    this.floats = new Float64Array(size).fill(Number.NaN);
  }

  set(row: number, value: Decimal, revision: string | null): void {
    const small = compact(value);
    this.wholes[row] = small?.whole ?? Number.POSITIVE_INFINITY;
    this.scales[row] = small?.scale ?? 0;
    if (!small) this.long.set(row, value);
    if (revision !== null) this.revisions[row] = revision;
    this.floats[row] = small ? nearestFloat(small.whole, small.scale) : value.toNumber();
  }

  get(row: number): Stated | null {
    const whole = this.wholes[row] as number;
    if (Number.isNaN(whole)) return null;
    const value = this.long.get(row) ?? expand({ whole, scale: this.scales[row] as number });
    return { value, revision: this.revisions[row] ?? null };
  }
}

interface Series {
  readonly quarters: Map<QuarterIndex, FigureColumn>;
  /** Whole years: a stock at its end, a flow summed. */
  readonly years: Map<number, FigureColumn>;
}

/** The participants' figures by metric, row and quarter. Built once, read by every window. */
export class FigureStore {
  private readonly metrics = new Map<string, Series>();
  private readonly filedQuarters = new Map<QuarterIndex, Uint8Array>();
  private readonly size: number;

  constructor(figures: readonly Figure[], participants: Participants) {
    this.size = participants.list.length;
    for (const figure of figures) {
      const row = participants.rowOf.get(figure.institution);
      if (row !== undefined) this.add(row, figure);
    }
  }

  quarter(metric: string, row: number, quarter: QuarterIndex): Stated | null {
    return this.metrics.get(metric)?.quarters.get(quarter)?.get(row) ?? null;
  }

  year(metric: string, row: number, year: number): Stated | null {
    return this.metrics.get(metric)?.years.get(year)?.get(row) ?? null;
  }

  /** Figures of a quarter as the nearest floats, by row; null: nobody states one. */
  quarterFloats(metric: string, quarter: QuarterIndex): Float64Array | null {
    return this.metrics.get(metric)?.quarters.get(quarter)?.floats ?? null;
  }

  /** Whether anybody states the metric for a whole year. */
  hasYears(metric: string): boolean {
    return (this.metrics.get(metric)?.years.size ?? 0) > 0;
  }

  /** At least one figure of any metric in the quarter. A year row counts as four quarters. */
  filed(row: number, quarter: QuarterIndex): boolean {
    return this.filedQuarters.get(quarter)?.[row] === 1;
  }

  /** The earliest quarter in which anybody filed; null without figures. */
  earliest(): QuarterIndex | null {
    let earliest: QuarterIndex | null = null;
    for (const quarter of this.filedQuarters.keys()) if (earliest === null || quarter < earliest) earliest = quarter;
    return earliest;
  }

  private add(row: number, { metric, period, value, revision }: Figure): void {
    const series = this.seriesOf(metric);
    if (isYear(period)) {
      const year = Number.parseInt(period, 10);
      this.columnOf(series.years, year).set(row, value, revision);
      for (let quarter = 0; quarter < 4; quarter++) this.file(row, year * 4 + quarter);
      return;
    }
    const quarter = quarterIndex(period);
    this.columnOf(series.quarters, quarter).set(row, value, revision);
    this.file(row, quarter);
  }

  private file(row: number, quarter: QuarterIndex): void {
    let rows = this.filedQuarters.get(quarter);
    if (!rows) {
      rows = new Uint8Array(this.size);
      this.filedQuarters.set(quarter, rows);
    }
    rows[row] = 1;
  }

  private seriesOf(metric: string): Series {
    let series = this.metrics.get(metric);
    if (!series) {
      series = { quarters: new Map(), years: new Map() };
      this.metrics.set(metric, series);
    }
    return series;
  }

  private columnOf(columns: Map<number, FigureColumn>, at: number): FigureColumn {
    let column = columns.get(at);
    if (!column) {
      column = new FigureColumn(this.size);
      columns.set(at, column);
    }
    return column;
  }
}

import { isYear, type QuarterIndex, quarterIndex } from '../../calendar/period.js';
import type { Decimal } from '../../numbers/decimal.js';
import type { Figure } from '../types.js';
import type { Participants } from './participants.js';

/** One accepted figure with the revision that filed it. */
export interface Stated {
  readonly value: Decimal;
  readonly revision: string | null;
}

/** Figures of one metric at one time, by row. */
class FigureColumn {
  private readonly values: (Decimal | undefined)[];
  private readonly revisions: (string | null)[];
  /** The float nearest to each figure; NaN: none is stated. */
  readonly floats: Float64Array;

  /** @param like begins as a copy of it; a number: empty, for so many rows */
  constructor(like: number | FigureColumn) {
    const isCopy = like instanceof FigureColumn;
    this.values = isCopy ? like.values.slice() : [];
    this.revisions = isCopy ? like.revisions.slice() : [];
    this.floats = isCopy ? like.floats.slice() : new Float64Array(like).fill(Number.NaN);
  }

  set(row: number, value: Decimal, revision: string | null): void {
    this.values[row] = value;
    this.floats[row] = value.toNumber();
    if (revision !== null || this.revisions[row] !== undefined) this.revisions[row] = revision;
  }

  get(row: number): Stated | null {
    const value = this.values[row];
    return value ? { value, revision: this.revisions[row] ?? null } : null;
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

  constructor(
    figures: readonly Figure[],
    private readonly participants: Participants,
  ) {
    this.size = participants.list.length;
    for (const figure of figures) {
      const row = participants.rowOf.get(figure.institution);
      if (row !== undefined) this.add(row, figure);
    }
  }

  /** The same figures, this one of them with another value. What is not touched is shared, so it costs one column. */
  replacing(figure: Figure): FigureStore {
    const store = new FigureStore([], this.participants);
    for (const [quarter, rows] of this.filedQuarters) store.filedQuarters.set(quarter, rows);
    for (const [metric, series] of this.metrics) store.metrics.set(metric, series);
    const series = this.metrics.get(figure.metric);
    const row = this.participants.rowOf.get(figure.institution);
    if (!series || row === undefined) return store;
    const copied = <K>(columns: Map<K, FigureColumn>, at: K): Map<K, FigureColumn> => {
      const column = columns.get(at);
      return column ? new Map(columns).set(at, new FigureColumn(column)) : columns;
    };
    const isYearly = isYear(figure.period);
    store.metrics.set(figure.metric, {
      quarters: isYearly ? series.quarters : copied(series.quarters, quarterIndex(figure.period)),
      years: isYearly ? copied(series.years, Number.parseInt(figure.period, 10)) : series.years,
    });
    store.add(row, figure);
    return store;
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

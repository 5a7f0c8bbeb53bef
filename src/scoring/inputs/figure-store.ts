import { isYear, type QuarterIndex, quarterIndex } from '../../calendar/period.js';
import { nearestFloat } from '../../numbers/compact.js';
import type { Decimal } from '../../numbers/decimal.js';
import type { Figure, Figures } from '../types.js';
import type { Participants } from './participants.js';

/** One accepted figure with the revision that filed it. */
export interface Stated {
  readonly value: Decimal;
  readonly revision: string | null;
}

/** Figures of one metric at one time, by row. */
class FigureColumn {
  /** Where each stands among the figures, from 1; 0: none is stated. */
  private readonly places: Uint32Array;
  /** The float nearest to each figure; NaN: none is stated. */
  readonly floats: Float64Array;
  /** Figures that stand in for those at their places. */
  private readonly others = new Map<number, Figure>();

  /** @param like begins as a copy of it; a number: empty, for so many rows */
  constructor(
    private readonly figures: Figures,
    like: number | FigureColumn,
  ) {
    const isCopy = like instanceof FigureColumn;
    this.places = isCopy ? like.places.slice() : new Uint32Array(like);
    this.floats = isCopy ? like.floats.slice() : new Float64Array(like).fill(Number.NaN);
    if (isCopy) for (const [row, figure] of like.others) this.others.set(row, figure);
  }

  set(row: number, index: number, value: Decimal): void {
    this.places[row] = index + 1;
    this.floats[row] = nearestFloat(value);
  }

  /** @param figure instead of the one that is stated */
  replace(row: number, figure: Figure): void {
    this.others.set(row, figure);
    this.floats[row] = nearestFloat(figure.value);
  }

  get(row: number): Stated | null {
    const place = this.places[row] as number;
    return this.others.get(row) ?? (place === 0 ? null : (this.figures.at(place - 1) as Figure));
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
    private readonly figures: Figures,
    private readonly participants: Participants,
  ) {
    this.size = participants.list.length;
    let index = 0;
    for (const figure of figures) {
      const row = participants.rowOf.get(figure.institution);
      if (row !== undefined) this.add(row, figure, index);
      index++;
    }
  }

  /** The same figures, this one of those that are stated with another value. What is not touched is shared, so it costs one column. */
  replacing(figure: Figure): FigureStore {
    const store = new FigureStore([], this.participants);
    for (const [quarter, rows] of this.filedQuarters) store.filedQuarters.set(quarter, rows);
    for (const [metric, series] of this.metrics) store.metrics.set(metric, series);
    const series = this.metrics.get(figure.metric);
    const row = this.participants.rowOf.get(figure.institution);
    if (!series || row === undefined) return store;
    const replaced = (columns: Map<number, FigureColumn>, at: number): Map<number, FigureColumn> => {
      const column = columns.get(at);
      if (!column) return columns;
      const copy = new FigureColumn(this.figures, column);
      copy.replace(row, figure);
      return new Map(columns).set(at, copy);
    };
    const { quarters, years } = series;
    store.metrics.set(
      figure.metric,
      isYear(figure.period)
        ? { quarters, years: replaced(years, Number.parseInt(figure.period, 10)) }
        : { quarters: replaced(quarters, quarterIndex(figure.period)), years },
    );
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

  private add(row: number, { metric, period, value }: Figure, index: number): void {
    const series = this.seriesOf(metric);
    if (isYear(period)) {
      const year = Number.parseInt(period, 10);
      this.columnOf(series.years, year).set(row, index, value);
      for (let quarter = 0; quarter < 4; quarter++) this.file(row, year * 4 + quarter);
      return;
    }
    const quarter = quarterIndex(period);
    this.columnOf(series.quarters, quarter).set(row, index, value);
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
      column = new FigureColumn(this.figures, this.size);
      columns.set(at, column);
    }
    return column;
  }
}

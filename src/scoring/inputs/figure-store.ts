import { isYear, type QuarterIndex, quarterIndex } from '../../calendar/period.js';
import type { Decimal } from '../../numbers/decimal.js';
import type { Figure } from '../types.js';
import type { Participants } from './participants.js';

/** One accepted figure with the revision that filed it. */
export interface Stated {
  readonly value: Decimal;
  readonly revision: string | null;
}

interface Series {
  readonly quarters: Map<QuarterIndex, Stated>;
  /** Whole years: a stock at its end, a flow summed. */
  readonly years: Map<number, Stated>;
}

/** The participants' figures by metric, row and quarter. Built once, read by every window. */
export class FigureStore {
  private readonly metrics = new Map<string, (Series | undefined)[]>();
  private readonly filedQuarters: Set<QuarterIndex>[];

  constructor(figures: readonly Figure[], participants: Participants) {
    this.filedQuarters = participants.list.map(() => new Set());
    for (const figure of figures) {
      const row = participants.rowOf.get(figure.institution);
      if (row !== undefined) this.add(row, figure);
    }
  }

  quarter(metric: string, row: number, quarter: QuarterIndex): Stated | null {
    return this.metrics.get(metric)?.[row]?.quarters.get(quarter) ?? null;
  }

  year(metric: string, row: number, year: number): Stated | null {
    return this.metrics.get(metric)?.[row]?.years.get(year) ?? null;
  }

  /** At least one figure of any metric in the quarter. A year row counts as four quarters. */
  filed(row: number, quarter: QuarterIndex): boolean {
    return this.filedQuarters[row]?.has(quarter) ?? false;
  }

  /** The earliest quarter in which anybody filed; null without figures. */
  earliest(): QuarterIndex | null {
    let earliest: QuarterIndex | null = null;
    for (const quarters of this.filedQuarters)
      for (const quarter of quarters) if (earliest === null || quarter < earliest) earliest = quarter;
    return earliest;
  }

  private add(row: number, { metric, period, value, revision }: Figure): void {
    const series = this.seriesOf(metric, row);
    if (isYear(period)) {
      const year = Number.parseInt(period, 10);
      series.years.set(year, { value, revision });
      for (let quarter = 0; quarter < 4; quarter++) this.filedQuarters[row]?.add(year * 4 + quarter);
      return;
    }
    const quarter = quarterIndex(period);
    series.quarters.set(quarter, { value, revision });
    this.filedQuarters[row]?.add(quarter);
  }

  private seriesOf(metric: string, row: number): Series {
    let column = this.metrics.get(metric);
    if (!column) {
      column = [];
      this.metrics.set(metric, column);
    }
    let series = column[row];
    if (!series) {
      series = { quarters: new Map(), years: new Map() };
      column[row] = series;
    }
    return series;
  }
}

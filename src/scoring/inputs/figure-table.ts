import { compact, expand } from '../../numbers/compact.js';
import type { Decimal } from '../../numbers/decimal.js';
import type { Figure, Figures } from '../types.js';

/** Texts by number. */
class Texts {
  readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();

  numberOf(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.texts.length;
      this.texts.push(text);
      this.numbers.set(text, number);
    }
    return number;
  }
}

const FIRST_ROOM = 1024;

/** Columns of numbers that grow. */
interface Room {
  readonly institutions: Uint32Array;
  readonly periods: Uint32Array;
  readonly metrics: Uint32Array;
  readonly wholes: Float64Array;
  readonly scales: Uint8Array;
  readonly lines: Uint32Array;
}

const newRoom = (size: number): Room => ({
  institutions: new Uint32Array(size),
  periods: new Uint32Array(size),
  metrics: new Uint32Array(size),
  wholes: new Float64Array(size),
  scales: new Uint8Array(size),
  lines: new Uint32Array(size),
});

/**
 * Figures without a revision, 29 bytes each: five million of them as objects would take two gigabytes. One is made an
 * object, with its decimal, when it is read.
 */
export class FigureTable implements Figures {
  private readonly institutions = new Texts();
  private readonly periods = new Texts();
  private readonly metrics = new Texts();
  /** Those with more digits than a float holds. */
  private readonly long = new Map<number, Decimal>();
  private room = newRoom(FIRST_ROOM);
  private count = 0;

  /** @param file where the figures stand, for messages */
  constructor(private readonly file: string) {}

  get length(): number {
    return this.count;
  }

  add(institution: string, period: string, metric: string, value: Decimal, line: number): void {
    const i = this.count++;
    if (i === this.room.wholes.length) this.grow();
    const small = compact(value);
    if (!small) this.long.set(i, value);
    this.room.institutions[i] = this.institutions.numberOf(institution);
    this.room.periods[i] = this.periods.numberOf(period);
    this.room.metrics[i] = this.metrics.numberOf(metric);
    this.room.wholes[i] = small?.whole ?? 0;
    this.room.scales[i] = small?.scale ?? 0;
    this.room.lines[i] = line;
  }

  at(i: number): Figure | undefined {
    if (i < 0 || i >= this.count) return undefined;
    return new TableFigure(this, i);
  }

  institutionOf(i: number): string {
    return this.institutions.texts[this.room.institutions[i] as number] as string;
  }

  periodOf(i: number): string {
    return this.periods.texts[this.room.periods[i] as number] as string;
  }

  metricOf(i: number): string {
    return this.metrics.texts[this.room.metrics[i] as number] as string;
  }

  valueOf(i: number): Decimal {
    const { wholes, scales } = this.room;
    return this.long.get(i) ?? expand({ whole: wholes[i] as number, scale: scales[i] as number });
  }

  placeOf(i: number): string {
    return `${this.file}:${this.room.lines[i]}`;
  }

  *[Symbol.iterator](): Iterator<Figure> {
    for (let i = 0; i < this.count; i++) yield new TableFigure(this, i);
  }

  private grow(): void {
    const larger = newRoom(this.count * 2);
    for (const key of Object.keys(larger) as (keyof Room)[]) larger[key].set(this.room[key]);
    this.room = larger;
  }
}

/** The figure with another value; its other properties are read one by one, since they may be getters. */
export const withValue = ({ institution, period, metric, revision }: Figure, value: Decimal): Figure => ({
  institution,
  period,
  metric,
  value,
  revision,
});

/** Texts and decimal are looked up when they are read. */
class TableFigure implements Figure {
  readonly revision = null;

  constructor(
    private readonly table: FigureTable,
    private readonly index: number,
  ) {}

  get institution(): string {
    return this.table.institutionOf(this.index);
  }

  get period(): string {
    return this.table.periodOf(this.index);
  }

  get metric(): string {
    return this.table.metricOf(this.index);
  }

  get value(): Decimal {
    return this.table.valueOf(this.index);
  }

  get at(): string {
    return this.table.placeOf(this.index);
  }
}

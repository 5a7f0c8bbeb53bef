import { type Decimal, meanOf, plain } from '../../numbers/decimal.js';
import { sampleDeviation } from '../../numbers/statistics.js';

/** Values that are computed when they are asked for; the extremes can be had without the rest. */
export interface LazyValues {
  readonly size: number;
  readonly values: () => readonly Decimal[];
  readonly extremes: () => Extremes;
}

interface Extremes {
  readonly min: Decimal;
  readonly max: Decimal;
}

/** The values that a statistic runs over; every statistic is taken once, when it is first asked for. */
export class Sample {
  private sortedValues: readonly Decimal[] | null = null;
  private extremes: Extremes | null = null;
  private description: Readonly<Record<string, string | null>> | null = null;
  private meanValue: Decimal | null = null;
  private deviationValue: Decimal | null = null;

  private list: readonly Decimal[] | null = null;

  /** @param source the values, or how to come by them: most points need only the extremes, if any */
  constructor(private readonly source: readonly Decimal[] | LazyValues) {}

  get values(): readonly Decimal[] {
    this.list ??= 'length' in this.source ? this.source : this.source.values();
    return this.list;
  }

  get size(): number {
    return 'length' in this.source ? this.source.length : this.source.size;
  }

  /** @throws RangeError when empty, as all the next ones */
  get min(): Decimal {
    return this.knownExtremes()?.min ?? this.at(0);
  }

  get max(): Decimal {
    return this.knownExtremes()?.max ?? this.at(this.size - 1);
  }

  get mean(): Decimal {
    this.meanValue ??= meanOf(this.values);
    return this.meanValue;
  }

  get median(): Decimal {
    return this.size % 2 === 1 ? this.medianLow : meanOf([this.medianLow, this.medianHigh]);
  }

  /** The middle value, or the lower of the two middle ones. */
  get medianLow(): Decimal {
    return this.at((this.size - 1) >> 1);
  }

  get medianHigh(): Decimal {
    return this.at(this.size >> 1);
  }

  get deviation(): Decimal {
    this.deviationValue ??= sampleDeviation(this.values);
    return this.deviationValue;
  }

  /** How many values are less than `x`. */
  below(x: Decimal): number {
    const sorted = this.sorted();
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] as Decimal).lt(x)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How many values are greater than `x`. */
  above(x: Decimal): number {
    const sorted = this.sorted();
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] as Decimal).lte(x)) low = middle + 1;
      else high = middle;
    }
    return sorted.length - low;
  }

  /** x → −x. */
  turned(): Sample {
    return new Sample({
      size: this.size,
      values: () => this.values.map((value) => value.negated()),
      extremes: () => ({ min: this.max.negated(), max: this.min.negated() }),
    });
  }

  private knownExtremes(): Extremes | null {
    if ('length' in this.source || this.sortedValues || this.size === 0) return null;
    this.extremes ??= this.source.extremes();
    return this.extremes;
  }

  /** For the trace. The two middle values say whether the median is somebody's own (disclosure). */
  describe(): Readonly<Record<string, string | null>> {
    this.description ??= this.described();
    return this.description;
  }

  private described(): Readonly<Record<string, string | null>> {
    if (this.size === 0)
      return { n: '0', min: null, max: null, mean: null, median: null, medianLow: null, medianHigh: null };
    return {
      n: this.size.toString(),
      min: plain(this.min),
      max: plain(this.max),
      mean: plain(this.mean),
      median: plain(this.median),
      medianLow: plain(this.medianLow),
      medianHigh: plain(this.medianHigh),
    };
  }

  private sorted(): readonly Decimal[] {
    this.sortedValues ??= [...this.values].sort((a, b) => a.comparedTo(b));
    return this.sortedValues;
  }

  private at(index: number): Decimal {
    const value = this.sorted()[index];
    if (!value) throw new RangeError('a statistic of no values');
    return value;
  }
}

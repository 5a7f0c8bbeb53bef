import { type Decimal, meanOf, plain } from '../../numbers/decimal.js';
import { sampleDeviation } from '../../numbers/statistics.js';

/** The values that a statistic runs over; every statistic is taken once, when it is first asked for. */
export class Sample {
  private sortedValues: readonly Decimal[] | null = null;
  private meanValue: Decimal | null = null;
  private deviationValue: Decimal | null = null;

  constructor(readonly values: readonly Decimal[]) {}

  get size(): number {
    return this.values.length;
  }

  /** @throws RangeError when empty, as all the next ones */
  get min(): Decimal {
    return this.at(0);
  }

  get max(): Decimal {
    return this.at(this.size - 1);
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
    return new Sample(this.values.map((value) => value.negated()));
  }

  /** For the trace. The two middle values say whether the median is somebody's own (disclosure). */
  describe(): Readonly<Record<string, string | null>> {
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

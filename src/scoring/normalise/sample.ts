import { type Decimal, maxOf, meanOf, medianOf, minOf, plain } from '../../numbers/decimal.js';
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

  /** @throws RangeError when empty, as the next four */
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
    return medianOf(this.values);
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

  /** n, min, max, mean for the trace. */
  describe(): Readonly<Record<string, string | null>> {
    if (this.size === 0) return { n: '0', min: null, max: null, mean: null };
    return {
      n: this.size.toString(),
      min: plain(minOf(this.values)),
      max: plain(maxOf(this.values)),
      mean: plain(this.mean),
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

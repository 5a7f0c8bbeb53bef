import type { MethodMaterial } from './material.js';

/** What a column is compared with; filled once per column and reused. Values turned round where the method turns. */
export interface SampleFloats {
  n: number;
  /** Rising; the first `n` count. */
  readonly sorted: Float64Array;
  mean: number;
  /** Sample standard deviation; exactly 0 when all are equal. */
  deviation: number;
  /** The reference institution's own value; NaN: none. */
  reference: number;
}

/** @returns points, NaN when excluded. @param past mean of the own earlier values; NaN: none */
export type PointsOf = (x: number, sample: SampleFloats, byPolicy: boolean, past: number) => number;

/** How many of the sample are less. */
function below(x: number, { sorted, n }: SampleFloats): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of the sample are greater. */
function above(x: number, { sorted, n }: SampleFloats): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= x) low = middle + 1;
    else high = middle;
  }
  return n - low;
}

const least = ({ sorted }: SampleFloats): number => sorted[0] as number;
const most = ({ sorted, n }: SampleFloats): number => sorted[n - 1] as number;

/** A value that a policy put outside the sample counts as the nearest of it. */
function brought(x: number, sample: SampleFloats, byPolicy: boolean): number {
  if (!byPolicy || sample.n === 0) return x;
  const [low, high] = [least(sample), most(sample)];
  return clamp(x, low, high);
}

const clamp = (x: number, low: number, high: number): number => Math.max(low, Math.min(x, high));

/** Normalisations that a simulation may put in place of one that only compares with the sample. */
export type Alternative =
  | { readonly method: 'declared' }
  | { readonly method: 'minmax' | 'percentile'; readonly to?: readonly [number, number] }
  /** Without moments: the mean at the middle of the declared range, three deviations at its ends, cut off there. */
  | { readonly method: 'zscore'; readonly mean?: number; readonly sd?: number };

/**
 * Methods that only compare with the sample: any of them fits in place of another. All others are anchored in something
 * that the scheme says (posts, bands, a target, a benchmark, the best, a reference) and keep their own.
 */
export const RELATIVE: readonly string[] = ['minmax', 'zscore', 'percentile', 'rank', 'distance_to_max'];

const DEVIATIONS = 3;

/** Points by an alternative, in the range that the declared method has. */
export function alternativePoints(declared: MethodMaterial, alternative: Alternative): PointsOf {
  const rangeOf = (n: number): readonly [number, number] => {
    if (declared.name === 'rank') return [1, Math.max(n, 2)];
    if (declared.name !== 'zscore') return declared.to;
    const { mean, sd } = momentsOf(declared);
    return [mean - DEVIATIONS * sd, mean + DEVIATIONS * sd];
  };
  switch (alternative.method) {
    case 'declared':
      return pointsOf(declared);
    case 'zscore': {
      const { mean, sd } = alternative;
      if (mean !== undefined && sd !== undefined) return (x, sample) => mean + sd * standardised(x, sample);
      return (x, sample) => {
        const [lo, hi] = rangeOf(sample.n);
        return lo + (hi - lo) * clamp(0.5 + standardised(x, sample) / (2 * DEVIATIONS), 0, 1);
      };
    }
    default: {
      const share = alternative.method === 'minmax' ? minmax : percentile;
      return (x, sample, byPolicy) => {
        const [lo, hi] = alternative.to ?? rangeOf(sample.n);
        return lo + (hi - lo) * share(brought(x, sample, byPolicy), sample);
      };
    }
  }
}

function minmax(x: number, sample: SampleFloats): number {
  if (sample.n === 0) return 0.5;
  const spread = most(sample) - least(sample);
  return spread === 0 ? 0.5 : (x - least(sample)) / spread;
}

const percentile = (x: number, sample: SampleFloats): number =>
  sample.n < 2 ? 0.5 : below(x, sample) / (sample.n - 1);

const standardised = (x: number, { n, mean, deviation }: SampleFloats): number =>
  n < 2 || deviation === 0 ? 0 : (x - mean) / deviation;

const numberAt = (of: unknown, name: string): number => {
  const value = (of as Readonly<Record<string, unknown>> | undefined)?.[name];
  return typeof value === 'number' ? value : Number.NaN;
};

const momentsOf = ({ parameters }: MethodMaterial): { mean: number; sd: number } => ({
  mean: numberAt(parameters.to, 'mean'),
  sd: numberAt(parameters.to, 'sd'),
});

/** The methods of `scoring/normalise` in float64, unquantised; `normalise` says what each means. */
export function pointsOf(method: MethodMaterial): PointsOf {
  const { name, parameters, to } = method;
  const [lo, hi] = to;
  const placed = (f: number): number => lo + f * (hi - lo);
  const higher = method.direction === 'higher';
  const truncate = parameters.truncate === true;
  const min = numberAt(parameters, 'min');
  const max = numberAt(parameters, 'max');
  const target = numberAt(parameters, 'target');
  switch (name) {
    case 'assessed':
      return (x) => (100 * (x - lo)) / (hi - lo);
    case 'minmax':
    case 'distance_to_max':
      return (x, sample, byPolicy) => placed(minmax(brought(x, sample, byPolicy), sample));
    case 'zscore': {
      const { mean, sd } = momentsOf(method);
      return (x, sample) => mean + sd * standardised(x, sample);
    }
    case 'percentile':
      return (x, sample, byPolicy) => placed(percentile(brought(x, sample, byPolicy), sample));
    case 'rank':
      return (x, sample, byPolicy) => 1 + below(brought(x, sample, byPolicy), sample);
    case 'goalposts':
      return (x) => {
        const f = (higher ? x - min : max - x) / (max - min);
        return placed(truncate ? clamp(f, 0, 1) : f);
      };
    case 'distance_to_target':
      return (x, sample) => {
        const [low, high] = sample.n === 0 ? [x, x] : [least(sample), most(sample)];
        const whole = higher ? target - low : high - target;
        const f = whole <= 0 ? 1 : (higher ? x - low : high - x) / whole;
        return placed(truncate && f > 1 ? 1 : f);
      };
    case 'distance_to_reference':
      return (x, sample, byPolicy) => {
        const low = sample.n === 0 ? x : least(sample);
        const whole = sample.reference - low;
        if (!(whole !== 0)) return Number.NaN;
        const f = 1 - (sample.reference - (byPolicy && x < low ? low : x)) / whole;
        return placed(truncate && f > 1 ? 1 : f);
      };
    case 'fraction_of_max':
      return (x, sample) => {
        const high = sample.n === 0 ? x : most(sample);
        return placed(high <= 0 ? 0 : x / high);
      };
    case 'bands': {
      const bands = parameters.bands as readonly { readonly below: number | null; readonly points: number }[];
      const last = bands.at(-1)?.points ?? 0;
      return (x) => {
        for (const band of bands) if (band.below !== null && x < band.below) return band.points;
        return last;
      };
    }
    case 'proportional':
      return (x) => placed(proportional(x, target, higher));
    case 'none':
      return numberAt(parameters, 'min') === 0 ? (x) => Math.max(x, 0) : (x) => x;
    case 'benchmark':
      return benchmark(method);
    default:
      throw new TypeError(`no simulation of ${name}`);
  }
}

const proportional = (x: number, target: number, higher: boolean): number =>
  higher ? clamp(x / target, 0, 1) : x <= target ? 1 : target / x;

/** s(x, b) of a rule, 0–100. @param better, worse how many of the peers are */
type RuleScore = (x: number, b: number, sample: SampleFloats | null) => number;

function ruleOf({ parameters, direction }: MethodMaterial): RuleScore {
  const higher = direction === 'higher';
  const d = higher ? 1 : -1;
  const asGoodAs = (x: number, b: number): boolean => (higher ? x >= b : x <= b);
  const ratio = (x: number, b: number): number => (higher ? (100 * x) / b : (100 * b) / x);
  const base = numberAt(parameters, 'base');
  const slope = numberAt(parameters, 'slope');
  const min = numberAt(parameters, 'min');
  const max = numberAt(parameters, 'max');
  switch (parameters.rule) {
    case 'rel60':
      return (x, b) => {
        if (b === 0) return clamp(x === 0 ? base : d * x > 0 ? max : min, 0, 100);
        return clamp(clamp(base + (slope * d * (x - b)) / Math.abs(b), min, max), 0, 100);
      };
    case 'pp60':
    case 'anqing':
      return (x, b) => clamp(clamp(base + slope * d * (x - b), min, max), 0, 100);
    case 'ratio_to_best':
      return (x, b) => {
        if (!(x > 0 && b > 0)) return asGoodAs(x, b) ? 100 : 0;
        return Math.floor(clamp(ratio(x, b), 0, 100) * 100 + 0.5 + 1e-9) / 100;
      };
    case 'mean_cap':
      return (x, b) => (asGoodAs(x, b) ? 100 : x > 0 && b > 0 ? ratio(x, b) : 0);
    case 'rank_step': {
      const step = numberAt(parameters, 'step');
      const floor = numberAt(parameters, 'floor');
      const negativeIsZero = parameters.negative === 'zero';
      return (x, _, sample) => {
        if (negativeIsZero && x < 0) return 0;
        const better = sample === null ? 0 : higher ? above(x, sample) : below(x, sample);
        return Math.max(100 - step * better, floor);
      };
    }
    case 'bench_plus':
      return (x, b) => (asGoodAs(x, b) ? Math.min(100, base + slope * d * (x - b)) : base);
    case 'efficacy': {
      const standards = parameters.standards as readonly number[];
      const coefficients = parameters.coefficients as readonly number[];
      return (x) => {
        const reached = standards.findIndex((standard) => asGoodAs(x, standard));
        if (reached === -1) return 0;
        const [low, points] = [standards[reached] as number, 100 * (coefficients[reached] as number)];
        if (reached === 0 || x === low) return points;
        const [up, most] = [standards[reached - 1] as number, 100 * (coefficients[reached - 1] as number)];
        return points + ((x - low) * (most - points)) / (up - low);
      };
    }
    case 'target': {
      const target = numberAt(parameters, 'target');
      return (x) => 100 * proportional(x, target, higher);
    }
    default:
      throw new TypeError(`no simulation of ${parameters.rule}`);
  }
}

function benchmark(method: MethodMaterial): PointsOf {
  const { vertical, horizontal } = method.parameters as {
    vertical?: Readonly<Record<string, unknown>>;
    horizontal?: Readonly<Record<string, unknown>>;
  };
  const score = ruleOf(method);
  if (!vertical && !horizontal) return (x) => score(x, 0, null);
  const wV = vertical ? numberAt(vertical, 'weight') : 0;
  const wH = horizontal ? numberAt(horizontal, 'weight') : 0;
  const others = horizontal?.self === 'exclude';
  const peerOf = horizontal ? statisticOf(`${horizontal.statistic}`) : () => Number.NaN;
  return (x, sample, byPolicy, past) => {
    const own = vertical && !Number.isNaN(past) ? score(x, past, null) : Number.NaN;
    const without = others && !byPolicy ? x : Number.NaN;
    const b = peerOf(sample, without);
    // Leaving oneself out changes no count of those who are better.
    const peers = horizontal && !Number.isNaN(b) ? score(x, b, sample) : Number.NaN;
    if (Number.isNaN(own)) return peers;
    return Number.isNaN(peers) ? own : (wV * own + wH * peers) / (wV + wH);
  };
}

/** Mean, median, least or greatest of the sample, one value `without` left out (NaN: none); NaN when nobody is left. */
function statisticOf(name: string): (sample: SampleFloats, without: number) => number {
  return (sample, without) => {
    const { sorted, n } = sample;
    const leaves = !Number.isNaN(without);
    const count = leaves ? n - 1 : n;
    if (count < 1) return Number.NaN;
    const gap = leaves ? below(without, sample) : n;
    const at = (i: number): number => sorted[i < gap ? i : i + 1] as number;
    if (name === 'min') return at(0);
    if (name === 'max') return at(count - 1);
    if (name === 'median') return (at((count - 1) >> 1) + at(count >> 1)) / 2;
    if (!leaves) return sample.mean;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += at(i);
    return sum / count;
  };
}

import type { TreatmentMaterial } from './material.js';

const FEWEST = 4;
const LOG_MARGIN = 0.01;
const VALUE_SCALE = 1e12;
const NOISE = 1e-12;

/** Skewness and kurtosis of the last sample; one object, so that nothing is allocated in the loop. */
interface Shape {
  skewness: number;
  kurtosis: number;
}

/**
 * Outliers brought in, in float64 and in place: `scoring/treat/treat.ts` for a simulation.
 *
 * @param sample   the values; the first `n` count
 * @param original scratch of the same length
 * @param points   how many may be winsorised (`maxPoints`, `force`); at most 0: none
 */
export function treatFloats(
  sample: Float64Array,
  n: number,
  original: Float64Array,
  treatment: TreatmentMaterial,
  points: number,
): void {
  if (n < FEWEST || spreadOf(sample, n) === 0) return;
  if (treatment.kind === 'log') logarithm(sample, n);
  else if (treatment.kind === 'box_cox') boxCox(sample, n, treatment.lambda);
  else {
    for (let i = 0; i < n; i++) original[i] = sample[i] as number;
    winsorise(sample, n, original, treatment, points);
    if (treatment.kind === 'winsorise' && treatment.thenLog && fails(sample, n, treatment)) {
      for (let i = 0; i < n; i++) sample[i] = original[i] as number;
      logarithm(sample, n);
    }
  }
}

function winsorise(
  sample: Float64Array,
  n: number,
  original: Float64Array,
  treatment: TreatmentMaterial,
  points: number,
): void {
  let changed = 0;
  while (changed < points) {
    if (treatment.kind === 'winsorise' ? !fails(sample, n, treatment) : !shapeOf(sample, n)) return;
    const upper = SHAPE.skewness > 0;
    let end = sample[0] as number;
    for (let i = 1; i < n; i++) {
      const value = sample[i] as number;
      if (upper ? value > end : value < end) end = value;
    }
    let next = Number.NaN;
    for (let i = 0; i < n; i++) {
      const value = sample[i] as number;
      if (value !== end && !(upper ? value <= next : value >= next)) next = value;
    }
    changed = 0;
    for (let i = 0; i < n; i++) {
      if (sample[i] === end) sample[i] = next;
      if (sample[i] !== original[i]) changed++;
    }
  }
}

const SHAPE: Shape = { skewness: 0, kurtosis: 0 };

const fails = (sample: Float64Array, n: number, { skewness, kurtosis }: TreatmentMaterial): boolean =>
  shapeOf(sample, n) && Math.abs(SHAPE.skewness) > skewness && SHAPE.kurtosis > kurtosis;

/** G1 and G2 into `SHAPE`. @returns false when all are equal */
function shapeOf(sample: Float64Array, n: number): boolean {
  if (spreadOf(sample, n) === 0) return false;
  const mean = meanOf(sample, n);
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let i = 0; i < n; i++) {
    const distance = (sample[i] as number) - mean;
    const square = distance * distance;
    second += square;
    third += square * distance;
    fourth += square * square;
  }
  const variance = second / (n - 1);
  const skewness = (third / (variance * Math.sqrt(variance))) * (n / ((n - 1) * (n - 2)));
  // Of a symmetrical sample nothing but noise is left; the sign decides which end is brought in.
  SHAPE.skewness = Math.abs(skewness) < NOISE ? 0 : skewness;
  SHAPE.kurtosis =
    (fourth / (variance * variance)) * ((n * (n + 1)) / ((n - 1) * (n - 2) * (n - 3))) -
    (3 * (n - 1) * (n - 1)) / ((n - 2) * (n - 3));
  return true;
}

function spreadOf(sample: Float64Array, n: number): number {
  let min = sample[0] as number;
  let max = min;
  for (let i = 1; i < n; i++) {
    const value = sample[i] as number;
    if (value < min) min = value;
    else if (value > max) max = value;
  }
  return max - min;
}

/** @param n at least 1 */
export function meanOf(sample: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += sample[i] as number;
  return sum / n;
}

function leastOf(sample: Float64Array, n: number): number {
  let least = sample[0] as number;
  for (let i = 1; i < n; i++) if ((sample[i] as number) < least) least = sample[i] as number;
  return least;
}

function logarithm(sample: Float64Array, n: number): void {
  const least = leastOf(sample, n);
  const margin = LOG_MARGIN * spreadOf(sample, n);
  for (let i = 0; i < n; i++) sample[i] = quantised(Math.log((sample[i] as number) - least + margin));
}

function boxCox(sample: Float64Array, n: number, lambda: number): void {
  const least = leastOf(sample, n);
  for (let i = 0; i < n; i++) {
    const y = (sample[i] as number) - least + 1;
    sample[i] = quantised(lambda === 0 ? Math.log(y) : (y ** lambda - 1) / lambda);
  }
}

/** `Math.log` and powers may differ in the last bit between machines: twelve decimals hide it. */
const quantised = (value: number): number => Math.round(value * VALUE_SCALE) / VALUE_SCALE;

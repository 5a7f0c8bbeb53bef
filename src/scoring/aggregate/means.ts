import { Decimal, medianOf, minOf, sumOf } from '../../numbers/decimal.js';
import { divideHalfUp, fromMicro, type Micro, toMicro } from '../../numbers/micro.js';

/** A child that is present: its score and its weight (millionths, or 1). */
export interface Weighted {
  readonly score: Micro;
  readonly weight: bigint;
}

const totalWeight = (children: readonly Weighted[]): bigint => children.reduce((sum, child) => sum + child.weight, 0n);

const weightOf = (child: Weighted): Decimal => new Decimal(child.weight.toString());

/** Σ w·s / Σ w in integers, half-up. @param children at least one, as for all of these */
export function arithmetic(children: readonly Weighted[]): Micro {
  const sum = children.reduce((total, { score, weight }) => total + weight * score, 0n);
  return divideHalfUp(sum, totalWeight(children));
}

/** exp(Σ w·ln s / Σ w); any s = 0: 0. @param children no score below 0, by the check */
export function geometric(children: readonly Weighted[]): Micro {
  if (children.some((child) => child.score <= 0n)) return 0n;
  const logs = children.map((child) => weightOf(child).times(fromMicro(child.score).ln()));
  return toMicro(sumOf(logs).div(totalWeight(children).toString()).exp());
}

/** Σ w / Σ (w / s); any s = 0: 0. @param children no score below 0, by the check */
export function harmonic(children: readonly Weighted[]): Micro {
  if (children.some((child) => child.score <= 0n)) return 0n;
  const shares = children.map((child) => weightOf(child).div(fromMicro(child.score)));
  return toMicro(new Decimal(totalWeight(children).toString()).div(sumOf(shares)));
}

/** The middle score, unweighted. */
export const median = (children: readonly Weighted[]): Micro =>
  toMicro(medianOf(children.map((child) => fromMicro(child.score))));

/** The least score. */
export const least = (children: readonly Weighted[]): Micro =>
  toMicro(minOf(children.map((child) => fromMicro(child.score))));

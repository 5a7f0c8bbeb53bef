import { correlation, type Points } from './correlation.js';

/** What a child of a group is meant to count and what it does count, percent of the group. */
export interface Importance {
  /** Declared weight, as a share of the group's. */
  readonly nominal: number;
  /** Share of r² with the group's points; null when nothing can be said. */
  readonly effective: number | null;
  /** With the group's points; null when either does not vary. */
  readonly r: number | null;
}

/**
 * How much each child really moves its group: r², the part of the group's variance that goes with the child alone,
 * as a share of the children's r². A child whose points hardly differ between institutions counts for less than its
 * weight, one that goes with its siblings for more.
 *
 * @param children points of the children, and their weights in one unit
 * @param group    points of the group under these weights
 * Source: Paruolo, Saisana, Saltelli (2013), “Ratings and rankings: voodoo or science?”, first-order measure with a
 * linear fit.
 */
export function importances(
  children: readonly { readonly points: Points; readonly weight: number }[],
  group: Points,
): readonly Importance[] {
  const whole = children.reduce((sum, { weight }) => sum + weight, 0);
  const found = children.map(({ points }) => correlation(points, group));
  const squares = found.map((r) => (r === null ? 0 : r * r));
  const explained = squares.reduce((sum, square) => sum + square, 0);
  return children.map(({ weight }, i) => ({
    nominal: (100 * weight) / whole,
    effective: explained > 0 ? (100 * (squares[i] as number)) / explained : null,
    r: found[i] ?? null,
  }));
}

const FAR = 10;

/** Whether what counts is so far from what was meant that it should be said: more than ten points. */
export const isFarOff = ({ nominal, effective }: Importance): boolean =>
  effective !== null && Math.abs(effective - nominal) > FAR;

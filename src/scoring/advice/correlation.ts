/** Points of one node by member; NaN: it has none. What is computed here advises people and enters no result. */
export type Points = Float64Array;

const FEWEST = 3;

/**
 * Pearson's correlation over the members that have both.
 * @returns -1 … 1; null with fewer than three of them, or when either is the same for all
 * Source: OECD/JRC Handbook (2008), step 4.
 */
export function correlation(a: Points, b: Points): number | null {
  let n = 0;
  let sumA = 0;
  let sumB = 0;
  for (let i = 0; i < a.length; i++) {
    if (!isBoth(a, b, i)) continue;
    n++;
    sumA += a[i] as number;
    sumB += b[i] as number;
  }
  if (n < FEWEST) return null;
  const [meanA, meanB] = [sumA / n, sumB / n];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    if (!isBoth(a, b, i)) continue;
    const [x, y] = [(a[i] as number) - meanA, (b[i] as number) - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  if (isNothing(aa, n, meanA) || isNothing(bb, n, meanB)) return null;
  return Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)));
}

const isBoth = (a: Points, b: Points, i: number): boolean => !Number.isNaN(a[i]) && !Number.isNaN(b[i]);

const NOISE = 1e-12;

/** Equal values whose mean is not exact leave a spread of rounding behind. */
const isNothing = (squares: number, n: number, mean: number): boolean =>
  Math.sqrt(squares / n) <= NOISE * Math.abs(mean);

/** Two indicators that say nearly the same: together they weigh more than the scheme says. */
export interface Redundancy {
  readonly first: string;
  readonly second: string;
  readonly r: number;
}

const REDUNDANT = 0.9;

/**
 * Pairs with |r| above 0.9, the strongest first.
 * @param leaves points by code, in tree order
 */
export function redundancies(leaves: ReadonlyMap<string, Points>): readonly Redundancy[] {
  const entries = [...leaves];
  const pairs = entries.flatMap(([first, a], i) =>
    entries.slice(i + 1).flatMap(([second, b]) => {
      const r = correlation(a, b);
      return r !== null && Math.abs(r) > REDUNDANT ? [{ first, second, r }] : [];
    }),
  );
  return pairs.sort((a, b) => Math.abs(b.r) - Math.abs(a.r));
}

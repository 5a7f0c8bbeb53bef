import type { Aggregation, Direction, Ties } from '../scheme/scheme.js';

/**
 * A prepared run in numbers, ready to be simulated: float64 and typed arrays only, so that it travels to a thread.
 * Points are in millionths throughout (whole floats), as in the official run. Rows are the institutions of all scored
 * cohorts, one cohort after the other, by code inside.
 */
export interface Material {
  readonly cohorts: readonly CohortMaterial[];
  /** Code by row. */
  readonly institutions: readonly string[];
  readonly leaves: readonly LeafMaterial[];
  /** The root first, then in tree order. */
  readonly nodes: readonly NodeMaterial[];
  readonly indicatorPlaces: number;
  readonly totalPlaces: number;
  readonly total: {
    /** Bonuses less deductions as officially given, by row. */
    readonly added: Float64Array;
    readonly min: number;
    readonly max: number;
    readonly caps: readonly { readonly at: number; readonly holds: Uint8Array }[];
  };
  readonly ranking: {
    readonly on: 'rounded' | 'exact';
    readonly ties: Ties;
    /** Indices in `nodes`. */
    readonly tieBreak: readonly number[];
  };
  readonly grades: readonly GradeMaterial[];
  /** Half a unit of the last filed digit of each figure that a value depends on. Empty unless rounding is asked for. */
  readonly halves: Float64Array;
}

export interface CohortMaterial {
  readonly code: string;
  readonly title: string;
  readonly from: number;
  readonly to: number;
  /** Rows whose status is `ranked`, in the order of the ranking. */
  readonly ranked: Int32Array;
  /** Official ranks of those. */
  readonly ranks: Int32Array;
  /** Official grades of those, indices in `grades`; −1: none. */
  readonly grades: Int32Array;
  /** How many of the cohort may be commended; null: the scheme does not say. */
  readonly quota: number | null;
}

export interface NodeMaterial {
  readonly code: string;
  readonly title: string;
  /** Index in `leaves`; −1 for a group. */
  readonly leaf: number;
  readonly weight: number;
  readonly aggregate: Aggregation | null;
  /** Indices in `nodes`. */
  readonly children: readonly number[];
  /** 1: officially not there (too little present, or no total to come). null: there for everybody. */
  readonly absent: Uint8Array | null;
  /** Its points may go below 0: no geometric mean above it. */
  readonly mayGoBelowZero: boolean;
}

export interface GradeMaterial {
  readonly code: string;
  readonly title: string;
  /** −Infinity: not asked for. */
  readonly min: number;
  /** 0–1; null: not asked for. By cohort: the last rank that has the grade. */
  readonly lastRank: readonly (number | null)[];
}

/** How a missing value is answered; `none` where there is a value. */
export const ANSWERS = [
  'none',
  'exclude',
  'zero',
  'cohort_median',
  'cohort_mean',
  'previous_period',
  'unranked',
] as const;
export type Answer = (typeof ANSWERS)[number];

/** What moves with the figures: value[row] += Σ slope · noise, from `starts[row]` to `starts[row + 1]`. */
export interface Slopes {
  readonly starts: Int32Array;
  readonly figures: Int32Array;
  readonly slopes: Float64Array;
}

/** A column of values by row; NaN: none. */
export interface ValueColumn {
  readonly values: Float64Array;
  readonly slopes: Slopes | null;
}

export interface LeafMaterial {
  readonly code: string;
  readonly own: ValueColumn;
  /** Index in `ANSWERS`, for rows without a value. */
  readonly answers: Uint8Array;
  /** The value one evaluation period earlier, where a policy asks for it. */
  readonly previous: Float64Array | null;
  /** For the vertical part of a benchmark, nearest first. */
  readonly past: readonly ValueColumn[];
  readonly treatment: TreatmentMaterial | null;
  readonly method: MethodMaterial;
  readonly over: 'cohort' | 'all';
}

export interface TreatmentMaterial {
  readonly kind: 'winsorise' | 'force' | 'log' | 'box_cox';
  readonly points: number;
  readonly skewness: number;
  readonly kurtosis: number;
  readonly thenLog: boolean;
  readonly lambda: number;
}

export interface MethodMaterial {
  /** Of the registry, or `assessed`. */
  readonly name: string;
  readonly direction: Direction;
  /** `lower` turns x into −x before. */
  readonly turned: boolean;
  /** [lo, hi] of those that have a range; of `assessed` the scale. */
  readonly to: readonly [number, number];
  /** The method's own, numbers instead of texts. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Row of the reference institution of `distance_to_reference`; −1: none. */
  readonly reference: number;
}

/**
 * Cells in float64, each with a bound on its distance from the decimal result: |exact − value| ≤ error. `outcome` says
 * what is no number. A cell is OPEN when floats cannot tell what it is; then it is computed in decimal.
 */
export interface FloatBlock {
  readonly value: Float64Array;
  readonly error: Float64Array;
  readonly outcome: Uint8Array;
  /** No outcome in the cells in use. */
  clean: boolean;
  /**
   * One bound for all cells, as a share of each value: products and quotients of figures need no other. null: `error`
   * has a bound for each. Read bounds by `errorsOf`.
   */
  relative: number | null;
  /** Beside `relative`, the same for every cell: what quantising moves a value by. */
  plus: number;
  /** Where `relative` holds: no value but 0 is smaller, none is larger. Nothing has sunk below the normal floats. */
  smallest: number;
  largest: number;
}

/** Whether products and quotients in this range keep their share of error. */
export const isNormal = (smallest: number, largest: number): boolean => smallest > 1e-290 && largest < 1e290;

/** The bound of each of the first `size` cells. */
export function errorsOf(block: FloatBlock, size: number): Float64Array {
  if (block.relative !== null) {
    spread(block.value, block.relative * SLACK, block.plus, block.error, size);
    block.relative = null;
    block.plus = 0;
  }
  return block.error;
}

function spread(value: Float64Array, share: number, plus: number, error: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) error[i] = Math.abs(value[i] as number) * share + plus;
}

/** Truth of conditions, 0 or 1, where the outcome is NUMBER. */
export interface TruthBlock {
  readonly truth: Uint8Array;
  readonly outcome: Uint8Array;
}

/**
 * Rising by what wins when operands meet: MISSING goes before DIV0, and an OPEN one might turn out MISSING. So the
 * outcome of an operation is the larger of its operands' outcomes.
 */
export const NUMBER = 0;
export const DIV0_CELL = 1;
export const OPEN = 2;
export const MISSING_CELL = 3;

/** Cells computed together: three blocks fit into the nearest cache. */
export const BLOCK = 512;

/** Half a unit in the last place, relative: the error of one float operation. */
export const ULP = 2 ** -53;
/** Bounds are computed in floats too: a little more than their own rounding. */
export const SLACK = 1 + 2 ** -40;
/** The bound of a result below the normal floats. */
export const TINY = 1e-300;
export const newBlock = (size = BLOCK): FloatBlock => ({
  value: new Float64Array(size),
  error: new Float64Array(size),
  outcome: new Uint8Array(size),
  clean: true,
  relative: null,
  plus: 0,
  smallest: 0,
  largest: Number.POSITIVE_INFINITY,
});

export const newTruthBlock = (): TruthBlock => ({ truth: new Uint8Array(BLOCK), outcome: new Uint8Array(BLOCK) });

/** A number with a bound on its error. */
export interface Bounded {
  readonly value: number;
  readonly error: number;
}

import {
  type Bounded,
  DIV0_CELL,
  errorsOf,
  type FloatBlock,
  isNormal,
  NUMBER,
  OPEN,
  SLACK,
  TINY,
  ULP,
} from './block.js';

/** Value, bound and outcome of `a` and `b`, cell by cell; both clean unless the caller sees to the outcomes. */
export type Work = (a: FloatBlock, b: FloatBlock, out: FloatBlock, size: number) => void;

export function meet(a: FloatBlock, b: FloatBlock, out: FloatBlock, size: number): void {
  if (a.clean && b.clean) {
    // What the block held before may have been another window's.
    if (!out.clean) out.outcome.fill(NUMBER, 0, size);
    out.clean = true;
    return;
  }
  out.clean = false;
  for (let i = 0; i < size; i++) out.outcome[i] = Math.max(a.outcome[i] as number, b.outcome[i] as number);
}

// The kernels keep their arrays in locals and their loops plain: half of the time of a large evaluation is spent here.

export const add: Work = (a, b, out, size) => {
  const { value: x } = a;
  const { value: y } = b;
  const dx = errorsOf(a, size);
  const dy = errorsOf(b, size);
  out.relative = null;
  const { value, error } = out;
  for (let i = 0; i < size; i++) {
    const sum = (x[i] as number) + (y[i] as number);
    value[i] = sum;
    error[i] = ((dx[i] as number) + (dy[i] as number) + ULP * Math.abs(sum)) * SLACK;
  }
};

export const subtract: Work = (a, b, out, size) => {
  const { value: x } = a;
  const { value: y } = b;
  const dx = errorsOf(a, size);
  const dy = errorsOf(b, size);
  out.relative = null;
  const { value, error } = out;
  for (let i = 0; i < size; i++) {
    const difference = (x[i] as number) - (y[i] as number);
    value[i] = difference;
    error[i] = ((dx[i] as number) + (dy[i] as number) + ULP * Math.abs(difference)) * SLACK;
  }
};

export const multiply: Work = (a, b, out, size) => {
  const { value: x } = a;
  const { value: y } = b;
  const { value, error } = out;
  const [smallest, largest] = [a.smallest * b.smallest, a.largest * b.largest];
  if (a.relative !== null && b.relative !== null && isNormal(smallest, largest)) {
    const share = (a.relative + b.relative + a.relative * b.relative + 2 * ULP) * SLACK;
    inRange(out, share, smallest, largest);
    for (let i = 0; i < size; i++) value[i] = (x[i] as number) * (y[i] as number);
    return;
  }
  const dx = errorsOf(a, size);
  const dy = errorsOf(b, size);
  out.relative = null;
  for (let i = 0; i < size; i++) {
    const u = x[i] as number;
    const v = y[i] as number;
    const du = dx[i] as number;
    const dv = dy[i] as number;
    const product = u * v;
    value[i] = product;
    error[i] = (Math.abs(u) * dv + (Math.abs(v) + dv) * du + ULP * Math.abs(product)) * SLACK + TINY;
  }
};

/** A divisor whose bound is at least so much smaller than itself is as good as exact, but for this share. */
const FINE = 2 ** -20;

export const divide: Work = (a, b, out, size) => {
  const { value: x } = a;
  const { value: y } = b;
  const { value, error, outcome } = out;
  const [smallest, largest] = [a.smallest / b.largest, a.largest / b.smallest];
  if (a.relative !== null && b.relative !== null && b.relative < FINE && isNormal(smallest, largest)) {
    const share = (a.relative + b.relative * (1 + 2 * FINE) + 2 * ULP) * (1 + 4 * FINE);
    inRange(out, share, smallest, largest);
    let zeros = 0;
    for (let i = 0; i < size; i++) {
      const divisor = y[i] as number;
      value[i] = (x[i] as number) / divisor;
      if (divisor === 0) zeros++;
    }
    if (zeros > 0) noteZeros(y, out, size);
    return;
  }
  const dx = errorsOf(a, size);
  const dy = errorsOf(b, size);
  out.relative = null;
  for (let i = 0; i < size; i++) {
    const divisor = Math.abs(y[i] as number);
    const doubt = dy[i] as number;
    if (doubt < divisor * FINE) {
      const inverse = 1 / (y[i] as number);
      const quotient = (x[i] as number) * inverse;
      const far = Math.abs(quotient);
      value[i] = quotient;
      // Two roundings; 1 / (divisor − doubt) is at most 2 · FINE more than 1 / divisor.
      error[i] = ((dx[i] as number) + far * doubt) * Math.abs(inverse) * (1 + 4 * FINE) + 3 * ULP * far + TINY;
    } else {
      const isZero = divisor === 0 && doubt === 0;
      value[i] = 0;
      error[i] = 0;
      outcome[i] = Math.max(outcome[i] as number, isZero ? DIV0_CELL : OPEN);
      out.clean = false;
    }
  }
};

/** Divisors that are exactly 0: a value within a share of itself is 0 or is not. */
function noteZeros(divisors: Float64Array, out: FloatBlock, size: number): void {
  for (let i = 0; i < size; i++) {
    if (divisors[i] !== 0) continue;
    out.value[i] = 0;
    out.outcome[i] = Math.max(out.outcome[i] as number, DIV0_CELL);
  }
  out.clean = false;
}

export const least: Work = (a, b, out, size) => {
  errorsOf(a, size);
  errorsOf(b, size);
  out.relative = null;
  for (let i = 0; i < size; i++) {
    out.value[i] = Math.min(a.value[i] as number, b.value[i] as number);
    out.error[i] = Math.max(a.error[i] as number, b.error[i] as number);
  }
};

export const most: Work = (a, b, out, size) => {
  errorsOf(a, size);
  errorsOf(b, size);
  out.relative = null;
  for (let i = 0; i < size; i++) {
    out.value[i] = Math.max(a.value[i] as number, b.value[i] as number);
    out.error[i] = Math.max(a.error[i] as number, b.error[i] as number);
  }
};

export function multiplyBy(
  { value: factor, error: doubt }: Bounded,
  a: FloatBlock,
  out: FloatBlock,
  size: number,
): void {
  const { value: x, error: dx } = a;
  const { value, error } = out;
  const far = Math.abs(factor);
  if (a.relative !== null && isNormal(a.smallest * far, a.largest * far)) {
    inRange(out, (a.relative + 2 * ULP) * SLACK, a.smallest * far, a.largest * far);
    for (let i = 0; i < size; i++) value[i] = factor * (x[i] as number);
    return;
  }
  errorsOf(a, size);
  out.relative = null;
  const steep = (Math.abs(factor) + doubt) * SLACK;
  const rough = doubt * SLACK + ULP * Math.abs(factor) * SLACK;
  for (let i = 0; i < size; i++) {
    const u = x[i] as number;
    value[i] = factor * u;
    error[i] = steep * (dx[i] as number) + rough * Math.abs(u) + TINY;
  }
}

/** A result whose bound is a share of each value. */
function inRange(out: FloatBlock, relative: number, smallest: number, largest: number): void {
  out.relative = relative;
  out.smallest = smallest;
  out.largest = largest;
}

// A million institutions, one formula, in float64 with its bounds: the back end of filter and simulation, against the
// same expression in JavaScript over typed arrays.

import { newBlock } from '../dist/src/formula/float/block.js';
import { compileFloat, evaluateColumn } from '../dist/src/formula/float/compile-float.js';
import { parseFormula } from '../dist/src/formula/parse.js';
import { median, seeded } from './timing.mjs';

const ROWS = 1_000_000;

export async function measure() {
  const random = seeded(1);
  const green = Float64Array.from({ length: ROWS }, () => Math.round(random() * 1e9) / 1e4);
  const total = Float64Array.from({ length: ROWS }, () => Math.round(random() * 1e9) / 1e4 + 1);
  const columns = { green_loan_balance: green, total_loan_balance: total };
  const evaluate = compileFloat(parseFormula('green_loan_balance / total_loan_balance * 100'), {
    periodsPerYear: 1,
    read: (name, { from, size }, _back, into) => {
      const column = columns[name].subarray(from, from + size);
      into.value.set(column);
      // As the engine does: a figure is within half a unit of its float.
      for (let i = 0; i < size; i++) into.error[i] = Math.abs(column[i]) * 2 ** -53;
    },
  });
  const rows = Int32Array.from({ length: ROWS }, (_, row) => row);
  const out = newBlock(ROWS);
  const result = new Float64Array(ROWS);
  const native = () => {
    for (let i = 0; i < ROWS; i++) result[i] = (green[i] / total[i]) * 100;
  };
  const yardstick = await median(15, native);
  const ours = await median(15, () => evaluateColumn(evaluate, rows, 0, out));
  for (let i = 0; i < ROWS; i += 997)
    if (Math.abs(out.value[i] - result[i]) > out.error[i] + 1e-12) throw new Error(`row ${i} differs`);
  return { ours, yardstick, n: ROWS, what: '原生 JavaScript' };
}

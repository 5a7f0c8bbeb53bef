// 10,000 institutions × 50 shares with min-max and weights: the official run, trace and all, against a bare loop of
// the same sums over typed arrays.

import { Decimal } from '../dist/src/numbers/decimal.js';
import { FigureTable } from '../dist/src/scoring/inputs/figure-table.js';
import { prepare } from '../dist/src/scoring/prepare.js';
import { CohortScores } from '../dist/src/scoring/score-cohort.js';
import { median, middle, seeded } from './timing.mjs';

const INSTITUTIONS = 10_000;
export const INDICATORS = 50;
/** The first are slower until the engine has compiled what runs once per evaluation. */
const WARM_UP = 10;
const RUNS = 25;

const scheme = `scheme: bench
version: 1
cadence: annual
inputs:
  base: { metric: base, kind: stock }
${Array.from({ length: INDICATORS }, (_, k) => `  m${k}: { metric: m${k}, kind: stock }`).join('\n')}
indicators:
${Array.from({ length: INDICATORS }, (_, k) => `  - { indicator: i${k}, weight: 2, value: 100 * m${k} / base, normalise: { method: minmax }, missing: unranked, zeroDenominator: zero }`).join('\n')}
`;

export function data(institutions = INSTITUTIONS) {
  const random = seeded(1);
  const base = new Float64Array(institutions).map(() => Math.round(random() * 1e10) / 1e4 + 1);
  const columns = Array.from({ length: INDICATORS }, () =>
    new Float64Array(institutions).map((_, i) => Math.round(random() * base[i] * 1e4) / 1e4),
  );
  return { base, columns };
}

/** The yardstick: share, extremes, min-max, weighted sum, in floats and nothing else. */
function bare({ base, columns }) {
  const total = new Float64Array(INSTITUTIONS);
  const share = new Float64Array(INSTITUTIONS);
  for (const column of columns) {
    let min = Infinity;
    let max = -Infinity;
    for (let i = 0; i < INSTITUTIONS; i++) {
      const value = (100 * column[i]) / base[i];
      share[i] = value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    const spread = max - min;
    for (let i = 0; i < INSTITUTIONS; i++) total[i] += 0.02 * ((100 * (share[i] - min)) / spread);
  }
  return total;
}

export function inputOf(columns, institutions = INSTITUTIONS) {
  const figures = new FigureTable('bench');
  for (let i = 0; i < institutions; i++) {
    const institution = `I${String(i).padStart(6, '0')}`;
    const add = (metric, value) => figures.add(institution, '2025Q4', metric, new Decimal(value.toFixed(4)), i + 2);
    add('base', columns.base[i]);
    for (let k = 0; k < INDICATORS; k++) add(`m${k}`, columns.columns[k][i]);
  }
  return { document: scheme, metrics: {}, figures, institutions: null, assessments: [], period: '2025' };
}

export async function measure() {
  const columns = data();
  const input = inputOf(columns);
  const yardstick = await median(9, () => bare(columns));
  const times = [];
  let prepared = 0;
  // A run remembers what it computed, so every measurement has one of its own.
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now();
    const run = prepare(input);
    prepared = performance.now() - start;
    const begin = performance.now();
    new CohortScores(run, 'all');
    times.push(performance.now() - begin);
  }
  return {
    ours: middle(times.slice(WARM_UP)),
    yardstick,
    n: INSTITUTIONS * INDICATORS,
    what: `裸循环；取数与检查另用 ${Math.round(prepared)} ms`,
  };
}

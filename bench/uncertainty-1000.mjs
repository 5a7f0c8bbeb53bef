// 1,000 replications of an index of 51 institutions × 49 indicators with four uncertain factors (winsorised points,
// normalisation, weights, kind of mean): from the prepared run to rank intervals, against a bare loop over typed arrays
// that does the same sums for the same draws on one thread. The data are those of ../shared/golden if it is there.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { Decimal } from '../dist/src/numbers/decimal.js';
import { evaluate, prepare } from '../dist/src/scoring/evaluate.js';
import { readRun } from '../dist/src/scoring/robustness/read-run.js';
import { Counter, robustnessOf, together } from '../dist/src/scoring/robustness/robustness.js';
import { Simulation } from '../dist/src/scoring/robustness/simulation.js';
import { median, seeded } from './timing.mjs';

const REPLICATIONS = 1_000;
const INSTITUTIONS = 51;
const GROUPS = [8, 5, 5, 8, 8, 5, 5, 5];
const INDICATORS = GROUPS.reduce((sum, size) => sum + size, 0);
const GOLDEN = path.join(import.meta.dirname, '..', '..', 'shared', 'golden', '03_screened_byNA_0.9.csv');

const FACTORS = {
  weights: 0.25,
  normalisations: [
    { method: 'minmax', to: [1, 100] },
    { method: 'zscore', mean: 10, sd: 2 },
  ],
  winsorising: [-4, -3, -2, -1, 0],
  aggregations: ['arithmetic', 'geometric'],
  rounding: false,
};

/** Columns by indicator; a few outliers, so that winsorising has work. */
function data() {
  if (existsSync(GOLDEN)) {
    const rows = readFileSync(GOLDEN, 'utf8').trim().split('\n').slice(1);
    const cells = rows.map((row) => row.split(',').slice(1).map(Number));
    return Array.from({ length: INDICATORS }, (_, k) => Float64Array.from(cells, (row) => row[k] * 1e3));
  }
  const random = seeded(1);
  return Array.from({ length: INDICATORS }, () =>
    Float64Array.from({ length: INSTITUTIONS }, () => Math.round(random() ** (random() < 0.1 ? -1 : 1) * 1e6) / 1e3),
  );
}

function scheme() {
  let k = 0;
  const group = (size, g) => `      - group: g${g}
        weights: equal
        of:
${Array.from({ length: size }, () => {
  const leaf = `          - { indicator: i${k}, value: m${k}, treat: { winsorise: { maxPoints: 5 } }, normalise: { method: minmax, to: [1, 100] }, missing: exclude }`;
  k++;
  return leaf;
}).join('\n')}`;
  const half = (name, from, to) => `  - group: ${name}
    weights: equal
    of:
${GROUPS.slice(from, to)
  .map((size, g) => group(size, from + g))
  .join('\n')}`;
  return `scheme: bench
version: 1
cadence: annual
inputs:
${Array.from({ length: INDICATORS }, (_, i) => `  m${i}: { metric: m${i}, kind: stock }`).join('\n')}
weights: equal
indicators:
${half('conn', 0, 5)}
${half('sust', 5, 8)}
rounding: { total: 6 }
`;
}

function inputOf(columns) {
  const figures = columns.flatMap((column, k) =>
    [...column].map((value, i) => ({
      institution: `I${String(i).padStart(2, '0')}`,
      period: '2025Q4',
      metric: `m${k}`,
      value: new Decimal(value.toFixed(6)),
      revision: null,
    })),
  );
  return { document: scheme(), metrics: {}, figures, institutions: null, assessments: [], period: '2025' };
}

const shape = (x) => {
  const n = x.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += x[i];
  mean /= n;
  let two = 0;
  let three = 0;
  let four = 0;
  for (let i = 0; i < n; i++) {
    const d = x[i] - mean;
    two += d * d;
    three += d * d * d;
    four += d * d * d * d;
  }
  const variance = two / (n - 1);
  return [
    (three / variance ** 1.5) * (n / ((n - 1) * (n - 2))),
    (four / variance ** 2) * ((n * (n + 1)) / ((n - 1) * (n - 2) * (n - 3))) - (3 * (n - 1) ** 2) / ((n - 2) * (n - 3)),
  ];
};

/** The yardstick: winsorised once for each choice of points, then per replication normalised, averaged, ranked. */
function bare(columns, draws) {
  const n = INSTITUTIONS;
  const treated = FACTORS.winsorising.map((offset) =>
    columns.map((column) => {
      const x = Float64Array.from(column);
      for (let changed = 0; changed < 5 + offset; ) {
        const [skew, kurt] = shape(x);
        if (!(Math.abs(skew) > 2 && kurt > 3.5)) break;
        const end = skew > 0 ? Math.max(...x) : Math.min(...x);
        const rest = x.filter((value) => value !== end);
        const next = skew > 0 ? Math.max(...rest) : Math.min(...rest);
        for (let i = 0; i < n; i++) if (x[i] === end) x[i] = next;
        changed = x.reduce((count, value, i) => count + (value === column[i] ? 0 : 1), 0);
      }
      return x;
    }),
  );
  const groups = GROUPS.map(() => new Float64Array(n));
  const halves = [new Float64Array(n), new Float64Array(n)];
  const total = new Float64Array(n);
  const points = Array.from({ length: INDICATORS }, () => new Float64Array(n));
  const counts = new Uint32Array(n * n);
  const mean = (children, weights, from, geometric, out) => {
    let whole = 0;
    for (let c = 0; c < children.length; c++) whole += weights[from + c];
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let c = 0; c < children.length; c++)
        sum += weights[from + c] * (geometric ? Math.log(children[c][i]) : children[c][i]);
      out[i] = geometric ? Math.exp(sum / whole) : sum / whole;
    }
  };
  const starts = GROUPS.map((_, g) => GROUPS.slice(0, g).reduce((sum, size) => sum + size, 0));
  const children = GROUPS.map((size, g) => points.slice(starts[g], starts[g] + size));
  const of = [groups.slice(0, 5), groups.slice(5)];
  for (const { winsorising, normalisation, aggregation, leaves, groupWeights, halfWeights } of draws) {
    for (let k = 0; k < INDICATORS; k++) {
      const x = treated[winsorising][k];
      const out = points[k];
      if (normalisation === 0) {
        let min = Infinity;
        let max = -Infinity;
        for (let i = 0; i < n; i++) {
          if (x[i] < min) min = x[i];
          if (x[i] > max) max = x[i];
        }
        for (let i = 0; i < n; i++) out[i] = 1 + (99 * (x[i] - min)) / (max - min);
      } else {
        let average = 0;
        for (let i = 0; i < n; i++) average += x[i];
        average /= n;
        let squares = 0;
        for (let i = 0; i < n; i++) squares += (x[i] - average) ** 2;
        const sd = Math.sqrt(squares / (n - 1));
        for (let i = 0; i < n; i++) out[i] = 10 + (2 * (x[i] - average)) / sd;
      }
    }
    const geometric = aggregation === 1;
    for (let g = 0; g < GROUPS.length; g++) mean(children[g], leaves, starts[g], geometric, groups[g]);
    mean(of[0], groupWeights, 0, geometric, halves[0]);
    mean(of[1], groupWeights, 5, geometric, halves[1]);
    mean(halves, halfWeights, 0, geometric, total);
    for (let i = 0; i < n; i++) {
      let rank = 1;
      for (let j = 0; j < n; j++) if (total[j] > total[i]) rank++;
      counts[i * n + rank - 1]++;
    }
  }
  return counts;
}

/** The same choices for both. Nodes: root, then each half with its groups and their leaves, in tree order. */
function drawsOf(material) {
  const simulation = new Simulation(material, FACTORS);
  const kinds = material.nodes.map(({ code }) => code[0]);
  return Array.from({ length: REPLICATIONS }, (_, index) => {
    const draw = simulation.nominal();
    simulation.draw(1, index, draw);
    const those = (kind, names) =>
      Float64Array.from(
        draw.weights.filter((_, i) => (names ? names.includes(material.nodes[i].code) : kinds[i] === kind)),
      );
    return { ...draw, leaves: those('i'), groupWeights: those('g'), halfWeights: those('', ['conn', 'sust']) };
  });
}

/** The same on two threads that have started: from the material to the intervals. */
async function onTwoThreads(material) {
  const workers = [1, 2].map(() => new Worker(new URL('./uncertainty.worker.mjs', import.meta.url)));
  const answer = (worker) =>
    new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  await Promise.all(workers.map(answer));
  const half = REPLICATIONS / 2;
  const count = (worker, from, to) => {
    worker.postMessage({ material, factors: FACTORS, seed: 1, from, to });
    return answer(worker);
  };
  const time = await median(3, async () => {
    const parts = await Promise.all([count(workers[0], 0, half), count(workers[1], half, REPLICATIONS)]);
    robustnessOf(material, together(parts));
  });
  await Promise.all(workers.map((worker) => worker.terminate()));
  return time;
}

export async function measure() {
  const columns = data();
  const input = inputOf(columns);
  const run = prepare(input);
  const result = evaluate(input);
  const draws = drawsOf(readRun(run, result, false));
  const yardstick = await median(5, () => bare(columns, draws));
  const ours = await median(5, () => {
    const material = readRun(run, result, false);
    return robustnessOf(material, new Counter(material, FACTORS, 1).count(0, REPLICATIONS));
  });
  const two = await onTwoThreads(readRun(run, result, false));
  return { ours, yardstick, n: REPLICATIONS, what: `两个线程 ${Math.round(two)} ms，裸循环` };
}

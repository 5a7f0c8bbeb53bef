// One weight moved, 5,000 institutions × 50 indicators ranked anew, as the workbench does it between two frames of the
// screen (16 ms), against the same sums in a bare loop over typed arrays with a sort.

import { Decimal } from '../dist/src/numbers/decimal.js';
import { prepare } from '../dist/src/scoring/evaluate.js';
import { CohortScores } from '../dist/src/scoring/score-cohort.js';
import { Reweigher } from '../dist/src/scoring/what-if/reweigh.js';
import { median, seeded } from './timing.mjs';

const INSTITUTIONS = 5_000;
const INDICATORS = 50;

const scheme = `scheme: bench
version: 1
cadence: annual
weights: relative
inputs:
${Array.from({ length: INDICATORS }, (_, k) => `  m${k}: { metric: m${k}, kind: stock }`).join('\n')}
indicators:
${Array.from({ length: INDICATORS }, (_, k) => `  - { indicator: i${k}, weight: 2, value: m${k}, normalise: { method: minmax }, missing: unranked }`).join('\n')}
grades: [{ code: A, topShare: 0.2 }, { code: B, min: 50 }, { code: C }]
`;

export async function measure() {
  const random = seeded(1);
  const figures = [];
  const columns = Array.from({ length: INDICATORS }, () => new Float64Array(INSTITUTIONS));
  for (let i = 0; i < INSTITUTIONS; i++)
    for (let k = 0; k < INDICATORS; k++) {
      const value = Math.round(random() * 1e6) / 1e4;
      columns[k][i] = value;
      const institution = `I${String(i).padStart(5, '0')}`;
      figures.push({ institution, period: '2025Q4', metric: `m${k}`, value: new Decimal(value), revision: null });
    }
  const input = { document: scheme, metrics: {}, figures, institutions: null, assessments: [], period: '2025' };
  const cohort = new Reweigher(new CohortScores(prepare(input), 'all'));

  let move = 0;
  const weight = () => 2 + (move++ % 500) / 100;
  const totals = new Float64Array(INSTITUTIONS);
  const bare = () => {
    totals.fill(0);
    const first = weight();
    for (let k = 0; k < INDICATORS; k++) {
      const w = k === 0 ? first : 2;
      for (let i = 0; i < INSTITUTIONS; i++) totals[i] += w * columns[k][i];
    }
    return totals.slice().sort();
  };
  const ours = () => cohort.reweigh(new Map([['i0', BigInt(Math.round(weight() * 1e6))]]));
  return {
    yardstick: await median(200, bare),
    ours: await median(200, ours),
    n: INSTITUTIONS * INDICATORS,
    what: '裸循环加排序',
  };
}

// Ten times score-10k-50 (or as many institutions as the argument says), in a process of its own: how the time grows,
// and the most memory that was ever held. Printed beside score-10k-50, not part of its ratio.

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { prepare } from '../dist/src/scoring/prepare.js';
import { CohortScores } from '../dist/src/scoring/score-cohort.js';
import { data, INDICATORS, inputOf } from './score-10k-50.mjs';

const SIZES = [10_000, 100_000];

/** @returns milliseconds from figures to ranks, and MiB */
function scored(institutions) {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [`${institutions}`]);
    child.once('message', resolve);
    child.once('error', reject);
    child.once('exit', (code) => code && reject(new Error(`exit ${code}`)));
  });
}

export async function measure() {
  const [small, large] = [await scored(SIZES[0]), await scored(SIZES[1])];
  return {
    ours: large.ms,
    yardstick: small.ms,
    n: SIZES[1] * INDICATORS,
    what: `一万家（线性即 10 倍）；最多占用 ${large.mib} MiB，一万家 ${small.mib} MiB；`,
  };
}

const institutions = Number.parseInt(process.argv[2] ?? '', 10);
if (process.send && institutions > 0) {
  const input = inputOf(data(institutions), institutions);
  const start = performance.now();
  new CohortScores(prepare(input), 'all');
  const ms = performance.now() - start;
  process.send({ ms, mib: Math.round(process.resourceUsage().maxRSS / 1024) });
}

import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { inputOf } from '../evaluations/read-pin.js';
import { Decimal } from '../numbers/decimal.js';
import { DomainError } from '../problems/problems.js';
import { makeBundle } from '../scoring/bundle/bundle.js';
import { comparisons, refuseTelling } from '../scoring/disclosure/own-what-if.js';
import { evaluate, prepare } from '../scoring/evaluate.js';
import { attribute } from '../scoring/explain/attribution.js';
import { readRun } from '../scoring/robustness/read-run.js';
import { type Reversal, reversals } from '../scoring/robustness/reversals.js';
import { robustnessOf, usualFactors } from '../scoring/robustness/robustness.js';
import type { EvaluationInput } from '../scoring/types.js';
import { documentWithWeights } from '../scoring/what-if/document-weights.js';
import { type Improvements, smallestChanges } from '../scoring/what-if/smallest-change.js';
import { movedBetween, suppose } from '../scoring/what-if/what-if.js';
import type {
  AnalysisAnswer,
  AnalysisOrder,
  Found,
  ImprovementOrder,
  RobustnessOrder,
  ShortOrder,
  Tried,
  WhatIfOrder,
} from './analysis-threads.service.js';
import { countOnThreads } from './counting-threads.service.js';

/** More are not taken out one by one: everything is computed anew for each of them. */
const MOST_TO_LEAVE = 150;

/** Of a figure whose metric has left the catalogue. */
const DECIMALS = 4;

const sha256 = (text: string, salt = ''): string =>
  createHash('sha256').update(salt, 'hex').update(text, 'utf8').digest('hex');

const tell = (answer: AnalysisAnswer): void => parentPort?.postMessage(answer);

function whatIf({ pin, set, weights, own }: WhatIfOrder): Tried {
  const input = inputOf(pin);
  const changes = set.map((change) => ({
    ...change,
    value: change.value === null ? null : new Decimal(change.value),
  }));
  if (own !== null) refuseTelling(input, changes, own);
  const document =
    Object.keys(weights).length === 0 ? pin.document : documentWithWeights(pin.document, pin.metrics, weights);
  const changed = { ...suppose(input, changes), document };
  const [before, after] = [evaluate(input), evaluate(changed)];
  const moved = movedBetween(before, after);
  if (own === null) return { moved, hash: makeBundle(changed, after, sha256).hash };
  return {
    moved: moved
      .filter(({ institution }) => institution === own)
      .map((each) => ({ ...each, rankBefore: null, rankAfter: null })),
    hash: null,
  };
}

function improvements({ pin, institution, isOwn, grids }: ImprovementOrder): Improvements {
  const run = prepare(inputOf(pin));
  return smallestChanges(run, {
    institution,
    gridOf: (metric) => grids[metric] ?? { decimals: DECIMALS, most: null },
    reader: isOwn ? { mayTry: (metric) => comparisons(run.scheme, metric).length === 0 } : 'staff',
  });
}

function short(order: ShortOrder): NonNullable<AnalysisAnswer['short']> {
  if (order.task === 'what-if') return whatIf(order);
  if (order.task === 'improvements') return improvements(order);
  return attribute(inputOf(order.before), inputOf(order.after), order.slice);
}

async function robustness({ pin, replications, weights, seed }: RobustnessOrder): Promise<Found> {
  const input = inputOf(pin);
  const step = (step: string, done: number, total: number): void => tell({ progress: { step, done, total } });
  step('取数', 0, replications);
  const result = evaluate(input);
  const material = readRun(prepare(input), result, true);
  const counts = await countOnThreads(material, usualFactors(material, weights), seed, replications, (done) =>
    step('重算', done, replications),
  );
  return { ...robustnessOf(material, counts), reversals: eachLeaving(input, result, step) };
}

/** null: too many to take out one by one. */
function eachLeaving(
  input: EvaluationInput,
  result: ReturnType<typeof evaluate>,
  step: (step: string, done: number, total: number) => void,
): readonly Reversal[] | null {
  const ranked = result.results.filter(({ rank }) => rank !== null).length;
  if (ranked > MOST_TO_LEAVE) return null;
  let done = 0;
  return reversals(input, result, () => step('逐家退出', ++done, ranked));
}

parentPort?.on('message', async (order: AnalysisOrder & { id: number }) => {
  try {
    if (order.task === 'robustness') tell({ id: order.id, found: await robustness(order) });
    else tell({ id: order.id, short: short(order) });
  } catch (error) {
    const { message, stack } = error as Error;
    const domain = error instanceof DomainError ? { code: error.code, violations: [...error.violations] } : null;
    tell({ id: order.id, error: { message, ...(stack === undefined ? {} : { stack }), domain } });
  }
});

import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { Decimal } from '../numbers/decimal.js';
import { DomainError } from '../problems/problems.js';
import { makeBundle } from '../scoring/bundle/bundle.js';
import { assemble, cohortPlans, evaluate, prepare, scoreCohort } from '../scoring/evaluate.js';
import type { EvaluationInput } from '../scoring/types.js';
import type { PinnedInput } from './pin.service.js';
import type { ScoringAnswer, ScoringOrder } from './scoring-thread.service.js';

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

const inputOf = (pin: PinnedInput): EvaluationInput => ({
  document: pin.document,
  metrics: pin.metrics,
  period: pin.period,
  institutions: pin.institutions,
  figures: pin.figures.map(([institution, period, metric, value, revision]) => ({
    institution,
    period,
    metric,
    value: new Decimal(value),
    revision,
  })),
  assessments: pin.assessments.map(([institution, node, assessor, score]) => ({
    institution,
    node,
    assessor,
    score: new Decimal(score),
  })),
});

/** The same core as the command line and the browser; this thread only hands it the pin. */
function answer(order: ScoringOrder): ScoringAnswer {
  const input = inputOf(order.pin);
  switch (order.task) {
    case 'plan':
      return { cohorts: [...cohortPlans(prepare(input))] };
    case 'cohort':
      return { records: [...scoreCohort(prepare(input), order.cohort ?? '')] };
    case 'finish': {
      const result = assemble(prepare(input), [order.records ?? []]);
      const bundle = makeBundle(input, result, sha256);
      return { records: [...result.results], bundle };
    }
    case 'bundle':
      return { bundle: makeBundle(input, { results: order.records ?? [] }, sha256) };
    case 'verify': {
      const result = evaluate(input);
      return { records: [...result.results], bundle: makeBundle(input, result, sha256) };
    }
  }
}

parentPort?.on('message', (order: ScoringOrder & { id: number }) => {
  try {
    parentPort?.postMessage({ id: order.id, answer: answer(order) });
  } catch (error) {
    const { message, stack } = error as Error;
    const domain = error instanceof DomainError ? { code: error.code, violations: [...error.violations] } : null;
    parentPort?.postMessage({ id: order.id, error: { message, stack, domain } });
  }
});

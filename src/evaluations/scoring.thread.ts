import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { DomainError } from '../problems/problems.js';
import { makeBundle } from '../scoring/bundle/bundle.js';
import { redactBundle } from '../scoring/bundle/redact.js';
import { givenAway } from '../scoring/disclosure/given-away.js';
import { assemble, cohortPlans, evaluate, prepare, scoreCohort } from '../scoring/evaluate.js';
import type { EvaluationInput, EvaluationResult } from '../scoring/types.js';
import { inputOf } from './read-pin.js';
import type { ScoringAnswer, ScoringOrder } from './scoring-thread.service.js';

const sha256 = (text: string, salt = ''): string =>
  createHash('sha256').update(salt, 'hex').update(text, 'utf8').digest('hex');

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
      return { records: [...result.results], ...whole(input, result) };
    }
    case 'bundle':
      return packed(input, order);
    case 'verify': {
      const result = evaluate(input);
      return { records: [...result.results], ...whole(input, result) };
    }
    case 'disclose':
      return { givenAway: givenAway(prepare(input)) };
  }
}

function whole(input: EvaluationInput, result: EvaluationResult): ScoringAnswer {
  const { text, hash } = makeBundle(input, result, sha256);
  return { bundle: text, hash };
}

function packed(input: EvaluationInput, { records = [], redaction }: ScoringOrder): ScoringAnswer {
  if (!redaction) return whole(input, { results: records });
  const { text, full } = redactBundle(input, { results: records }, redaction, sha256);
  return { bundle: text, hash: full };
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

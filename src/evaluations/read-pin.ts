import { Decimal } from '../numbers/decimal.js';
import type { EvaluationInput } from '../scoring/types.js';
import type { PinnedInput } from './pin.service.js';

/** The pin as the core takes it: texts become decimals, on the thread that computes. */
export const inputOf = (pin: PinnedInput): EvaluationInput => ({
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

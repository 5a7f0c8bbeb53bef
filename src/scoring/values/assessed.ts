import { MISSING, type Value } from '../../formula/outcome.js';
import { type Decimal, meanOf, medianOf, quantise } from '../../numbers/decimal.js';
import type { AssessmentRule } from '../scheme/scheme.js';

const VALUE_PLACES = 12;
/** Fewer are too few to leave any out. */
const FEWEST_TO_TRIM = 5;

/**
 * Several assessors' scores of one node as one number, 12 decimals. Fewer than the panel: MISSING.
 * `trimmed_mean`: from five on without one highest and one lowest.
 */
export function combine(scores: readonly Decimal[], rule: AssessmentRule): Value<Decimal> {
  if (scores.length < rule.panel || scores.length === 0) return MISSING;
  return quantise(combined(scores, rule.combine), VALUE_PLACES);
}

function combined(scores: readonly Decimal[], way: AssessmentRule['combine']): Decimal {
  if (way === 'median') return medianOf(scores);
  if (way === 'mean' || scores.length < FEWEST_TO_TRIM) return meanOf(scores);
  return meanOf([...scores].sort((a, b) => a.comparedTo(b)).slice(1, -1));
}

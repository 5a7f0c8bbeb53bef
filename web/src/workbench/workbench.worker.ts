import type { Violation } from '../../../src/problems/problems.js';
import type { MetricCatalogue } from '../../../src/scoring/types.js';
import type { Weights } from '../../../src/scoring/what-if/weights.js';
import { type CohortAdvice, type Outline, SHOWN_BY_FIGURES, Trial, type TrialCohort, violationsOf } from './trial.js';

/** What the page asks. */
export type Question =
  /** Address of the bundle; null: nothing evaluated yet. */
  | { readonly kind: 'load'; readonly bundle: string | null; readonly metrics: MetricCatalogue }
  /** `base`: the document; `final`: with the weights in it. */
  | { readonly kind: 'try'; readonly base: string; readonly final: string; readonly weights: Weights };

/** What it is told, in this order. */
export type Answer =
  | { readonly kind: 'loaded'; readonly hasFigures: boolean }
  | { readonly kind: 'unreadable'; readonly status: number }
  | { readonly kind: 'outline'; readonly base: string; readonly outline: Outline | null }
  | { readonly kind: 'ranks'; readonly cohorts: readonly TrialCohort[] | null; readonly milliseconds: number }
  | {
      readonly kind: 'findings';
      readonly errors: readonly Violation[];
      readonly warnings: readonly Violation[];
      readonly advice: readonly CohortAdvice[];
    };

const tell = (answer: Answer): void => self.postMessage(answer);

/** Checks and statistics wait until nobody types: ranks come first. */
const REST = 150;

let trial: Trial | null = null;
let asked: (Question & { kind: 'try' }) | null = null;
let base: string | null = null;
let resting: ReturnType<typeof setTimeout> | undefined;

async function load({ bundle, metrics }: Question & { kind: 'load' }): Promise<void> {
  if (bundle === null) trial = Trial.withoutFigures(metrics);
  else {
    const response = await fetch(bundle, { credentials: 'same-origin' });
    if (!response.ok) {
      tell({ kind: 'unreadable', status: response.status });
      return;
    }
    trial = Trial.of(await response.text());
  }
  tell({ kind: 'loaded', hasFigures: trial.hasFigures });
  if (asked) answer(asked, trial);
}

function answer(question: Question & { kind: 'try' }, by: Trial): void {
  if (base !== question.base) {
    base = question.base;
    tell({ kind: 'outline', base, outline: by.check(base).outline });
  }
  let refused: readonly Violation[] = [];
  try {
    const start = performance.now();
    const cohorts = by.rank(question.base, question.weights);
    tell({ kind: 'ranks', cohorts, milliseconds: performance.now() - start });
  } catch (error) {
    // The ranks of the last document that could be computed stay in view; the findings say why.
    refused = violationsOf(error);
  }
  clearTimeout(resting);
  resting = setTimeout(() => {
    const { errors, warnings } = by.check(question.final);
    const advice = by.advise(question.weights);
    const known = new Set(errors.map(({ path, rule }) => `${path} ${rule}`));
    tell({
      kind: 'findings',
      errors: [...errors, ...refused.filter(({ path, rule }) => !known.has(`${path} ${rule}`))],
      // Of what both speak, the figures know better than the document alone.
      warnings: [
        ...warnings.filter(({ rule }) => !by.hasFigures || !SHOWN_BY_FIGURES.includes(rule)),
        ...advice.warnings,
      ],
      advice: advice.cohorts,
    });
  }, REST);
}

self.onmessage = ({ data }: MessageEvent<Question>): void => {
  if (data.kind === 'load') {
    trial = null;
    base = null;
    void load(data);
    return;
  }
  asked = data;
  if (trial) answer(data, trial);
};

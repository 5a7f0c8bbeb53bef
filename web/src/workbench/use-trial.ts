import { useEffect, useMemo, useRef, useState } from 'react';
import type { Violation } from '../../../src/problems/problems.js';
import type { MetricCatalogue } from '../../../src/scoring/types.js';
import type { Weights } from '../../../src/scoring/what-if/weights.js';
import { API } from '../api/client.js';
import type { CohortAdvice, Outline, TrialCohort } from './trial.js';
import type { Answer, Question } from './workbench.worker.js';

export interface TrialView {
  /** false while the figures are fetched. */
  readonly isLoaded: boolean;
  /** Status of a refused request for the figures; null: none was refused. */
  readonly refused: number | null;
  readonly outline: Outline | null;
  /** null: no figures, or not computed yet. */
  readonly cohorts: readonly TrialCohort[] | null;
  readonly milliseconds: number;
  readonly findings: {
    readonly errors: readonly Violation[];
    readonly warnings: readonly Violation[];
    readonly advice: readonly CohortAdvice[];
  } | null;
}

const NOTHING: TrialView = {
  isLoaded: false,
  refused: null,
  outline: null,
  cohorts: null,
  milliseconds: 0,
  findings: null,
};

interface TrialOf {
  /** Whose figures; null: nothing evaluated yet; undefined: not known yet. */
  readonly evaluation: string | null | undefined;
  readonly metrics: MetricCatalogue;
  readonly base: string;
  readonly final: string;
  readonly weights: Weights;
}

/** Ranks, checks and advice of what is on the screen, from the worker that holds the figures. */
export function useTrial({ evaluation, metrics, base, final, weights }: TrialOf): TrialView {
  const [view, setView] = useState(NOTHING);
  const worker = useRef<Worker | null>(null);

  useEffect(() => {
    if (evaluation === undefined) return;
    const own = new Worker(new URL('./workbench.worker.ts', import.meta.url), { type: 'module' });
    worker.current = own;
    setView(NOTHING);
    own.onmessage = ({ data }: MessageEvent<Answer>) => setView((before) => after(before, data));
    own.onerror = () => setView((before) => ({ ...before, isLoaded: true, refused: 0 }));
    const bundle = evaluation === null ? null : `${API}/evaluations/${evaluation}/bundle`;
    own.postMessage({ kind: 'load', bundle, metrics } satisfies Question);
    return () => {
      own.terminate();
      worker.current = null;
    };
  }, [evaluation, metrics]);

  const question = useMemo((): Question => ({ kind: 'try', base, final, weights }), [base, final, weights]);
  // Another worker must be asked again, so its two causes count too.
  useEffect(() => {
    if (question.kind === 'try' && question.base !== '') worker.current?.postMessage(question);
  }, [question, evaluation, metrics]);
  return view;
}

function after(before: TrialView, answer: Answer): TrialView {
  switch (answer.kind) {
    case 'loaded':
      return { ...before, isLoaded: true };
    case 'unreadable':
      return { ...before, isLoaded: true, refused: answer.status };
    case 'outline':
      // Of a document that is refused the last good tree stays.
      return answer.outline ? { ...before, outline: answer.outline } : before;
    case 'ranks':
      return { ...before, cohorts: answer.cohorts, milliseconds: answer.milliseconds };
    case 'findings':
      return { ...before, findings: { errors: answer.errors, warnings: answer.warnings, advice: answer.advice } };
  }
}

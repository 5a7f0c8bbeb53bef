import { DomainError, type Violation } from '../../../src/problems/problems.js';
import type { ResultRecord } from '../../../src/scoring/types.js';
import { runTrial, type TrialQuestion } from '../../../src/trial/trial-run.js';

export type TrialAnswer =
  | { readonly asked: number; readonly results: readonly ResultRecord[] }
  | { readonly asked: number; readonly refused: readonly Violation[] };

self.onmessage = ({ data }: MessageEvent<{ readonly asked: number; readonly question: TrialQuestion }>): void => {
  const { asked, question } = data;
  try {
    self.postMessage({ asked, results: runTrial(question) } satisfies TrialAnswer);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    self.postMessage({ asked, refused: error.violations } satisfies TrialAnswer);
  }
};

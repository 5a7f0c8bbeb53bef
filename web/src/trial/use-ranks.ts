import { useEffect, useRef, useState } from 'react';
import type { Violation } from '../../../src/problems/problems.js';
import type { ResultRecord } from '../../../src/scoring/types.js';
import type { TrialQuestion } from '../../../src/trial/trial-run.js';
import type { TrialAnswer } from './own.worker.js';

export interface Ranks {
  readonly results: readonly ResultRecord[] | null;
  readonly refused: readonly Violation[];
}

const NOTHING: Ranks = { results: null, refused: [] };

/** The ranking of what is on the screen, by the scoring core in a worker. null: nothing to rank. */
export function useRanks(question: TrialQuestion | null): Ranks {
  const [ranks, setRanks] = useState(NOTHING);
  const worker = useRef<Worker | null>(null);
  const asked = useRef(0);
  useEffect(() => {
    const own = new Worker(new URL('./own.worker.ts', import.meta.url), { type: 'module' });
    worker.current = own;
    own.onmessage = ({ data }: MessageEvent<TrialAnswer>) => {
      if (data.asked !== asked.current) return;
      setRanks('results' in data ? { results: data.results, refused: [] } : { results: null, refused: data.refused });
    };
    return () => {
      own.terminate();
      worker.current = null;
    };
  }, []);
  useEffect(() => {
    asked.current++;
    if (question) worker.current?.postMessage({ asked: asked.current, question });
    else setRanks(NOTHING);
  }, [question]);
  return ranks;
}

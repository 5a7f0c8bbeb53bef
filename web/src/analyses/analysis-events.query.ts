import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { API } from '../api/client.js';
import type { Progress } from '../api/shapes.js';
import { evaluationKey } from '../evaluations/evaluations.query.js';

const POLL_EVERY = 5_000;

/** Follows the analysis under way and fetches its answer when it ends; asks every five seconds once the stream drops. */
export function useAnalysisEvents(evaluation: string, listening: boolean): Progress | null {
  const queries = useQueryClient();
  const [progress, setProgress] = useState<Progress | null>(null);
  useEffect(() => {
    if (!listening) return;
    const refresh = (): void => void queries.invalidateQueries({ queryKey: evaluationKey(evaluation) });
    const stream = new EventSource(`${API}/evaluations/${evaluation}/robustness/events`);
    let poll: number | undefined;
    stream.addEventListener('progress', (event: MessageEvent<string>) => {
      const { step, done, total } = JSON.parse(event.data) as Progress;
      setProgress({ step, done, total });
    });
    stream.addEventListener('end', () => {
      stream.close();
      refresh();
    });
    stream.addEventListener('error', () => {
      stream.close();
      poll ??= window.setInterval(refresh, POLL_EVERY);
    });
    return () => {
      stream.close();
      window.clearInterval(poll);
      setProgress(null);
    };
  }, [evaluation, listening, queries]);
  return progress;
}

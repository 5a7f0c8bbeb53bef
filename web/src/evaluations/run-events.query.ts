import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { API, api } from '../api/client.js';
import type { Evaluation, EvaluationState, Progress } from '../api/shapes.js';
import { isUnderWay } from './evaluation-words.js';
import { evaluationKey } from './evaluations.query.js';

const DROPS_BEFORE_POLLING = 2;
const POLL_EVERY = 5_000;

/** Latest progress by cohort; `''` is the run as a whole. */
export type RunProgress = Readonly<Record<string, Progress>>;

interface ProgressEvent extends Progress {
  readonly cohort: string | null;
}

const read = <T>(event: MessageEvent<string>): T => JSON.parse(event.data) as T;

/**
 * Listens to a run while it is under way and keeps the cached evaluation up to date. The browser resumes a dropped
 * stream by itself with `Last-Event-ID`; after two drops in a row the page asks every five seconds instead.
 */
export function useRunEvents(id: string, state: EvaluationState | undefined): RunProgress {
  const queries = useQueryClient();
  const [progress, setProgress] = useState<RunProgress>({});
  const listening = state !== undefined && isUnderWay(state);

  useEffect(() => {
    if (!listening) return;
    const key = evaluationKey(id);
    const refresh = (): void => {
      void queries.invalidateQueries({ queryKey: key });
      void queries.invalidateQueries({ queryKey: ['evaluations'] });
    };
    const stream = new EventSource(`${API}/evaluations/${id}/events`);
    let drops = 0;
    let poll: number | undefined;

    const arrived = (): void => {
      drops = 0;
    };
    stream.addEventListener('progress', (event: MessageEvent<string>) => {
      arrived();
      const { cohort, step, done, total } = read<ProgressEvent>(event);
      setProgress((old) => ({ ...old, [cohort ?? '']: { step, done, total } }));
    });
    stream.addEventListener('state', (event: MessageEvent<string>) => {
      arrived();
      const { state: now } = read<{ state: EvaluationState }>(event);
      queries.setQueryData<Evaluation>(key, (old) => old && { ...old, state: now });
      if (!isUnderWay(now)) refresh();
    });
    stream.addEventListener('end', () => {
      stream.close();
      refresh();
    });
    stream.addEventListener('error', () => {
      drops += 1;
      if (stream.readyState !== EventSource.CLOSED && drops < DROPS_BEFORE_POLLING) return;
      stream.close();
      poll ??= window.setInterval(
        () =>
          void api
            .get<Evaluation>(`/evaluations/${id}`)
            .then((evaluation) => {
              queries.setQueryData(key, evaluation);
              if (evaluation.progress) setProgress((old) => ({ ...old, '': evaluation.progress as Progress }));
            })
            .catch(() => undefined), // Still away: asked again in five seconds.
        POLL_EVERY,
      );
    });
    return () => {
      stream.close();
      window.clearInterval(poll);
    };
  }, [id, listening, queries]);

  return progress;
}

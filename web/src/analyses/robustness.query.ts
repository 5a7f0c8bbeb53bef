import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { RankInterval } from '../../../src/scoring/robustness/robustness.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { Progress } from '../api/shapes.js';
import { evaluationKey } from '../evaluations/evaluations.query.js';

export type AnalysisState = 'queued' | 'running' | 'computed' | 'failed' | 'cancelled';

export interface Analysis {
  readonly id: string;
  readonly replications: number;
  readonly weights: number;
  readonly seed: number;
  readonly state: AnalysisState;
  readonly progress: Progress;
  readonly error: string | null;
}

export interface IntervalItem extends RankInterval {
  readonly name: string;
  readonly next: {
    readonly overtaken: string;
    readonly separable: boolean;
    readonly lines: readonly string[];
  } | null;
}

/** The latest answer, and the latest question, which may still be under way. */
export interface Robustness {
  readonly replications: number | null;
  readonly weights: number | null;
  readonly seed: number | null;
  readonly latest: Analysis | null;
  readonly items: readonly IntervalItem[];
}

interface RobustnessPage extends Robustness {
  readonly next: string | null;
}

export const isUnderWay = (analysis: Analysis | null | undefined): boolean =>
  analysis?.state === 'queued' || analysis?.state === 'running';

export const robustnessKey = (evaluation: string) => [...evaluationKey(evaluation), 'robustness'] as const;

export const useRobustness = (evaluation: string, enabled: boolean): UseQueryResult<Robustness, Problem> =>
  useQuery<Robustness, Problem>({
    queryKey: robustnessKey(evaluation),
    queryFn: async () => {
      const path = `/evaluations/${evaluation}/robustness?limit=200`;
      let page = await api.get<RobustnessPage>(path);
      const items = [...page.items];
      while (page.next !== null) {
        page = await api.get<RobustnessPage>(`${path}&cursor=${encodeURIComponent(page.next)}`);
        items.push(...page.items);
      }
      return { ...page, items };
    },
    enabled,
  });

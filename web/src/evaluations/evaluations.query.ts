import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { Evaluation, InstitutionResult, RankingItem } from '../api/shapes.js';

export const evaluationKey = (id: string) => ['evaluation', id] as const;

export const useEvaluations = (): UseQueryResult<Evaluation[], Problem> =>
  useQuery<Evaluation[], Problem>({ queryKey: ['evaluations'], queryFn: () => api.all('/evaluations') });

export const useEvaluation = (id: string): UseQueryResult<Evaluation, Problem> =>
  useQuery<Evaluation, Problem>({ queryKey: evaluationKey(id), queryFn: () => api.get(`/evaluations/${id}`) });

/** All rows of all cohorts, in the order of ranking.csv; `published`: as they go on paper. */
export const useRanking = (id: string, as?: 'published'): UseQueryResult<RankingItem[], Problem> =>
  useQuery<RankingItem[], Problem>({
    queryKey: [...evaluationKey(id), 'ranking', as ?? 'all'],
    queryFn: () => api.all(`/evaluations/${id}/ranking${as === undefined ? '' : `?as=${as}`}`),
  });

export const useResult = (id: string, institution: string): UseQueryResult<InstitutionResult, Problem> =>
  useQuery<InstitutionResult, Problem>({
    queryKey: [...evaluationKey(id), 'results', institution],
    queryFn: () => api.get(`/evaluations/${id}/results/${institution}`),
  });

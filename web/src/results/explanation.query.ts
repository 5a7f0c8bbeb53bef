import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { Explanation } from '../../../src/scoring/explain/explanation.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { evaluationKey } from '../evaluations/evaluations.query.js';

export const useExplanation = (evaluation: string, institution: string): UseQueryResult<Explanation, Problem> =>
  useQuery<Explanation, Problem>({
    queryKey: [...evaluationKey(evaluation), 'explanation', institution],
    queryFn: () => api.get(`/evaluations/${evaluation}/results/${institution}/explanation`),
  });

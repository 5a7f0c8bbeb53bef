import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { api } from '../api/client.js';
import type { Filing } from '../api/filing-shapes.js';
import type { Problem } from '../api/problem.js';
import type { QueueItem, ReviewRules } from './review-shapes.js';

/** What waits for the bureau, the riskiest first. */
export const useQueue = (): UseQueryResult<QueueItem[], Problem> =>
  useQuery<QueueItem[], Problem>({
    queryKey: ['review-queue'],
    queryFn: () => api.all<QueueItem>('/filings/queue'),
    refetchInterval: 30_000,
  });

export const useReviewRules = (): UseQueryResult<ReviewRules, Problem> =>
  useQuery<ReviewRules, Problem>({
    queryKey: ['review-rules'],
    queryFn: () => api.get<ReviewRules>('/filings/review-rules'),
    staleTime: 3_600_000,
  });

export interface ReviewAct {
  /** The last part of the address: claim, accept, set-aside … */
  readonly act: string;
  readonly body?: object;
}

/** An act on the filing in the version that was read. */
export function useReviewAct(filing: Filing): UseMutationResult<Filing, Problem, ReviewAct> {
  const queries = useQueryClient();
  return useMutation<Filing, Problem, ReviewAct>({
    mutationFn: ({ act, body }) => api.post(`/filings/${filing.id}/${act}`, body ?? {}, filing.version),
    onSuccess: (changed) => queries.setQueryData(['filing', filing.id], changed),
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ['review-queue'] });
      await queries.invalidateQueries({ queryKey: ['filings'] });
      await queries.invalidateQueries({ queryKey: ['filing', filing.id] });
    },
  });
}

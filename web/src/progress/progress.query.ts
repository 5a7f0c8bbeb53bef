import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { ChasingHistory, FormalNotice, GroupText, Progress } from './progress-shapes.js';

export const PROGRESS = ['progress'] as const;

export const useProgress = (period: string): UseQueryResult<Progress, Problem> =>
  useQuery<Progress, Problem>({
    queryKey: [...PROGRESS, period],
    queryFn: () => api.get(`/obligations/progress?period=${period}`),
    enabled: period !== '',
  });

export const useChasing = (obligation: string): UseQueryResult<ChasingHistory, Problem> =>
  useQuery<ChasingHistory, Problem>({
    queryKey: [...PROGRESS, 'chasing', obligation],
    queryFn: () => api.get(`/obligations/${obligation}/chasing`),
  });

export const useGroupTexts = (period: string): UseQueryResult<GroupText[], Problem> =>
  useQuery<GroupText[], Problem>({
    queryKey: [...PROGRESS, 'group-texts', period],
    queryFn: async () =>
      (await api.get<{ items: GroupText[] }>(`/obligations/progress/group-texts?period=${period}`)).items,
    gcTime: 0,
  });

export const useFormalNotice = (id: string): UseQueryResult<FormalNotice, Problem> =>
  useQuery<FormalNotice, Problem>({
    queryKey: ['formal-notice', id],
    queryFn: () => api.get(`/formal-notices/${id}`),
  });

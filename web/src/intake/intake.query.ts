import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { IntakeBatch, StampedItem } from './intake-shapes.js';

export const INTAKE = ['intake'] as const;
export const batchKey = (id: string) => [...INTAKE, 'batch', id] as const;
const POLL_MS = 1_000;

/** Asked again while files of it are read. */
export const useBatch = (id: string): UseQueryResult<IntakeBatch, Problem> =>
  useQuery<IntakeBatch, Problem>({
    queryKey: batchKey(id),
    queryFn: () => api.get(`/intake/batches/${id}`),
    refetchInterval: ({ state }) => ((state.data?.counts.waiting ?? 0) > 0 ? POLL_MS : false),
  });

export const STAMPED = [...INTAKE, 'stamped'] as const;

/** All of a quarter: a district's institutions. */
export const useStamped = (period: string): UseQueryResult<StampedItem[], Problem> =>
  useQuery<StampedItem[], Problem>({
    queryKey: [...STAMPED, period],
    queryFn: () => api.all<StampedItem>(`/intake/stamped-pages?period=${period}`),
    enabled: period !== '',
  });

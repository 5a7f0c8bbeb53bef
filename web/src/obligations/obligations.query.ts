import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';

/** An extension or exemption, asked for or decided. */
export interface DueChange {
  readonly id: string;
  readonly obligation: string;
  readonly institution: string | null;
  readonly institutionName: string;
  readonly formTitle: string;
  readonly period: string;
  readonly due: string | null;
  readonly kind: 'extension' | 'exemption';
  readonly until: string | null;
  readonly reason: string;
  readonly askedBy: string | null;
  readonly askedAt: string;
}

/** Shared with the filer's home: what is asked and decided changes both. */
export const OBLIGATIONS = ['obligations'] as const;

/** Those that wait for a decision. */
export const useOpenChanges = (): UseQueryResult<DueChange[], Problem> =>
  useQuery<DueChange[], Problem>({
    queryKey: [...OBLIGATIONS, 'changes'],
    queryFn: () => api.all<DueChange>('/due-changes?open=true'),
  });

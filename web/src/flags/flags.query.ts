import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { Flag, FlagDetail, FlagKind, FlagState } from './flag-shapes.js';

export const FLAGS = ['flags'] as const;

export const useFlagKinds = (): UseQueryResult<FlagKind[], Problem> =>
  useQuery<FlagKind[], Problem>({ queryKey: [...FLAGS, 'kinds'], queryFn: () => api.all<FlagKind>('/flags/kinds') });

/** null: absent, or not this person's to see. */
export const useFlag = (id: string): UseQueryResult<FlagDetail | null, Problem> =>
  useQuery<FlagDetail | null, Problem>({ queryKey: [...FLAGS, 'one', id], queryFn: () => api.find(`/flags/${id}`) });

/** All of one state, for choosing one. */
export const useFlagsIn = (state: FlagState | undefined): UseQueryResult<Flag[], Problem> =>
  useQuery<Flag[], Problem>({
    queryKey: [...FLAGS, 'in', state ?? ''],
    queryFn: () => api.all<Flag>(`/flags?state=${state}`),
    enabled: state !== undefined,
  });

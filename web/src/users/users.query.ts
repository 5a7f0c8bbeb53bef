import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { Coverage, Units, User } from './user-shapes.js';

export const USERS = ['users'] as const;

export const useUser = (id: string): UseQueryResult<User, Problem> =>
  useQuery<User, Problem>({ queryKey: [...USERS, 'one', id], queryFn: () => api.get(`/users/${id}`) });

/** Where a new account may belong. */
export const useUnits = (): UseQueryResult<Units, Problem> =>
  useQuery<Units, Problem>({ queryKey: [...USERS, 'units'], queryFn: () => api.get('/users/units') });

export const useCoverage = (): UseQueryResult<readonly Coverage[], Problem> =>
  useQuery<readonly Coverage[], Problem>({
    queryKey: [...USERS, 'coverage'],
    queryFn: () => api.all<Coverage>('/users/coverage'),
    staleTime: 0,
  });

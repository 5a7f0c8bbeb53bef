import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { AuditHead } from './audit-shapes.js';

export const AUDIT = ['audit'] as const;

const HEAD_EVERY_MS = 15_000;

/** How far the log is sealed; asked again every quarter of a minute. */
export const useAuditHead = (): UseQueryResult<AuditHead, Problem> =>
  useQuery<AuditHead, Problem>({
    queryKey: [...AUDIT, 'head'],
    queryFn: () => api.get('/audit/head'),
    refetchInterval: HEAD_EVERY_MS,
  });

interface Person {
  readonly id: string;
  readonly name: string;
  readonly institution: { readonly name: string } | null;
  readonly department: { readonly title: string } | null;
}

const AN_HOUR = 3_600_000;

/** Names by id: the log itself keeps ids only, so that names can be erased. Empty until they are there. */
export function usePeople(): ReadonlyMap<string, { readonly name: string; readonly unit: string }> {
  const { data } = useQuery({
    queryKey: [...AUDIT, 'people'],
    queryFn: async () =>
      new Map(
        (await api.all<Person>('/users')).map(({ id, name, institution, department }) => [
          id,
          { name, unit: institution?.name ?? department?.title ?? '' },
        ]),
      ),
    staleTime: AN_HOUR,
  });
  return data ?? new Map();
}

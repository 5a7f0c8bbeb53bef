import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { Institution, InstitutionItem } from './institution-shapes.js';

export const INSTITUTIONS = ['institutions'] as const;

/** null: absent, or not this person's to see. */
export const useInstitution = (uscc: string): UseQueryResult<Institution | null, Problem> =>
  useQuery<Institution | null, Problem>({
    queryKey: [...INSTITUTIONS, 'one', uscc],
    queryFn: () => api.find(`/institutions/${encodeURIComponent(uscc)}`),
  });

/** The whole district, for choosing one. */
export const useDistrict = (enabled: boolean): UseQueryResult<InstitutionItem[], Problem> =>
  useQuery<InstitutionItem[], Problem>({
    queryKey: [...INSTITUTIONS, 'district'],
    queryFn: () => api.all<InstitutionItem>('/institutions?register=district'),
    enabled,
  });

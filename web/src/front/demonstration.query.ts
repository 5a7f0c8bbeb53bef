import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { Demonstration } from '../api/shapes.js';

/** null outside the demonstration. */
export const useDemonstration = (): UseQueryResult<Demonstration | null, Problem> =>
  useQuery<Demonstration | null, Problem>({
    queryKey: ['demonstration'],
    queryFn: () => api.find<Demonstration>('/auth/demo'),
  });

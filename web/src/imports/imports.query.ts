import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { api } from '../api/client.js';
import type { ImportPreview } from '../api/filing-shapes.js';
import type { Problem } from '../api/problem.js';

export const importKey = (id: string) => ['import', id] as const;

export const useImport = (id: string): UseQueryResult<ImportPreview, Problem> =>
  useQuery<ImportPreview, Problem>({ queryKey: importKey(id), queryFn: () => api.get(`/imports/${id}`) });

import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { App } from 'antd';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { Preview, UndoOutcome } from './import-shapes.js';

export const importKey = (id: string) => ['import', id] as const;
/** The history of imports. */
export const IMPORTS = ['imports'] as const;

export const useImport = (id: string): UseQueryResult<Preview, Problem> =>
  useQuery<Preview, Problem>({ queryKey: importKey(id), queryFn: () => api.get(`/imports/${id}`) });

/** 撤销: brings the cells back that nobody has changed since. Told by a message; the pages that show them ask again. */
export function useUndo(): UseMutationResult<UndoOutcome, Problem, string> {
  const queries = useQueryClient();
  const { message } = App.useApp();
  return useMutation<UndoOutcome, Problem, string>({
    mutationFn: (id) => api.post(`/imports/${id}/undo`),
    onSuccess: ({ filings }, id) => {
      const sum = (part: 'undone' | 'kept') => filings.reduce((total, filing) => total + filing[part], 0);
      const kept = sum('kept') > 0 ? `；${sum('kept')}格此后有人改过，保持不变` : '';
      void message.success(`已撤销导入，恢复${sum('undone')}格${kept}`);
      for (const { id: filing } of filings) void queries.invalidateQueries({ queryKey: ['filing', filing] });
      for (const key of [importKey(id), IMPORTS, ['filings']]) void queries.invalidateQueries({ queryKey: key });
    },
    onError: (problem) => void message.error(problem.title),
  });
}

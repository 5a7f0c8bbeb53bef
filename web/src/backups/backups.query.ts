import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { api, type Page } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { BackupRun, LastBackup } from './backup-words.js';

export const BACKUPS = ['backups'] as const;

interface Kept {
  /** A server that keeps none answers 404 to everything about them. */
  readonly isKept: boolean;
  /** The last one that went well. */
  readonly last: LastBackup | null;
}

export const useLastBackup = (enabled = true): UseQueryResult<Kept, Problem> =>
  useQuery<Kept, Problem>({
    queryKey: [...BACKUPS, 'last'],
    queryFn: async () => {
      const tried = await api.find<Page<BackupRun>>('/backups?limit=1');
      const hasTried = tried !== null && tried.items.length > 0;
      return { isKept: tried !== null, last: hasTried ? await api.find<LastBackup>('/backups/last') : null };
    },
    enabled,
  });

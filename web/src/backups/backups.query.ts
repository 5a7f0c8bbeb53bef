import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { LastBackup } from './backup-words.js';

export const BACKUPS = ['backups'] as const;

/** The last one that went well; null when there is none. */
export const useLastBackup = (enabled = true): UseQueryResult<LastBackup | null, Problem> =>
  useQuery<LastBackup | null, Problem>({
    queryKey: [...BACKUPS, 'last'],
    queryFn: () => api.find<LastBackup>('/backups/last'),
    enabled,
  });

/** Whether this server keeps backups at all: one that does not answers 404 to the list, too. */
export const useKeepsBackups = (enabled = true): UseQueryResult<boolean, Problem> =>
  useQuery<boolean, Problem>({
    queryKey: [...BACKUPS, 'kept'],
    queryFn: async () => (await api.find('/backups?limit=1')) !== null,
    enabled,
  });

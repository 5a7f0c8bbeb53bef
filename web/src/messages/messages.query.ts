import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';

export const MESSAGES = ['messages'] as const;
const LOOK_EVERY_MS = 30_000;

export interface Message {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly todo: string;
  readonly body: string;
  readonly link: string;
  readonly at: string;
  readonly readAt: string | null;
}

/** How many are unread; looked up every half minute while the page is in view. */
export const useUnread = (isSignedIn: boolean): UseQueryResult<{ count: number }, Problem> =>
  useQuery<{ count: number }, Problem>({
    queryKey: [...MESSAGES, 'unread'],
    queryFn: () => api.get('/notices/unread'),
    refetchInterval: LOOK_EVERY_MS,
    enabled: isSignedIn,
    retry: false,
  });

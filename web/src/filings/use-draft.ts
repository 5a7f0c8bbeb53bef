import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { api } from '../api/client.js';
import type { Filing } from '../api/filing-shapes.js';
import { Draft, type DraftState } from './draft.js';
import { filingKey } from './filings.query.js';

/** The draft of a filing while its page is open: saved as it is typed, and once more when the page is left. */
export function useDraft(filing: Filing): { readonly draft: Draft; readonly state: DraftState } {
  const queries = useQueryClient();
  const { id } = filing;
  const [draft] = useState(
    () =>
      new Draft(filing, {
        send: async (patch) => {
          const answer = await api.patch<Filing>(`/filings/${id}`, patch);
          queries.setQueryData(filingKey(id), answer);
          return answer;
        },
        read: () => api.get<Filing>(`/filings/${id}`),
      }),
  );
  const state = useSyncExternalStore(draft.subscribe, draft.state);
  useEffect(() => draft.adopt(filing, null), [draft, filing]);
  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent): void => {
      if (draft.isUnsent) event.preventDefault();
    };
    const online = (): void => void draft.flush();
    window.addEventListener('beforeunload', leaving);
    window.addEventListener('online', online);
    return () => {
      window.removeEventListener('beforeunload', leaving);
      window.removeEventListener('online', online);
      void draft.flush();
    };
  }, [draft]);
  return { draft, state };
}

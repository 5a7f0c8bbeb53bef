import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Page } from './client.js';
import type { Problem } from './problem.js';

export interface Pages<T> {
  readonly items: readonly T[] | undefined;
  readonly error: Problem | null;
  readonly isPending: boolean;
  readonly isFetching: boolean;
  readonly refetch: () => void;
  /** Counted from 1. */
  readonly number: number;
  /** null at either end of the list. */
  readonly back: (() => void) | null;
  readonly on: (() => void) | null;
}

/** A list page by page. Another `path` (other filters) begins at its first page. */
export function usePages<T>(key: readonly string[], path: string): Pages<T> {
  const [way, setWay] = useState<{ readonly path: string; readonly cursors: readonly string[] }>({ path, cursors: [] });
  const cursors = way.path === path ? way.cursors : [];
  const cursor = cursors.at(-1);
  const address = cursor === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}cursor=${cursor}`;
  const { data, error, isPending, isFetching, refetch } = useQuery<Page<T>, Problem>({
    queryKey: [...key, 'page', address],
    queryFn: () => api.get(address),
    placeholderData: keepPreviousData,
  });
  const next = data?.next ?? null;
  return {
    items: data?.items,
    error,
    isPending,
    isFetching,
    refetch: () => void refetch(),
    number: cursors.length + 1,
    back: cursors.length === 0 ? null : () => setWay({ path, cursors: cursors.slice(0, -1) }),
    on: next === null ? null : () => setWay({ path, cursors: [...cursors, encodeURIComponent(next)] }),
  };
}

/** `/users?q=…` of what is set. */
export function withTerms(path: string, terms: Readonly<Record<string, string>>): string {
  const set = Object.entries(terms).filter(([, value]) => value !== '');
  return set.length === 0 ? path : `${path}?${new URLSearchParams(set).toString()}`;
}

import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { api } from '../api/client.js';
import type { Filing, FilingItem } from '../api/filing-shapes.js';
import type { Problem } from '../api/problem.js';

export interface FilingsWanted {
  readonly state?: string;
  readonly period?: string;
  readonly institution?: string;
}

const addressOf = (wanted: FilingsWanted): string => {
  const terms = Object.entries(wanted).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return terms.length === 0 ? '/filings' : `/filings?${new URLSearchParams(terms).toString()}`;
};

export const useFilings = (wanted: FilingsWanted, enabled = true): UseQueryResult<FilingItem[], Problem> =>
  useQuery<FilingItem[], Problem>({
    queryKey: ['filings', wanted],
    queryFn: () => api.all<FilingItem>(addressOf(wanted)),
    enabled,
  });

interface OpenedPeriod {
  readonly period: string;
}

/** Reporting periods that were opened, newest first. */
export const usePeriods = (): UseQueryResult<OpenedPeriod[], Problem> =>
  useQuery<OpenedPeriod[], Problem>({ queryKey: ['periods'], queryFn: () => api.all<OpenedPeriod>('/periods') });

export const useFiling = (id: string): UseQueryResult<Filing, Problem> =>
  useQuery<Filing, Problem>({ queryKey: ['filing', id], queryFn: () => api.get<Filing>(`/filings/${id}`) });

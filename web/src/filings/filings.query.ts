import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { api } from '../api/client.js';
import type { CellChangeEntry, Filing, FilingContext, FilingItem, FilingSection } from '../api/filing-shapes.js';
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

export const filingKey = (id: string) => ['filing', id] as const;

export const useFiling = (id: string): UseQueryResult<Filing, Problem> =>
  useQuery<Filing, Problem>({ queryKey: filingKey(id), queryFn: () => api.get<Filing>(`/filings/${id}`) });

const NOTHING_BESIDE: FilingContext = { history: {}, accepted: null, sent: null, editions: [], peers: null };

/** What stands beside the cells. Nothing, until it is there. */
export function useFilingContext(id: string): FilingContext {
  const { data } = useQuery<FilingContext, Problem>({
    queryKey: ['filing', id, 'context'],
    queryFn: async () => (await api.find<FilingContext>(`/filings/${id}/context`)) ?? NOTHING_BESIDE,
    staleTime: Infinity,
  });
  return data ?? NOTHING_BESIDE;
}

interface FormShape {
  readonly form: string;
  readonly sections: readonly FilingSection[];
}

/** Sections of a form, for a filing that does not bring its own. */
export function useSections(filing: Filing | undefined): readonly FilingSection[] {
  const { data } = useQuery<FormShape[], Problem>({
    queryKey: ['forms'],
    queryFn: () => api.all<FormShape>('/forms'),
    enabled: filing !== undefined,
    staleTime: Infinity,
  });
  const form = data?.find((each) => each.form === filing?.form);
  const asked = filing?.sections ?? form?.sections ?? [];
  const sums = (title: string) => form?.sections.find((section) => section.title === title)?.sums ?? [];
  return asked
    .map((section) => {
      const metrics = section.metrics.filter((code) => filing?.figures[code] !== undefined);
      const added = (section.sums ?? sums(section.title)).filter((sum) =>
        sum.of.every((code) => metrics.includes(code)),
      );
      return { title: section.title, metrics, sums: added };
    })
    .filter((section) => section.metrics.length > 0);
}

/** Who changed a cell of the draft, newest first. */
export const useCellChanges = (
  id: string,
  metric: string,
  version: number,
): UseQueryResult<CellChangeEntry[], Problem> =>
  useQuery<CellChangeEntry[], Problem>({
    queryKey: ['filing', id, 'changes', metric, version],
    queryFn: async () => {
      const found = await api.find<{ items: CellChangeEntry[] } | CellChangeEntry[]>(
        `/filings/${id}/changes?metric=${metric}`,
      );
      return found === null ? [] : Array.isArray(found) ? found : found.items;
    },
  });

import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { MetricCatalogue } from '../../../src/scoring/types.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { SchemeSummary } from '../api/shapes.js';

export interface SchemeVersion extends SchemeSummary {
  readonly document: string;
}

export const versionsKey = (code: string) => ['scheme', code, 'versions'] as const;

/** All versions of a scheme, rising, each with its text. */
export const useVersions = (code: string): UseQueryResult<SchemeVersion[], Problem> =>
  useQuery<SchemeVersion[], Problem>({
    queryKey: versionsKey(code),
    queryFn: () => api.all(`/schemes/${encodeURIComponent(code)}/versions`),
  });

interface CatalogueMetric {
  readonly code: string;
  readonly title: string;
  readonly unit: string | null;
  readonly kind: string;
}

export interface Catalogue {
  readonly facts: MetricCatalogue;
  readonly titles: ReadonlyMap<string, string>;
}

const AN_HOUR = 3_600_000;

/** The catalogue as the scheme check wants it, with titles for people. */
export const useCatalogue = (): UseQueryResult<Catalogue, Problem> =>
  useQuery<Catalogue, Problem>({
    queryKey: ['metrics', 'facts'],
    queryFn: async () => {
      const metrics = await api.all<CatalogueMetric>('/metrics');
      return {
        facts: Object.fromEntries(
          metrics.map(({ code, kind, unit }) => [
            code,
            { kind: kind === 'stock' || kind === 'flow' ? kind : null, unit },
          ]),
        ),
        titles: new Map(metrics.map(({ code, title, unit }) => [code, unit ? `${title}（${unit}）` : title])),
      };
    },
    staleTime: AN_HOUR,
  });

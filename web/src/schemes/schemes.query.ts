import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { SchemeCheck, SchemeReply, SchemeSummary, SchemeVersion } from '../api/shapes.js';

export const SCHEMES = ['schemes'] as const;

type Named = Pick<SchemeSummary, 'code' | 'version'>;

export const versionAddress = ({ code, version }: Named): string =>
  `/schemes/${encodeURIComponent(code)}/versions/${version}`;
/** The page of a version. */
export const versionPage = ({ code, version }: Named): string => `/schemes/${encodeURIComponent(code)}/${version}`;

export const useSchemes = (): UseQueryResult<SchemeSummary[], Problem> =>
  useQuery<SchemeSummary[], Problem>({ queryKey: SCHEMES, queryFn: () => api.all('/schemes') });

export const useVersions = (code: string): UseQueryResult<SchemeSummary[], Problem> =>
  useQuery<SchemeSummary[], Problem>({
    queryKey: [...SCHEMES, code],
    queryFn: () => api.all(`/schemes/${encodeURIComponent(code)}/versions`),
  });

export const useVersion = (named: Named): UseQueryResult<SchemeVersion, Problem> =>
  useQuery<SchemeVersion, Problem>({
    queryKey: [...SCHEMES, named.code, named.version],
    queryFn: () => api.get(versionAddress(named)),
  });

export const useReplies = (named: Named): UseQueryResult<SchemeReply[], Problem> =>
  useQuery<SchemeReply[], Problem>({
    queryKey: [...SCHEMES, named.code, named.version, 'replies'],
    queryFn: () => api.all(`${versionAddress(named)}/replies`),
  });

export const checkDocument = (document: string): Promise<SchemeCheck> => api.post('/schemes/check', { document });

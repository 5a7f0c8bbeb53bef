import { api } from '../api/client.js';
import type { SchemeSummary } from '../api/shapes.js';
import type { MethodologyView } from './methodology-shapes.js';
import { SCHEMES, versionAddress } from './schemes.query.js';

export const methodologyQuery = (named: Pick<SchemeSummary, 'code' | 'version'>) => ({
  queryKey: [...SCHEMES, named.code, named.version, 'methodology'],
  queryFn: () => api.get<MethodologyView>(`${versionAddress(named)}/methodology`),
});

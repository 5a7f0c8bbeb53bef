import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { api, type Page } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { Evaluation, RankingItem } from '../api/shapes.js';

export interface OwnResult {
  readonly evaluation: Evaluation;
  readonly item: RankingItem;
}

/** Published evaluations in which the reader's institution stands; of a ranking it is told its own row alone. */
async function ownResults(): Promise<OwnResult[]> {
  const evaluations = await api.all<Evaluation>('/evaluations');
  const rows = await Promise.all(
    evaluations.map(({ id }) => api.find<Page<RankingItem>>(`/evaluations/${id}/ranking?limit=1`)),
  );
  return evaluations.flatMap((evaluation, index) => {
    const item = rows[index]?.items[0];
    return item ? [{ evaluation, item }] : [];
  });
}

export const useOwnResults = (): UseQueryResult<OwnResult[], Problem> =>
  useQuery<OwnResult[], Problem>({ queryKey: ['own-results'], queryFn: ownResults });

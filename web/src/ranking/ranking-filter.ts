import type { RankingItem } from '../api/shapes.js';

export interface RankingFilter {
  readonly name: string;
  readonly grade: string;
  readonly move: string;
}

/** Filters live in the address, so that a filtered ranking can be passed on. */
export const filterOf = (address: URLSearchParams): RankingFilter => ({
  name: address.get('name') ?? '',
  grade: address.get('grade') ?? '',
  move: address.get('move') ?? '',
});

/** `up`, `same`, `down`; empty when there is nothing to compare with. */
export function moveOf(item: RankingItem): string {
  if (item.rank === null || item.previousRank === null) return '';
  return item.previousRank === item.rank ? 'same' : item.previousRank > item.rank ? 'up' : 'down';
}

export const passes = (item: RankingItem, filter: RankingFilter): boolean =>
  (filter.name === '' || item.name.includes(filter.name) || item.institution === filter.name) &&
  (filter.grade === '' || item.grade === filter.grade) &&
  (filter.move === '' || moveOf(item) === filter.move);

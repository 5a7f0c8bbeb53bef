import { DomainError } from '../problems/problems.js';

/** Every list: some items and where to go on; `next` null at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface PageRequest {
  readonly limit: number;
  /** Place after which the page begins; null: at the start. One text or number per key of the order. */
  readonly after: readonly (string | number)[] | null;
}

/** What a list's query string may hold, besides its filters. */
export interface PageQuery {
  readonly limit?: string | undefined;
  readonly cursor?: string | undefined;
}

const cursorFault = (): DomainError => new DomainError('CURSOR_INVALID', 422, '翻页标记无效，请从第一页重新开始');

/**
 * Reads `limit` (1–200, default 50) and `cursor`.
 * @param list name of the list and its filters: a cursor of another list is refused
 * @param keys how many keys the list is ordered by
 * @throws LIMIT_INVALID, CURSOR_INVALID
 */
export function pageRequest(query: PageQuery, list: string, keys = 1): PageRequest {
  const limitText = query.limit ?? '50';
  const limit = /^\d{1,4}$/.test(limitText) ? Number.parseInt(limitText, 10) : 0;
  if (limit < 1 || limit > 200) throw new DomainError('LIMIT_INVALID', 422, 'limit 应为 1–200 的整数');
  if (query.cursor === undefined) return { limit, after: null };
  let parsed: unknown;
  try {
    parsed = JSON.parse(decode(query.cursor));
  } catch {
    throw cursorFault();
  }
  if (!Array.isArray(parsed) || parsed.length !== keys + 1 || parsed[0] !== list) throw cursorFault();
  const after = parsed.slice(1) as unknown[];
  if (!after.every((key) => typeof key === 'string' || Number.isSafeInteger(key))) throw cursorFault();
  return { limit, after: after as (string | number)[] };
}

/** Makes a page of `limit + 1` rows: the last one only tells that there is more. */
export function pageOf<T>(
  rows: readonly T[],
  request: PageRequest,
  list: string,
  keys: (row: T) => readonly (string | number)[],
): Page<T> {
  const items = rows.slice(0, request.limit);
  const last = items.at(-1);
  const more = rows.length > request.limit && last !== undefined;
  return { items, next: more ? encode(JSON.stringify([list, ...keys(last as T)])) : null };
}

const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');
const decode = (text: string): string => Buffer.from(text, 'base64url').toString('utf8');

import { Problem, problemOf, unreachable } from './problem.js';

export const API = '/api/v1';

/** Every list of the interface. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

const LARGEST_PAGE = 200;

async function request<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(`${API}${path}`, { credentials: 'same-origin', ...init }).catch(() => {
    throw unreachable();
  });
  if (!response.ok) throw await problemOf(response);
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** 128 random bits in hex; `crypto.randomUUID` is missing on plain HTTP. */
function idempotencyKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** JSON over HTTP with the session cookie. Every call rejects with a {@link Problem}. */
export const api = {
  get: <T>(path: string): Promise<T> => request<T>(path, { headers: { accept: 'application/json' } }),

  /** `get`, but null when the thing is absent. */
  async find<T>(path: string): Promise<T | null> {
    try {
      return await api.get<T>(path);
    } catch (problem) {
      if (problem instanceof Problem && problem.status === 404) return null;
      throw problem;
    }
  },

  /** @param match the version that the act is based on, for what is edited */
  post: <T>(path: string, body: unknown = {}, match?: number): Promise<T> =>
    request<T>(path, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey(),
        ...(match === undefined ? {} : { 'if-match': `"${match}"` }),
      },
      body: JSON.stringify(body),
    }),

  /** Each part carries the version that it was changed from; `match` holds for the whole thing too. */
  patch: <T>(path: string, body: unknown, match?: number): Promise<T> =>
    request<T>(path, {
      method: 'PATCH',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...(match === undefined ? {} : { 'if-match': `"${match}"` }),
      },
      body: JSON.stringify(body),
    }),

  upload: <T>(path: string, form: FormData): Promise<T> =>
    request<T>(path, { method: 'POST', headers: { accept: 'application/json' }, body: form }),

  /** All pages of a list, one after the other. */
  async all<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    const joint = path.includes('?') ? '&' : '?';
    let cursor: string | null = null;
    do {
      const from: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Page<T> = await api.get<Page<T>>(`${path}${joint}limit=${LARGEST_PAGE}${from}`);
      items.push(...page.items);
      cursor = page.next;
    } while (cursor !== null);
    return items;
  },
};

/** As lists show it; the token itself is never shown again. */
export interface Token {
  readonly id: string;
  readonly name: string;
  /** Username of the person for whom it acts. */
  readonly owner: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  readonly usedAt: string | null;
}

/** What may be put into a token: `filing:read`, 填报 查看. */
export interface Scope {
  readonly scope: string;
  readonly title: string;
}

export interface ScopeGroup {
  readonly title: string;
  readonly scopes: readonly Scope[];
}

/** 填报 → 查看, 采纳 …; in the order of the table of rights. */
export function grouped(scopes: readonly Scope[]): ScopeGroup[] {
  const groups = new Map<string, Scope[]>();
  for (const { scope, title } of scopes) {
    const [group = '', ...action] = title.split(' ');
    groups.set(group, [...(groups.get(group) ?? []), { scope, title: action.join(' ') }]);
  }
  return [...groups].map(([title, members]) => ({ title, scopes: members }));
}

/** Reads that anybody with the scope may ask for, to try a token with. */
const TRIES: readonly (readonly [scope: string, path: string])[] = [
  ['filing:read', '/filings?limit=1'],
  ['evaluation:read', '/evaluations?limit=1'],
  ['institution:read', '/institutions?limit=1'],
  ['obligation:read', '/periods?limit=1'],
  ['scheme:read', '/schemes?limit=1'],
  ['catalogue:read', '/metrics?limit=1'],
];

/** Path to try a token of these scopes with; null when they read nothing. */
export const tryPath = (scopes: readonly string[]): string | null =>
  TRIES.find(([scope]) => scopes.includes(scope))?.[1] ?? null;

export const curlLine = (origin: string, path: string, token: string): string =>
  `curl -H 'Authorization: Bearer ${token}' '${origin}/api/v1${path}'`;

/** 有效 · 已过期 · 已吊销. */
export function tokenState(token: Token, now: Date): string {
  if (token.revokedAt !== null) return '已吊销';
  return new Date(token.expiresAt) <= now ? '已过期' : '有效';
}

const DAY_MS = 86_400_000;

/** The days that may end a token: tomorrow … a year from now, in Shanghai, and half a year as what is proposed. */
export function expiryDays(now: Date): { first: string; proposed: string; last: string } {
  const day = (after: number): string =>
    new Date(now.getTime() + after * DAY_MS).toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' });
  return { first: day(1), proposed: day(180), last: day(365) };
}

/** The end of that day in Shanghai: the day itself still counts. */
export const endOf = (day: string): string => `${day}T23:59:59+08:00`;

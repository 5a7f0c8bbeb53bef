import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { Role } from '../../../src/lifecycle/lifecycle.js';
import { api } from './client.js';
import type { Problem } from './problem.js';
import type { Me } from './shapes.js';

export const SESSION = ['session'] as const;

/** Who is signed in; a 401 problem when nobody is. */
export const useSession = (): UseQueryResult<Me, Problem> =>
  useQuery<Me, Problem>({
    queryKey: SESSION,
    queryFn: async () => {
      const me = await api.get<Me>('/auth/me');
      ahead = new Date(me.now).getTime() - Date.now();
      return me;
    },
    staleTime: 60_000,
  });

/** How far the server's clock is before this computer's, in ms. */
let ahead = 0;

/** Now, by the server's clock: whether something is late is not for this computer to say. */
export const serverNow = (): Date => new Date(Date.now() + ahead);

export const holds = (me: Me | undefined, ...roles: readonly Role[]): boolean =>
  me?.roles.some((role) => roles.includes(role)) ?? false;

/** Whether the table of rights lets this person do `action` on `resource`. */
export const may = (me: Me | undefined, resource: string, action: string): boolean =>
  me?.rights[resource]?.includes(action) ?? false;

/** 青禾银行示范支行 填报人 · 区财政局 经办人. */
export const standing = (me: Me): string =>
  [me.institution?.name ?? me.department?.title, me.roleTitles.join('、')].filter(Boolean).join(' ');

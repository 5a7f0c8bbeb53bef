import { rolesFor } from '../identity/rights.js';
import type { Actor, Role } from '../lifecycle/lifecycle.js';

export type UserAction =
  | 'grant'
  | 'end-grant'
  | 'disable'
  | 'enable'
  | 'reset'
  | 'reset-second-factor'
  | 'end-sessions'
  | 'contact'
  | 'erase';

export interface UserFacts {
  readonly id: string;
  readonly institutionId: string | null;
  /** Held now or later. */
  readonly roles: readonly Role[];
  readonly state: 'active' | 'disabled' | 'erased';
}

const RIGHT: Readonly<Record<UserAction, string>> = {
  grant: 'grant',
  'end-grant': 'grant',
  disable: 'disable',
  enable: 'disable',
  reset: 'reset',
  'reset-second-factor': 'reset',
  'end-sessions': 'disable',
  contact: 'contact',
  erase: 'erase',
};

const STATES: Readonly<Record<UserFacts['state'], readonly UserAction[]>> = {
  active: ['grant', 'end-grant', 'disable', 'reset', 'reset-second-factor', 'end-sessions', 'contact'],
  disabled: ['enable', 'erase'],
  erased: [],
};

/** What the actor may do with this account now. Nobody keeps his own; a checker keeps the filers of his institution. */
export function userActions(actor: Actor, user: UserFacts): UserAction[] {
  if (actor.id === user.id) return [];
  const isKeeper = actor.roles.includes('security_admin');
  const isOwnFiler =
    actor.institutionId !== null &&
    user.institutionId === actor.institutionId &&
    user.roles.every((role) => role === 'filer');
  if (!isKeeper && !isOwnFiler) return [];
  return STATES[user.state].filter((action) =>
    rolesFor('user', RIGHT[action]).some((role) => actor.roles.includes(role)),
  );
}

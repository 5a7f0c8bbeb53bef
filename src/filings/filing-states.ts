import { type Actor, lifecycle } from '../lifecycle/lifecycle.js';

export type FilingState = 'draft' | 'internal_review' | 'submitted' | 'under_review' | 'accepted' | 'returned';
export type FilingAction =
  | 'edit'
  | 'pass'
  | 'submit'
  | 'withdraw'
  | 'claim'
  | 'release'
  | 'return'
  | 'accept'
  | 'amend';

/** What the guards look at. */
export interface FilingFacts {
  /** Who typed or imported the figures last. */
  readonly filledBy: string | null;
  readonly claimedBy: string | null;
}

const makerIsNotChecker = (actor: Actor, filing: FilingFacts): string | null =>
  filing.filledBy === actor.id ? '填报人不得复核自己填报的报表' : null;

const onlyTheClaimer = (actor: Actor, filing: FilingFacts): string | null =>
  filing.claimedBy === actor.id ? null : '此报表已由其他审核员领取';

/** The life of a filing (design 7). Overdue, on time and complete are derived, not states. */
export const filingStates = lifecycle<FilingState, FilingAction, FilingFacts>('FILING', [
  { from: 'draft', action: 'edit', to: 'draft', roles: ['filer'] },
  { from: 'returned', action: 'edit', to: 'draft', roles: ['filer'] },
  { from: 'draft', action: 'pass', to: 'internal_review', roles: ['filer'] },
  { from: 'internal_review', action: 'return', to: 'draft', roles: ['checker'], reason: true },
  { from: 'draft', action: 'submit', to: 'submitted', roles: ['checker'], guard: makerIsNotChecker },
  { from: 'internal_review', action: 'submit', to: 'submitted', roles: ['checker'], guard: makerIsNotChecker },
  { from: 'submitted', action: 'withdraw', to: 'draft', roles: ['checker'] },
  { from: 'submitted', action: 'claim', to: 'under_review', roles: ['reviewer'] },
  { from: 'under_review', action: 'release', to: 'submitted', roles: ['reviewer'], guard: onlyTheClaimer },
  { from: 'under_review', action: 'accept', to: 'accepted', roles: ['reviewer'], guard: onlyTheClaimer },
  { from: 'under_review', action: 'return', to: 'returned', roles: ['reviewer'], reason: true, guard: onlyTheClaimer },
  { from: 'accepted', action: 'amend', to: 'draft', roles: ['checker', 'reviewer'], reason: true },
]);

import { type Actor, lifecycle } from '../lifecycle/lifecycle.js';

export type FilingState =
  | 'draft'
  | 'internal_review'
  | 'submitted'
  | 'under_review'
  | 'accepted'
  | 'returned'
  | 'amendment_requested';
export type FilingAction =
  | 'edit'
  | 'pass'
  | 'submit'
  | 'receive'
  | 'withdraw'
  | 'claim'
  | 'release'
  | 'return'
  | 'accept'
  | 'confirm'
  | 'decline'
  | 'amend'
  | 'approve_amendment'
  | 'refuse_amendment'
  | 'set_aside';

/** What the guards look at. */
export interface FilingFacts {
  /** Who typed or imported the figures last. */
  readonly filledBy: string | null;
  readonly claimedBy: string | null;
  /** The reviewer who accepted it first, while a second person is waited for (待确认). */
  readonly firstAcceptedBy?: string | null;
  /** The officer who received the workbook that was submitted; null: somebody signed in. */
  readonly receivedBy?: string | null;
  /** A waiver for a one-person office is in force: who fills may sign. */
  readonly waiver?: boolean;
}

const makerIsNotChecker = (actor: Actor, filing: FilingFacts): string | null =>
  filing.filledBy === actor.id && !filing.waiver ? '填报人不得复核自己填报的报表' : null;

const onlyTheClaimer = (actor: Actor, filing: FilingFacts): string | null => {
  if (filing.claimedBy !== actor.id) return '此报表已由其他审核员领取';
  return filing.firstAcceptedBy ? '此报表已采纳，待经办人确认' : null;
};

/** 收表: whoever took the figures over from a workbook does not accept them. */
export const receiverIsNotAcceptor = (actor: Actor, filing: FilingFacts): string | null =>
  filing.receivedBy === actor.id ? '收表人不得采纳自己收下的报表，请由另一人采纳' : null;

const anotherClaimer = (actor: Actor, filing: FilingFacts): string | null =>
  onlyTheClaimer(actor, filing) ?? receiverIsNotAcceptor(actor, filing);

const aSecondPerson = (actor: Actor, filing: FilingFacts): string | null => {
  if (!filing.firstAcceptedBy) return '此报表不在待确认之列';
  return filing.firstAcceptedBy === actor.id ? '采纳人不得自己确认' : null;
};

/** The life of a filing (design 7). Overdue, on time, complete and 待确认 are marks, not states. */
export const filingStates = lifecycle<FilingState, FilingAction, FilingFacts>('FILING', [
  { from: 'draft', action: 'edit', to: 'draft', roles: ['filer', 'department_editor'] },
  { from: 'returned', action: 'edit', to: 'draft', roles: ['filer', 'department_editor'] },
  { from: 'draft', action: 'pass', to: 'internal_review', roles: ['filer', 'department_editor'] },
  { from: 'internal_review', action: 'return', to: 'draft', roles: ['checker', 'department_approver'], reason: true },
  {
    from: 'draft',
    action: 'submit',
    to: 'submitted',
    roles: ['checker', 'department_approver'],
    guard: makerIsNotChecker,
  },
  {
    from: 'internal_review',
    action: 'submit',
    to: 'submitted',
    roles: ['checker', 'department_approver'],
    guard: makerIsNotChecker,
  },
  // 收表: what an institution sent as a workbook, with the officer as receiver.
  { from: 'draft', action: 'receive', to: 'submitted', roles: ['officer'] },
  { from: 'internal_review', action: 'receive', to: 'submitted', roles: ['officer'] },
  { from: 'returned', action: 'receive', to: 'submitted', roles: ['officer'] },
  { from: 'submitted', action: 'withdraw', to: 'draft', roles: ['checker', 'department_approver'] },
  { from: 'submitted', action: 'claim', to: 'under_review', roles: ['reviewer'] },
  { from: 'under_review', action: 'release', to: 'submitted', roles: ['reviewer'], guard: onlyTheClaimer },
  { from: 'under_review', action: 'accept', to: 'accepted', roles: ['reviewer'], guard: anotherClaimer },
  { from: 'under_review', action: 'return', to: 'returned', roles: ['reviewer'], reason: true, guard: onlyTheClaimer },
  { from: 'under_review', action: 'confirm', to: 'accepted', roles: ['officer'], guard: aSecondPerson },
  {
    from: 'under_review',
    action: 'decline',
    to: 'under_review',
    roles: ['officer'],
    reason: true,
    guard: aSecondPerson,
  },
  // The bureau requires an amendment, the institution asks for one.
  { from: 'accepted', action: 'amend', to: 'draft', roles: ['reviewer'], reason: true },
  {
    from: 'accepted',
    action: 'amend',
    to: 'amendment_requested',
    roles: ['checker', 'department_approver'],
    reason: true,
  },
  { from: 'amendment_requested', action: 'approve_amendment', to: 'draft', roles: ['officer'] },
  { from: 'amendment_requested', action: 'refuse_amendment', to: 'accepted', roles: ['officer'], reason: true },
  { from: 'accepted', action: 'set_aside', to: 'accepted', roles: ['officer'], reason: true },
]);

/** As people call them (ux.md 5). */
export const FILING_STATE_TITLES: Readonly<Record<FilingState, string>> = {
  draft: '草稿',
  internal_review: '待复核',
  submitted: '已提交',
  under_review: '审核中',
  accepted: '已采纳',
  returned: '已退回',
  amendment_requested: '更正中',
};

import { dayTitle } from '../calendar/day.js';
import { firstDay, lastDay, periodTitle } from '../calendar/period.js';
import { type Actor, lifecycle, type Transition } from '../lifecycle/lifecycle.js';
import type { Violation } from '../problems/problems.js';

export type SchemeState = 'draft' | 'consultation' | 'reviewed' | 'issued' | 'retired';
export type SchemeAction = 'consult' | 'review' | 'issue' | 'retire';

export interface SchemeFacts {
  readonly createdBy: string;
  /** Today in Shanghai. */
  readonly today: string;
  /** Last day of the consultation; null: none was held. */
  readonly closesOn: string | null;
  /** Replies about which nothing has been decided. */
  readonly unsettled: number;
}

/** 审定: by somebody who did not draft it, after the consultation, if one was opened, is over and answered. */
function mayReview(actor: Actor, { createdBy, today, closesOn, unsettled }: SchemeFacts): string | null {
  if (createdBy === actor.id) return '起草人不得审定自己的方案';
  if (closesOn !== null && today <= closesOn) return `征求意见到 ${dayTitle(closesOn)} 止，期满后才能审定`;
  return unsettled > 0 ? `还有 ${unsettled} 条意见未写明是否采纳` : null;
}

type Row = Transition<SchemeState, SchemeAction, SchemeFacts>;
const retiring = (from: SchemeState): Row => ({
  from,
  action: 'retire',
  to: 'retired',
  roles: ['officer'],
  reason: true,
});

/** The life of a scheme's version (design 7). Whether an issued one is in effect follows from its dates. */
export const schemeStates = lifecycle<SchemeState, SchemeAction, SchemeFacts>('SCHEME', [
  { from: 'draft', action: 'consult', to: 'consultation', roles: ['officer'] },
  { from: 'draft', action: 'review', to: 'reviewed', roles: ['officer'], guard: mayReview },
  { from: 'consultation', action: 'review', to: 'reviewed', roles: ['officer'], guard: mayReview },
  { from: 'reviewed', action: 'issue', to: 'issued', roles: ['officer'] },
  retiring('draft'),
  retiring('consultation'),
  retiring('reviewed'),
  retiring('issued'),
]);

/** Nobody but the author has answered for it, or nobody does any longer: what it yields is 试算. */
export const yieldsTrial = (state: SchemeState): boolean => state !== 'reviewed' && state !== 'issued';

/** From when to when an issued version holds; days, both included. `to` null: open. */
export interface Effect {
  readonly documentNumber: string | null;
  readonly effectiveFrom: string | null;
  readonly effectiveTo: string | null;
}

export type Standing = 'none' | 'to_come' | 'in_effect' | 'over';

/** Whether an issued version is in effect on a day. */
export function standingOf(state: SchemeState, effect: Effect, today: string): Standing {
  if (state !== 'issued' || effect.effectiveFrom === null) return 'none';
  if (today < effect.effectiveFrom) return 'to_come';
  return effect.effectiveTo !== null && today > effect.effectiveTo ? 'over' : 'in_effect';
}

const TRIAL_WHY: Readonly<Record<SchemeState, string>> = {
  draft: '方案是草稿，尚未由另一名经办人审定；本次为试算，不得公布',
  consultation: '方案正在征求意见，尚未审定；本次为试算，不得公布',
  reviewed: '',
  issued: '',
  retired: '方案已废止；本次为试算，不得公布',
};

/**
 * What an evaluation of `period` by a version in this state should know before it starts, and print with its result:
 * whoever is evaluated must have been able to know the rules when the period began.
 * @throws PERIOD_INVALID
 */
export function effectWarnings(
  state: SchemeState,
  { effectiveFrom: from, effectiveTo: to }: Effect,
  period: string,
  today: string,
): readonly Violation[] {
  const warn = (path: string, rule: string, found: string, expected: string, message: string): Violation => ({
    path,
    rule,
    found,
    expected,
    message,
  });
  const [first, last, name] = [firstDay(period), lastDay(period), periodTitle(period)];
  const warnings: Violation[] = [];
  if (yieldsTrial(state)) warnings.push(warn('state', 'scheme-trial', state, 'reviewed | issued', TRIAL_WHY[state]));
  if (state === 'reviewed')
    warnings.push(
      warn('effectiveFrom', 'scheme-not-issued', '', '文号和施行日期', '方案已审定但尚未发布施行，没有文号和施行日期'),
    );
  if (from !== null && from > first)
    warnings.push(
      warn(
        'effectiveFrom',
        'scheme-late',
        from,
        `≤ ${first}`,
        from > last
          ? `方案自 ${dayTitle(from)} 起施行，${name}此时已经结束：被评机构在评价期内不知道这套办法`
          : `方案自 ${dayTitle(from)} 起施行，${name}自 ${dayTitle(first)} 起：评价期开始后才施行`,
      ),
    );
  if (from !== null && from > today)
    warnings.push(warn('effectiveFrom', 'scheme-to-come', from, `≤ ${today}`, `方案到 ${dayTitle(from)} 才施行`));
  if (to !== null && to < last)
    warnings.push(
      warn(
        'effectiveTo',
        'scheme-over',
        to,
        `≥ ${last}`,
        to < first
          ? `方案施行到 ${dayTitle(to)} 止，${name}开始时已不再施行`
          : `方案施行到 ${dayTitle(to)} 止，${name}还没有结束`,
      ),
    );
  return warnings;
}

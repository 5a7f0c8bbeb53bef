import { type Actor, lifecycle } from '../lifecycle/lifecycle.js';

export type EvaluationState =
  | 'draft'
  | 'queued'
  | 'running'
  | 'computed'
  | 'verified'
  | 'provisional'
  | 'final'
  | 'superseded'
  | 'annulled'
  | 'failed'
  | 'cancelled';
export type EvaluationAction = 'requeue' | 'cancel' | 'verify' | 'publish' | 'finalise' | 'annul';

export interface EvaluationFacts {
  readonly startedBy: string;
  /** Whether it stands for the district; a demonstration of published figures is never official. */
  readonly isOfficial: boolean;
  /** 试算 by a scheme that nobody else has reviewed, or that is retired. */
  readonly isTrial: boolean;
}

const anotherPerson = (actor: Actor, evaluation: EvaluationFacts): string | null =>
  evaluation.startedBy === actor.id ? '发起人不得核验自己发起的评价' : null;

const official = (_: Actor, evaluation: EvaluationFacts): string | null => {
  if (!evaluation.isOfficial) return '公开数据方法演示不是正式评价，不得公布';
  return evaluation.isTrial ? '启动时方案未经审定或已废止，本次为试算，不得公布' : null;
};

/** The life of an evaluation (design 7). */
export const evaluationStates = lifecycle<EvaluationState, EvaluationAction, EvaluationFacts>('EVALUATION', [
  { from: 'failed', action: 'requeue', to: 'queued', roles: ['officer'] },
  { from: 'queued', action: 'cancel', to: 'cancelled', roles: ['officer'] },
  { from: 'running', action: 'cancel', to: 'cancelled', roles: ['officer'] },
  { from: 'computed', action: 'verify', to: 'verified', roles: ['verifier'], guard: anotherPerson },
  { from: 'verified', action: 'publish', to: 'provisional', roles: ['officer'], guard: official },
  { from: 'provisional', action: 'finalise', to: 'final', roles: ['leader'] },
  { from: 'provisional', action: 'annul', to: 'annulled', roles: ['leader'], reason: true },
  { from: 'final', action: 'annul', to: 'annulled', roles: ['leader'], reason: true },
]);

/** What an institution may see: its result is told when it is published, not before. */
export const PUBLISHED: readonly EvaluationState[] = ['provisional', 'final', 'superseded'];

/** There is a ranking to look at. */
export const COMPUTED: readonly EvaluationState[] = ['computed', 'verified', ...PUBLISHED, 'annulled'];

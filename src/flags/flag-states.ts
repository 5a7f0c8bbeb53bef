import { type Actor, lifecycle } from '../lifecycle/lifecycle.js';

export const FLAG_STATES = ['entered', 'confirmed', 'withdrawn'] as const;
export type FlagState = (typeof FLAG_STATES)[number];
export type FlagAction = 'confirm' | 'withdraw';

/** What a step looks at. */
export interface FlagFacts {
  readonly department: string;
  readonly enteredBy: string;
}

export const BUREAU = 'finance_bureau';

const isOthers = (actor: Actor, { enteredBy }: FlagFacts): string | null =>
  actor.id === enteredBy ? '登记人不得确认自己登记的事项' : null;
const isOfDepartment = (actor: Actor, { department }: FlagFacts): string | null =>
  actor.department === department ? null : '只办理本部门的事项';
const isBureaus = (_: Actor, { department }: FlagFacts): string | null =>
  department === BUREAU ? null : '部门的事项由该部门审批人确认；以纸质文件办理的，请登记代录';

/**
 * entered → confirmed → withdrawn. Only a confirmed flag counts. A department's is confirmed by its approver, the
 * bureau's own by another of the bureau's people; on paper both are done through 代录, as that approver.
 */
export const flagStates = lifecycle<FlagState, FlagAction, FlagFacts>('FLAG', [
  {
    from: 'entered',
    action: 'confirm',
    to: 'confirmed',
    roles: ['department_approver'],
    guard: (actor, flag) => isOfDepartment(actor, flag) ?? isOthers(actor, flag),
  },
  {
    from: 'entered',
    action: 'confirm',
    to: 'confirmed',
    roles: ['officer', 'verifier'],
    guard: (actor, flag) => isBureaus(actor, flag) ?? isOthers(actor, flag),
  },
  // Before it is confirmed it has harmed nobody: whoever entered it, or the department, takes it back.
  {
    from: 'entered',
    action: 'withdraw',
    to: 'withdrawn',
    roles: ['department_editor', 'department_approver'],
    reason: true,
    guard: isOfDepartment,
  },
  {
    from: 'entered',
    action: 'withdraw',
    to: 'withdrawn',
    roles: ['officer'],
    reason: true,
    guard: (actor, flag) => (actor.id === flag.enteredBy ? null : isBureaus(actor, flag)),
  },
  {
    from: 'confirmed',
    action: 'withdraw',
    to: 'withdrawn',
    roles: ['department_approver'],
    reason: true,
    guard: isOfDepartment,
  },
  {
    from: 'confirmed',
    action: 'withdraw',
    to: 'withdrawn',
    roles: ['officer', 'verifier'],
    reason: true,
    // The one who set a consequence does not lift it alone.
    guard: (actor, flag) =>
      isBureaus(actor, flag) ?? (actor.id === flag.enteredBy ? '登记人不得自己撤回已确认的事项' : null),
  },
]);

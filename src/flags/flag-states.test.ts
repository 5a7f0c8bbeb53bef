import type { Actor, Role } from '../lifecycle/lifecycle.js';
import { flagStates } from './flag-states.js';

const actor = (id: string, role: Role, department: string | null): Actor => ({
  id,
  username: id,
  name: id,
  roles: [role],
  institutionId: null,
  department,
});
const ecologys = { department: 'ecology', enteredBy: 'editor' };
const bureaus = { department: 'finance_bureau', enteredBy: 'officer' };

it.each([
  [
    'approver of the department',
    actor('approver', 'department_approver', 'ecology'),
    ecologys,
    ['confirm', 'withdraw'],
  ],
  ['its editor', actor('editor', 'department_editor', 'ecology'), ecologys, ['withdraw']],
  ['approver of another department', actor('other', 'department_approver', 'economy'), ecologys, []],
  ['approver who entered it himself', actor('editor', 'department_approver', 'ecology'), ecologys, ['withdraw']],
  ['an officer, of a department’s', actor('officer', 'officer', 'finance_bureau'), ecologys, []],
  ['an officer, of his own', actor('officer', 'officer', 'finance_bureau'), bureaus, ['withdraw']],
  ['a verifier, of the bureau’s', actor('verifier', 'verifier', 'finance_bureau'), bureaus, ['confirm']],
])('entered: %s', (_, by, flag, expected) => expect(flagStates.actions('entered', by, flag)).toEqual(expected));

it('a confirmed flag is withdrawn with a reason by whoever answers for it, and not by the one who entered it', () => {
  const approver = actor('approver', 'department_approver', 'ecology');
  expect(() => flagStates.next('confirmed', 'withdraw', approver, ecologys)).toThrow('须填写理由');
  expect(flagStates.next('confirmed', 'withdraw', approver, ecologys, '处罚撤销')).toBe('withdrawn');
  expect(flagStates.actions('confirmed', actor('officer', 'officer', 'finance_bureau'), bureaus)).toEqual([]);
  expect(flagStates.actions('withdrawn', approver, ecologys)).toEqual([]);
});

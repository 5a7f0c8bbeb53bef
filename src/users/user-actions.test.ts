import type { Actor, Role } from '../lifecycle/lifecycle.js';
import { userActions } from './user-actions.js';

const who = (roles: Role[], institutionId: string | null = null): Actor => ({
  id: 'me',
  username: 'me',
  name: '我',
  roles,
  institutionId,
  department: null,
});
const user = (roles: Role[], institutionId: string | null = null) =>
  ({ id: 'you', institutionId, roles, state: 'active' }) as const;
const OF_A_FILER = ['disable', 'reset', 'reset-second-factor', 'end-sessions'];

it('a checker keeps the filers of the own institution, nobody else', () => {
  const checker = who(['checker'], 'a');
  expect(userActions(checker, user(['filer'], 'a'))).toEqual(OF_A_FILER);
  expect(userActions(checker, user(['filer'], 'b'))).toEqual([]);
  expect(userActions(checker, user(['checker'], 'a'))).toEqual([]);
  expect(userActions(checker, user(['filer', 'checker'], 'a'))).toEqual([]);
  expect(userActions(checker, user(['officer']))).toEqual([]);
});

it('the security administrator keeps all but himself, and an auditor none', () => {
  expect(userActions(who(['security_admin']), user(['checker'], 'a'))).toEqual(
    expect.arrayContaining(['grant', 'contact']),
  );
  expect(userActions(who(['security_admin']), { ...user(['security_admin']), id: 'me' })).toEqual([]);
  expect(userActions(who(['auditor']), user(['filer'], 'a'))).toEqual([]);
});

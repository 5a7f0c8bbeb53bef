import { expect, it } from '@jest/globals';
import { nextPath, providerProblem, type Step, stepAfter } from './sign-in-steps.js';

it.each<[string, Step, Step]>([
  ['SIGN_IN_FAILED', 'password', 'password'],
  ['CODE_NEEDED', 'password', 'code'],
  ['CODE_WRONG', 'code', 'code'],
  ['CODE_WRONG', 'enrol', 'enrol'],
  ['SIGN_IN_LOCKED', 'code', 'code'],
  ['SIGN_IN_FAILED', 'code', 'password'], // the password was changed meanwhile
  ['PASSWORD_TO_SET', 'password', 'choose'],
  ['CODE_NEEDED', 'choose', 'code'], // the new password is set, the second factor is still to come
  ['SECOND_FACTOR_TO_SET', 'choose', 'enrol'],
  ['UNREACHABLE', 'choose', 'password'], // the password is set: the old one would be refused
  ['SECOND_FACTOR_TO_SET', 'password', 'enrol'],
  ['NO_GRANT', 'code', 'password'],
])('%s at %s leads to %s', (code, step, expected) => expect(stepAfter(code, step)).toBe(expected));

it.each([
  ['/filings?state=draft', '/filings?state=draft'],
  [null, '/home'],
  ['//elsewhere.example', '/home'],
  ['/\\elsewhere.example', '/home'],
  ['https://elsewhere.example', '/home'],
])('after signing in, %s leads to %s', (asked, expected) => expect(nextPath(asked)).toBe(expected));

it('a reason that is not known still says what to do', () => {
  expect(providerProblem('OIDC_UNKNOWN')).toContain('安全管理员');
  expect(providerProblem('<script>')).toBe('统一认证没有通过，请重试或联系安全管理员。');
});

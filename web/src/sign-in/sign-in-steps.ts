/** What the page asks for: name and password, a code, a password of one's own, a second factor to be set up. */
export type Step = 'password' | 'code' | 'choose' | 'enrol';

/** Where a refusal leads. A wrong code is asked for again in place; whatever else fails begins at the password. */
export function stepAfter(code: string, step: Step): Step {
  switch (code) {
    case 'CODE_NEEDED':
      return 'code';
    case 'PASSWORD_TO_SET':
      return 'choose';
    case 'SECOND_FACTOR_TO_SET':
      return 'enrol';
    case 'SIGN_IN_FAILED':
    case 'NO_GRANT':
      return 'password';
    default:
      return step === 'choose' ? 'password' : step;
  }
}

/** Where to go after signing in: a path of ours, never another site. */
export const nextPath = (asked: string | null): string => (asked && /^\/(?![/\\])/.test(asked) ? asked : '/home');

const PROVIDER_PROBLEMS: Readonly<Record<string, string>> = {
  OIDC_REFUSED: '统一认证没有通过，请重试；也可以用本系统的用户名和口令登录。',
  OIDC_UNKNOWN: '此统一认证账号还没有对应的用户，请联系安全管理员。',
  OIDC_WEAK: '此角色须以多因素方式通过统一认证；也可以用本系统的口令和动态口令登录。',
  OIDC_AWAY: '统一认证暂时无法连接，请稍后重试；也可以用本系统的用户名和口令登录。',
  NO_GRANT: '账号目前没有角色，请联系安全管理员。',
};

/** Why a sign-in by the provider of the house was refused. */
export const providerProblem = (code: string): string =>
  PROVIDER_PROBLEMS[code] ?? '统一认证没有通过，请重试或联系安全管理员。';

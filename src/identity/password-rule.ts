import type { Violation } from '../problems/problems.js';

export interface PasswordRule {
  /** `dengbao3` adds what GB/T 22239-2019 8.1.4.1 a asks for and ASVS 5 6.2.5 forbids: the installation decides. */
  readonly profile: 'asvs' | 'dengbao3';
  /** Lower case. */
  readonly common: ReadonlySet<string>;
}

export const passwordRuleInWords = (profile: PasswordRule['profile']): string =>
  profile === 'asvs'
    ? '12–128 个字符，可用任何字符，不要求组合；不得是常见口令或包含用户名'
    : '12–128 个字符，至少含大写字母、小写字母、数字、符号中的三类；不得是常见口令或包含用户名；每 90 天更换';

const SHORTEST = 12;
const LONGEST = 128;
const CLASSES = [/\p{Lu}/u, /\p{Ll}/u, /\p{Nd}/u, /[^\p{L}\p{N}\s]/u];

/** What speaks against a password, in characters as people count them; the password itself is never repeated. */
export function passwordFaults(password: string, username: string, rule: PasswordRule): Violation[] {
  const faults: Violation[] = [];
  const fault = (rule: string, found: string, expected: string, message: string): void => {
    faults.push({ path: 'newPassword', rule, found, expected, message });
  };
  const length = [...password].length;
  if (length < SHORTEST || length > LONGEST)
    fault(
      'length',
      `${length} 个字符`,
      `${SHORTEST}–${LONGEST} 个字符`,
      `口令应为 ${SHORTEST}–${LONGEST} 个字符，现为 ${length} 个`,
    );
  const lower = password.normalize('NFKC').toLowerCase();
  if (isCommon(lower, rule.common)) fault('common', '常见口令', '不易猜到的口令', '此口令在常见口令之列，请换一个');
  const name = username.toLowerCase();
  if (name.length >= 4 && lower.includes(name)) fault('username', '包含用户名', '不含用户名', '口令不得包含用户名');
  const classes = CLASSES.filter((each) => each.test(password)).length;
  if (rule.profile === 'dengbao3' && classes < 3)
    fault('classes', `${classes} 类字符`, '至少 3 类字符', '口令应至少含大写字母、小写字母、数字、符号中的三类');
  return faults;
}

/** In the list; in it once figures and signs at both ends are off; one short piece again and again; a mere sequence. */
function isCommon(lower: string, common: ReadonlySet<string>): boolean {
  const core = lower.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  return common.has(lower) || common.has(core) || /^(.{1,4})\1+.?.?.?$/u.test(lower) || isSequence(lower);
}

function isSequence(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) as number);
  return [1, -1].some((step) => {
    const breaks = codes.slice(1).filter((code, i) => code - (codes[i] as number) !== step).length;
    return breaks <= Math.floor(codes.length / 10); // 1234567890 goes on with 0 or 1
  });
}

import { passwordFaults } from './password-rule.js';

const common = new Set(['password', 'qwertyuiop', 'iloveyou', 'administrator']);
const rules = (password: string, profile: 'asvs' | 'dengbao3' = 'asvs', username = 'wang.li'): string[] =>
  passwordFaults(password, username, { profile, common }).map((fault) => fault.rule);

it.each([
  ['绿水青山就是金山银山啊啊', []],
  ['correct horse battery', []],
  ['a'.repeat(11), ['length', 'common']],
  ['short1!', ['length']],
  [`${'long enough '.repeat(11)}`, ['length', 'common'].slice(0, 1)],
  ['password1234', ['common']],
  ['!!Password!!2026', ['common']],
  ['ＰＡＳＳＷＯＲＤ１２３４', ['common']],
  ['123456789012', ['common']],
  ['abcdefghijklm', ['common']],
  ['abcabcabcabc', ['common']],
  ['xWang.Li-2026-x', ['username']],
])('%s: %j', (password, expected) => {
  expect(rules(password)).toEqual(expected);
});

it('twelve characters are counted as people count them', () => {
  expect(rules('𠮷野家の牛丼は旨いなあ！')).toEqual([]);
  expect(rules('𠮷野家の牛丼は旨いなあ')).toEqual(['length']);
});

it('the other profile asks for three classes besides', () => {
  expect(rules('correct horse battery', 'dengbao3')).toEqual(['classes']);
  expect(rules('Correct horse battery 9', 'dengbao3')).toEqual([]);
});

it('never repeats the password', () => {
  const [fault] = passwordFaults('geheim', 'w', { profile: 'asvs', common });
  expect(JSON.stringify(fault)).not.toContain('geheim');
});

import { mailText, messageId, oneLine } from './mail-text.js';

it.each([
  ['第三季度\r\nBcc: all@example.org', '第三季度 Bcc: all@example.org', 'a second header'],
  ['甲\u0000乙\u2028丙', '甲 乙 丙', 'other ends of a line'],
  ['甲\u202E乙', '甲 乙', 'a turned direction of reading'],
  ['  两端  有空格 ', '两端 有空格', 'spaces'],
])('%j → %s: %s', (text, expected) => expect(oneLine(text)).toBe(expected));

it('title, what to do, where; nothing else', () => {
  const { subject, text } = mailText(
    { title: '2026年第三季度《表》已退回', todo: '请修改后重新提交。', link: '/filings/1' },
    'https://lvping.example',
  );
  expect(subject).toBe('【绿评】2026年第三季度《表》已退回');
  expect(text.split('\n').slice(0, 3)).toEqual([
    '2026年第三季度《表》已退回。',
    '请修改后重新提交。',
    '请登录办理：https://lvping.example/filings/1',
  ]);
});

it('an attempt repeated carries the same id', () => {
  expect(messageId('a-b', 'lvping@example.gov.cn')).toBe('<notice-a-b@example.gov.cn>');
});

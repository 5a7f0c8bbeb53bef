import { dailyName, isDue, isLeftOver, outdated } from './daily.js';

const at = (text: string): Date => new Date(text);

it.each([
  ['2026-10-20T10:00:00+08:00', null, null, true, 'there never was one'],
  ['2026-10-20T01:59:59+08:00', '2026-10-19T02:00:05+08:00', null, false, '02:00 has not been struck since'],
  ['2026-10-20T02:00:00+08:00', '2026-10-19T02:00:05+08:00', null, true, 'it is 02:00'],
  ['2026-10-20T02:00:06+08:00', '2026-10-20T02:00:05+08:00', null, false, 'it has just been made'],
  ['2026-10-20T23:59:59+08:00', '2026-10-20T02:00:05+08:00', null, false, 'today has one'],
  ['2026-10-20T09:00:00+08:00', '2026-10-19T15:00:00+08:00', null, true, 'yesterday afternoon was before 02:00'],
  ['2026-10-20T01:00:00+08:00', '2026-10-18T12:00:00+08:00', null, true, 'the machine was off for a day'],
  [
    '2026-10-20T02:59:00+08:00',
    '2026-10-19T02:00:05+08:00',
    '2026-10-20T02:00:00+08:00',
    false,
    'failed within the hour',
  ],
  ['2026-10-20T03:00:00+08:00', '2026-10-19T02:00:05+08:00', '2026-10-20T02:00:00+08:00', true, 'the hour is over'],
  ['2026-10-20T02:30:00+08:00', null, '2026-10-20T02:00:00+08:00', false, 'the first one failed within the hour'],
])('%s, last %s, failed %s: %s, %s', (now, done, failed, expected, _purpose) => {
  expect(isDue(at(now), { done: done === null ? null : at(done), failed: failed === null ? null : at(failed) })).toBe(
    expected,
  );
});

it('is called after the wall clock of Shanghai', () =>
  expect(dailyName(at('2026-10-19T18:00:01.999Z'))).toBe('greenrank-20261020-020001.backup'));

it('keeps the newest, and what is called otherwise', () => {
  const names = ['20261020-020001', '20261018-020001', '20261019-020001'].map((time) => `greenrank-${time}.backup`);
  expect(outdated([...names, 'greenrank-before-the-move.backup', 'notes.txt'], 2)).toEqual([
    'greenrank-20261018-020001.backup',
  ]);
  expect(outdated(names, 3)).toEqual([]);
});

it('knows what a killed run left behind', () => {
  expect(isLeftOver('greenrank-20261018-020001.backup.partial')).toBe(true);
  expect(isLeftOver('greenrank-20261018-020001.backup')).toBe(false);
  expect(isLeftOver('thesis.partial')).toBe(false);
});

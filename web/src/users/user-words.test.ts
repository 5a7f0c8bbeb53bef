import { expect, it } from '@jest/globals';
import type { Coverage, Grant, Slip, User } from './user-shapes.js';
import {
  gapsFirst,
  grantWords,
  hindrance,
  lastDay,
  peopleWords,
  placeOf,
  rolesOffered,
  sheets,
  urgency,
} from './user-words.js';

const NOW = new Date('2026-11-24T02:00:00Z');
const grant: Grant = { role: 'officer', title: '经办人', from: '2019-12-31T16:00:00Z', to: null };

it.each([
  ['2027-12-31T16:00:00Z', '2027-12-31', 'the last day counts whole'],
  ['2027-06-01T04:30:00Z', '2027-06-01', 'ended during that day'],
])('%s → %s: %s', (to, day) => expect(lastDay(to)).toBe(day));

it.each([
  [{}, '经办人'],
  [{ to: '2027-12-31T16:00:00Z' }, '经办人（至 2027-12-31）'],
  [{ from: '2026-12-31T16:00:00Z', to: '2027-12-31T16:00:00Z' }, '经办人（2027-01-01 起，至 2027-12-31）'],
])('a grant %j is said as %s', (change, words) => expect(grantWords({ ...grant, ...change }, NOW)).toBe(words));

const user: User = {
  id: 'u',
  username: 'u',
  name: '某',
  institution: null,
  department: null,
  grants: [grant],
  state: 'active',
  secondFactor: false,
  hasPassword: true,
  email: null,
  phone: null,
  codeUntil: null,
  lockedUntil: null,
  lastSeenAt: null,
  actions: [],
};

it.each<[Partial<User>, string | null]>([
  [{}, null],
  [{ lockedUntil: '2026-11-24T02:10:00Z' }, '锁定至 11-24 10:10'],
  [{ grants: [] }, '没有角色'],
  [{ grants: [{ ...grant, from: '2027-01-01T00:00:00Z' }] }, '没有角色'],
  [{ hasPassword: false }, '未设口令'],
  [{ hasPassword: false, codeUntil: '2026-12-01T00:00:00Z' }, '待设口令'],
  [{ state: 'disabled', hasPassword: false }, null],
])('what keeps %j from signing in: %s', (change, words) => expect(hindrance({ ...user, ...change }, NOW)).toBe(words));

it('roles of institutions and of departments are never offered together; a checker makes filers', () => {
  expect(rolesOffered(true, false).map(({ label }) => label)).toEqual(['填报人', '复核人']);
  expect(rolesOffered(false, false).map(({ value }) => value)).not.toContain('filer');
  expect(rolesOffered(true, true).map(({ value }) => value)).toEqual(['filer']);
});

it('eight slips on a page, the rest on the next', () => {
  const slips = Array.from({ length: 9 }, (_, i) => ({ username: `u${i}` }) as Slip);
  expect(sheets(slips).map((page) => page.length)).toEqual([8, 1]);
  expect(sheets([])).toEqual([]);
});

it('a fault names its row and column', () => {
  expect(placeOf('第12行 角色')).toEqual({ row: '12', column: '角色' });
  expect(placeOf('第1行')).toEqual({ row: '1', column: '整行' });
  expect(placeOf('file')).toEqual({ row: '—', column: 'file' });
});

const row = (act: string, problem: string | null, people: string[] = [], count = people.length): Coverage => ({
  act,
  title: act,
  roles: [],
  people,
  count,
  other: null,
  problem,
});

it('gaps come first, and what still works on paper after what does not work at all', () => {
  const rows = [
    row('a', null),
    row('b', '没有领导账号：可由经办人凭纸质文件代录，另一人确认'),
    row('c', '没有人能办，请授予核验员角色'),
    row('d', '只有 王立新 一人，而代录由另一人确认：须再授予一人'),
  ];
  expect(gapsFirst(rows).map(({ act }) => act)).toEqual(['c', 'd', 'b', 'a']);
  expect(rows.map(urgency)).toEqual([null, 'paper', 'must', 'must']);
});

it('few names are told, many are counted', () => {
  expect(peopleWords(row('a', null))).toBe('无人');
  expect(peopleWords(row('a', null, [], 72))).toBe('机构人员 72人');
  expect(peopleWords(row('a', null, ['甲', '乙']))).toBe('甲、乙');
  expect(peopleWords(row('a', null, ['甲', '乙', '丙', '丁', '戊', '己', '庚']))).toBe('7人');
});

import { doubts, unsafeSettings, weakSecrets } from './official.service.js';
import { readSettings } from './settings.js';

const SAFE = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on', data_checksums: 'on' };
const services = (password: string, more: Record<string, string> = {}) =>
  readSettings({ DATABASE_URL: `postgres://bureau:${password}@db/gr`, REDIS_URL: 'redis://127.0.0.1', ...more });

it.each([
  [{}, []],
  [{ fsync: 'off' }, ['fsync']],
  [{ full_page_writes: 'off' }, ['full_page_writes']],
  [{ synchronous_commit: 'off' }, ['synchronous_commit']],
  [
    { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' },
    ['fsync', 'full_page_writes', 'synchronous_commit'],
  ],
  [{ synchronous_commit: 'remote_apply' }, []],
  [{ synchronous_commit: 'remote_write' }, []],
  [{ synchronous_commit: 'local' }, []],
])('%j: names %j with what was found and expected', (changed, names) => {
  const faults = unsafeSettings('gr_staff', { ...SAFE, ...changed });
  const login = (name: string): string => (name === 'synchronous_commit' ? '（登录 gr_staff）' : '');
  expect(faults.map(({ path }) => path)).toEqual(names.map((name) => `PostgreSQL ${name}${login(name)}`));
  for (const { message } of faults) expect(message).toMatch(/应为 on.*，实际为 off$/);
});

it.each([
  ['', '空的'],
  ['postgres', '人人都知道的'],
  ['GreenRank', '人人都知道的'],
  ['bureau', '人人都知道的'],
  ['123456789012', '人人都知道的'],
  ['eleven%40chr', ' 10 个字符'],
])('a database password “%s” is refused', (password, found) => {
  expect(weakSecrets(services(password)).map((each) => [each.path, each.found])).toEqual([
    ['环境变量 DATABASE_URL 的口令', found],
  ]);
});

it('a password of twelve characters of one’s own is taken, and the embedded database has a random one', () => {
  expect(weakSecrets(services('greenrank-ci'))).toEqual([]);
  expect(weakSecrets(readSettings({}))).toEqual([]);
});

it('a backup key of fifteen characters is refused, one of sixteen is taken', () => {
  const named = (GREENRANK_BACKUP_KEY: string) =>
    weakSecrets(readSettings({ GREENRANK_BACKUP_KEY })).map(({ path }) => path);
  expect(named('x'.repeat(15))).toEqual(['环境变量 GREENRANK_BACKUP_KEY']);
  expect(named('x'.repeat(16))).toEqual([]);
});

it.each([
  ['redis://127.0.0.1:6379', []],
  ['redis://localhost', []],
  ['redis://[::1]:6379', []],
  ['redis://:word@10.0.0.5', []],
  ['redis://10.0.0.5', ['Redis（10.0.0.5）没有口令']],
  ['rediss://redis:6379/1', ['Redis（redis）没有口令']],
])('%s: reminds of %j', (REDIS_URL, said) => {
  const told = doubts(readSettings({ DATABASE_URL: 'postgres://g:p@h/d', REDIS_URL }), SAFE);
  expect(told.length).toBe(said.length);
  for (const [no, text] of said.entries()) expect(told[no]).toContain(text);
});

it('a database without checksums is a reminder, no refusal', () =>
  expect(doubts(readSettings({}), { ...SAFE, data_checksums: 'off' })).toEqual([
    expect.stringContaining('data_checksums'),
  ]));

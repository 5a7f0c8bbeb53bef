import { DomainError, type Violation } from '../problems/problems.js';
import { type Login, loginOf, ownerOfUrl, withClient } from './connections.service.js';
import type { Settings } from './settings.js';

/** `show` of a server, as one login is served. */
export type ServerSettings = Readonly<Record<string, string>>;

/** With less, what was acknowledged may be lost: 847 commits of one killed server (reliability 3.8). */
const DEMANDED: Readonly<Record<string, readonly string[]>> = {
  fsync: ['on'],
  full_page_writes: ['on'],
  synchronous_commit: ['on', 'remote_apply', 'remote_write', 'local'],
};

const KNOWN_PASSWORDS = [
  ...['postgres', 'postgresql', 'greenrank', 'password', 'passw0rd', 'secret', 'admin', 'administrator', 'root'],
  ...['test', 'example', 'default', 'changeme', 'change-me', 'changeme1234', 'letmein', 'qwerty', 'qwertyuiop'],
  ...['123456', '12345678', '123456789', '1234567890', '123456789012', 'passwordpassword', 'greenrank123'],
];
const PASSWORD_LENGTH = 12;
const BACKUP_KEY_LENGTH = 16;

const violation = (path: string, rule: string, found: string, expected: string): Violation => ({
  path,
  rule,
  found,
  expected,
  message: `${path}：应为${expected}，实际为${found}`,
});

/** What of the server's settings does not keep what it acknowledged; the login is named where it has a say. */
export const unsafeSettings = (login: string, settings: ServerSettings): Violation[] =>
  Object.entries(DEMANDED)
    .filter(([name, allowed]) => !allowed.includes(settings[name] ?? ''))
    .map(([name, allowed]) => {
      const path = `PostgreSQL ${name}${name === 'synchronous_commit' ? `（登录 ${login}）` : ''}`;
      return violation(path, 'unsafe-database', ` ${settings[name]}`, ` ${allowed.join('、')}`);
    });

/** Secrets that everybody knows or can guess. */
export function weakSecrets({ databaseUrl, backupKey }: Settings): Violation[] {
  const weak: Violation[] = [];
  if (databaseUrl) {
    const { user, password, database } = ownerOfUrl(databaseUrl);
    const isKnown = [...KNOWN_PASSWORDS, user, database].includes(password.toLowerCase());
    if (isKnown || [...password].length < PASSWORD_LENGTH)
      weak.push(
        violation(
          '环境变量 DATABASE_URL 的口令',
          'weak-secret',
          password === '' ? '空的' : isKnown ? '人人都知道的' : ` ${[...password].length} 个字符`,
          `自定的、至少 ${PASSWORD_LENGTH} 个字符`,
        ),
      );
  }
  if (backupKey !== null && [...backupKey].length < BACKUP_KEY_LENGTH)
    weak.push(
      violation(
        '环境变量 GREENRANK_BACKUP_KEY',
        'weak-secret',
        ` ${[...backupKey].length} 个字符`,
        `至少 ${BACKUP_KEY_LENGTH} 个字符`,
      ),
    );
  return weak;
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]', ''];

/** What may stand, and should be known. */
export function doubts({ redisUrl }: Settings, settings: ServerSettings): string[] {
  const redis = redisUrl === null ? null : new URL(redisUrl);
  return [
    ...(settings.data_checksums === 'on'
      ? []
      : ['提醒：PostgreSQL 没有开启 data_checksums，磁盘悄悄改坏的数据不会被发现']),
    ...(redis && redis.password === '' && !LOOPBACK.includes(redis.hostname)
      ? [`提醒：Redis（${redis.hostname}）没有口令，同一网络里谁都能改动队列`]
      : []),
  ];
}

/**
 * Official mode runs on a database that keeps what it acknowledged, and on no secret that others know (reliability
 * 3.8, 3.11). Each serving login is asked: a setting may be made for one of them alone.
 * @returns what should be known, in Chinese
 * @throws OFFICIAL_UNSAFE naming every fault, with what was found and expected
 */
export async function refuseUnsafe(settings: Settings, owner: Login): Promise<string[]> {
  const faults = weakSecrets(settings);
  let server: ServerSettings = {};
  for (const login of [loginOf(owner, 'staff'), loginOf(owner, 'institution')]) {
    const names = [...Object.keys(DEMANDED), 'data_checksums'];
    const { rows } = await withClient(login, (client) =>
      client.query<{ name: string; setting: string }>(
        'select name, setting from pg_settings where name = any($1) order by name',
        [names],
      ),
    );
    server = Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
    const own = unsafeSettings(login.user, server);
    faults.push(...own.filter(({ path }) => !faults.some((fault) => fault.path === path)));
  }
  if (faults.length > 0)
    throw new DomainError('OFFICIAL_UNSAFE', 503, '正式环境（GREENRANK_DEMO=off）不能这样启动', faults);
  return doubts(settings, server);
}

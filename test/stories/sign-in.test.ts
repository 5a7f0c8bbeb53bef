import { Secret, TOTP } from 'otpauth';
import { Passwords } from '../../src/identity/passwords.service.js';
import { People } from '../../src/identity/people.service.js';
import { Retention } from '../../src/identity/retention.service.js';
import type { Role } from '../../src/lifecycle/lifecycle.js';
import { withClient } from '../../src/platform/connections.service.js';
import { systemActor } from '../../src/platform/database.service.js';
import { District } from '../district.js';
import type { Answer } from '../person.js';

const SETUP = systemActor('test');
const GOOD = 'correct horse battery';
const BETTER = 'wrong horse accumulator';

let district: District;
beforeAll(async () => {
  district = await District.open();
});
afterAll(() => district.close());
// All these people sit at one address.
beforeEach(() => asOwner('delete from sign_in_failure'));

let count = 0;
async function account(roles: Role[], password: string | null = GOOD, more: { to?: Date } = {}): Promise<string> {
  const username = `user${++count}`;
  const department = roles.includes('department_editor') ? 'ecology' : 'finance_bureau';
  const entry = { username, name: `某${count}`, roles, institutionId: null, department, password, ...more };
  await district.app.get(People).add(SETUP, entry);
  return username;
}

const login = (body: object, headers: Record<string, string> = {}): Promise<Answer> =>
  district.nobody.asks('POST', '/auth/login', body, headers);
const code = ({ body }: Answer): unknown => body.code;
const cookieOf = (answer: Answer): string => String(answer.headers['set-cookie']).split(';')[0] ?? '';
const asOwner = (sql: string, parameters: unknown[] = []): Promise<unknown> =>
  withClient(district.owner, (client) => client.query(sql, parameters));

const now = (secret: string, offset = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + offset * 30_000 });

it('five failures lock an account for a minute, also for the right password, and the sixth twice as long', async () => {
  const username = await account(['department_editor']);
  for (let i = 0; i < 5; i++) expect(code(await login({ username, password: 'no' }))).toBe('SIGN_IN_FAILED');
  const locked = await login({ username, password: GOOD });
  expect([locked.status, code(locked)]).toEqual([429, 'SIGN_IN_LOCKED']);
  expect(Number.parseInt(String(locked.headers['retry-after']), 10)).toBeGreaterThan(50);
  await asOwner(`update sign_in_failure set locked_until = now() where key = $1`, [`account:${username}`]);
  expect(code(await login({ username, password: 'no' }))).toBe('SIGN_IN_FAILED');
  const [row] = await district.rows<{ minutes: number }>(
    `select round(extract(epoch from locked_until - last_at) / 60)::int as minutes from sign_in_failure where key = $1`,
    [`account:${username}`],
  );
  expect(row?.minutes).toBe(2);
  await asOwner(`update sign_in_failure set locked_until = now(), failures = 40 where key = $1`, [
    `account:${username}`,
  ]);
  await login({ username, password: 'no' });
  const [most] = await district.rows<{ minutes: number }>(
    `select round(extract(epoch from locked_until - last_at) / 60)::int as minutes from sign_in_failure where key = $1`,
    [`account:${username}`],
  );
  expect(most?.minutes).toBe(15);
});

it('twenty wrong passwords at once are no more than five, and a name without an account locks alike', async () => {
  for (const username of [await account(['department_editor']), 'nobody.here']) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => login({ username, password: 'no' })));
    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(5);
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(15);
  }
});

it('many failures from one address lock the address for every name', async () => {
  const before = await District.open({ proxies: ['127.0.0.1'] });
  try {
    const from = { 'x-forwarded-for': '203.0.113.7' };
    const ask = (username: string, headers = from): Promise<Answer> =>
      before.nobody.asks('POST', '/auth/login', { username, password: 'no' }, headers);
    const statuses: number[] = [];
    for (let i = 0; i < 51; i++) statuses.push((await ask(`name${i}`)).status);
    expect(statuses.slice(0, 50).every((status) => status === 401)).toBe(true);
    expect(statuses[50]).toBe(429);
    expect((await ask('name99', { 'x-forwarded-for': '203.0.113.8' })).status).toBe(401);
  } finally {
    await before.close();
  }
});

it('a bureau role sets up a second factor before it signs in, and each code opens once', async () => {
  const username = await account(['officer']);
  expect(code(await login({ username, password: GOOD }))).toBe('SECOND_FACTOR_TO_SET');
  const begun = await district.nobody.asks<{ secret: string; uri: string }>('POST', '/auth/second-factor', {
    username,
    password: GOOD,
  });
  expect(begun.body.uri).toMatch(/^otpauth:\/\/totp\//);
  const { secret } = begun.body;
  expect(code(await login({ username, password: GOOD, code: '000000' }))).toBe('CODE_WRONG');
  const first = now(secret);
  await asOwner('delete from sign_in_failure');
  const answers = await Promise.all(Array.from({ length: 4 }, () => login({ username, password: GOOD, code: first })));
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 401, 401, 401]);
  expect(code(await login({ username, password: GOOD }))).toBe('CODE_NEEDED');
  expect(code(await login({ username, password: GOOD, code: first }))).toBe('CODE_WRONG');
  expect((await login({ username, password: GOOD, code: now(secret, 1) })).status).toBe(200);
  const again = await district.nobody.asks('POST', '/auth/second-factor', { username, password: GOOD });
  expect([again.status, code(again)]).toEqual([409, 'SECOND_FACTOR_SET']);
});

it('asking for the code without one does not forget the failures before it', async () => {
  const username = await account(['officer']);
  const begun = await district.nobody.asks<{ secret: string }>('POST', '/auth/second-factor', {
    username,
    password: GOOD,
  });
  await login({ username, password: GOOD, code: now(begun.body.secret) });
  for (let i = 0; i < 4; i++) {
    expect(code(await login({ username, password: GOOD, code: '000000' }))).toBe('CODE_WRONG');
    expect(code(await login({ username, password: GOOD }))).toBe('CODE_NEEDED');
  }
  expect(code(await login({ username, password: GOOD, code: '000000' }))).toBe('CODE_WRONG');
  expect(code(await login({ username, password: GOOD }))).toBe('SIGN_IN_LOCKED');
});

it('a one-time code opens nothing but the choice of a password, once, and for seven days', async () => {
  const admin = await district.person(['security_admin']);
  const made = await admin.post<{ user: { id: string }; code: string }>('/users', {
    username: 'li.si',
    name: '李四',
    roles: ['department_editor'],
    department: 'ecology',
  });
  expect(made.code).toMatch(/^[A-Z2-9]{4}(-[A-Z2-9]{4}){3}$/);
  expect(code(await login({ username: 'li.si', password: made.code }))).toBe('PASSWORD_TO_SET');
  const set = (password: string, newPassword: string): Promise<Answer> =>
    district.nobody.asks('POST', '/auth/password', { username: 'li.si', password, newPassword });
  expect((await set(made.code, 'password1234')).body.violations).toMatchObject([
    { path: 'newPassword', rule: 'common' },
  ]);
  expect((await set('AAAA-AAAA-AAAA-AAAA', GOOD)).status).toBe(401);
  expect((await set(made.code.toLowerCase().replaceAll('-', ' '), GOOD)).status).toBe(200);
  expect((await set(made.code, BETTER)).status).toBe(401);
  const cookie = cookieOf(await login({ username: 'li.si', password: GOOD }));
  const again = await admin.post<{ code: string }>(`/users/${made.user.id}/reset`);
  expect((await district.nobody.asks('GET', '/auth/me', undefined, { cookie })).status).toBe(401);
  expect((await login({ username: 'li.si', password: GOOD })).status).toBe(401);
  await asOwner(`update user_account set code_until = now() where username = 'li.si'`);
  expect(code(await login({ username: 'li.si', password: again.code }))).toBe('SIGN_IN_FAILED');
});

it('a new password ends every session; one of them can be ended alone', async () => {
  const username = await account(['department_editor']);
  const [a, b] = [
    cookieOf(await login({ username, password: GOOD })),
    cookieOf(await login({ username, password: GOOD })),
  ];
  const me = async (cookie: string): Promise<number> =>
    (await district.nobody.asks('GET', '/auth/me', undefined, { cookie })).status;
  const { body } = await district.nobody.asks<{ items: { id: string; current: boolean }[] }>(
    'GET',
    '/account/sessions',
    undefined,
    { cookie: a },
  );
  expect(body.items.map((item) => item.current).sort()).toEqual([false, true]);
  const other = body.items.find((item) => !item.current);
  await district.nobody.asks('POST', `/account/sessions/${other?.id}/end`, {}, { cookie: a });
  expect([await me(a), await me(b)]).toEqual([200, 401]);
  await district.nobody.asks('POST', '/auth/password', { username, password: GOOD, newPassword: BETTER });
  expect(await me(a)).toBe(401);
});

it('nobody ends the session of another', async () => {
  const mine = cookieOf(await login({ username: await account(['department_editor']), password: GOOD }));
  const foreign = await district.rows<{ id: string }>('select id from session order by created_at limit 1');
  const answer = await district.nobody.asks('POST', `/account/sessions/${foreign[0]?.id}/end`, {}, { cookie: mine });
  expect(answer.status).toBe(404);
});

it('rests thirty minutes in the bureau and sixty elsewhere, and never lasts over twelve hours', async () => {
  const bureau = await district.person(['reviewer']);
  const department = await district.person(['department_editor'], { department: 'ecology' });
  const rest = (minutes: number, column = 'seen_at'): Promise<unknown> =>
    asOwner(`update session set ${column} = now() - make_interval(mins => ${minutes})`);
  const status = async (person: typeof bureau): Promise<number> => (await person.asks('GET', '/auth/me')).status;
  await rest(29);
  expect([await status(bureau), await status(department)]).toEqual([200, 200]);
  await rest(31);
  expect([await status(bureau), await status(department)]).toEqual([401, 200]);
  await rest(61);
  expect(await status(department)).toBe(401);
  const fresh = await district.person(['reviewer']);
  await rest(12 * 60 - 1, 'created_at');
  expect(await status(fresh)).toBe(200);
  await rest(12 * 60 + 1, 'created_at');
  expect(await status(fresh)).toBe(401);
});

it('a grant ends on time in an open session', async () => {
  const username = await account(['department_editor'], GOOD, { to: new Date(Date.now() + 3_600_000) });
  const cookie = cookieOf(await login({ username, password: GOOD }));
  const me = async (): Promise<number> => (await district.nobody.asks('GET', '/auth/me', undefined, { cookie })).status;
  expect(await me()).toBe(200);
  await asOwner(
    `update user_role set valid_to = now() where user_id = (select id from user_account where username = $1)`,
    [username],
  );
  expect(await me()).toBe(401);
  expect(code(await login({ username, password: GOOD }))).toBe('NO_GRANT');
});

it('for an unknown name a password is hashed all the same', async () => {
  const passwords = district.app.get(Passwords);
  const { isRight } = passwords;
  const hashed: (string | null)[] = [];
  passwords.isRight = (password, hash) => {
    hashed.push(hash);
    return isRight(password, hash);
  };
  try {
    expect(code(await login({ username: 'nobody.at.all', password: GOOD }))).toBe('SIGN_IN_FAILED');
    expect(hashed).toEqual([null]);
    // The decoy's own password is no way in.
    expect(await isRight('no account has this password', null)).toBe(false);
  } finally {
    passwords.isRight = isRight;
  }
});

it('behind TLS the cookie belongs to this host alone', async () => {
  const behind = await District.open({ proxies: ['127.0.0.1'] });
  try {
    const entry = { username: 'zhao', name: '赵', roles: ['department_editor' as Role], institutionId: null };
    await behind.app.get(People).add(SETUP, { ...entry, department: 'ecology', password: GOOD });
    const tls = { 'x-forwarded-proto': 'https' };
    const answer = await behind.nobody.asks('POST', '/auth/login', { username: 'zhao', password: GOOD }, tls);
    expect(String(answer.headers['set-cookie'])).toMatch(
      /^__Host-greenrank_session=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    const token = cookieOf(answer).split('=')[1] ?? '';
    const me = (cookie: string): Promise<Answer> =>
      behind.nobody.asks('GET', '/auth/me', undefined, { ...tls, cookie });
    expect((await me(`__Host-greenrank_session=${token}`)).status).toBe(200);
    expect((await me(`greenrank_session=${token}`)).status).toBe(401);
  } finally {
    await behind.close();
  }
});

it('the profile dengbao3 asks for three classes and a new password after 90 days', async () => {
  const strict = await District.open({ security: 'dengbao3' });
  try {
    const entry = { username: 'qian', name: '钱', roles: ['department_editor' as Role], institutionId: null };
    await strict.app.get(People).add(SETUP, { ...entry, department: 'ecology', password: GOOD });
    const enter = (): Promise<Answer> =>
      strict.nobody.asks('POST', '/auth/login', { username: 'qian', password: GOOD });
    expect((await enter()).status).toBe(200);
    await withClient(strict.owner, (client) =>
      client.query(`update user_account set password_set_at = now() - interval '91 days'`),
    );
    expect(code(await enter())).toBe('PASSWORD_TO_SET');
    const set = (newPassword: string): Promise<Answer> =>
      strict.nobody.asks('POST', '/auth/password', { username: 'qian', password: GOOD, newPassword });
    expect((await set(BETTER)).body.violations).toMatchObject([{ rule: 'classes' }]);
    expect((await set('Wrong horse accumulator 7')).status).toBe(200);
  } finally {
    await strict.close();
  }
});

it('sessions are kept for 184 days, keys of repeated requests for seven', async () => {
  const count = async (table: string): Promise<number> => (await district.rows(`select 1 from ${table}`)).length;
  await district.person(['reviewer']);
  await district.app.get(Retention).sweep();
  const sessions = await count('session');
  await asOwner(
    `insert into idempotency (actor, key, hash, created_at) values ('x', 'a', '', now() - interval '8 days'), ('x', 'b', '', now() - interval '6 days')`,
  );
  await asOwner(
    `update session set created_at = now() - interval '185 days' where id = (select id from session limit 1)`,
  );
  await asOwner(
    `insert into sign_in_failure (key, failures, last_at) values ('account:x', 9, now() - interval '2 days')`,
  );
  await district.app.get(Retention).sweep();
  expect([await count('session'), await count('idempotency'), await count('sign_in_failure')]).toEqual([
    sessions - 1,
    1,
    0,
  ]);
});

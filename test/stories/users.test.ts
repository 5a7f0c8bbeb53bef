import { writeXlsx } from 'hucre/xlsx';
import type pg from 'pg';
import type { Role } from '../../src/lifecycle/lifecycle.js';
import { withClient } from '../../src/platform/connections.service.js';
import type { UserView } from '../../src/users/user.query.js';
import { type Bank, District } from '../district.js';
import { type Answer, multipart, type Person, Refused } from '../person.js';

let district: District;
let admin: Person;
let banks: [Bank, Bank];
beforeAll(async () => {
  district = await District.open();
  admin = await district.person(['security_admin'], { department: 'finance_bureau' });
  banks = [await district.addInstitution('bank', '甲行'), await district.addInstitution('bank', '乙行')];
});
afterAll(() => district.close());

const GOOD = 'correct horse battery';
let count = 0;
interface Made {
  readonly user: UserView;
  readonly code: string;
}
const make = (roles: Role[], more: object = {}, by = admin): Promise<Made> =>
  by.post<Made>('/users', { username: `made${++count}`, name: `新人${count}`, roles, ...more });
const refusal = async (doing: Promise<unknown>): Promise<[number, string]> => {
  const error = await doing.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Refused)) throw new Error('it was not refused', { cause: error });
  return [error.status, error.code];
};
const usersSheet = (...rows: string[][]): Promise<Uint8Array> =>
  writeXlsx({ sheets: [{ name: '账号', rows: [['用户名', '姓名', '角色', '机构', '部门', '止日'], ...rows] }] });
const sends = (bytes: Uint8Array, name = 'accounts.xlsx'): Promise<Answer> => {
  const { payload, type } = multipart({ name, bytes });
  return admin.asks('POST', '/users/import', payload, { 'content-type': type });
};

it('institution roles go to people of institutions and the others to the bureau and departments', async () => {
  expect(await refusal(make(['filer']))).toEqual([422, 'INSTITUTION_MISSING']);
  expect(await refusal(make(['officer'], { institution: banks[0].uscc }))).toEqual([422, 'ROLE_MISPLACED']);
  expect(await refusal(make(['officer'], { department: 'parks' }))).toEqual([422, 'DEPARTMENT_UNKNOWN']);
  expect(await refusal(make(['filer'], { institution: '91990199MA0000999X' }))).toEqual([422, 'INSTITUTION_UNKNOWN']);
  const { user } = await make(['filer'], { institution: banks[0].uscc });
  expect(user).toMatchObject({ institution: { name: '甲行' }, hasPassword: false, state: 'active' });
  expect(user.codeUntil).not.toBeNull();
});

it('three administrators are three persons, whoever writes to the database', async () => {
  const { user } = await make(['auditor']);
  expect(await refusal(admin.post(`/users/${user.id}/grants`, { role: 'system_admin' }))).toEqual([
    409,
    'ADMINISTRATORS_APART',
  ]);
  expect(await refusal(make(['security_admin', 'auditor']))).toEqual([409, 'ADMINISTRATORS_APART']);
  const bySql = withClient(district.owner, (client) =>
    client.query(`insert into user_role (user_id, role, granted_by) values ($1, 'security_admin', 'sql')`, [user.id]),
  );
  await expect(bySql).rejects.toThrow('three persons');
  await admin.post(`/users/${user.id}/grants/end`, { role: 'auditor' });
  const after = await admin.post<UserView>(`/users/${user.id}/grants`, { role: 'system_admin' });
  expect(after.grants.map((grant) => grant.role)).toEqual(['system_admin']);
});

it('the database makes the second of two such grants wait for the first, and then refuses it', async () => {
  const { user } = await make(['officer']);
  const insert = (client: pg.Client, role: string) =>
    client.query(`insert into user_role (user_id, role, granted_by) values ($1, $2, 'sql')`, [user.id, role]);
  await withClient(district.owner, (first) =>
    withClient(district.owner, async (second) => {
      await first.query('begin');
      await insert(first, 'auditor');
      const waiting = insert(second, 'system_admin').then(
        () => 'granted',
        (error: Error) => error.message,
      );
      await first.query('commit');
      expect(await waiting).toContain('three persons');
    }),
  );
});

it('two grants at once that would unite two administrators: one of them stands', async () => {
  const { user } = await make(['officer']);
  const answers = await Promise.all(
    ['auditor', 'system_admin', 'security_admin'].map((role) =>
      admin.asks('POST', `/users/${user.id}/grants`, { role }),
    ),
  );
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409, 409]);
});

it('a grant has its days, and its first and last one count', async () => {
  const { user } = await make(['reviewer'], { from: '2030-01-01', to: '2030-12-31' });
  expect(user.grants).toMatchObject([{ role: 'reviewer' }]);
  const [grant] = user.grants;
  expect([grant?.from, grant?.to].map((at) => new Date(at as string).toISOString())).toEqual([
    '2029-12-31T16:00:00.000Z',
    '2030-12-31T16:00:00.000Z',
  ]);
  const grantsAt = (from: string, to: string) => admin.post(`/users/${user.id}/grants`, { role: 'reviewer', from, to });
  expect(await refusal(grantsAt('2030-06-01', '2031-06-01'))).toEqual([409, 'ROLE_GRANTED']);
  expect(await refusal(grantsAt('2032-06-01', '2032-05-01'))).toEqual([422, 'GRANT_DATES']);
  await grantsAt('2031-01-01', '2031-12-31');
});

it('nobody keeps his own account', async () => {
  const me = await admin.get<{ user: { id: string } }>('/auth/me');
  expect(await refusal(admin.post(`/users/${me.user.id}/grants`, { role: 'officer' }))).toEqual([409, 'OWN_ACCOUNT']);
  expect(await refusal(admin.post(`/users/${me.user.id}/disable`, { reason: 'x' }))).toEqual([409, 'OWN_ACCOUNT']);
});

it('disabling ends sessions and tokens at once, and enabling brings none of them back', async () => {
  const { user, code } = await make(['department_editor'], { department: 'ecology' });
  const { nobody } = district;
  await nobody.asks('POST', '/auth/password', { username: user.username, password: code, newPassword: GOOD });
  const entered = await nobody.asks('POST', '/auth/login', { username: user.username, password: GOOD });
  const cookie = String(entered.headers['set-cookie']).split(';')[0] ?? '';
  const { body } = await nobody.asks<{ token: string }>(
    'POST',
    '/tokens',
    { name: '取数', scopes: ['scheme:read'], expiresAt: new Date(Date.now() + 86_400_000).toISOString() },
    { cookie },
  );
  const asks = async (headers: Record<string, string>): Promise<number> =>
    (await nobody.asks('GET', '/schemes', undefined, headers)).status;
  const both = () => Promise.all([asks({ cookie }), asks({ authorization: `Bearer ${body.token}` })]);
  expect(await both()).toEqual([200, 200]);
  const disabled = await admin.post<UserView>(`/users/${user.id}/disable`, { reason: '调离' });
  expect([disabled.state, ...disabled.actions]).toEqual(['disabled', 'enable', 'erase']);
  expect(await both()).toEqual([401, 401]);
  await admin.post(`/users/${user.id}/enable`);
  expect(await both()).toEqual([401, 401]);
});

it('an erased name is gone from the accounts, and its acts stay with its id', async () => {
  const { user } = await make(['officer']);
  await admin.post(`/users/${user.id}/disable`, { reason: '离职' });
  const erased = await admin.post<UserView>(`/users/${user.id}/erase`);
  expect(erased).toMatchObject({ name: '（已注销用户）', username: user.id, state: 'erased', actions: [] });
  const bodies = await district.rows<{ body: string }>('select body from audit.entry where subject = $1', [user.id]);
  expect(bodies.length).toBeGreaterThan(2);
  expect(JSON.stringify(bodies)).not.toContain(user.name);
  expect(JSON.stringify(bodies)).not.toContain(user.username);
});

it("an institution's checker replaces its filer and touches nobody else", async () => {
  const [mine, other] = banks;
  const made = await make(['filer'], {}, mine.checker);
  expect(made.user.institution?.uscc).toBe(mine.uscc);
  expect(await refusal(make(['checker'], {}, mine.checker))).toEqual([403, 'FORBIDDEN']);
  expect(await refusal(make(['filer'], { institution: other.uscc }, mine.checker))).toEqual([403, 'FORBIDDEN']);
  expect(await refusal(make(['officer'], { department: 'ecology' }, mine.checker))).toEqual([403, 'FORBIDDEN']);
  const { items } = await mine.checker.get<{ items: UserView[] }>('/users');
  expect(new Set(items.map((item) => item.institution?.uscc))).toEqual(new Set([mine.uscc]));
  const old = items.find((item) => item.grants[0]?.role === 'filer' && item.id !== made.user.id) as UserView;
  await mine.checker.post(`/users/${old.id}/disable`, { reason: '离职' });
  expect((await mine.filer.asks('GET', '/auth/me')).status).toBe(401);
  const { items: foreign } = await other.checker.get<{ items: UserView[] }>('/users');
  const theirs = foreign.find((item) => item.grants[0]?.role === 'filer') as UserView;
  expect(await refusal(mine.checker.post(`/users/${theirs.id}/disable`, { reason: 'x' }))).toEqual([404, 'NOT_FOUND']);
  expect(await refusal(mine.checker.post(`/users/${theirs.id}/reset`))).toEqual([404, 'NOT_FOUND']);
  const own = items.find((item) => item.grants[0]?.role === 'checker') as UserView;
  expect(own.actions).toEqual([]);
});

it('a workbook makes all of its accounts or none, and names every fault', async () => {
  const before = await district.rows('select 1 from user_account');
  const faulty = await sends(
    await usersSheet(
      ['zhang.san', '张三', '经办人、审核员', '', '区财政局', ''],
      ['zhang.san', '张三二', '核验员', '', '', ''],
      ['feng', '冯', '填报人', '91990199MA0000999X', '', ''],
      ['zhu', '朱', '经办人', banks[0].uscc, '', ''],
    ),
  );
  expect([faulty.status, faulty.body.code]).toEqual([422, 'USERS_NOT_CLEAN']);
  expect(
    (faulty.body.violations as { path: string; rule: string }[]).map(({ path, rule }) => `${path} ${rule}`),
  ).toEqual(['第3行 用户名 USERNAME_TAKEN', '第4行 机构 INSTITUTION_UNKNOWN', '第5行 角色 ROLE_MISPLACED']);
  expect(await district.rows('select 1 from user_account')).toHaveLength(before.length);
  const clean = await sends(
    await usersSheet(
      ['zhang.san', '张三', '经办人、审核员', '', '区财政局', ''],
      ['chu', '褚', '填报人', banks[0].uscc, '', '2027-12-31'],
    ),
  );
  expect(clean.status).toBe(201);
  expect(clean.body.accounts).toMatchObject([
    { username: 'zhang.san', unit: '区财政局', roles: ['经办人', '审核员'] },
    { username: 'chu', unit: '甲行' },
  ]);
  const bad = await sends(await usersSheet(['王', '', '园丁', '', '', '']));
  expect(bad.body.violations).toHaveLength(3);
  expect((await sends(new TextEncoder().encode('不是工作簿'), 'a.xlsx')).status).toBe(422);
});

it('the template can be read back', async () => {
  const answer = await admin.asks('GET', '/exports/users-template.xlsx');
  expect(answer.status).toBe(200);
  expect(String(answer.headers['content-type'])).toContain('spreadsheetml');
});

it('a bureau of three is made at once, and who can still act is told', async () => {
  interface Row {
    readonly act: string;
    readonly problem: string | null;
  }
  const own = await District.open();
  try {
    const first = await own.person(['security_admin'], { department: 'finance_bureau' });
    const coverage = async () =>
      (await first.get<{ items: Row[] }>('/users/coverage')).items.filter((row) => row.problem !== null);
    expect((await coverage()).map((row) => row.act)).toContain('evaluation:verify');
    const people = ['a1', 'b2', 'c3'].map((username) => ({ username, name: username }));
    const { accounts } = await first.post<{ accounts: { username: string; code: string }[] }>('/users/presets/three', {
      people,
    });
    expect(accounts.map((account) => account.username)).toEqual(['a1', 'b2', 'c3']);
    const open = (await coverage()).map((row) => row.act);
    expect(open.filter((act) => !/^(token|import|filing):/.test(act))).toEqual([
      'evaluation:finalise',
      'evaluation:annul',
    ]);
  } finally {
    await own.close();
  }
});

it('the form of a new account offers every unit, to a checker only the own one', async () => {
  interface Units {
    readonly institutions: { readonly uscc: string }[];
    readonly departments: { readonly code: string }[];
  }
  const all = await admin.get<Units>('/users/units');
  expect(all.institutions.map(({ uscc }) => uscc)).toEqual(expect.arrayContaining(banks.map(({ uscc }) => uscc)));
  expect(all.departments.map(({ code }) => code)).toContain('finance_bureau');
  expect(await banks[0].checker.get<Units>('/users/units')).toEqual({
    institutions: [expect.objectContaining({ uscc: banks[0].uscc })],
    departments: [],
  });
});

it('lists by name, role, institution and state, page by page', async () => {
  const of = (query: string) => admin.get<{ items: UserView[]; next: string | null }>(`/users?${query}`);
  const { items } = await of(`institution=${banks[1].uscc}`);
  expect(items.map((item) => item.grants[0]?.role).sort()).toEqual(['checker', 'filer']);
  expect((await of('role=security_admin')).items.length).toBeGreaterThan(0);
  expect((await of('state=erased')).items).toHaveLength(1);
  expect((await of(`q=${encodeURIComponent('褚')}`)).items.map((item) => item.username)).toEqual(['chu']);
  const all: string[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const page: { items: UserView[]; next: string | null } = await of(`limit=3${next ? `&cursor=${next}` : ''}`);
    all.push(...page.items.map((item) => item.username));
    next = page.next;
  }
  expect(all).toEqual((await of('limit=200')).items.map((item) => item.username));
});

it('a token narrows to its scopes, ends on its day, and cannot touch accounts', async () => {
  const officer = await district.person(['officer'], { department: 'finance_bureau' });
  const soon = new Date(Date.now() + 86_400_000).toISOString();
  const make = (scopes: string[], expiresAt = soon) =>
    officer.post<{ id: string; token: string }>('/tokens', { name: '看板', scopes, expiresAt });
  expect(await refusal(make(['evaluation:verify']))).toEqual([422, 'SCOPE_UNKNOWN']);
  expect(await refusal(make(['token:create']))).toEqual([422, 'SCOPE_UNKNOWN']);
  expect(await refusal(make(['filing:read'], '2020-01-01T00:00:00Z'))).toEqual([422, 'TOKEN_DATES']);
  expect(await refusal(make(['filing:read'], '2099-01-01T00:00:00Z'))).toEqual([422, 'TOKEN_DATES']);
  const { id, token } = await make(['evaluation:read']);
  const asks = async (method: 'GET' | 'POST', path: string, body?: object): Promise<number> =>
    (await district.nobody.asks(method, path, body, { authorization: `Bearer ${token}` })).status;
  expect(await asks('GET', '/evaluations')).toBe(200);
  expect(await asks('GET', '/auth/me')).toBe(200);
  expect(await asks('GET', '/filings')).toBe(403);
  expect(await asks('POST', '/evaluations', { scheme: 'x', version: 1, period: '2026Q3' })).toBe(403);
  expect(await asks('POST', '/tokens', { name: 'x', scopes: ['evaluation:read'], expiresAt: soon })).toBe(403);
  expect(await asks('GET', '/account/sessions')).toBe(200);
  const stored = await district.rows<{ hash: string }>(`select encode(token_hash, 'hex') as hash from api_token`);
  expect(JSON.stringify(stored)).not.toContain(token.slice(4));
  const other = await district.person(['officer'], { department: 'finance_bureau' });
  expect(await refusal(other.post(`/tokens/${id}/revoke`))).toEqual([404, 'NOT_FOUND']);
  expect((await other.get<{ items: unknown[] }>('/tokens')).items).toEqual([]);
  expect((await admin.get<{ items: { id: string }[] }>('/tokens')).items.map((item) => item.id)).toContain(id);
  await withClient(district.owner, (client) =>
    client.query('update api_token set expires_at = now() where id = $1', [id]),
  );
  expect(await asks('GET', '/evaluations')).toBe(401);
  const again = await make(['evaluation:read']);
  await admin.post(`/tokens/${again.id}/revoke`);
  const revoked = await district.nobody.asks('GET', '/evaluations', undefined, {
    authorization: `Bearer ${again.token}`,
  });
  expect(revoked.status).toBe(401);
});

it('what a program did with a token names the token', async () => {
  const filer = banks[1].filer;
  const { id, token } = await filer.post<{ id: string; token: string }>('/tokens', {
    name: '核心系统',
    scopes: ['filing:create', 'filing:read'],
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  });
  await district.openPeriods('2026Q3', '2026Q3');
  const body = { institution: banks[1].uscc, form: 'bank-quarterly', period: '2026Q3' };
  const made = await district.nobody.asks('POST', '/filings', body, { authorization: `Bearer ${token}` });
  expect(made.status).toBe(201);
  const [entry] = await district.rows<{ body: string }>('select body from audit.entry where subject = $1', [
    made.body.id,
  ]);
  expect(JSON.parse(entry?.body ?? '{}')).toMatchObject({ action: 'filing.create', token: id });
});

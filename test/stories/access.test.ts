import type { FilingView } from '../../src/filings/filing.query.js';
import { aDistrict, testUscc } from '../district.js';
import type { Person } from '../person.js';

let place: Awaited<ReturnType<typeof aDistrict>>;
let filing: FilingView;
beforeAll(async () => {
  place = await aDistrict({ banks: 2 });
  const [first] = place.banks;
  if (!first) throw new Error('no bank');
  filing = await first.filer.files({ institution: first.uscc }, { BK_LOAN_BAL: '1000' });
});
afterAll(() => place.district.close());

const NOWHERE = '00000000-0000-4000-8000-000000000000';
const withoutInstance = (text: string): string => text.replace(/"instance":"[^"]*"/, '');

interface OpenApi {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, unknown>>;
}

it('anonymous gets 401 everywhere but health, the OpenAPI document and its page, the shape of schemes, the ways of signing in, one-click entry and the button of the demonstration', async () => {
  const { nobody } = place.district;
  const { body } = await nobody.asks<OpenApi>('GET', '/api/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  const open: string[] = [];
  let asked = 0;
  for (const [path, methods] of Object.entries(body.paths)) {
    for (const method of Object.keys(methods)) {
      const address = path.replaceAll(/\{\w+\}/g, NOWHERE);
      const answer = await nobody.asks(method.toUpperCase() as 'GET', address, method === 'get' ? undefined : {});
      asked += 1;
      if (answer.status !== 401) open.push(`${method} ${path} ${answer.status}`);
    }
  }
  expect(asked).toBeGreaterThan(40);
  expect(open.sort()).toEqual([
    'get /api/health 200',
    'get /api/v1/auth/demo 404',
    'get /api/v1/auth/oidc 404',
    'get /api/v1/auth/oidc/callback 302',
    'get /api/v1/auth/options 200',
    'get /api/v1/schemes/schema 200',
    'get /api/v1/setup/official 404',
    'post /api/v1/auth/demo 422',
    'post /api/v1/auth/login 422',
    'post /api/v1/auth/password 422',
    'post /api/v1/auth/second-factor 422',
    'post /api/v1/setup/official 404',
  ]);
  expect((await nobody.asks('GET', '/api/docs')).status).toBe(200);
});

it('what is not yours reads like what is not there, byte for byte', async () => {
  const [, second] = place.banks;
  if (!second) throw new Error('no bank');
  const looks = async (person: Person, path: string): Promise<[number, string]> => {
    const answer = await person.asks('GET', path);
    return [answer.status, withoutInstance(answer.text)];
  };
  const foreign = await looks(second.filer, `/filings/${filing.id}`);
  expect(foreign).toEqual(await looks(second.filer, `/filings/${NOWHERE}`));
  expect(foreign).toEqual(await looks(second.filer, '/filings/no-id-at-all'));
  expect(foreign[0]).toBe(404);
});

it('an institution lists itself and its own filings alone', async () => {
  const [, second] = place.banks;
  if (!second) throw new Error('no bank');
  const institutions = await second.filer.get<{ items: { uscc: string }[] }>('/institutions');
  expect(institutions.items.map((item) => item.uscc)).toEqual([second.uscc]);
  expect((await second.filer.get<{ items: unknown[] }>('/filings')).items).toEqual([]);
});

it('another institution cannot be filed for, in the same words as one that is not there', async () => {
  const [first, second] = place.banks;
  if (!first || !second) throw new Error('no bank');
  const body = (institution: string) => ({ institution, form: 'bank-quarterly', period: '2026Q2' });
  const foreign = await second.filer.asks('POST', '/filings', body(first.uscc));
  const absent = await second.filer.asks('POST', '/filings', body(testUscc(999)));
  expect([foreign.status, withoutInstance(foreign.text)]).toEqual([absent.status, withoutInstance(absent.text)]);
  expect(foreign.status).toBe(404);
});

it.each([
  ['filer', 'POST', '/evaluations', { scheme: 'bank-thin', version: 1, period: '2026Q3' }],
  ['filer', 'GET', '/audit', undefined],
  ['officer', 'PATCH', `/filings/${NOWHERE}`, { figures: {} }],
  ['reviewer', 'POST', '/filings', { institution: 'x', form: 'bank-quarterly', period: '2026Q3' }],
  ['verifier', 'POST', `/evaluations/${NOWHERE}/publish`, {}],
  ['auditor', 'POST', '/imports', {}],
] as const)('%s may not %s %s', async (role, method, path, body) => {
  const { banks, officer, reviewer, verifier, auditor } = place;
  const filer = banks[0]?.filer as Person;
  const person = { filer, officer, reviewer, verifier, auditor }[role];
  expect((await person.asks(method, path, body)).status).toBe(403);
});

it('a write from another site is refused, even with a session', async () => {
  const answer = await place.officer.asks(
    'POST',
    '/schemes/check',
    { document: 'a' },
    { origin: 'https://example.org' },
  );
  expect([answer.status, answer.body.code]).toEqual([403, 'FOREIGN_ORIGIN']);
});

it('under the institution login a missing filter returns its own rows, and without an institution none', async () => {
  const { Database } = await import('../../src/platform/database.service.js');
  const [first, second] = place.banks;
  if (!first || !second) throw new Error('no bank');
  const database = place.district.app.get(Database);
  const count = (institutionId: string): Promise<{ n: number } | null> =>
    database.transaction(
      { id: 'x', username: 'x', name: 'x', roles: ['filer'], institutionId, department: null },
      (tx) => tx.row<{ n: number }>('select count(*)::int as n from filing_cell'),
    );
  expect(await count(first.id)).toEqual({ n: 1 });
  expect(await count(second.id)).toEqual({ n: 0 });
  expect(await count('')).toEqual({ n: 0 });
});

it('every table with an institution has its row filter forced, and history refuses change', async () => {
  const open = await place.district.rows(
    `select c.relname from pg_class c join information_schema.columns k on k.table_name = c.relname and k.table_schema = 'public'
     where k.column_name = 'institution_id' and not (c.relrowsecurity and c.relforcerowsecurity)`,
  );
  expect(open).toEqual([]);
  const writable = await place.district.rows(
    `select table_name, privilege_type, grantee from information_schema.role_table_grants
     where table_name in ('revision', 'revision_cell', 'observation', 'acceptance', 'entry')
       and privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE')
       and (grantee like '%\\_staff' or grantee like '%\\_institution')`,
  );
  expect(writable).toEqual([]);
});

it('a route without a declared right stops the start', async () => {
  const { createApplication } = await import('../../src/application.js');
  const { FilingsController } = await import('../../src/filings/filings.controller.js');
  const { ACCESS } = await import('../../src/platform/public.decorator.js');
  const handler = FilingsController.prototype.list;
  const declared = Reflect.getMetadata(ACCESS, handler) as unknown;
  Reflect.deleteMetadata(ACCESS, handler);
  try {
    await expect(createApplication(place.district.opened)).rejects.toThrow('FilingsController.list');
  } finally {
    Reflect.defineMetadata(ACCESS, declared, handler);
  }
});

it('signs in with a password, keeps an opaque cookie, and signs out', async () => {
  const { People } = await import('../../src/identity/people.service.js');
  const { systemActor } = await import('../../src/platform/database.service.js');
  await place.district.app.get(People).add(systemActor('test'), {
    username: 'wang',
    name: '王',
    roles: ['department_editor'],
    institutionId: null,
    department: 'ecology',
    password: 'correct horse battery',
  });
  const { nobody } = place.district;
  const wrong = await nobody.asks('POST', '/auth/login', { username: 'wang', password: 'wrong' });
  const unknown = await nobody.asks('POST', '/auth/login', { username: 'nobody', password: 'wrong' });
  expect([wrong.status, withoutInstance(wrong.text)]).toEqual([unknown.status, withoutInstance(unknown.text)]);
  expect(wrong.status).toBe(401);
  const right = await nobody.asks('POST', '/auth/login', { username: 'wang', password: 'correct horse battery' });
  expect(right.status).toBe(200);
  const cookie = String(right.headers['set-cookie']);
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Strict/);
  const session = cookie.split(';')[0] ?? '';
  const me = await nobody.asks('GET', '/auth/me', undefined, { cookie: session });
  expect(me.body).toMatchObject({
    user: { username: 'wang' },
    roles: ['department_editor'],
    department: { code: 'ecology' },
  });
  expect((await nobody.asks('POST', '/auth/logout', {}, { cookie: session })).status).toBe(200);
  expect((await nobody.asks('GET', '/auth/me', undefined, { cookie: session })).status).toBe(401);
  const stored = await place.district.rows<{ n: string }>(
    'select count(*) as n from session where ended_at is not null',
  );
  expect(stored[0]?.n).toBe('1');
});

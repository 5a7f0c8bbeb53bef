import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ObligationItem } from '../../src/obligations/obligation.query.js';
import type { Page } from '../../src/platform/pages.js';
import type { SetupView } from '../../src/setup/setup.query.js';
import { aDistrict } from '../district.js';
import type { Person } from '../person.js';

// The nine questions: who answers which, what an answer changes, and what it leaves alone.
let folder: string;
let place: Awaited<ReturnType<typeof aDistrict>>;
let admin: Person;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'greenrank-setup-'));
  place = await aDistrict({ banks: 2, settings: { dataDir: folder } });
  admin = await place.district.person(['security_admin'], { department: 'finance_bureau' });
});
afterAll(async () => {
  await place.district.close();
  rmSync(folder, { recursive: true, force: true });
});

const file = (): string => readFileSync(path.join(folder, 'config', 'district.yaml'), 'utf8');

/** Answers on what stands there now. */
async function answers(person: Person, body: object, version?: number) {
  const { version: now } = await place.officer.get<SetupView>('/setup');
  const { status, body: told } = await person.asks<Told>('PATCH', '/setup', body, {
    'if-match': `"${version ?? now}"`,
  });
  return { status, code: told.code ?? null, paths: (told.violations ?? []).map((each) => each.path) };
}

interface Told {
  readonly code?: string;
  readonly violations?: readonly { readonly path: string }[];
}

it('nothing is answered but what the register says, and everything has a default', async () => {
  const view = await place.officer.get<SetupView>('/setup');
  expect(view.questions.filter(({ isAnswered }) => isAnswered).map(({ question }) => question)).toEqual(['register']);
  expect(view.institutions).toEqual({ total: 2, types: [{ title: '银行', count: 2 }] });
  expect(view.answers).toMatchObject({ name: '本区', bureau: '区财政局', disclosure: 'sealed', backups: null });
});

it('a name is given to everybody who is called by it', async () => {
  expect((await answers(admin, { name: '青川区' })).status).toBe(200);
  const me = await place.officer.get<object>('/auth/me');
  expect(me).toMatchObject({ district: { name: '青川区' }, department: { title: '青川区财政局' } });
  const { items } = await place.officer.get<Page<{ form: string; authority: string }>>('/forms');
  expect(items.find(({ form }) => form === 'bank-quarterly')?.authority).toBe('青川区财政局');
});

it.each<[string, object, boolean, boolean]>([
  ['departments', { departments: [{ code: 'finance_bureau', title: '青川区财政局' }] }, true, true],
  ['people', { people: ['wang.lixin'] }, true, false],
  ['deadlines', { deadlines: { filingWorkingDays: 8 } }, false, true],
  ['disclosure', { disclosure: 'open' }, false, true],
  ['backups', { backups: null }, false, true],
])('%s is answered by whoever has the say', async (_, body, byAdmin, byOfficer) => {
  expect((await answers(admin, body)).status).toBe(byAdmin ? 200 : 403);
  expect((await answers(place.officer, body)).status).toBe(byOfficer ? 200 : 403);
});

it('a stale page and a faulty answer change nothing', async () => {
  const before = file();
  expect(await answers(place.officer, { disclosure: 'sealed' }, 7)).toEqual({
    status: 412,
    code: 'SETUP_STALE',
    paths: [],
  });
  expect(await answers(place.officer, { deadlines: { filingWorkingDays: 0 }, disclosure: 'half' })).toEqual({
    status: 422,
    code: 'DISTRICT_INVALID',
    paths: ['deadlines.filingWorkingDays', 'disclosure'],
  });
  expect(await answers(place.officer, { backups: '/proc/greenrank' })).toEqual({
    status: 422,
    code: 'BACKUPS_UNWRITABLE',
    paths: ['backups'],
  });
  expect((await answers(place.officer, { colour: 'green' })).status).toBe(422);
  expect(file()).toBe(before);
});

it('every answer is in the audit, from what to what', async () => {
  const { items } = await place.auditor.get<Page<{ subject: string; before: object; after: object }>>(
    '/audit?action=setup.answer&limit=50',
  );
  expect(items).toContainEqual(
    expect.objectContaining({ subject: 'district', before: { disclosure: 'sealed' }, after: { disclosure: 'open' } }),
  );
});

it('schemes of the house become drafts, once, two in one act', async () => {
  const take = () =>
    place.officer.asks<SetupView>(
      'POST',
      '/setup/schemes',
      { codes: ['bank-first-year', 'insurer-annual'] },
      { 'idempotency-key': 'a key of this request' },
    );
  for (let times = 0; times < 2; times++) {
    const { status, body } = await take();
    expect(status).toBe(201);
    const stored = body.schemes.filter(({ state }) => state !== null).map(({ code, state }) => [code, state]);
    expect(stored).toEqual([
      ['bank-first-year', 'draft'],
      ['insurer-annual', 'draft'],
    ]);
  }
  expect((await admin.asks('POST', '/setup/schemes', { codes: [] })).status).toBe(403);
  expect((await place.officer.asks('POST', '/setup/schemes', { codes: ['published-banks'] })).status).toBe(422);
});

it('the days of the district are those of the obligations that are made from now on', async () => {
  await place.officer.post('/obligations/generate', { period: '2026Q3' });
  const { items } = await place.officer.get<Page<ObligationItem>>('/obligations?period=2026Q3&limit=50');
  const banks = items.filter(({ form }) => form === 'bank-quarterly');
  // The eighth working day: 1–7 October are holidays, the Saturday of the 10th is worked.
  expect(banks.map(({ due }) => due)).toEqual(banks.map(() => '2026-10-16T16:00:00.000Z'));
  expect(banks).toHaveLength(2);
});

it('a new evaluation discloses what the district says, unless whoever starts it says otherwise', async () => {
  const { district, banks, reviewer, officer } = place;
  for (const [i, bank] of banks.entries())
    await district.settles(bank, reviewer, { BK_LOAN_BAL: '1000', BK_GL_BAL: `${100 + i}` });
  const start = { scheme: 'bank-thin', version: 1, period: '2026Q3' };
  const [usual, other] = [
    await officer.post<{ id: string; disclosure: string }>('/evaluations', start),
    await officer.post<{ id: string; disclosure: string }>('/evaluations', { ...start, disclosure: 'sealed' }),
  ];
  expect([usual.disclosure, other.disclosure]).toEqual(['open', 'sealed']);
  for (const { id } of [usual, other]) await district.ended(officer, id);
});

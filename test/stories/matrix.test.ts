import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ExecutionContext } from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import { AccessGuard, type SignedIn } from '../../src/identity/access.guard.js';
import { type DeclaredRoute, declaredRoutes } from '../../src/identity/declared-routes.service.js';
import { rolesFor } from '../../src/identity/rights.js';
import { rightsTable } from '../../src/identity/rights-table.js';
import { INSTITUTION_ROLES, ROLES, type Role } from '../../src/lifecycle/lifecycle.js';
import { withClient } from '../../src/platform/connections.service.js';
import { projectRoot } from '../../src/platform/project.service.js';
import { aDistrict, type Bank } from '../district.js';
import { type Answer, multipart, type Person } from '../person.js';

const NOWHERE = '00000000-0000-4000-8000-000000000000';

let place: Awaited<ReturnType<typeof aDistrict>>;
let routes: DeclaredRoute[];
let mine: Bank;
let rival: Bank;
const people = new Map<Role, Person>();

/** Ids and texts that belong to the rival and that nothing the other bank reads may hold. */
const canaries: string[] = [];
/** What stands for each parameter of an address when somebody asks for the rival's. */
const foreign: Record<string, string[]> = {};
let evaluation: EvaluationView;
let unpublished: EvaluationView;

const FIGURES = { BK_LOAN_BAL: '918273.4455', BK_GL_BAL: '172635.5443' };
const DRAFT = { BK_LOAN_BAL: '645372.8191', BK_GL_BAL: '281736.9918' };

const one = async (sql: string, parameters: unknown[]): Promise<string> =>
  String((await place.district.rows<{ id: string }>(sql, parameters))[0]?.id);

beforeAll(async () => {
  place = await aDistrict({ banks: 3 });
  const { district, officer, reviewer, verifier } = place;
  [mine, rival] = district.banks as [Bank, Bank];
  routes = declaredRoutes(district.app);
  for (const role of ROLES) {
    const isDepartment = role.startsWith('department');
    people.set(
      role,
      INSTITUTION_ROLES.includes(role)
        ? mine[role as 'filer' | 'checker']
        : await district.person([role], { department: isDepartment ? 'ecology' : 'finance_bureau' }),
    );
  }
  await district.settles(mine, reviewer, { BK_LOAN_BAL: '1000', BK_GL_BAL: '100' });
  // So that the rival's score is a number of its own, and not the one that the worst of two has lost.
  await district.settles(district.banks[2] as Bank, reviewer, { BK_LOAN_BAL: '1000', BK_GL_BAL: '555' });
  const settled = await district.settles(rival, reviewer, FIGURES);
  const draft = await rival.filer.files({ institution: rival.uscc, period: '2026Q2' }, DRAFT);
  const file = stringify([
    ['institution', 'period', 'metric', 'value'],
    [rival.uscc, '2026Q1', 'BK_LOAN_BAL', '554433.7788'],
  ]);
  const preview = await rival.filer.uploads<{ id: string }>({ name: '乙行机密.csv', bytes: file });
  expect(preview.status).toBe(201);
  const { id: token } = await rival.filer.post<{ id: string }>('/tokens', {
    name: '乙行核心系统',
    scopes: ['filing:read'],
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  });
  const start = { scheme: 'bank-thin', version: 1, period: '2026Q3' };
  unpublished = await officer.post<EvaluationView>('/evaluations', start);
  evaluation = await officer.post<EvaluationView>('/evaluations', start);
  for (const { id } of [unpublished, evaluation]) await district.ended(officer, id);
  await verifier.post(`/evaluations/${evaluation.id}/verify`);
  await officer.post(`/evaluations/${evaluation.id}/publish`);
  const user = await one('select id from user_account where institution_id = $1 limit 1', [rival.id]);
  const session = await one(
    'select s.id from session s join user_account u on u.id = s.user_id where u.institution_id = $1 limit 1',
    [rival.id],
  );
  const revision = await one('select id from revision where institution_id = $1', [rival.id]);
  const obligation = await one('select id from obligation where institution_id = $1', [rival.id]);
  const result = await place.officer.get<{ score: string | null }>(
    `/evaluations/${evaluation.id}/results/${rival.uscc}`,
  );
  const open = await one('select id from obligation where institution_id = $1 and period = $2', [rival.id, '2026Q2']);
  const asked = { kind: 'exemption', reason: '乙行内情：停业整顿' };
  const { id: change } = await rival.filer.post<{ id: string }>(`/obligations/${open}/due-changes`, asked);
  foreign.id = [
    settled.id,
    draft.id,
    preview.body.id,
    token,
    user,
    session,
    revision,
    unpublished.id,
    obligation,
    open,
    change,
  ];
  foreign.institution = [rival.uscc];
  canaries.push(
    ...Object.values(FIGURES),
    ...Object.values(DRAFT),
    '554433.7788',
    '乙行机密',
    '乙行核心系统',
    '乙行内情',
    rival.name,
    settled.revision?.hash ?? '',
    obligation,
    result.score ?? '',
    unpublished.id,
  );
});
afterAll(() => place.district.close());

const addresses = (route: DeclaredRoute, values: Readonly<Record<string, readonly string[]>>): string[] =>
  [...route.path.matchAll(/:(\w+)/g)].reduce<string[]>(
    (made, [marker, name]) =>
      made.flatMap((address) =>
        (values[name as string] ?? [NOWHERE]).map((value) => address.replace(marker, encodeURIComponent(value))),
      ),
    [route.path === '/api/health' ? '/api/health' : `/api/v1${route.path}`],
  );

const asks = (person: Person, route: DeclaredRoute, address: string, body: unknown = {}): Promise<Answer> =>
  person.asks(
    route.method as 'GET',
    address,
    route.method === 'GET' ? undefined : body,
    route.method === 'GET' ? {} : { 'if-match': '"1"' },
  );

/** Streams stay open, and signing out would end what the next cell needs: both have their own stories. */
const ENDS = ['/auth/logout', '/evaluations/:id/events', '/evaluations/:id/robustness/events'];
const cells = (): DeclaredRoute[] => routes.filter((route) => !ENDS.includes(route.path));

it('there is a person for every role and a row for every route', () => {
  expect(people.size).toBe(ROLES.length);
  expect(routes.length).toBeGreaterThan(80);
});

it('each route × each role: 403 exactly where the table says so', async () => {
  const wrong: string[] = [];
  let count = 0;
  for (const route of cells()) {
    if (route.access === 'public') continue;
    const allowed = rolesFor(route.access.resource, route.access.action);
    for (const [role, person] of people) {
      const [address = ''] = addresses(route, {});
      const { status } = await asks(person, route, address);
      count += 1;
      if ((status === 403) === allowed.includes(role) || status >= 500 || status === 401)
        wrong.push(`${role} ${route.method} ${route.path} ${status}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(count).toBe((cells().length - cells().filter((route) => route.access === 'public').length) * ROLES.length);
  console.info(`${count} cells of the matrix, ${routes.length} routes`);
}, 120_000);

const withoutInstance = ({ status, text }: Answer): string => `${status} ${text.replace(/"instance":"[^"]*"/, '')}`;

/** Everything of the rival that the database holds, as one text. */
const everythingOfTheRival = (): Promise<string> =>
  withClient(place.district.owner, async (client) => {
    const { rows } = await client.query<{ table_name: string }>(
      `select table_name from information_schema.columns
       where table_schema = 'public' and column_name = 'institution_id' order by table_name`,
    );
    const texts: string[] = [];
    for (const { table_name: name } of rows) {
      const found = await client.query<{ text: string }>(
        `select coalesce(json_agg(row_to_json(t) order by row_to_json(t)::text), '[]')::text as text from ${name} t where institution_id = $1`,
        [rival.id],
      );
      texts.push(`${name} ${found.rows[0]?.text}`);
    }
    return texts.join('\n');
  });

/** What an institution's person may send in the hope of reaching the rival: the body that fits the address. */
function bodyFor({ path: address }: DeclaredRoute): unknown {
  const institution = rival.uscc;
  if (address === '/filings') return { institution, form: 'bank-quarterly', period: '2026Q3' };
  if (address === '/filings/:id') return { figures: { BK_LOAN_BAL: { value: '1', version: 1 } } };
  if (/\/(return|amend)$/.test(address)) return { reason: '数据有误', message: '请核对后重新提交', cells: [] };
  if (address.endsWith('/whatif'))
    return { set: [{ institution, period: '2026Q3', metric: 'BK_LOAN_BAL', value: '1' }] };
  if (address.endsWith('/due-changes')) return { kind: 'exemption', reason: '替别人申请免报' };
  if (address === '/users') return { username: 'spy', name: '间谍', roles: ['filer'], institution };
  if (/\/grants/.test(address)) return { role: 'filer' };
  if (/\/(disable|refuse)$/.test(address)) return { reason: '调离' };
  return {};
}

/** Every route, with every id of the rival, as filer and as checker: nothing of the rival comes back or changes. */
async function attack(): Promise<{ asked: number; leaks: string[]; failures: string[] }> {
  const before = await everythingOfTheRival();
  const leaks: string[] = [];
  const failures: string[] = [];
  let asked = 0;
  const look = async (person: Person, route: DeclaredRoute, address: string): Promise<void> => {
    const answer = await asks(person, route, address, bodyFor(route));
    asked += 1;
    const told = `${answer.text} ${JSON.stringify(answer.headers)}`;
    const leaked = canaries.filter((canary) => canary !== '' && told.includes(canary));
    if (leaked.length > 0) leaks.push(`${route.method} ${address} → ${answer.status} ${leaked.join(', ')}`);
    if (answer.status >= 500) failures.push(`${route.method} ${address} → ${answer.text}`);
  };
  for (const role of INSTITUTION_ROLES) {
    const person = mine[role as 'filer' | 'checker'];
    for (const route of cells().filter((each) => !each.path.startsWith('/auth/'))) {
      const own = { id: [evaluation.id], institution: [mine.uscc] };
      const found = new Set([
        ...addresses(route, foreign),
        ...addresses(route, own),
        ...addresses(route, { ...own, institution: [rival.uscc] }),
      ]);
      for (const address of found) await look(person, route, address);
      if (route.method === 'GET' && !route.path.includes(':'))
        for (const filter of [`institution=${rival.uscc}`, `q=${encodeURIComponent('乙')}`, 'limit=200'])
          await look(person, route, `/api/v1${route.path}?${filter}`);
    }
    const { payload, type } = multipart({
      name: 'x.csv',
      bytes: `institution,period,metric,value\r\n${rival.uscc},2026Q1,BK_LOAN_BAL,1\r\n`,
    });
    const upload = await person.asks('POST', '/imports', payload, { 'content-type': type });
    if (canaries.some((canary) => upload.text.includes(canary))) leaks.push(`import → ${upload.text}`);
  }
  if ((await everythingOfTheRival()) !== before) leaks.push("the rival's rows changed");
  return { asked, leaks, failures };
}

it("with ids guessed, filters, bodies and files: nothing of another institution's, and not one of its rows changes", async () => {
  const { asked, leaks, failures } = await attack();
  expect(leaks).toEqual([]);
  expect(failures).toEqual([]);
  console.info(`${asked} requests for what is another's, guards on`);
}, 120_000);

it('what is not yours reads like what is not there, byte for byte, on every route with an id', async () => {
  const different: string[] = [];
  let compared = 0;
  for (const route of cells().filter((each) => each.path.includes(':') && !each.path.startsWith('/auth/')))
    for (const role of INSTITUTION_ROLES) {
      const [absent = ''] = addresses(route, { institution: ['91990199MA0009999X'] });
      const nothing = withoutInstance(await asks(mine[role as 'filer' | 'checker'], route, absent));
      for (const address of addresses(route, foreign)) {
        const person = mine[role as 'filer' | 'checker'];
        const answer = withoutInstance(await asks(person, route, address));
        compared += 1;
        if (answer !== nothing) different.push(`${route.method} ${address}\n${answer}\n${nothing}`);
      }
    }
  expect(different).toEqual([]);
  expect(compared).toBeGreaterThan(200);
}, 120_000);

it('an event stream of what is not published is not there', async () => {
  for (const role of INSTITUTION_ROLES) {
    const answer = await mine[role as 'filer' | 'checker'].asks('GET', `/evaluations/${unpublished.id}/events`);
    const absent = await mine[role as 'filer' | 'checker'].asks('GET', `/evaluations/${NOWHERE}/events`);
    expect(withoutInstance(answer)).toBe(withoutInstance(absent));
    expect(answer.status).toBe(404);
  }
});

it('with every guard off, the row filters of the database alone hold', async () => {
  const guarded = AccessGuard.prototype.canActivate;
  AccessGuard.prototype.canActivate = async function (this: AccessGuard, context: ExecutionContext) {
    const request = context.switchToHttp().getRequest<SignedIn>();
    const actor = await (this as unknown as { actorOf(request: SignedIn): Promise<SignedIn['actor']> }).actorOf(
      request,
    );
    if (actor) request.actor = actor;
    return true;
  };
  try {
    const { asked, leaks, failures } = await attack();
    expect(leaks).toEqual([]);
    expect(failures).toEqual([]);
    console.info(`${asked} requests for what is another's, guards off`);
    // The guards are really off: what the role may not do is tried, and refused by the database or leads to nothing.
    const sessions = await mine.filer.asks('GET', '/audit');
    expect(sessions.status).toBe(403);
    expect((await mine.filer.asks('GET', '/schemes')).status).toBe(200);
  } finally {
    AccessGuard.prototype.canActivate = guarded;
  }
  expect((await mine.filer.asks('GET', '/schemes')).status).toBe(403);
}, 120_000);

it('docs/rights.md is made from the same table', () => {
  const file = readFileSync(path.join(projectRoot(), 'docs', 'rights.md'), 'utf8');
  expect(file).toBe(
    rightsTable(routes.map(({ method, path: address, access }) => ({ method, path: address, access }))),
  );
});

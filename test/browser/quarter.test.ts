import { jest } from '@jest/globals';
import { openXlsx, saveXlsx } from 'hucre/xlsx';
import type { BrowserContext, Page } from 'playwright-core';
import type { FilingView, QueueItem } from '../../src/filings/filing.query.js';
import type { FilingContext } from '../../src/filings/filing-context.query.js';
import type { Metric } from '../../src/forms/metric.js';
import type { ImportView } from '../../src/imports/import.query.js';
import { Decimal } from '../../src/numbers/decimal.js';
import type { Page as Listed } from '../../src/platform/pages.js';
import { type Product, startProduct, testId } from './product.js';

// A quarter of a whole district: sixty institutions of all types file by API, by workbook and by grid; the bureau
// reviews and accepts all of it, and every figure stands where it was filed.
jest.setTimeout(600_000);

const PERIOD = '2026Q4';
/** Institutions whose people have names of their own in the demonstration. */
const ACCOUNTS: Readonly<Record<string, { readonly filer: string; readonly checker: string }>> = {
  '91500106MA5U0A1B7P': { filer: 'filer', checker: 'checker' },
  '91990101MADM00254F': { filer: 'insurer', checker: 'insurer_checker' },
};
/** How the n-th institution files. */
const wayOf = (n: number): 'grid' | 'workbook' | 'program' => (n < 3 ? 'grid' : n % 4 === 0 ? 'workbook' : 'program');

/** Somebody at work through HTTP, in a window of his own where he needs one. */
interface Worker {
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** His session in a browser. */
  window(): Promise<{ context: BrowserContext; page: Page }>;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown, version?: number): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
}

interface Institution {
  readonly uscc: string;
  readonly name: string;
  readonly type: string;
}

let product: Product;
let officer: Worker;
let institutions: Institution[];
const faults: string[] = [];
/** Metric → figure, as each institution filed it. */
const filed = new Map<string, Record<string, string>>();
const metrics = new Map<string, Metric>();
/** Passwords of those whom the front page does not let in. */
const slips = new Map<string, string>();

/** The administrator's slip opens an account; its owner chooses a password. */
async function open(admin: Worker, username: string): Promise<void> {
  const { items } = await admin.get<Listed<{ id: string; username: string }>>(`/users?q=${username}`);
  const { id } = items.find((each) => each.username === username) as { id: string };
  const { code } = await admin.post<{ code: string }>(`/users/${id}/reset`);
  const newPassword = `Lake-7-quiet-${username.slice(-8)}`;
  await admin.post('/auth/password', { username, password: code, newPassword });
  slips.set(username, newPassword);
}

async function worker(username: string): Promise<Worker> {
  let cookie = '';
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${product.base}/api/v1${path}`, { ...init, headers: { ...init.headers, cookie } });
  const asked = async <T>(method: string, path: string, body?: unknown, headers = {}): Promise<T> => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await ask(path, { method, ...init, headers: { ...type, ...headers } });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    return (await answer.json().catch(() => null)) as T;
  };
  const password = slips.get(username);
  if (password === undefined) await asked('POST', '/auth/demo', { username });
  else await asked('POST', '/auth/login', { username, password });
  return {
    ask,
    get: (path) => asked('GET', path),
    post: (path, body = {}, version) =>
      asked('POST', path, body, version === undefined ? {} : { 'if-match': `"${version}"` }),
    patch: (path, body) => asked('PATCH', path, body),
    async window() {
      const { context, page } = await product.person(faults);
      const [name = '', value = ''] = cookie.split('=');
      await context.addCookies([{ name, value, url: product.base }]);
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      return { context, page };
    },
  };
}

async function all<T>(who: Worker, path: string): Promise<T[]> {
  const items: T[] = [];
  const joint = path.includes('?') ? '&' : '?';
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Listed<T> = await who.get(`${path}${joint}limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`);
    items.push(...page.items);
    cursor = page.next;
  }
  return items;
}

/** Stocks as they were last accepted, no flow: a quiet quarter that keeps every identity. */
async function quietQuarter(who: Worker, filing: FilingView): Promise<Record<string, string>> {
  const { history } = await who.get<FilingContext>(`/filings/${filing.id}/context`);
  const codes = filing.sections.flatMap((section) => section.metrics);
  return Object.fromEntries(
    codes.map((code) => [code, metrics.get(code)?.kind === 'stock' ? (history[code]?.at(-1)?.value ?? '0') : '0']),
  );
}

/** Every stock grows by a hundredth, flows are left for later: nothing that a rule would speak of. */
function growing(figures: Readonly<Record<string, string>>): Record<string, string> {
  const stocks = Object.entries(figures).filter(([code]) => metrics.get(code)?.kind === 'stock');
  return Object.fromEntries(
    stocks.map(([code, value]) => {
      const { unit, decimals } = metrics.get(code) as Metric;
      const grown = unit === '%' ? new Decimal(value) : new Decimal(value).times('1.01');
      return [code, grown.toDecimalPlaces(decimals).toFixed()];
    }),
  );
}

/** Every soft failure explained, by its rule. */
const explained = (filing: FilingView): Record<string, string> =>
  Object.fromEntries(
    filing.checks
      .filter(({ severity }) => severity === 'justify')
      .map(({ rule }) => [rule, '本季没有新发生额，已与台账核对']),
  );

async function sign(uscc: string, filing: FilingView): Promise<void> {
  const checker = await worker(ACCOUNTS[uscc]?.checker ?? `${uscc}-checker`);
  const { version, checks } = await checker.get<FilingView>(`/filings/${filing.id}`);
  expect(checks.filter(({ severity }) => severity === 'block')).toEqual([]);
  const justifications = explained({ ...filing, checks });
  const signed = await checker.post<FilingView>(`/filings/${filing.id}/submit`, { justifications }, version);
  expect(signed).toMatchObject({ state: 'submitted', revision: { no: 1 } });
}

async function byProgram(filer: Worker, filing: FilingView, figures: Record<string, string>): Promise<void> {
  const cells = Object.entries(figures).map(([code, value]) => [code, { value, version: 0 }]);
  await filer.patch(`/filings/${filing.id}`, { figures: Object.fromEntries(cells) });
}

/** The template, filled as a spreadsheet would, and sent back. */
async function byWorkbook(filer: Worker, filing: FilingView, figures: Record<string, string>): Promise<void> {
  const sent = await filer.ask(`/exports/templates/${filing.id}.xlsx`);
  const book = await openXlsx(new Uint8Array(await sent.arrayBuffer()));
  const sheet = book.sheets.find(({ name }) => name === '填报表');
  for (const [i, row] of (sheet?.rows ?? []).entries()) {
    const value = figures[String(row[0])];
    if (value === undefined) continue;
    (row as unknown[])[3] = value;
    const cell = sheet?.cells?.get(`${i},3`);
    if (cell) Object.assign(cell, { value, type: 'string' });
  }
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(await saveXlsx(book))]), '填报表.xlsx');
  const answer = await filer.ask('/imports', { method: 'POST', body: form });
  const preview = (await answer.json()) as ImportView;
  expect(preview.issues.filter(({ severity }) => severity === 'problem')).toEqual([]);
  await filer.post(`/imports/${preview.id}/commit`, { skip: false, clear: false });
}

/** A block pasted from a spreadsheet into the first cell. */
async function byGrid(filer: Worker, filing: FilingView, figures: Record<string, string>): Promise<void> {
  const { page, context } = await filer.window();
  await page.goto(`${product.base}/filings/${filing.id}`);
  const codes = filing.sections.flatMap((section) => section.metrics);
  const first = page.locator(`tr[data-cell="${codes[0]}"] .grid-input`);
  await first.focus();
  // Sums stand between the cells; nothing of the block lands there.
  const lines = await page.evaluate<string[]>(
    `[...document.querySelectorAll('tr[data-cell], tr[data-sum]')].map((row) => row.getAttribute('data-cell') ?? '')`,
  );
  const column = lines.map((code) => figures[code] ?? '').join('\n');
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(column)})`);
  await page.keyboard.press('Control+v');
  await page.waitForSelector(`${testId('saving')}[data-state="saved"]`);
  await context.close();
}

beforeAll(async () => {
  product = await startProduct({ GREENRANK_NOW: '2027-01-12T09:00:00+08:00' });
  officer = await worker('officer');
});
afterAll(() => product.end());

it('the officer asks sixty institutions for their quarter', async () => {
  await officer.post('/obligations/generate', { period: PERIOD });
  const register = await all<Institution & { register: string }>(officer, '/institutions');
  institutions = register.filter((each) => each.register === 'district');
  const first = institutions.findIndex(({ uscc }) => uscc === '91500106MA5U0A1B7P');
  institutions.unshift(...institutions.splice(first, 1));
  expect(institutions).toHaveLength(60);
  expect(new Set(institutions.map(({ type }) => type)).size).toBe(8);
  const admin = await worker('admin');
  for (const { uscc } of institutions.filter((each) => ACCOUNTS[each.uscc] === undefined))
    for (const role of ['filer', 'checker']) await open(admin, `${uscc}-${role}`);
  for (const metric of await all<Metric>(officer, '/metrics')) metrics.set(metric.code, metric);
});

it('each files its own way: three in the grid, the others by workbook and by program', async () => {
  for (const [n, { uscc }] of institutions.entries()) {
    const filer = await worker(ACCOUNTS[uscc]?.filer ?? `${uscc}-filer`);
    const owed = await all<{ form: string; kind: string; state: string }>(filer, `/obligations?period=${PERIOD}`);
    const form = owed.find((each) => each.form.endsWith('-quarterly'))?.form;
    const filing = await filer.post<FilingView>('/filings', { institution: uscc, form, period: PERIOD });
    const way = wayOf(n);
    const quiet = await quietQuarter(filer, filing);
    const figures = way === 'program' ? growing(quiet) : quiet;
    await { grid: byGrid, workbook: byWorkbook, program: byProgram }[way](filer, filing, figures);
    const draft = await filer.get<FilingView>(`/filings/${filing.id}`);
    expect([uscc, draft.filled.done]).toEqual([uscc, Object.keys(figures).length]);
    filed.set(uscc, figures);
    await sign(uscc, filing);
  }
});

it('the reviewer accepts the plain ones together and looks at the others; one in ten waits for a second person', async () => {
  const reviewer = await worker('reviewer');
  const queue = (await all<QueueItem>(officer, '/filings/queue')).filter((item) => item.period === PERIOD);
  expect(queue).toHaveLength(60);
  expect(queue.map((item) => item.risk.score)).toEqual(queue.map((item) => item.risk.score).sort((a, b) => b - a));
  const plain = queue.filter((item) => item.risk.score === 0);
  const done = await reviewer.post<{ accepted: string[]; second: string[] }>('/filings/accept', {
    filings: plain.map(({ id, version }) => ({ id, version })),
  });
  expect(plain.length).toBeGreaterThan(20);
  expect(done.accepted.length + done.second.length).toBe(plain.length);
  for (const { id, version } of queue.filter((item) => item.risk.score > 0)) {
    let now = await reviewer.post<FilingView>(`/filings/${id}/claim`, {}, version);
    for (const key of Object.keys(now.justifications))
      now = await reviewer.post<FilingView>(`/filings/${id}/rulings`, { key, ruling: 'upheld' }, now.version);
    await reviewer.post(`/filings/${id}/accept`, {}, now.version);
  }
  const waiting = (await all<QueueItem>(officer, '/filings/queue')).filter((item) => item.period === PERIOD);
  expect(waiting.length).toBeGreaterThanOrEqual(6);
  for (const { id, version } of waiting) await officer.post(`/filings/${id}/confirm`, {}, version);
});

it('sixty are accepted, and every figure in force is the one that was filed', async () => {
  const list = (await all<FilingView>(officer, `/filings?period=${PERIOD}`)).filter((each) =>
    filed.has(`${each.institution}`),
  );
  expect(list.map((each) => each.state)).toEqual(Array.from({ length: 60 }, () => 'accepted'));
  for (const { id, institution } of list) {
    const { figures, inForce } = await officer.get<FilingView>(`/filings/${id}`);
    expect(inForce?.no).toBe(1);
    const own = filed.get(`${institution}`) as Record<string, string>;
    for (const [code, value] of Object.entries(own))
      expect([institution, code, figures[code]?.value]).toEqual([institution, code, value]);
  }
  expect(faults).toEqual([]);
});

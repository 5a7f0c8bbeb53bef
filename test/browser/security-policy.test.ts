import { readFileSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type Product, ROOT, startProduct, testId } from './product.js';

// Every page, as every kind of user, under a policy that allows nothing written inline (reliability J7).
jest.setTimeout(600_000);

let product: Product;
const faults: string[] = [];
const seen = new Set<string>();

/** The addresses of web/src/router.tsx; what fits none of them is `*`. */
const ROUTES = [...readFileSync(path.join(ROOT, 'web/src/router.tsx'), 'utf8').matchAll(/path: '(\/[^']*)'/g)].map(
  ([, route = '']) => route,
);
const fits = (route: string, address: string): boolean =>
  new RegExp(`^${route.replaceAll(/:[a-z]+/gi, '[^/]+')}$`).test(address);
const routeOf = (address: string): string => ROUTES.find((route) => fits(route, address)) ?? '*';

const ONE_FIGURE = '统一社会信用代码,报告期,各项贷款余额\n91500106MA5U0A1B7P,2026Q3,1\n';

const openWindow = async (): Promise<Page> => (await product.person(faults)).page;

async function visit(page: Page, address: string): Promise<void> {
  await page.goto(`${product.base}${address}`);
  await page.waitForSelector('h1');
  await page.waitForSelector('.ant-skeleton, .ant-spin-spinning', { state: 'detached' });
  if ((await page.locator(testId('failure')).count()) > 0) faults.push(`${address} failed to show`);
  seen.add(routeOf(address.replace(/[?#].*/, '')));
}

/** From the starts on through every link behind the sign-in, one of each route. */
async function visitAll(page: Page, starts: readonly string[]): Promise<void> {
  const waiting = [...starts];
  const visited = new Set(['/', '/sign-in']);
  for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) {
    const route = routeOf(address.replace(/[?#].*/, ''));
    if (visited.has(route)) continue;
    visited.add(route);
    await visit(page, address);
    // What opens only when somebody asks for it: lists of choices, a row's detail.
    for (const opener of ['.ant-select', testId('indicator-row')]) {
      const first = page.locator(opener).first();
      if ((await first.count()) > 0) await first.click();
    }
    const links = await page.$$eval('a[href^="/"]', (all) => all.map((each) => each.getAttribute('href') ?? ''));
    waiting.push(...links.filter((link) => !link.startsWith('/api/')));
  }
}

/** The page of a formal notice to somebody who has not filed yet: no page links to one before it is issued. */
async function aNotice(page: Page): Promise<string> {
  const list = await page.request.get(`${product.base}/api/v1/obligations?period=2026Q3&limit=200`);
  const { items } = (await list.json()) as { items: { id: string; state: string }[] };
  const { id } = items.find(({ state }) => state === 'not_started') ?? { id: '' };
  const issued = await page.request.post(`${product.base}/api/v1/obligations/${id}/formal-notices`, {
    data: { number: '财催〔2026〕1号', until: '2099-12-31T00:00:00+08:00' },
  });
  return `/progress/notices/${((await issued.json()) as { id: string }).id}`;
}

/** Of workbooks that came: none has come to the demonstration. */
async function aBatch(page: Page): Promise<string> {
  const made = await page.request.post(`${product.base}/api/v1/intake/batches`, {
    multipart: { period: '2026Q3', file: { name: 'one.csv', mimeType: 'text/csv', buffer: Buffer.from(ONE_FIGURE) } },
  });
  return `/intake/${((await made.json()) as { id: string }).id}`;
}

beforeAll(async () => {
  product = await startProduct();
});

afterAll(() => product.end());

it('the pages are served under the policy, the documentation alone under a milder one', async () => {
  const policyOf = async (address: string) =>
    (await fetch(`${product.base}${address}`)).headers.get('content-security-policy')?.split(';');
  const strict = [
    "default-src 'self'",
    "base-uri 'none'",
    "font-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "img-src 'self' data:",
    "object-src 'none'",
    "script-src 'self'",
    "script-src-attr 'none'",
    "style-src 'self'",
  ];
  expect(await policyOf('/')).toEqual(strict);
  expect(await policyOf('/home')).toEqual(strict);
  expect(await policyOf('/api/v1/auth/me')).toEqual(strict);
  expect(await policyOf('/api/docs')).toEqual([...strict.slice(0, -1), "style-src 'self' 'unsafe-inline'"]);
  const { headers } = await fetch(product.base);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
});

it('a style written inline is refused, and this test would see it', async () => {
  const page = await openWindow();
  await visit(page, '/sign-in');
  expect(faults.splice(0)).toEqual([]);
  await page.evaluate(`document.body.appendChild(document.createElement('style')).textContent = 'body { color: red }'`);
  while (!faults.some((fault) => fault.includes('refused'))) await page.waitForTimeout(50);
  expect(faults.splice(0).join('\n')).toContain('refused: style-src-elem inline');
});

it('every page can be shown to every kind of user', async () => {
  const front = await openWindow();
  await visit(front, '/');
  await visit(front, '/sign-in');
  await front.goto(`${product.base}/api/docs`);
  await front.waitForSelector('.swagger-ui .opblock');
  const { accounts } = (await (await fetch(`${product.base}/api/v1/auth/demo`)).json()) as {
    accounts: { username: string; title: string }[];
  };
  const kinds = new Map(accounts.map(({ username, title }) => [title, username]));
  expect(kinds.size).toBeGreaterThan(8);
  for (const username of kinds.values()) {
    const page = await openWindow();
    await page.request.post(`${product.base}/api/v1/auth/demo`, { data: { username } });
    const upload = await page.request.post(`${product.base}/api/v1/imports`, {
      multipart: { file: { name: 'one.csv', mimeType: 'text/csv', buffer: Buffer.from(ONE_FIGURE) } },
    });
    const preview = upload.ok() ? [`/imports/${((await upload.json()) as { id: string }).id}`] : [];
    await visitAll(page, [
      '/home',
      '/nowhere',
      ...preview,
      ...(username === 'officer' ? [await aNotice(page), await aBatch(page)] : []),
    ]);
    await page.context().close();
  }
  expect(ROUTES.filter((route) => !seen.has(route))).toEqual([]);
  expect(faults.splice(0)).toEqual([]);
});

it('a dialog and its message keep to the policy', async () => {
  const page = await openWindow();
  await page.request.post(`${product.base}/api/v1/auth/demo`, { data: { username: 'officer' } });
  await visit(page, '/evaluations');
  await page.click(testId('start-evaluation'));
  await page.getByRole('dialog').waitFor();
  expect(await page.evaluate('getComputedStyle(document.body).overflowY')).toBe('hidden');
  await page.keyboard.press('Escape');
  expect(faults.splice(0)).toEqual([]);
});

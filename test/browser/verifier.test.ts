import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { jest } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { inputOf as inputOfBundle } from '../../src/scoring/bundle/read-bundle.js';
import { redactBundle } from '../../src/scoring/bundle/redact.js';
import { evaluate } from '../../src/scoring/evaluate.js';
import { type Product, ROOT, startProduct, testId } from './product.js';

// An auditor with a bundle, a browser and no trust: the page as it is served, and the same file opened from disk.
jest.setTimeout(180_000);

let product: Product;
const requests: string[] = [];
const faults: string[] = [];
const KEPT = path.join(ROOT, 'test/bundles/2-benchmark.json');
const text = readFileSync(KEPT, 'utf8');

const sha256 = (content: string, salt = ''): string =>
  createHash('sha256').update(Buffer.from(salt, 'hex')).update(content, 'utf8').digest('hex');

function file(name: string, content: string): string {
  const place = path.join(product.folder, name);
  writeFileSync(place, content);
  return place;
}

async function open(address: string): Promise<{ page: Page; context: BrowserContext }> {
  const { page, context } = await product.person([]);
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await page.goto(address);
  await page.waitForSelector('h1');
  page.on('request', (request) => requests.push(request.url()));
  return { page, context };
}

async function verify(page: Page, bundle: string): Promise<string> {
  await page.setInputFiles(testId('bundle-file'), bundle);
  await page.waitForSelector(`${testId('verdict')}:not([hidden])`);
  return String(await page.locator(testId('verdict')).textContent());
}

const outcome = (page: Page): Promise<string | null> => page.locator(testId('verdict')).getAttribute('data-outcome');

beforeAll(async () => {
  product = await startProduct();
});

afterAll(() => product.end());

it('is served under a policy that allows its own script and style and no connection', async () => {
  const answer = await fetch(`${product.base}/verifier.html`);
  const policy = (answer.headers.get('content-security-policy') ?? '').split('; ');
  expect(policy).toEqual([
    "default-src 'none'",
    expect.stringMatching(/^script-src 'sha256-[^' ]+'$/),
    expect.stringMatching(/^style-src 'sha256-[^' ]+'$/),
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]);
  const html = await answer.text();
  expect(html).not.toMatch(/<(script|link|img|iframe)[^>]*(src|href)="(?!data:)/);
});

it.each([
  ['served', () => `${product.base}/verifier.html`],
  ['from disk', () => pathToFileURL(path.join(ROOT, 'web-dist/verifier.html')).href],
])('%s: a good bundle is the same, a changed figure is named, a redacted one told apart', async (_, address) => {
  const { page, context } = await open(address());
  const hash = (JSON.parse(text) as { hashes: { bundle: string } }).hashes.bundle;

  expect(await verify(page, KEPT)).toContain('一致');
  expect(await outcome(page)).toBe('same');
  expect(await page.locator(testId('hash')).textContent()).toBe(hash);
  expect(await page.locator(testId('check-code')).textContent()).toBe(
    hash.slice(0, 16).toUpperCase().match(/.{4}/g)?.join(' '),
  );
  const { ranking } = (JSON.parse(text) as { results: { ranking: string[][] } }).results;
  expect(await page.locator(`${testId('ranking')} tbody tr`).count()).toBe(ranking.length);
  expect(await page.locator(testId('ranking')).textContent()).toContain(ranking[0]?.[4]);
  expect(await page.locator('[data-part][data-same="true"]').count()).toBe(7);
  expect(await page.locator(testId('progress')).textContent()).toMatch(/重算“.+”组，\d+ 家/);

  const figure = (JSON.parse(text) as { figures: string[][] }).figures[0] as string[];
  const changed = text.replace(JSON.stringify(figure), JSON.stringify(figure.with(3, `${figure[3]}1`)));
  expect(await verify(page, file('changed.json', changed))).toContain('不一致');
  expect(await outcome(page)).toBe('differs');
  expect(await page.locator(testId('difference')).textContent()).toMatch(/^figures 的内容与哈希不符/);
  expect(await page.locator('[data-part="figures"]').getAttribute('data-same')).toBe('false');

  const input = inputOfBundle(JSON.parse(text));
  const salts = Object.fromEntries((input.institutions ?? []).map(({ code }) => [code, sha256(code)]));
  const own = input.institutions?.[0]?.code ?? '';
  const redacted = redactBundle(input, evaluate(input), { disclosure: 'sealed', ranks: true, salts, own }, sha256).text;
  expect(await verify(page, file('redacted.json', redacted))).toContain('不能重算');
  expect(await outcome(page)).toBe('redacted');
  expect(await page.locator(testId('hash')).textContent()).toBe(hash);
  expect(await page.locator(`${testId('ranking')} tbody tr`).count()).toBe(1);

  expect(await verify(page, file('nothing.json', 'no bundle'))).toContain('存证包 应为 JSON');
  await context.close();
});

it('the page reaches nothing, and would not be let', async () => {
  const { page } = await open(`${product.base}/verifier.html`);
  await expect(page.evaluate(`fetch('/api/health').then(() => 'reached', () => 'refused')`)).resolves.toBe('refused');
  expect(faults.splice(0).join('\n')).toContain('Content Security Policy');
  expect(requests.filter((address) => !address.startsWith('data:'))).toEqual([]);
  expect(faults).toEqual([]);
});

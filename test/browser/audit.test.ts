import { readFileSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type Product, startProduct, testId } from './product.js';

// The auditor asks who did what, takes it along, and prints the roots that nobody can rewrite.
jest.setTimeout(180_000);

let product: Product;
let page: Page;
const faults: string[] = [];

const rows = () => page.locator(testId('audit-row'));

beforeAll(async () => {
  product = await startProduct();
  page = (await product.person(faults)).page;
  await page.request.post(`${product.base}/api/v1/auth/demo`, { data: { username: 'auditor' } });
});

afterAll(() => product.end());

it('the latest act is on top: my own sign-in, by name', async () => {
  await page.goto(`${product.base}/audit`);
  await rows().first().waitFor();
  expect(await rows().first().textContent()).toMatch(/冯允中.*审计员.*登录/);
  expect(await page.locator(testId('audit-head')).textContent()).toMatch(/已封存\d+ 条/);
  expect(await page.locator(testId('unsealed-warning')).count()).toBe(0);
});

it('filters by action and by person are part of the address, and narrow the list', async () => {
  await page.getByLabel('操作', { exact: true }).click();
  await page.keyboard.type('公布评价');
  await page.keyboard.press('Enter');
  await page.waitForURL(/action=evaluation\.publish/);
  await page.locator(`${testId('audit-row')}[data-action="account.sign-in"]`).waitFor({ state: 'detached' });
  const words = await rows().allTextContents();
  expect(words.length).toBeGreaterThan(3);
  expect(words.every((text) => /王立新.*经办人.*公布评价/.test(text))).toBe(true);
  await page.getByLabel('操作人', { exact: true }).click();
  await page.keyboard.type('赵清和');
  await page.keyboard.press('Enter');
  await page.waitForURL(/actor=/);
  await page.getByText('没有记录').waitFor();
});

it('an entry shows before and after, its own digest and the batch that seals it; its subject is one click away', async () => {
  await page.goto(`${product.base}/audit?action=evaluation.publish`);
  await rows().first().click();
  const detail = page.locator(testId('audit-detail'));
  await detail.waitFor();
  expect(await detail.textContent()).toMatch(/记录摘要[0-9a-f]{64}封存第 \d+ 批，根 [0-9a-f]{64}/);
  expect(await detail.locator('tbody tr').allTextContents()).toEqual(['stateverifiedprovisional']);
  await detail.getByText('此对象的全部记录').click();
  await page.locator(`${testId('audit-row')}[data-action="evaluation.create"]`).waitFor();
  const actions = await page.$$eval(testId('audit-row'), (all) => all.map((row) => row.getAttribute('data-action')));
  expect(actions.reverse().slice(0, 3)).toEqual(['evaluation.create', 'evaluation.verify', 'evaluation.publish']);
});

it('what is exported is what is shown', async () => {
  const shown = await rows().count();
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(testId('export-audit'))]);
  const file = path.join(product.folder, 'audit.csv');
  await download.saveAs(file);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines[0]).toMatch(/^\uFEFF编号,时间,操作人/);
  expect(lines.length - 1).toBe(shown);
});

it('the roots of the days can be printed, with a place for the signature', async () => {
  await page.goto(`${product.base}/audit/roots`);
  const root = page.locator(testId('root-row'));
  await root.waitFor();
  expect(await root.textContent()).toMatch(/^\d{4}-\d\d-\d\d.*[0-9a-f]{64}$/);
  await page.emulateMedia({ media: 'print' });
  expect(await page.getByText('审计机关签收').isVisible()).toBe(true);
  expect(await page.locator(testId('print-roots')).isVisible()).toBe(false);
});

it('nothing failed in the browser', () => {
  expect(faults).toEqual([]);
});

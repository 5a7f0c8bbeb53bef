import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { twelveReturned, workbooksOf, zipOf } from '../intake-zip.js';
import { type Product, startProduct, testId } from './product.js';

// An officer alone: workbooks go out to all, twelve come back as one zip, nine are received in one act and the three
// others go back; another person accepts; the stamped page is printed and registered.
jest.setTimeout(420_000);

const PERIOD = '2026Q4';
const faults: string[] = [];
let product: Product;
let officer: Page;

beforeAll(async () => {
  product = await startProduct({ GREENRANK_NOW: '2026-10-15T09:00:00+08:00' });
});
afterAll(() => product?.end());

/** Looked at by people, where a folder for it is named. */
async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env.GREENRANK_SHOTS;
  if (folder) await page.screenshot({ path: path.join(folder, `intake-${name}.png`) });
}

async function enter(username: string): Promise<Page> {
  const { page } = await product.person(faults);
  await page.goto(product.base);
  await page.click(testId(`enter-${username}`));
  await page.waitForSelector(testId('who'));
  return page;
}

async function saved(page: Page, press: () => Promise<void>): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download', { timeout: 120_000 }), press()]);
  return readFileSync(await download.path());
}

it('prefilled workbooks of all come as one zip', async () => {
  officer = await enter('officer');
  for (const period of [PERIOD, '2027Q1'])
    await officer.request.post(`${product.base}/api/v1/obligations/generate`, { data: { period } });
  await officer.goto(`${product.base}/intake?period=${PERIOD}`);
  await officer.waitForSelector('.ant-table');
  await shot(officer, '1-empty');
  const workbooks = workbooksOf(await saved(officer, () => officer.click(testId('workbooks'))));
  // Sixty statistical forms, and the year's form of measures of each.
  expect(workbooks.size).toBe(120);
  const later = await officer.request.get(`${product.base}/api/v1/intake/workbooks.zip?period=2027Q1`);
  const next = workbooksOf(await later.body());
  const filled = await twelveReturned(workbooks, next);
  expect(filled).toHaveLength(12);
  writeFileSync(path.join(product.folder, '四季度报表.zip'), zipOf(filled));
});

it('nine are received in one act, three are named with what is wrong and go back', async () => {
  const [chooser] = await Promise.all([officer.waitForEvent('filechooser'), officer.click(testId('choose-files'))]);
  await chooser.setFiles(path.join(product.folder, '四季度报表.zip'));
  await officer.waitForURL(/\/intake\/[0-9a-f-]{36}$/);
  await shot(officer, '2-reading');
  await officer.waitForSelector(`${testId('receive')}:has-text("收下所选 9 份"):not([disabled])`, { timeout: 120_000 });
  await shot(officer, '3-read');
  const faulty = officer.locator('[data-state="faulty"]');
  expect(await faulty.count()).toBe(2);
  expect(await officer.locator('[data-state="unfit"]').textContent()).toContain('本批收2026年第四季度的');
  await faulty.first().locator('.ant-table-row-expand-icon').click();
  await officer.waitForSelector('.file-detail');
  await shot(officer, '4-detail');
  const marked = await saved(officer, () => officer.click(testId('marked-zip')));
  expect(marked.length).toBeGreaterThan(10_000);
  await officer.click(testId('replies'));
  await officer.waitForSelector('.reply pre');
  await shot(officer, '5-replies');
  await officer.keyboard.press('Escape');
  await officer.click(testId('receive'));
  await officer.waitForSelector('[data-state="received"]');
  await officer.locator('[data-state="received"]').nth(8).waitFor({ timeout: 60_000 });
  expect(await officer.locator('[data-state="received"]').count()).toBe(9);
  await shot(officer, '6-received');
});

it('another accepts what was received', async () => {
  const reviewer = await enter('reviewer');
  const list = await officer.request.get(`${product.base}/api/v1/intake/stamped-pages?period=${PERIOD}`);
  const [item] = ((await list.json()) as { items: { filing: string; revision: string; code: string }[] }).items;
  await reviewer.goto(`${product.base}/review/${item?.filing}`);
  await reviewer.waitForSelector(testId('received'));
  await shot(reviewer, '7-review');
});

it('stamped pages are printed, and registered by the code on the paper', async () => {
  await officer.goto(`${product.base}/intake/stamped?period=${PERIOD}`);
  await officer.waitForSelector(testId('stamped-row'));
  expect(await officer.locator(testId('stamped-row')).count()).toBe(9);
  await shot(officer, '8-stamped');
  const code = await officer
    .locator(`${testId('stamped-row')} .hash`)
    .first()
    .textContent();
  await officer.locator(testId('stamp')).first().click();
  await officer.fill(testId('stamp-code'), 'ffff ffff ffff ffff');
  await officer.click('.ant-modal .ant-btn-primary');
  await officer.waitForSelector('.ant-modal [data-testid="failure"]');
  await shot(officer, '9-wrong-code');
  await officer.fill(testId('stamp-code'), code ?? '');
  await officer.click('.ant-modal .ant-btn-primary');
  await officer.waitForSelector('[data-page="came"]');
  await officer.goto(`${product.base}/intake/stamped/print?period=${PERIOD}`);
  await officer.locator(testId('stamp-sheet')).nth(8).waitFor({ timeout: 60_000 });
  expect(await officer.locator(testId('stamp-sheet')).count()).toBe(9);
  await shot(officer, '10-print');
  await officer.emulateMedia({ media: 'print' });
  const pdf = await officer.pdf({ preferCSSPageSize: true });
  if (process.env.GREENRANK_SHOTS) writeFileSync(path.join(process.env.GREENRANK_SHOTS, 'stamped.pdf'), pdf);
  // One A4 page each.
  expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(9);
  await officer.emulateMedia({ media: null });
});

it('nothing failed on any page', () => {
  // A refused code is answered with 422, which the console tells too.
  expect(faults.filter((fault) => !fault.includes('422'))).toEqual([]);
});

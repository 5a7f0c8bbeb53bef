import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { textOf } from '../../src/imports/source-sheet.js';
import { readWorkbook } from '../../src/imports/workbook.js';
import { ownSheet } from '../fixtures/own-sheet.js';
import { type Product, startProduct, testId } from './product.js';

// An officer drops a sheet of his own in the demonstration and has a ranking; then he makes history of one.
jest.setTimeout(240_000);

let product: Product;
let page: Page;
const faults: string[] = [];

const rows = (): Promise<string[][]> =>
  page.$$eval(testId('trial-row'), (found) =>
    found.map((row) => [0, 1, 3].map((cell) => String(row.querySelectorAll('td')[cell]?.textContent))),
  );

beforeAll(async () => {
  product = await startProduct();
  page = (await product.person(faults)).page;
  await page.request.post(`${product.base}/api/v1/auth/demo`, { data: { username: 'officer' } });
  writeFileSync(path.join(product.folder, '手头的表.xlsx'), ownSheet());
});
afterAll(() => product.end());

it('is told of on the way in, and ranks a dropped sheet at once', async () => {
  await page.goto(`${product.base}/home`);
  await page.click('text=去试算');
  await page.setInputFiles('input[type=file]', path.join(product.folder, '手头的表.xlsx'));
  await page.waitForSelector(testId('trial-ranking'));
  expect(await rows()).toEqual([
    ['1', '云岭银行示范分行', '100.00'],
    ['2', '江峡银行', expect.any(String)],
    ['3', '青禾银行示范支行', '0.00'],
  ]);
  expect(await page.locator('.trial-mark').textContent()).toBe('试算，不作为结果');
  expect(await page.locator(testId('left-out')).textContent()).toContain('合计或平均行');
});

it('asks who a name is, and shows the cell, the raw text and the conversion of each number', async () => {
  await page.click(`${testId('doubt')} >> text=江峡银行示范分行`);
  await page.waitForSelector(`${testId('trial-row')} >> text=江峡银行示范分行`);
  expect(await page.locator(testId('doubt')).count()).toBe(0);
  await page.click(`${testId('trial-row')} >> text=云岭银行示范分行`);
  const source = page.locator(testId('source-node')).first();
  expect(await source.textContent()).toContain('汇总!B5');
  expect(await source.textContent()).toContain('45.2 亿元 × 10000 = 452000 万元');
  await page.keyboard.press('Escape');
});

it('ranks by a scheme of the district as far as the sheet goes, and saves it marked', async () => {
  await page.click(testId('trial-method'));
  await page.click('.ant-select-item-option:has-text("首年方案")');
  await page.waitForSelector('h2:has-text("首年方案")');
  await page.waitForSelector(testId('trial-row'));
  expect((await rows())[0]?.slice(0, 2)).toEqual(['1', '青禾银行示范支行']);
  expect(await page.locator(testId('left-out')).textContent()).toContain('定性评分，表里没有');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.click('button:has-text("导 出"), button:has-text("导出")'),
  ]);
  const saved = path.join(product.folder, 'saved.xlsx');
  await download.saveAs(saved);
  const { sheets } = readWorkbook(readFileSync(saved));
  expect(sheets.map(({ name }) => name)).toEqual(['排名', '取数', '未采用']);
  for (const {
    rows: [first],
  } of sheets)
    expect(textOf(first?.cells[0])).toContain('试算，不作为结果');
});

it('goes on to history: former quarters are previewed and received in one act', async () => {
  await page.goto(`${product.base}/backfill`);
  const history = ['机构名称,报告期,绿色贷款余额（亿元）', '青禾银行示范支行,2019Q3,5', '云岭银行示范分行,2019Q3,6'];
  writeFileSync(path.join(product.folder, '历史.csv'), history.join('\n'));
  await page.setInputFiles('input[type=file]', path.join(product.folder, '历史.csv'));
  await page.waitForSelector(testId('backfill-matrix'));
  expect(await page.locator(testId('backfill-ready')).textContent()).toBe('2张');
  await page.fill(testId('backfill-reason'), '首年开办，补录历史');
  await page.fill(testId('backfill-document'), '区统计台账');
  await page.click(testId('backfill-commit'));
  await page.waitForSelector(testId('backfill-done'));
  expect(await page.locator(testId('backfill-done')).textContent()).toContain('已补录2张报表');
  expect(faults).toEqual([]);
});

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { SheetDraft, STYLES, workbookBytes } from '../../src/platform/workbook-writer.js';
import { REGISTER_COLUMNS, type RegisterColumn } from '../../src/register/register-sheet.js';
import { testUscc } from '../district.js';
import { type Product, startProduct, testId } from './product.js';

// The register from one sheet and the flags of departments, as people handle them.
jest.setTimeout(420_000);

const faults: string[] = [];
let product: Product;

async function enter(username: string): Promise<Page> {
  const { page } = await product.person(faults);
  await page.goto(product.base);
  await page.waitForLoadState('networkidle');
  await page.click(testId(`enter-${username}`));
  await page.waitForSelector(testId('who'));
  return page;
}

async function choose(page: Page, field: string, text: string): Promise<void> {
  await page.click(field);
  await page.keyboard.type(text);
  await page.locator('.ant-select-item-option').filter({ hasText: text }).first().click();
}

async function workbook(rows: Partial<Record<RegisterColumn, string>>[]): Promise<string> {
  const sheet = new SheetDraft('机构名册');
  sheet.add([...REGISTER_COLUMNS], STYLES.head);
  for (const row of rows) sheet.add(REGISTER_COLUMNS.map((title) => row[title] ?? ''));
  const file = path.join(product.folder, '名册.xlsx');
  writeFileSync(file, await workbookBytes([sheet]));
  return file;
}

beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product?.end());

const NEW = {
  统一社会信用代码: testUscc(810),
  机构名称: '云岭财险示范支公司',
  类型: '保险机构',
  类型起日: '2016-03-01',
  别名: '云岭财险',
  填报人用户名: 'zhao.min',
  填报人姓名: '赵敏',
} as const;
const FAULTY = { ...NEW, 统一社会信用代码: testUscc(811), 机构名称: '湖滨证券', 类型: '券商', 填报人用户名: 'x.y' };

it('an officer registers from a sheet: the faulty row is named and hides no other; again, nothing changes', async () => {
  const officer = await enter('officer');
  await officer.goto(`${product.base}/institutions`);
  await officer.click(testId('register'));
  await officer.setInputFiles('input[type=file]', await workbook([NEW, FAULTY]));
  const counts = officer.locator(testId('register-counts'));
  await counts.waitFor();
  expect(await counts.textContent()).toBe('新增1变更0不变0有问题1');
  expect(await officer.locator(testId('register-problem')).first().textContent()).toContain('没有这种机构类型');
  await officer.click(testId('register-commit'));
  await officer.waitForSelector(testId('register-done'));
  await officer.goto(`${product.base}/institutions/${NEW.统一社会信用代码}`);
  await officer.locator(testId('aliases')).getByText('云岭财险').first().waitFor();
  await officer.goto(`${product.base}/institutions/register`);
  await officer.setInputFiles('input[type=file]', await workbook([NEW]));
  await officer.waitForSelector(testId('register-same'));
  expect(await officer.locator(testId('register-commit')).isDisabled()).toBe(true);
});

it('the security administrator makes the accounts that were asked for, with a notice for each to print', async () => {
  const admin = await enter('admin');
  await admin.goto(`${product.base}/users`);
  await admin.click(testId('open-requests'));
  await admin.click(testId('make-accounts'));
  const notice = admin.locator(testId('slip'));
  await notice.waitFor();
  const text = String(await notice.textContent());
  for (const fact of ['账号通知单', '云岭财险示范支公司', '赵敏', 'zhao.min', product.base, '有效期至', '有问题请联系'])
    expect(text).toContain(fact);
});

it('a department enters a penalty, its approver confirms it, and the officer sees what it does', async () => {
  const editor = await enter('ecology');
  await editor.goto(`${product.base}/flags`);
  await editor.click(testId('enter-flag'));
  await choose(editor, '#institution', '青禾银行示范支行');
  await choose(editor, '#kind', '环境违法');
  await editor.fill('#from', '2026-08-18');
  await editor.keyboard.press('Enter');
  await editor.fill('#document', '示环罚〔2026〕21号');
  await editor.setInputFiles('input[type=file]', {
    name: '决定书.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('%PDF-1.7 决定书'),
  });
  await editor.locator('.ant-modal-footer .ant-btn-primary').click();
  await editor.locator(`${testId('flag-row')}[data-state="entered"]`).waitFor();

  const approver = await enter('ecology_approver');
  await approver.goto(`${product.base}/flags?state=entered`);
  await approver.click(testId('open-flag'));
  await approver.click(testId('confirm-flag'));
  await approver.locator('.ant-popconfirm-buttons .ant-btn-primary').click();
  await approver.locator(testId('flag-facts')).getByText('已确认').waitFor();

  const filer = await enter('filer');
  await filer.goto(`${product.base}/flags`);
  await filer.click(testId('open-flag'));
  await filer.locator(testId('flag-facts')).getByText('示环罚〔2026〕21号').waitFor();
  expect(await filer.locator(testId('flag-uses')).count()).toBe(0);

  const officer = await enter('officer');
  await officer.goto(`${product.base}/flags?q=21`);
  await officer.click(testId('open-flag'));
  await officer.locator(testId('flag-uses')).getByText('一票否决').first().waitFor();
  expect(faults).toEqual([]);
});

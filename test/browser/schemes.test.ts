import { jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type Product, startProduct, testId } from './product.js';

// An officer makes the next version of a scheme, sees what it changes, and consults on it; a bank reads the rules.
jest.setTimeout(180_000);

let product: Product;
let page: Page;
const faults: string[] = [];

const signIn = (username: string) => page.request.post(`${product.base}/api/v1/auth/demo`, { data: { username } });

beforeAll(async () => {
  product = await startProduct();
  page = (await product.person(faults)).page;
  await signIn('officer');
});

afterAll(() => product.end());

it('the shipped schemes are in effect under a number that says it is invented', async () => {
  await page.goto(`${product.base}/home`);
  await page.getByRole('link', { name: '评价方案', exact: true }).click();
  const row = page.locator(`${testId('scheme-row')}[data-scheme="bank-142"]`);
  expect(await row.textContent()).toMatch(/v1.*施行中.*（演示）2025-01-01 起/);
  await row.getByRole('link').first().click();
  await page.locator(testId('node-tree')).waitFor();
  expect(await page.locator(testId('node-tree')).textContent()).toContain('100 × 绿色贷款余额 ÷ 各项贷款余额');
  await page.getByRole('tab', { name: '文档' }).click();
  expect(await page.locator(`${testId('document')} li`).count()).toBeGreaterThan(100);
});

it('the next version: faults stand beside the text with path, found and expected', async () => {
  await page.click(testId('new-version'));
  const text = await page.inputValue(testId('draft-text'));
  expect(text).toContain('version: 2');
  await page.fill(testId('draft-text'), text.replace('weight: 25', 'weight: 30'));
  await page.click(testId('check-document'));
  expect(await page.locator(testId('check-errors')).textContent()).toBe(
    '✕ 各项权重之和应恰为 100位置indicators[0].of现为105应为100',
  );
  const balanced = text.replace('weight: 25', 'weight: 30').replace('weight: 25', 'weight: 20');
  await page.fill(testId('draft-text'), balanced);
  await page.click(testId('check-document'));
  await page.locator(testId('difference')).waitFor();
  expect(await page.locator(`${testId('difference')} li`).allTextContents()).toEqual([
    '指标“绿色金融业务总额占比”的权重由 25 改为 30',
    '指标“绿色金融业务总额份额占比”的权重由 25 改为 20',
  ]);
  await page.click(testId('save-draft'));
  await page.waitForURL(/\/schemes\/bank-142\/2$/);
  expect(await page.locator(testId('act-review')).count()).toBe(0); // nobody reviews his own
});

it('two versions side by side', async () => {
  await page.getByRole('tab', { name: '版本与差异' }).click();
  await page.locator(testId('difference')).waitFor();
  expect(
    await page
      .locator(`${testId('difference')} tbody tr`)
      .first()
      .textContent(),
  ).toBe('≠ 改动指标“绿色金融业务总额占比” 的 权重2530');
});

it('consults on it, notes what was said and answers it', async () => {
  await page.click(testId('act-consult'));
  const dialog = page.getByRole('dialog');
  for (const [label, day] of [
    ['开始日', '2026-07-01'],
    ['截止日（含当天）', '2026-07-31'],
  ] as const) {
    await dialog.getByLabel(label).fill(day);
    await dialog.getByLabel(label).press('Enter');
  }
  await dialog.getByRole('button', { name: '确认征求意见' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('tab', { name: '征求意见' }).click();
  await page.click(testId('note-reply'));
  await dialog.getByLabel('提出方').fill('青禾银行示范支行');
  await dialog.getByLabel('收到日期').fill('2026-07-02');
  await dialog.getByLabel('收到日期').press('Enter');
  await dialog.getByLabel('意见内容').fill('建议占比仍为 25。');
  await dialog.getByRole('button', { name: /登 ?记/ }).click();
  await page.locator(testId('replies')).waitFor();
  await page.click(testId('settle-reply'));
  await dialog.getByLabel('未采纳').check();
  await dialog.getByLabel('理由').fill('占比是本区最关注的指标。');
  await dialog.getByRole('button', { name: /答 ?复/ }).click();
  const reply = page.locator(`${testId('replies')} tbody tr`, { hasText: '未采纳' });
  expect(await reply.textContent()).toMatch(/青禾银行示范支行2026-07-02.*占比是本区最关注的指标。王立新/);
});

it('the start of an evaluation is warned before it starts', async () => {
  await page.goto(`${product.base}/evaluations`);
  await page.click(testId('start-evaluation'));
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('评价方案').click();
  await page.locator('.ant-select-item-option', { hasText: 'bank-142 v1' }).click();
  await dialog.getByLabel('报告期').fill('2024Q4');
  await page.locator(testId('start-warnings')).waitFor();
  expect(await page.locator(testId('start-warnings')).textContent()).toContain('此时已经结束');
  await dialog.getByLabel('报告期').fill('2025Q4');
  await page.locator(testId('start-warnings')).waitFor({ state: 'detached' });
});

it('a bank reads by which rules it was ranked, with a worked example', async () => {
  await signIn('filer');
  await page.goto(`${product.base}/schemes/bank-142/1/methodology`);
  await page.locator(testId('worked-example')).waitFor();
  const told = await page.locator(testId('methodology')).textContent();
  expect(told).toContain('与基准持平得 60 分，每好于基准 1%，加 1 分');
  expect(told).toContain('数字为虚构');
  expect(faults).toEqual([]);
});

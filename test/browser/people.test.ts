import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type Product, startProduct, testId } from './product.js';

// Accounts, papers and tokens as people handle them: one story, each step stands on the one before.
jest.setTimeout(180_000);

const USERNAME = 'zhao.li';
const PASSWORD = 'Lake-7-quiet-Heron';
const faults: string[] = [];
let product: Product;
let admin: Page;
let code = '';

/** Enters the demonstration as `username`, in a window of its own. */
async function enter(username: string): Promise<Page> {
  const { page } = await product.person(faults);
  await page.goto(product.base);
  await page.waitForLoadState('networkidle');
  await page.click(testId(`enter-${username}`));
  await page.waitForSelector(testId('who'));
  return page;
}

const asks = (route: string, init: { body?: object; token?: string } = {}): Promise<Response> =>
  fetch(`${product.base}/api/v1${route}`, {
    ...(init.body ? { method: 'POST', body: JSON.stringify(init.body) } : {}),
    headers: {
      ...(init.body ? { 'content-type': 'application/json' } : {}),
      ...(init.token ? { authorization: `Bearer ${init.token}` } : {}),
    },
  });

async function openUser(username: string): Promise<void> {
  await admin.goto(`${product.base}/users?q=${username}`);
  await admin.locator(`${testId('user-row')}[data-username="${username}"] ${testId('open-user')}`).click();
  await admin.waitForSelector(testId('user-drawer'));
}

async function choose(page: Page, field: string, option: string | RegExp): Promise<void> {
  await page.click(field);
  await page.locator('.ant-select-item-option').filter({ hasText: option }).first().click();
}

async function endGrant(role: string): Promise<void> {
  const row = admin.locator(`${testId('grant-row')}[data-role="${role}"]`);
  await row.locator(testId('end-grant')).click();
  await admin.getByRole('button', { name: '终止', exact: true }).click();
  await row.waitFor({ state: 'detached' });
}

/** What the browser hands to the functions below; this program has no types of the DOM. */
interface Row {
  getAttribute(name: string): string | null;
  querySelectorAll(name: string): readonly { readonly textContent: string | null }[];
}

async function gapOf(act: string): Promise<{ place: number; text: string }> {
  await admin.goto(`${product.base}/users/coverage`);
  const rows = admin.locator(testId('coverage-row'));
  await rows.first().waitFor();
  const acts = await rows.evaluateAll((all) => (all as unknown as Row[]).map((row) => row.getAttribute('data-act')));
  const place = acts.indexOf(act);
  return { place, text: String(await rows.nth(place).locator('td').nth(1).textContent()) };
}

beforeAll(async () => {
  product = await startProduct();
  admin = await enter('admin');
});
afterAll(() => product?.end());

it('the security administrator makes an account and prints its slip, which is shown once', async () => {
  await admin.goto(`${product.base}/users`);
  await admin.click(testId('new-user'));
  await admin.fill('#username', USERNAME);
  await admin.fill('#name', '赵立');
  await admin.getByRole('checkbox', { name: '核验员' }).check();
  await admin.getByRole('button', { name: '新建并显示一次性代码' }).click();
  const slip = admin.locator(testId('slip'));
  await slip.waitFor();
  const text = String(await slip.textContent());
  for (const fact of [product.base, USERNAME, '赵立', '区财政局', '核验员', '有效期至']) expect(text).toContain(fact);
  code = String(await admin.locator(testId('slip-code')).textContent());
  await admin.emulateMedia({ media: 'print' });
  await expect(admin.locator('.side-menu').isVisible()).resolves.toBe(false);
  await expect(admin.locator('.head').isVisible()).resolves.toBe(false);
  await expect(slip.isVisible()).resolves.toBe(true);
  await admin.emulateMedia({ media: 'screen' });
  await admin.click(testId('close-slips'));
  await admin.locator('.ant-popconfirm-buttons').getByRole('button', { name: '关闭' }).click();
  await admin.locator(testId('user-row')).first().waitFor();
  await expect(admin.content()).resolves.not.toContain(code);
});

it('the new person sets a password with the code and signs in; the code is spent', async () => {
  const set = { username: USERNAME, password: code, newPassword: PASSWORD };
  expect((await asks('/auth/password', { body: set })).status).toBe(200);
  expect((await asks('/auth/password', { body: { ...set, newPassword: `${PASSWORD}2` } })).status).toBe(401);
  const answer = await asks('/auth/login', { body: { username: USERNAME, password: PASSWORD } });
  expect(await answer.json()).toMatchObject({ roles: ['verifier'], department: { title: '区财政局' } });
});

it('a role is granted until a day, and ended before it', async () => {
  await openUser(USERNAME);
  await choose(admin, '#grant-role', '审核员');
  await admin.fill('#grant-to', '2099-12-31');
  await admin.keyboard.press('Enter');
  await admin.click(testId('add-grant'));
  const row = admin.locator(`${testId('grant-row')}[data-role="reviewer"]`);
  await row.waitFor();
  expect(await row.textContent()).toContain('2099-12-31');
  await endGrant('reviewer');
});

it('谁能办 says first what nobody can do any more, and that it is mended', async () => {
  expect((await gapOf('evaluation:verify')).text).toBe('');
  await openUser(USERNAME);
  await endGrant('verifier');
  await openUser('verifier');
  await endGrant('verifier');
  const gap = await gapOf('evaluation:verify');
  expect(gap.text).toContain('没有人能办，请授予核验员角色');
  const gaps = await admin
    .locator(testId('coverage-row'))
    .evaluateAll((rows) => (rows as unknown as Row[]).map((row) => row.querySelectorAll('td')[1]?.textContent !== ''));
  expect(gaps.lastIndexOf(true)).toBe(gaps.indexOf(false) - 1);
  expect(await admin.locator(testId('gap-count')).textContent()).toContain(`缺口${gaps.indexOf(false)}项`);
  await openUser('verifier');
  await choose(admin, '#grant-role', '核验员');
  await admin.click(testId('add-grant'));
  await admin.locator(`${testId('grant-row')}[data-role="verifier"]`).waitFor();
  expect((await gapOf('evaluation:verify')).text).toBe('');
});

it('the officer records a signed paper, another person confirms it, and the filing says 代录', async () => {
  const scan = path.join(product.folder, '签字页.pdf');
  writeFileSync(scan, '%PDF-1.7 签字页');
  const officer = await enter('officer');
  await officer.goto(`${product.base}/on-behalf`);
  await officer.click(testId('record-paper'));
  await choose(officer, '#action', '签署并提交报表');
  await choose(officer, '#subject', '示范宝源典当行有限公司');
  await officer.fill('#person', '宝源典当李总');
  await officer.fill('#paperNumber', '宝源函〔2026〕3号');
  await officer.fill('#paperDate', '2026-10-20');
  await officer.keyboard.press('Enter');
  await officer.setInputFiles('input[type=file]', scan);
  await officer.getByRole('button', { name: '登记', exact: true }).click();
  const row = officer.locator(testId('paper-row'));
  await row.waitFor();
  expect(await row.textContent()).toMatch(/宝源典当李总[\s\S]*宝源函〔2026〕3号[\s\S]*待确认/);
  await expect(row.locator(testId('confirm-paper')).count()).resolves.toBe(0); // not by whoever recorded it

  const verifier = await enter('verifier');
  await verifier.goto(`${product.base}/on-behalf?state=recorded`);
  const [download] = await Promise.all([verifier.waitForEvent('download'), verifier.click('text=下载扫描件')]);
  expect(download.suggestedFilename()).toBe('签字页.pdf');
  await verifier.click(testId('confirm-paper'));
  expect(await verifier.locator(testId('consequence')).textContent()).toContain('立即签署并提交');
  await verifier.getByRole('button', { name: '核对无误，确认' }).click();
  await verifier.locator(testId('paper-row')).waitFor({ state: 'detached' });

  await officer.reload();
  await row.getByRole('link', { name: /示范宝源典当行/ }).click();
  const revision = officer.locator(testId('revision'));
  await revision.waitFor();
  expect(await revision.textContent()).toMatch(/已提交[\s\S]*宝源典当李总代录宝源函〔2026〕3号/);
});

it('a token is shown once, does what its scopes say, and nothing after it is revoked', async () => {
  const officer = await enter('officer');
  await officer.goto(`${product.base}/tokens`);
  await officer.click(testId('new-token'));
  await officer.fill('#name', '核心系统取数');
  await officer.locator('fieldset', { hasText: '评价方案' }).getByRole('checkbox', { name: '查看' }).check();
  await officer.getByRole('button', { name: '新建', exact: true }).click();
  const token = String(await officer.locator(testId('token')).textContent());
  expect(await officer.locator(testId('curl')).textContent()).toContain(`${product.base}/api/v1/schemes`);
  await officer.getByRole('button', { name: '已保存，关闭' }).click();
  await officer.locator(testId('token-row')).waitFor();
  await expect(officer.content()).resolves.not.toContain(token);
  expect((await asks('/schemes', { token })).status).toBe(200);
  expect((await asks('/evaluations', { token })).status).toBe(403);
  await officer.click(testId('revoke-token'));
  await officer.locator('.ant-popconfirm-buttons').getByRole('button', { name: '吊销' }).click();
  await officer.locator(testId('revoke-token')).waitFor({ state: 'detached' });
  expect((await asks('/schemes', { token })).status).toBe(401);
});

it('nothing failed in the browser and no request left the host', () => {
  expect(faults).toEqual([]);
});

import { createHmac } from 'node:crypto';
import path from 'node:path';
import { jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { greenrank, type Product, startProduct, testId } from './product.js';

// From a code on paper to one's own password and second factor, in an installation that is no demonstration.
jest.setTimeout(180_000);

const PASSWORD = 'a park behind the station';
const STEP_MS = 30_000;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

let product: Product;
let page: Page;
let secret = '';
let lastStep = 0;
const faults: string[] = [];

/** Six digits for one step of 30 seconds (RFC 6238), written anew: the product's library must agree with it. */
function totp(step: number): string {
  const bits = [...secret].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = (mac.at(-1) as number) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** A code that was not used yet, within the step before and after the present one. */
async function freshCode(): Promise<string> {
  const now = (): number => Math.floor(Date.now() / STEP_MS);
  while (lastStep + 1 > now() + 1) await new Promise((resolve) => setTimeout(resolve, 500));
  lastStep = Math.max(lastStep + 1, now() - 1);
  return totp(lastStep);
}

const failure = () => page.locator(testId('failure'));
const field = (label: string) => page.getByLabel(label, { exact: true });

async function give(username: string, password: string): Promise<void> {
  await field('用户名').fill(username);
  await field('口令或一次性代码').fill(password);
  await page.click(testId('sign-in'));
}

beforeAll(async () => {
  product = await startProduct({ GREENRANK_DEMO: 'off' });
  page = (await product.person(faults)).page;
});

afterAll(() => product.end());

it('a code from the command line opens nothing but the choice of a password', async () => {
  const env = { GREENRANK_DATA: path.join(product.folder, 'data'), GREENRANK_DEMO: 'off' };
  const added = await greenrank(['user', 'add', 'wang.lixin', '--role', 'officer', '--name', '王立新'], {
    env,
    input: 'nobody will ever type this\n',
  });
  expect([added.code, added.err]).toEqual([0, '']);
  const given = await greenrank(['user', 'code', 'wang.lixin'], { env });
  const code = /[A-Z2-9]{4}(-[A-Z2-9]{4}){3}/.exec(given.out)?.[0] ?? '';
  await page.goto(`${product.base}/account`);
  await page.waitForURL(/\/sign-in\?next=/);
  await give('wang.lixin', 'not the code');
  await failure().waitFor();
  expect(await failure().textContent()).toBe('用户名或口令不正确');
  await give('wang.lixin', code.toLowerCase());
  await page.getByRole('heading', { name: '设置口令' }).waitFor();
});

it('the rule stands beside the field; a weak password and a slip of the fingers are refused', async () => {
  expect(await page.locator('.sign-in-card').textContent()).toContain('12–128 个字符');
  await field('新口令').fill('wang.lixin');
  await field('再输一次').fill('wang.lixim');
  await page.click(testId('set-password'));
  await page.getByText('两次输入的口令不一致').waitFor();
  await field('再输一次').fill('wang.lixin');
  await page.click(testId('set-password'));
  await failure().waitFor();
  const words = await failure().textContent();
  expect(words).toContain('现为 10 个');
  expect(words).toContain('口令不得包含用户名');
});

it('then the second factor is set up, and its first code leads to the page that was asked for', async () => {
  await field('新口令').fill(PASSWORD);
  await field('再输一次').fill(PASSWORD);
  await page.click(testId('set-password'));
  await page.getByRole('heading', { name: '设置动态口令' }).waitFor();
  secret = ((await page.locator(testId('second-factor-secret')).textContent()) ?? '').replaceAll(' ', '');
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(await page.locator('.ant-qrcode svg').count()).toBe(1);
  await field('应用中显示的 6 位数字').fill('０００ ０００ ');
  await page.click(testId('sign-in'));
  await failure().waitFor();
  expect(await failure().textContent()).toContain('动态口令不正确');
  await field('应用中显示的 6 位数字').fill(await freshCode());
  await page.click(testId('sign-in'));
  await page.waitForURL(/\/account$/);
});

it('my account shows my roles, this session, and a second factor that my role must keep', async () => {
  await page.waitForSelector(testId('sessions'));
  expect(await page.locator(testId('grants')).textContent()).toMatch(/经办人.*长期/);
  expect(await page.locator(`${testId('sessions')} tbody tr`).allTextContents()).toEqual([
    expect.stringMatching(/Chrome.*本次登录/),
  ]);
  expect(await page.locator(testId('second-factor')).count()).toBe(0);
});

it('a session elsewhere can be ended from here', async () => {
  const code = await freshCode();
  const elsewhere = await fetch(`${product.base}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'somebody else' },
    body: JSON.stringify({ username: 'wang.lixin', password: PASSWORD, code }),
  });
  const cookie = elsewhere.headers.get('set-cookie')?.split(';')[0] ?? '';
  const asks = async () => (await fetch(`${product.base}/api/v1/auth/me`, { headers: { cookie } })).status;
  expect(await asks()).toBe(200);
  await page.reload();
  const row = page.locator(`${testId('sessions')} tr`, { hasText: 'somebody else' });
  await row.locator(testId('end-session')).click();
  await row.waitFor({ state: 'detached' });
  expect(await asks()).toBe(401);
});

it('with a new password every session ends; signing in takes both, and a code only once', async () => {
  await page.click(testId('change-password'));
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('现用口令', { exact: true }).fill(PASSWORD);
  await dialog.getByLabel('新口令', { exact: true }).fill(`${PASSWORD} again`);
  await dialog.getByLabel('再输一次', { exact: true }).fill(`${PASSWORD} again`);
  const used = await freshCode();
  await dialog.getByLabel('动态口令', { exact: true }).fill(used);
  await dialog.locator(testId('set-password')).click();
  await page.waitForURL(/\/sign-in$/);
  await page.getByText('请用新口令登录').waitFor();
  await give('wang.lixin', `${PASSWORD} again`);
  await page.getByRole('heading', { name: '动态口令' }).waitFor();
  const code = page.getByLabel(/动态口令/);
  await code.fill(used);
  await page.click(testId('sign-in'));
  await failure().waitFor();
  expect(await failure().textContent()).toContain('已用过');
  await code.fill(await freshCode());
  await page.click(testId('sign-in'));
  await page.waitForURL(/\/home$/);
});

it('after five failures the wait is counted down', async () => {
  const { page: other } = await product.person(faults);
  await other.goto(`${product.base}/sign-in`);
  for (let i = 0; i < 6; i += 1) {
    await other.getByLabel('用户名', { exact: true }).fill('nobody');
    await other.getByLabel('口令或一次性代码', { exact: true }).fill('guess');
    const answered = other.waitForResponse(/auth\/login/);
    await other.click(testId('sign-in'));
    await answered;
  }
  const timer = other.getByRole('timer');
  await timer.waitFor();
  expect(await other.locator(testId('failure')).textContent()).toContain('已暂停登录');
  const before = await timer.textContent();
  expect(before).toMatch(/^[01]:\d\d$/);
  while ((await timer.textContent()) === before) await other.waitForTimeout(100);
});

it('a refusal by the provider of the house is told', async () => {
  await page.goto(`${product.base}/sign-in?problem=OIDC_UNKNOWN`);
  await failure().waitFor();
  expect(await failure().textContent()).toContain('还没有对应的用户');
});

// 404: there is no demonstration to enter.
it('nothing failed in the browser but what was refused on purpose', () => {
  expect(faults.filter((fault) => !/status of (401|403|404|422|429) /.test(fault))).toEqual([]);
});

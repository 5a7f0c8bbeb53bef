import { createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { parse } from 'yaml';
import { Acts } from '../../src/audit/acts.service.js';
import { Institutions } from '../../src/institutions/institutions.service.js';
import { Database, systemActor } from '../../src/platform/database.service.js';
import { openInstallation } from '../../src/platform/installation.service.js';
import { readSettings } from '../../src/platform/settings.js';
import { testUscc } from '../district.js';
import { type Product, startProduct, testId } from './product.js';

/*
 * From the demonstration's front page to the board at 0 of N: two people, alone, in one afternoon. The steps stand on
 * each other.
 */
jest.setTimeout(300_000);

const PASSWORD = 'a park behind the station';
const STEP_MS = 30_000;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const SHOTS = process.env.GREENRANK_SHOTS ?? '';

let product: Product;
let page: Page;
let code = '';
const faults: string[] = [];

const shot = async (name: string): Promise<void> => {
  if (SHOTS !== '') await page.screenshot({ path: path.join(SHOTS, `setup-${name}.png`), fullPage: true });
};

/** Six digits of this moment (RFC 6238). */
function totp(secret: string): string {
  const bits = [...secret].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP_MS)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = (mac.at(-1) as number) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** With a one-time code to a password, a second factor and the page that was asked for. */
async function enters(username: string, given: string, to: string): Promise<void> {
  await page.context().clearCookies();
  await page.goto(`${product.base}${to}`);
  await page.waitForURL(/\/sign-in\?next=/);
  await page.getByLabel('用户名', { exact: true }).fill(username);
  await page.getByLabel('口令或一次性代码', { exact: true }).fill(given);
  await page.click(testId('sign-in'));
  await page.getByLabel('新口令', { exact: true }).fill(PASSWORD);
  await page.getByLabel('再输一次', { exact: true }).fill(PASSWORD);
  await page.click(testId('set-password'));
  const secret = ((await page.locator(testId('second-factor-secret')).textContent()) ?? '').replaceAll(' ', '');
  await page.getByLabel('应用中显示的 6 位数字').fill(totp(secret));
  await page.click(testId('sign-in'));
  await page.waitForURL(`${product.base}${to}`);
}

const question = (name: string) => page.locator(testId(`question-${name}`));

async function isAnswered(...names: string[]): Promise<void> {
  for (const name of names) await page.waitForSelector(`${testId(`question-${name}`)}[data-answered="true"]`);
}

const official = (): string => path.join(product.folder, 'data-official');

const setup = () => parse(readFileSync(path.join(official(), 'config', 'district.yaml'), 'utf8')) as object;

beforeAll(async () => {
  product = await startProduct();
  page = (await product.person(faults)).page;
});
afterAll(() => product?.end());

it('the demonstration shows its nine answers and lets nobody change them', async () => {
  await page.goto(product.base);
  await page.click(testId('enter-officer'));
  await page.waitForSelector(testId('who'));
  await page.goto(`${product.base}/setup`);
  await page.waitForSelector(testId('setup-demo'));
  expect(await page.locator(testId('save')).count()).toBe(0);
  expect(await page.getByLabel('本区叫什么').inputValue()).toBe('示范区');
  await shot('demo');
  const refused = await page.request.patch(`${product.base}/api/v1/setup`, {
    headers: { 'if-match': '"1"' },
    data: { name: '别的区' },
  });
  expect([refused.status(), ((await refused.json()) as { code: string }).code]).toEqual([409, 'SETUP_DEMO']);
});

it('real use begins from the front page: what happens is said first, and the code is shown once', async () => {
  await page.goto(product.base);
  await shot('front');
  await page.click(testId('begin-official'));
  await page.getByText(official()).waitFor();
  expect(existsSync(official())).toBe(false);
  await shot('begin');
  await page.getByRole('dialog').getByRole('button', { name: '开始正式使用' }).click();
  code = String(await page.locator(testId('admin-code')).textContent());
  expect(code).toMatch(/^[A-Z2-9]{4}(-[A-Z2-9]{4}){3}$/);
  await page.waitForSelector(`${testId('moving')}[data-ready="true"]`, { timeout: 120_000 });
  await shot('moved');
  expect(product.said()).toContain(code);
  faults.length = 0; // the page asked while nobody was there
  await page.click(testId('to-sign-in'));
});

it('the administrator names the district and gives three people their accounts', async () => {
  await enters('admin', code, '/setup');
  await question('name').waitFor();
  await shot('admin');
  await question('name').getByLabel('本区叫什么').fill('青川区');
  await question('name').locator(testId('save')).click();
  await isAnswered('name');
  await page.locator('.district', { hasText: '青川区绿色金融评价' }).waitFor();
  expect(await page.getByLabel('由哪个局主办').inputValue()).toBe('青川区财政局');
  await page.getByLabel('部门 economy').fill('青川区工业和信息化局');
  await page.getByLabel('部门 housing').fill('');
  await question('departments').locator(testId('save')).click();
  await isAnswered('departments');
  expect(await page.getByLabel('部门 housing').getAttribute('placeholder')).toContain('不参加');
  expect(setup()).toMatchObject({
    departments: expect.not.arrayContaining([expect.objectContaining({ code: 'housing' })]),
  });
  expect(await question('disclosure').locator(testId('save')).count()).toBe(0);
  await page.click(testId('share-out'));
  for (const [i, [username, name]] of [
    ['wang.lixin', '王立新'],
    ['zhao.qinghe', '赵清和'],
    ['li.ruoxi', '李若溪'],
  ].entries()) {
    await page.locator(`#people_${i}_username`).fill(username as string);
    await page.locator(`#people_${i}_name`).fill(name as string);
  }
  await page.getByRole('button', { name: '新建三个账号' }).click();
  const slips = page.locator(testId('slip'));
  await slips.first().waitFor();
  await shot('slips');
  expect(await slips.count()).toBe(3);
  code = String(await slips.first().locator(testId('slip-code')).textContent());
  await page.click(testId('close-slips'));
  await page.locator('.ant-popconfirm-buttons').getByRole('button', { name: '关闭' }).click();
  await isAnswered('people');
  await page.getByText('王立新（wang.lixin，尚未登录）').waitFor();
});

it('the officer resumes where the administrator left, and answers the rest', async () => {
  await enters('wang.lixin', code, '/home');
  expect(await page.locator(testId('setup-hint')).textContent()).toContain('去开办');
  await page.goto(`${product.base}/setup`);
  await isAnswered('name', 'departments', 'people');
  await page.getByLabel('机构工作日').fill('0');
  await question('deadlines').locator(testId('save')).click();
  await question('deadlines').locator(testId('failure')).getByText('1–60 的整数').first().waitFor();
  await page.getByLabel('机构工作日').fill('8');
  await question('deadlines').locator(testId('save')).click();
  await isAnswered('deadlines');
  await question('firstYearSchemes').locator(testId('save')).click();
  await isAnswered('firstYearSchemes');
  await question('firstYearSchemes').getByText('已存为草稿').first().waitFor();
  await page.click(testId('take-defaults'));
  await isAnswered('bureau', 'disclosure', 'backups');
  expect(setup()).toMatchObject({
    name: '青川区',
    bureau: '青川区财政局',
    people: ['wang.lixin', 'zhao.qinghe', 'li.ruoxi'],
    deadlines: { filingWorkingDays: 8, departmentWorkingDays: 15 },
    disclosure: 'sealed',
    backups: null,
  });
  expect(await page.locator(testId('begin-quarter')).isDisabled()).toBe(true);
  await shot('officer');
});

it('with institutions in the register the first quarter begins at 0 of N', async () => {
  await registers(3);
  await page.reload();
  await page.getByText('已有 3 家：银行 3').waitFor();
  await page.click(testId('begin-quarter'));
  await page.waitForURL(/\/progress\?period=\d{4}Q[1-4]$/);
  await page
    .locator(testId('progress-basis'))
    .getByText(/0\/\d+份/)
    .waitFor();
  await shot('progress');
  const period = new URL(page.url()).searchParams.get('period');
  const owed = await page.request.get(`${product.base}/api/v1/obligations?period=${period}&kind=regular&limit=50`);
  const { items } = (await owed.json()) as { items: { form: string; state: string }[] };
  expect(items.filter(({ form }) => form === 'bank-quarterly').map(({ state }) => state)).toEqual([
    'not_started',
    'not_started',
    'not_started',
  ]);
  // 404: the page of signing in asks whether this is a demonstration.
  const expected = /status of (401|403|409|412|422)|\/sign-in\?next=\S+ .* status of 404/;
  expect(faults.filter((fault) => !expected.test(fault))).toEqual([]);
});

/** Banks in the register; how a sheet of them is read is another story. */
async function registers(count: number): Promise<void> {
  // As the commands do: from the demonstration's folder to the official one.
  const installation = await openInstallation(
    readSettings({ GREENRANK_DATA: path.join(product.folder, 'data') }),
    'join',
  );
  const database = await Database.open(installation.owner, null);
  try {
    const institutions = new Institutions(database);
    await new Acts(database).perform({ action: 'institution.add', actor: systemActor('test') }, async (act) => {
      for (let n = 1; n <= count; n++)
        await institutions.add(
          act,
          {
            uscc: testUscc(900 + n),
            name: `青川第${n}银行`,
            type: 'bank',
            typeFrom: '2015-01-01',
            openedOn: null,
            register: 'district',
            attributes: {},
          },
          false,
        );
    });
  } finally {
    await database.close();
    await installation.close();
  }
}

import path from 'node:path';
import { jest } from '@jest/globals';
import type pg from 'pg';
import type { Page } from 'playwright-core';
import { withClient } from '../../src/platform/connections.service.js';
import { type Installation, openInstallation } from '../../src/platform/installation.service.js';
import { readSettings } from '../../src/platform/settings.js';
import { type Product, startProduct, testId } from './product.js';

// Who has not filed, who is told, and how it reaches him: one story, each step stands on the one before.
jest.setTimeout(180_000);

const BANK = '青禾银行示范支行';
const PERIOD = '2026Q3';
const faults: string[] = [];
let product: Product;
let installation: Installation;
let officer: Page;
let filer: Page;
let obligation = '';

const sql = <T extends pg.QueryResultRow>(text: string, parameters: unknown[] = []): Promise<T[]> =>
  withClient(installation.owner, async (client) => (await client.query<T>(text, parameters)).rows);

/** Enters the demonstration as `username`, in a window of its own. */
async function enter(username: string): Promise<Page> {
  const { page } = await product.person(faults);
  await page.goto(product.base);
  await page.waitForLoadState('networkidle');
  await page.click(testId(`enter-${username}`));
  await page.waitForSelector(testId('who'));
  return page;
}

const openBoard = async (query = ''): Promise<void> => {
  await officer.goto(`${product.base}/progress?period=${PERIOD}${query}`);
  await officer.waitForSelector(testId('progress-table'));
  await officer.waitForSelector('.names .ant-spin[aria-busy="false"]');
};
const rowOf = (name: string) => officer.locator(`${testId('name-row')}[data-id="${obligation}"][data-name="${name}"]`);
const openBank = async (state: string): Promise<void> => {
  await openBoard(`&type=bank&state=${state}`);
  await rowOf(BANK).locator(testId('open-name')).click();
  await officer.waitForSelector(testId('obligation-drawer'));
};

beforeAll(async () => {
  // Before the hour of the automatic reminders: what is sent here is sent by hand.
  product = await startProduct({ GREENRANK_NOW: '2026-10-18T07:00:00+08:00' });
  installation = await openInstallation(readSettings({ GREENRANK_DATA: path.join(product.folder, 'data') }), 'join');
  await sql(
    `insert into obligation (institution_id, form, form_version, period)
     select id, 'bank-quarterly', 1, $2 from institution where name = $1 on conflict do nothing`,
    [BANK, PERIOD],
  );
  await sql(`update obligation set due = '2026-10-21T00:00:00+08:00', provisional = false where period = $1`, [PERIOD]);
  const [row] = await sql<{ id: string }>(
    `select o.id from obligation o join institution i on i.id = o.institution_id
     where i.name = $1 and o.period = $2 and o.form = 'bank-quarterly'`,
    [BANK, PERIOD],
  );
  obligation = String(row?.id);
  officer = await enter('officer');
  filer = await enter('filer');
});
afterAll(async () => {
  await installation?.close();
  await product?.end();
});

it('the board: a count opens the names it counts, with whom to call', async () => {
  await openBoard();
  expect(await officer.locator(testId('ways')).textContent()).toContain('仅站内消息');
  const count = officer.locator(testId('count-bank-not_started'));
  const number = Number(await count.textContent());
  await count.click();
  await officer.waitForURL(/state=not_started/);
  await rowOf(BANK).waitFor();
  await officer.locator(testId('name-row')).nth(number).waitFor({ state: 'detached' });
  expect(await officer.locator(testId('name-row')).count()).toBe(number);
  const text = String(await rowOf(BANK).textContent());
  for (const fact of ['未开始', '还有2天', '陈晓禾']) expect(text).toContain(fact);
});

it('the filer gives his address and number; the officer sees them in the list', async () => {
  await filer.goto(`${product.base}/account`);
  await filer.fill('#contact-email', 'chen@qinghe');
  await filer.click(testId('save-contact'));
  await filer.getByText('邮箱地址').first().waitFor();
  faults.splice(0); // the browser writes a line about every 422
  await filer.fill('#contact-email', 'chen@qinghe.example');
  await filer.fill('#contact-phone', '023-6789 0123');
  await filer.click(testId('save-contact'));
  await filer.getByText('已保存').waitFor();
  await filer.reload();
  await filer.waitForSelector('#contact-email');
  expect(await filer.inputValue('#contact-email')).toBe('chen@qinghe.example');
  await openBoard('&type=bank&state=not_started');
  expect(await rowOf(BANK).textContent()).toContain('023-6789 0123');
});

it('催报 lists who is told what before it is sent; the message is there, and marked as read', async () => {
  await rowOf(BANK).getByRole('checkbox').check();
  await officer.click(testId('remind'));
  const reminder = officer.locator(testId('reminder'));
  await reminder.waitFor();
  expect(await reminder.count()).toBe(1);
  const text = String(await reminder.textContent());
  for (const fact of [BANK, '陈晓禾（填报人）', '周明远（复核人）', '尚未填报，还有2天']) expect(text).toContain(fact);
  expect(await sql(`select 1 from notice where kind = 'reminder'`)).toEqual([]);
  await officer.click(testId('send-reminders'));
  await officer.getByText('已催报1份').waitFor();

  await filer.goto(`${product.base}/home`);
  await filer.locator(testId('unread-count')).waitFor();
  expect(await filer.locator(testId('unread-count')).textContent()).toMatch(/^1/);
  await filer.click(testId('messages-link'));
  const message = filer.locator(testId('message'));
  await message.waitFor();
  expect(await message.textContent()).toContain('请于2026年10月20日24:00前填报并提交');
  await filer.click(testId('mark-read'));
  await filer.locator(testId('unread-count')).waitFor({ state: 'detached' });
  expect(await message.getAttribute('data-read')).toBe('true');
});

it('not twice on one day, unless asked', async () => {
  await openBoard('&type=bank&state=not_started');
  await rowOf(BANK).getByRole('checkbox').check();
  await officer.click(testId('remind'));
  await officer.locator(testId('not-reminded')).waitFor();
  expect(await officer.locator(testId('not-reminded')).textContent()).toContain('今天已催过');
  expect(await officer.locator(testId('send-reminders')).isDisabled()).toBe(true);
  await officer.locator(testId('again')).check();
  await officer.locator(testId('reminder')).waitFor();
  await officer.getByRole('button', { name: '返回' }).click();
});

it('the text for the group names nobody until names are asked for', async () => {
  await officer.click(testId('group-texts'));
  const text = officer.locator(`${testId('group-text-bank')} p`);
  await text.waitFor();
  expect(await text.textContent()).not.toContain(BANK);
  await officer.locator(testId('with-names')).check();
  expect(await text.textContent()).toContain(BANK);
  await officer.keyboard.press('Escape');
  await text.waitFor({ state: 'hidden' });
});

it('a call is logged; a formal notice is numbered and printed', async () => {
  await openBank('not_started');
  await officer.fill(testId('call-whom'), '陈晓禾 023-6789 0123');
  await officer.fill(testId('call-said'), '系统升级，周二报');
  await officer.click(testId('log-call'));
  await officer.locator(testId('chasing-history')).getByText('系统升级，周二报').waitFor();
  await officer.fill(testId('notice-number'), '财催〔2026〕3号');
  await officer.fill('#notice-until', '2026-10-28');
  await officer.keyboard.press('Enter');
  const [paper] = await Promise.all([officer.context().waitForEvent('page'), officer.click(testId('issue-notice'))]);
  const sheet = paper.locator(testId('formal-notice'));
  await sheet.waitFor();
  const text = String(await sheet.textContent());
  for (const fact of ['财催〔2026〕3号', `${BANK}：`, '2026年第三季度', '2026年10月28日24:00', '尚未填报'])
    expect(text).toContain(fact);
  await paper.close();
});

it('closed unfiled after the due date, with a reason; and reopened', async () => {
  await openBank('not_started');
  expect(await officer.locator(testId('close-unfiled')).count()).toBe(0);
  await sql(`update obligation set due = '2026-10-17T00:00:00+08:00' where id = $1`, [obligation]);
  await openBank('overdue');
  await officer.fill(testId('closing-reason'), '支行已撤并');
  await officer.click(testId('close-unfiled'));
  await officer.getByText('已关闭').first().waitFor();
  await openBank('closed');
  expect(await officer.locator(testId('obligation-drawer')).textContent()).toContain('支行已撤并');
  await officer.fill(testId('closing-reason'), '并入行补报');
  await officer.click(testId('reopen'));
  await officer.getByText('已重开').first().waitFor();
  await openBoard('&type=bank&state=overdue');
  await rowOf(BANK).waitFor();
});

it('the leader reads the board and finds no button to chase with', async () => {
  const leader = await enter('leader');
  await leader.goto(`${product.base}/progress?period=${PERIOD}`);
  await leader.waitForSelector(testId('progress-table'));
  expect(await leader.locator(testId('remind')).count()).toBe(0);
  expect(await leader.getByRole('checkbox').count()).toBe(0);
  await leader.goto(`${product.base}/messages`);
  await leader.getByText('没有新消息。').waitFor();
});

it('nothing failed in the pages, and nothing left the host', () => {
  expect(faults).toEqual([]);
});

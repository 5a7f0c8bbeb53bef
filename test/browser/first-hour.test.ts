import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ownSheet } from '../fixtures/own-sheet.js';
import { twelveReturned, workbooksOf, zipOf } from '../intake-zip.js';
import { greenrank, type Product, startProduct, testId } from './product.js';

// An officer's first quarter of an hour, in a real browser on a fresh folder. Later issues lengthen this one story.
jest.setTimeout(240_000);

let product: Product;
let base = '';
let page: Page;
let ranking = '';
const faults: string[] = [];

beforeAll(async () => {
  product = await startProduct();
  base = product.base;
  page = (await product.person(faults)).page;
});

afterAll(() => product.end());

it('the start says who leads, where the pages are, how to sign in and how to end', () => {
  expect(product.said()).toContain('1. 云岭银行示范分行');
  expect(product.said()).toContain(base);
  expect(product.said()).toContain('officer');
  expect(product.said()).toContain('按 Ctrl+C 结束');
});

it('the front page offers entry at one click; the officer lands on the ranking', async () => {
  await page.goto(base);
  await expect(page.title()).resolves.toContain('绿评');
  await page.click(testId('enter-officer'));
  await page.waitForURL(/\/evaluations\/[^/]+\/ranking$/);
  ranking = page.url();
  await page.waitForSelector(testId('ranking-row'));
});

it('the ranking of 24 banks shows its tie, its veto and the reasons', async () => {
  const ranks = await page.$$eval(testId('ranking-row'), (rows) => rows.map((row) => row.getAttribute('data-rank')));
  expect(ranks).toHaveLength(22);
  expect(ranks.slice(0, 5)).toEqual(['1', '2', '3', '3', '5']);
  const third = page.locator(testId('ranking-row')).nth(2);
  expect(await third.textContent()).toMatch(/并列[\s\S]*青禾银行示范支行[\s\S]*87\.68/);
  const unranked = await page.$$eval(testId('unranked-row'), (rows) => rows.map((row) => String(row.textContent)));
  expect(unranked).toHaveLength(2);
  expect(unranked.join('\n')).toMatch(/沅芷银行示范支行[\s\S]*受到环境行政处罚/);
  expect(unranked.join('\n')).toMatch(/岚溪银行示范支行[\s\S]*当年新开业/);
});

it('three clicks lead from the rank to the filed cell, its signer and who accepted it', async () => {
  await page.locator(testId('ranking-row')).nth(2).getByText('青禾银行示范支行').click();
  await page.waitForSelector(testId('indicator-row'));
  expect(await page.locator(testId('explanation')).textContent()).toContain('同组中位数');
  // Third of twenty-two, tied: printed so that the parts can be added up.
  expect(await page.locator(testId('explanation-difference')).textContent()).toMatch(/^\+\d+\.\d{2,}$/);
  await page.click(testId('improvements-run'));
  await page.waitForSelector(`${testId('improvements')}:has-text("绿色贷款余额")`);
  await page.locator(`${testId('indicator-row')}[data-indicator="green_ratio"]`).click();
  await page
    .locator(`${testId('input-link')}[data-metric="BK_GL_BAL"]`)
    .first()
    .click();
  const cell = page.locator(testId('filed-cell'));
  await cell.waitFor();
  expect(await cell.locator(testId('filed-value')).textContent()).toBe('298,204.82');
  expect(await cell.locator(testId('filed-by')).textContent()).toContain('陈晓禾');
  expect(await cell.locator(testId('signed-by')).textContent()).toContain('周明远');
  expect(await cell.locator(testId('accepted-by')).textContent()).toContain('孙知行');
  await cell.locator(testId('open-filing')).click();
  await page.waitForURL(/\/filings\//);
  await page.waitForSelector('text=BK_GL_BAL');
});

it('the bundle of the ranking is recomputed by the command line; one digit changed is named', async () => {
  await page.goto(ranking);
  await page.waitForSelector(testId('ranking-row'));
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(testId('download-bundle'))]);
  const bundle = path.join(product.folder, 'bundle.json');
  await download.saveAs(bundle);
  const whole = await greenrank(['verify', bundle]);
  expect([whole.code, whole.out.trim()]).toEqual([0, expect.stringMatching(/^bundle [0-9a-f]{64}$/)]);
  const changed = path.join(product.folder, 'changed.json');
  writeFileSync(changed, readFileSync(bundle, 'utf8').replace('"298204.82"', '"298204.83"'));
  const broken = await greenrank(['verify', changed]);
  expect(broken.code).toBe(1);
  expect(broken.out + broken.err).toMatch(/figures/);
});

it('the verifier page recomputes the bundle, and names the digit that was changed', async () => {
  const { page: auditor } = await product.person(faults);
  await auditor.goto(`${base}/verifier.html`);
  await auditor.setInputFiles(testId('bundle-file'), path.join(product.folder, 'bundle.json'));
  await auditor.waitForSelector(`${testId('verdict')}[data-outcome="same"]`);
  const code = await page.locator(testId('basis')).textContent();
  expect(code).toContain(await auditor.locator(testId('check-code')).textContent());
  await auditor.setInputFiles(testId('bundle-file'), path.join(product.folder, 'changed.json'));
  await auditor.waitForSelector(`${testId('verdict')}[data-outcome="differs"]`);
  expect(await auditor.locator(testId('difference')).textContent()).toMatch(/^figures /);
});

it('one figure with another value: who would move, the same as on the command line, and nothing is kept', async () => {
  await page.locator(testId('ranking-row')).nth(2).getByText('青禾银行示范支行').click();
  await page.waitForSelector(testId('what-if-figure'));
  const institution = page.url().split('/').at(-1) ?? '';
  await page.locator(testId('what-if-figure')).click();
  await page.locator('.ant-select-item-option', { hasText: '绿色贷款余额　2025Q4' }).first().click();
  expect(await page.inputValue(testId('what-if-value'))).toBe('298204.82');
  await page.fill(testId('what-if-value'), '387,666.27');
  await page.click(testId('what-if-run'));
  await page.waitForSelector(testId('what-if-result'));
  const moved = await page.$$eval(`${testId('what-if-result')} tbody tr`, (rows) =>
    rows.map((row) => {
      const [, rankBefore, rankAfter, before, after] = [...row.querySelectorAll('td')].map((cell) => cell.textContent);
      return [row.getAttribute('data-institution'), rankBefore, rankAfter, before, after].join(',').replaceAll('—', '');
    }),
  );
  expect(moved.length).toBeGreaterThan(1);
  const bundle = path.join(product.folder, 'bundle.json');
  const { code, out } = await greenrank([
    'whatif',
    '--bundle',
    bundle,
    '--set',
    `${institution},2025Q4,BK_GL_BAL=387666.27`,
  ]);
  expect(code).toBe(0);
  const [, ...rows] = out.trim().split('\n');
  expect(moved).toEqual(rows.map((row) => row.split(',').slice(1).join(',')));
  await page.goto(ranking);
  expect(await page.locator(testId('ranking-row')).nth(2).textContent()).toContain('87.68');
});

it('the intervals of ranks: started, followed, drawn, and said beside the ranking', async () => {
  await page.getByRole('tab', { name: '名次区间' }).click();
  await page.click(testId('start-analysis'));
  await page.waitForSelector(testId('intervals-chart'), { timeout: 60_000 });
  expect(await page.locator('.notice-bar').textContent()).toMatch(/稳健性分析，不影响名次[\s\S]*重算1,000次，种子1/);
  expect(await page.locator(`${testId('intervals-chart')} svg`).textContent()).toMatch(
    /青禾银行示范支行[\s\S]*差距不显著/,
  );
  await page.click(testId('intervals-as-table'));
  const rows = await page.$$eval(`${testId('intervals-table')} tbody tr`, (all) => all.map((row) => row.textContent));
  expect(rows).toHaveLength(22);
  expect(rows[2]).toMatch(/^3并列青禾银行示范支行87\.68/);
  await page.getByRole('tab', { name: '排名', exact: true }).click();
  expect(await page.locator(testId('close-calls')).textContent()).toMatch(/通报表扬线两侧差距不显著：第3名/);
});

it('a weight moved in the workbench changes ranks at once', async () => {
  await page.goto(ranking.replace(/\/ranking$/, ''));
  await page.click(testId('to-workbench'));
  await page.waitForSelector(`${testId('moved')}:has-text("变动 0/22家")`);
  await page.locator(`[data-node="green_ratio"] ${testId('weight')}`).fill('90');
  await page.waitForSelector(testId('mover'));
  expect(await page.locator(testId('trial-note')).textContent()).toContain('试算，不作为结果');
});

it('a sheet of one’s own is ranked as soon as it is dropped, marked as a trial', async () => {
  writeFileSync(path.join(product.folder, '手头的表.xlsx'), ownSheet());
  await page.goto(`${base}/home`);
  await page.click('text=去试算');
  await page.setInputFiles('input[type=file]', path.join(product.folder, '手头的表.xlsx'));
  await page.waitForSelector(testId('trial-ranking'));
  expect(await page.locator(testId('trial-row')).first().textContent()).toContain('云岭银行示范分行');
  expect(await page.locator('.trial-mark').textContent()).toBe('试算，不作为结果');
});

it('of a zip of twelve workbooks nine are received in one act, three go back with what is wrong', async () => {
  for (const period of ['2026Q4', '2027Q1'])
    await page.request.post(`${base}/api/v1/obligations/generate`, { data: { period } });
  const prefilled = async (period: string): Promise<Map<string, Uint8Array>> => {
    const answer = await page.request.get(`${base}/api/v1/intake/workbooks.zip?period=${period}`);
    return workbooksOf(await answer.body());
  };
  const returned = await twelveReturned(await prefilled('2026Q4'), await prefilled('2027Q1'));
  writeFileSync(path.join(product.folder, '四季度报表.zip'), zipOf(returned));
  await page.goto(`${base}/intake?period=2026Q4`);
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click(testId('choose-files'))]);
  await chooser.setFiles(path.join(product.folder, '四季度报表.zip'));
  await page.waitForURL(/\/intake\/[0-9a-f-]{36}$/);
  await page.waitForSelector(`${testId('receive')}:has-text("收下所选 9 份"):not([disabled])`, { timeout: 120_000 });
  expect(await page.locator('[data-state="faulty"]').count()).toBe(2);
  expect(await page.locator('[data-state="unfit"]').textContent()).toContain('本批收2026年第四季度的');
  await page.click(testId('receive'));
  await page.locator('[data-state="received"]').nth(8).waitFor({ timeout: 60_000 });
  expect(await page.locator('[data-state="received"]').count()).toBe(9);
});

it('a run is followed live from the dialog to its hash', async () => {
  await page.goto(`${base}/evaluations`);
  await page.click(testId('start-evaluation'));
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  const started = await page.evaluate(async () => {
    const body = JSON.stringify({ scheme: 'bank-142', version: 1, period: '2026Q2' });
    const answer = await fetch('/api/v1/evaluations', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return (await answer.json()) as { id: string };
  });
  await page.goto(`${base}/evaluations/${started.id}`);
  await page.waitForSelector(testId('hash'), { timeout: 30_000 });
  expect(await page.locator(testId('hash')).textContent()).toMatch(/[0-9A-F]{4}( [0-9A-F]{4}){3}|[0-9a-f]{64}/);
});

/** Somebody else of the demonstration, in a window of his own. */
async function enter(username: string): Promise<Page> {
  const { page: window } = await product.person(faults);
  await window.request.post(`${base}/api/v1/auth/demo`, { data: { username } });
  await window.goto(`${base}/home`);
  return window;
}

it('a filer takes over last quarter’s balances and explains them; the checker signs and has a receipt', async () => {
  const filer = await enter('filer');
  const owed = filer.locator(`${testId('obligation')}[data-form="bank-quarterly"][data-period="2026Q3"]`);
  await owed.locator(testId('go-on')).click();
  await filer.click(testId('more'));
  await filer.getByText('从上季预填余额').click();
  await filer.waitForSelector('text=已从上季预填');
  for (let n = 0; n < 20 && (await filer.locator(testId('pass')).isDisabled()); n++) {
    await filer.keyboard.press('F8');
    await filer.waitForTimeout(100);
    for (const box of await filer.locator(testId('justification')).all())
      if ((await box.inputValue()) === '') await box.fill('本季余额没有变化，已与台账核对');
    await filer.waitForSelector(`${testId('saving')}[data-state="saved"]`);
  }
  await filer.click(testId('pass'));
  await filer.click(testId('pass-confirm'));
  await filer.waitForSelector(`${testId('verdict')}:has-text("待复核")`);
  const checker = await enter('checker');
  await checker.locator(testId('obligation')).first().locator(testId('go-on')).click();
  await checker.click(testId('sign'));
  for (const box of await checker.locator(testId('sign-justification')).all())
    if ((await box.inputValue()) === '') await box.fill('已核对');
  await checker.click(testId('attest'));
  await checker.click(testId('sign-confirm'));
  await checker.waitForSelector(testId('receipt'));
});

it('the queue opens by risk, the difference on what changed; no return without a reason, and no figure to type', async () => {
  const reviewer = await enter('reviewer');
  await reviewer.goto(`${base}/review`);
  await reviewer.waitForSelector(testId('queue-item'));
  const risks = await reviewer.$$eval('.queue .risk', (badges) => badges.map((badge) => String(badge.textContent)));
  const numbers = risks.map((text) => Number.parseInt(text, 10));
  expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
  await reviewer.locator(`${testId('queue-item')}[data-institution="91500106MA5U0A1B7P"]`).click();
  await reviewer.waitForSelector(testId('difference-check'));
  await reviewer.keyboard.press('c');
  await reviewer.waitForSelector(testId('accept'));
  const shown = await reviewer.locator(testId('difference-row')).count();
  await reviewer.click(testId('show-rest'));
  expect(await reviewer.locator(testId('difference-row')).count()).toBeGreaterThan(shown);
  expect(await reviewer.locator('.difference input:not([type="checkbox"])').count()).toBe(0);
  await reviewer.locator(`${testId('difference-row')}[data-metric="BK_LOAN_BAL"] input`).check();
  await reviewer.keyboard.press('r');
  await reviewer.waitForSelector(testId('send-return'));
  expect(await reviewer.locator(testId('send-return')).isDisabled()).toBe(true);
  await reviewer.click('#return-reason');
  await reviewer.locator('.ant-select-item-option').filter({ hasText: '数据有误' }).click();
  expect(await reviewer.locator(testId('send-return')).isDisabled()).toBe(true);
  await reviewer.fill('#return-message', '余额与上季完全相同，请核对');
  await reviewer.click(testId('send-return'));
  await reviewer.waitForSelector(testId('send-return'), { state: 'detached' });
  const filer = await enter('filer');
  await filer.waitForSelector(`${testId('obligation')}[data-state="returned"]`);
  await filer.goto(`${base}/messages`);
  await filer.waitForSelector('text=余额与上季完全相同，请核对');
});

it('plain filings are accepted together, the names first', async () => {
  const reviewer = await enter('reviewer2');
  await reviewer.goto(`${base}/review`);
  await reviewer.waitForSelector(testId('queue-item'));
  const before = await reviewer.locator(testId('queue-item')).count();
  await reviewer.getByRole('button', { name: /选中无标记的/ }).click();
  await reviewer.click(testId('bulk'));
  const chosen = await reviewer.locator('.bulk-names li').count();
  expect(chosen).toBeGreaterThan(0);
  await reviewer.click(testId('send-bulk'));
  await reviewer.waitForSelector(testId('send-bulk'), { state: 'detached' });
  // One in ten waits for a second person, so that not every one of them need have left the queue.
  await reviewer.waitForSelector(`.ant-message :text("已采纳")`);
  await reviewer.reload();
  await reviewer.waitForSelector(testId('queue-item'));
  expect(await reviewer.locator(testId('queue-item')).count()).toBeLessThan(before);
});

it('nothing failed in the browser and no request left the host', () => {
  expect(faults).toEqual([]);
});

it('real use begins: an empty district beside the demonstration, and the administrator’s code', async () => {
  await page.goto(base);
  await page.click(testId('begin-official'));
  await page.getByRole('dialog').getByRole('button', { name: '开始正式使用' }).click();
  expect(await page.locator(testId('admin-code')).textContent()).toMatch(/^[A-Z2-9]{4}(-[A-Z2-9]{4}){3}$/);
  await page.waitForSelector(`${testId('moving')}[data-ready="true"]`, { timeout: 120_000 });
  await page.click(testId('to-sign-in'));
  await page.getByLabel('用户名', { exact: true }).waitFor();
  expect(await page.locator(testId('enter-officer')).count()).toBe(0);
  expect(readFileSync(path.join(product.folder, 'data', 'moved-to'), 'utf8')).toContain('data-official');
});

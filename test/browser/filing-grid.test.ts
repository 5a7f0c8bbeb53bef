import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { jest } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { type Product, startProduct, testId } from './product.js';

// A filer's quarter by keyboard, from the home page to the receipt: the statements of ux 9 that concern filing.
jest.setTimeout(240_000);

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let product: Product;
let filer: Page;
let filerWindow: BrowserContext;
let checker: Page;
let address = '';
const faults: string[] = [];

async function signIn(username: string): Promise<{ context: BrowserContext; page: Page }> {
  const person = await product.person(faults);
  await person.page.request.post(`${product.base}/api/v1/auth/demo`, { data: { username } });
  await person.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await person.page.goto(`${product.base}/home`);
  return person;
}

const cell = (code: string, page = filer) => page.locator(`tr[data-cell="${code}"] .grid-input`);
const value = (code: string, page = filer): Promise<string> => cell(code, page).inputValue();
const focused = (page = filer): Promise<string | undefined> =>
  page.evaluate(`document.activeElement?.closest('tr')?.getAttribute('data-cell')`);
const textOf = async (id: string, page = filer): Promise<string> =>
  String(await page.locator(testId(id)).first().textContent());
const saved = (page = filer) => page.waitForSelector(`${testId('saving')}[data-state="saved"]`);
const said = (words: string, page = filer) =>
  page.waitForSelector(`${testId('said')}:has-text("${words}")`, { state: 'attached' });

/** Puts the cursor on a cell as a jump from elsewhere does. */
async function goTo(code: string, page = filer): Promise<void> {
  await cell(code, page).focus();
}

async function typeIn(code: string, text: string, page = filer): Promise<void> {
  await goTo(code, page);
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

async function paste(text: string, page = filer): Promise<void> {
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  await page.keyboard.press('Control+v');
}

async function emptied(page = filer): Promise<void> {
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await saved(page);
}

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What would keep somebody out, as axe sees it. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const findings = await page.evaluate<Finding[]>('axe.run().then(({ violations }) => violations)');
  return findings
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

beforeAll(async () => {
  product = await startProduct();
  ({ page: filer, context: filerWindow } = await signIn('filer'));
  ({ page: checker } = await signIn('checker'));
});

afterAll(() => product.end());

it('1, 2: home shows date, state, how much is filled; one click leads to the first empty cell', async () => {
  const card = filer.locator(`${testId('obligation')}[data-form="bank-quarterly"][data-period="2026Q3"]`);
  await card.waitFor();
  expect(await card.textContent()).toMatch(
    /绿色信贷统计表2026年第三季度未开始截止 \d{4}年\d+月\d+日（周.）24:00.*(个工作日|今日截止|已逾期)/,
  );
  expect(await barriers(filer)).toEqual([]);
  await card.locator(testId('go-on')).click();
  await filer.waitForURL(/\/filings\//);
  address = filer.url();
  await cell('BK_LOAN_BAL').waitFor();
  await filer.waitForSelector('tr[data-cell="BK_LOAN_BAL"] :focus');
});

it('16: a nil return is two clicks and the signing; the receipt says so; withdrawn it is a draft again', async () => {
  // A quarter before all history: with balances behind it a bank's zeros would break V03.
  const { page: officer } = await signIn('officer');
  const history = { institution: '91500106MA5U0A1B7P', form: 'bank-quarterly', period: '2022Q4', kind: 'backfill' };
  const made = await officer.request.post(`${product.base}/api/v1/obligations`, {
    data: { ...history, due: '2027-01-20T16:00:00Z', reason: '补录开业首季' },
  });
  expect(made.status()).toBe(201);
  await filer.goto(`${product.base}/home`);
  const card = filer.locator(`${testId('obligation')}[data-period="2022Q4"]`);
  await card.locator(testId('nil')).click();
  await filer.click(testId('nil-confirm'));
  await filer.waitForSelector(`${testId('obligation')}[data-state="internal_review"][data-period="2022Q4"]`);
  await checker.goto(`${product.base}/home`);
  const waiting = checker.locator(testId('obligation')).first();
  await waiting.waitFor();
  expect(await waiting.getAttribute('data-state')).toBe('internal_review');
  await waiting.locator(testId('unsent')).waitFor();
  expect(await waiting.textContent()).toContain('待复核，尚未提交');
  expect(await checker.title()).toMatch(/^▲未提交/);
  await waiting.locator(testId('go-on')).click();
  await checker.click(testId('sign'));
  for (const box of await checker.locator(testId('sign-justification')).all()) await box.fill('本季无业务，台账已清');
  expect(await checker.locator(testId('sign-confirm')).isDisabled()).toBe(true);
  await checker.click(testId('attest'));
  await checker.click(testId('sign-confirm'));
  await checker.waitForSelector(testId('receipt'));
  expect(await textOf('receipt', checker)).toMatch(
    /提交时间：\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}（北京时间）[\s\S]*报表摘要：[0-9a-f]{64}/,
  );
  await checker.click(testId('receipt-close'));
  await checker.click(testId('withdraw'));
  await checker.locator('.ant-popover').getByRole('button', { name: '撤回' }).click();
  await checker.waitForSelector(testId('unsent'));
});

it('3, 4: a draft says 尚未提交 on grid and tab; the way to submit is in view at 1366×768', async () => {
  await filer.goto(address);
  await cell('BK_LOAN_BAL').waitFor();
  expect(await textOf('unsent')).toMatch(/已保存，尚未提交[\s\S]*已填 0\/56/);
  expect(await filer.title()).toMatch(/^▲未提交/);
  const button = await filer.locator(testId('pass')).boundingBox();
  expect(button && button.y + button.height <= 768 && button.x + button.width <= 1366).toBe(true);
});

it('5, 6, 7: a block fills what can be filled, skips and counts the rest, and one Ctrl+Z takes it back', async () => {
  await goTo('BK_LOAN_BAL');
  const block = Array.from({ length: 40 }, (_, n) => `${n + 1},000\t7\t8`).join('\r\n');
  await paste(`${block}\r\n`);
  await said('已粘贴');
  expect(await textOf('said')).toMatch(/^已粘贴3[0-9]格，跳过8[0-9]格只读$/);
  expect(await value('BK_LOAN_NPL')).toBe('2,000.00');
  await saved();
  const filled = Number.parseInt(/已填 (\d+)/.exec(await textOf('unsent'))?.[1] ?? '', 10);
  expect(filled).toBeGreaterThan(35);
  await filer.keyboard.press('Control+z');
  await filer.waitForSelector(`${testId('unsent')}:has-text("已填 0/56")`);
  await filer.keyboard.press('Control+y');
  await filer.waitForSelector(`${testId('unsent')}:has-text("已填 ${filled}/56")`);
  await filer.keyboard.press('Control+z');
  await saved();
});

it('a block that does not fit is refused whole, with words', async () => {
  await filer.keyboard.press('Control+End');
  await paste('1\r\n2\r\n3\r\n');
  await said('未粘贴任何内容');
  expect(await textOf('unsent')).toContain('已填 0/56');
});

it('8: zero, blank, / and .. are four entries and survive a reload', async () => {
  await typeIn('BK_GL_WO', '0');
  await typeIn('BK_GL_RECLASS', '/');
  await typeIn('BK_GL_CNT', '．．');
  await typeIn('BK_GL_CUST', '１，２３４');
  await saved();
  await filer.reload();
  await cell('BK_GL_WO').waitFor();
  const four = await Promise.all(
    ['BK_GL_WO', 'BK_GL_RECLASS', 'BK_GL_CNT', 'BK_GL_CUST', 'BK_GL_BAL'].map((code) => value(code)),
  );
  expect(four).toEqual(['0.00', '/', '..', '1,234', '']);
  const states = await filer.$$eval('tr[data-cell^="BK_GL_"]', (rows) =>
    rows.slice(3, 7).map((row) => row.getAttribute('data-state')),
  );
  expect(states).toEqual(['value', 'not_applicable', 'not_available', 'value']);
});

it('9: a figure 10⁴ times last quarter’s asks, and one key converts; 1.2亿 is offered in 万元', async () => {
  await typeIn('BK_LOAN_BAL', '14283065000');
  await filer.waitForSelector(`${testId('question')}[data-cell="BK_LOAN_BAL"]`);
  expect(await textOf('question')).toMatch(/单位是否有误？元→万元：1,428,306\.50/);
  await filer.keyboard.press('Control+Enter');
  await filer.waitForSelector(testId('question'), { state: 'detached' });
  expect(await value('BK_LOAN_BAL')).toBe('1,428,306.50');
  await typeIn('BK_GL_NEW', '3.4亿');
  expect(await textOf('question')).toContain('3.4亿 即 34,000 万元？');
  expect(await focused()).toBe('BK_GL_NEW');
  await filer.keyboard.press('Control+Enter');
  expect(await value('BK_GL_NEW')).toBe('34,000.00');
  expect(await focused()).toBe('BK_GL_REPAY');
  await saved();
});

it('10, 14: F8 visits every problem; a block names both codes and the difference', async () => {
  await typeIn('BK_GL_BAL', '1428426.5');
  await typeIn('BK_GL_P25_1', 'abc');
  await saved();
  await filer.waitForSelector(`${testId('verdict')}[data-may="false"]`);
  const verdict = await textOf('verdict');
  expect(verdict).toMatch(/还不能提交：\d+处错误/);
  expect(await filer.locator(testId('pass')).isDisabled()).toBe(true);
  const visited: (string | undefined)[] = [];
  for (let n = 0; n < 20; n++) {
    await filer.keyboard.press('F8');
    await filer.waitForTimeout(60);
    visited.push(await focused());
  }
  expect(visited).toEqual(expect.arrayContaining(['BK_GL_BAL', 'BK_GL_P25_1']));
  await goTo('BK_GL_BAL');
  const checks = await filer
    .locator(`${testId('cell-panel')} [data-rule="V01"]`)
    .first()
    .textContent();
  expect(checks).toMatch(/BK_GL_BAL[\s\S]*BK_LOAN_BAL|BK_LOAN_BAL[\s\S]*BK_GL_BAL/);
  expect(checks).toMatch(/差 ?120/);
  await typeIn('BK_GL_BAL', '330000');
  await typeIn('BK_GL_P25_1', '/');
  await saved();
});

it('keys: F2 keeps the text, Esc leaves it, Ctrl+D fills down, Ctrl+S says it is saved, Esc Tab leaves the grid', async () => {
  await goTo('BK_GL_REPAY');
  await filer.keyboard.type('25000');
  await filer.keyboard.press('Escape');
  expect(await value('BK_GL_REPAY')).toBe('');
  await filer.keyboard.type('25000');
  await filer.keyboard.press('Tab');
  expect(await focused()).toBe('BK_GL_WO');
  await filer.keyboard.press('Shift+Tab');
  await filer.keyboard.press('F2');
  await filer.keyboard.type('.5');
  await filer.keyboard.press('Enter');
  expect(await value('BK_GL_REPAY')).toBe('25,000.50');
  await goTo('BK_GL_DIRECT');
  await filer.keyboard.type('7');
  await filer.keyboard.press('Enter');
  await filer.keyboard.press('ArrowUp');
  await filer.keyboard.press('Shift+ArrowDown');
  await filer.keyboard.press('Shift+ArrowDown');
  await filer.keyboard.press('Control+d');
  await said('已向下填充2格');
  expect(await Promise.all(['BK_GL_INDIR', 'BK_GL_MSE'].map((code) => value(code)))).toEqual(['7.00', '7.00']);
  await filer.keyboard.press('Control+x');
  expect(await value('BK_GL_MSE')).toBe('');
  await filer.keyboard.press('Control+s');
  await said('已自动保存');
  await filer.keyboard.press('Escape');
  await filer.keyboard.press('Tab');
  expect(await filer.evaluate(`document.activeElement?.closest('[role="grid"]')`)).toBeNull();
  await saved();
});

it('12: without a network nothing is lost, and the page says how much waits', async () => {
  await goTo('BK_DEP_BAL');
  await filerWindow.setOffline(true);
  await typeIn('BK_DEP_BAL', '1600000');
  await filer.waitForSelector(`${testId('saving')}[data-state="retrying"]`);
  expect(await textOf('saving')).toContain('未能保存，正在重试（1格）');
  await typeIn('BK_LOAN_NEW', '220000');
  await filer.waitForTimeout(3_000);
  expect(await textOf('saving')).toContain('（2格）');
  await filerWindow.setOffline(false);
  await saved();
  await filer.reload();
  await cell('BK_DEP_BAL').waitFor();
  expect(await Promise.all([value('BK_DEP_BAL'), value('BK_LOAN_NEW')])).toEqual(['1,600,000.00', '220,000.00']);
});

it('13: one cell in two windows asks, with both values', async () => {
  const other = await filerWindow.newPage();
  await other.goto(address);
  await cell('BK_LOAN_NPL', other).waitFor();
  await typeIn('BK_LOAN_NPL', '9000');
  await saved();
  await typeIn('BK_LOAN_NPL', '9100', other);
  await other.waitForSelector(testId('stale'));
  expect(await textOf('stale', other)).toMatch(/9,100\.00[\s\S]*9,000\.00/);
  await other.click(testId('keep-mine'));
  await saved(other);
  expect(await value('BK_LOAN_NPL', other)).toBe('9,100.00');
  await other.close();
  await filer.reload();
  await cell('BK_LOAN_NPL').waitFor();
  expect(await value('BK_LOAN_NPL')).toBe('9,100.00');
});

it('the history of a cell as a line and as a table, and who changed it', async () => {
  await goTo('BK_LOAN_NPL');
  await filer.waitForSelector(`${testId('history-chart')} svg`);
  await filer.click(testId('history-switch'));
  expect(await filer.locator(`${testId('history-table')} tr`).count()).toBe(12);
  await filer.click(testId('history-switch'));
  expect(await textOf('cell-panel')).toMatch(/修改记录[\s\S]*9,100\.00[\s\S]*陈晓禾/);
});

it('36: nothing on the grid keeps somebody out', async () => {
  expect(await barriers(filer)).toEqual([]);
});

it('11, 15: the whole form is filled by keyboard alone, from its first cell to the checker', async () => {
  await goTo('BK_LOAN_BAL');
  await emptied();
  const last = await filer.$$eval('tr[data-cell]', (rows) =>
    rows.map((row): [string, string] => [
      String(row.getAttribute('data-cell')),
      String(row.querySelectorAll('td')[3]?.textContent).replaceAll(',', ''),
    ]),
  );
  // Balances as before: what was granted came back, nothing was written off.
  const granted = last.find(([code]) => code === 'BK_GL_NEW')?.[1] ?? '';
  const own: Record<string, string> = { BK_GL_REPAY: granted, BK_GL_WO: '0', BK_GL_RECLASS: '0' };
  await filer.keyboard.press('Control+Home');
  for (const [code, before] of last) {
    await filer.keyboard.type(own[code] ?? (before === '—' ? '0' : before));
    await filer.keyboard.press('Enter');
  }
  await saved();
  expect(await textOf('unsent')).toContain('已填 56/56');
  // Last quarter's figures again fit each other; what rules find unusual in that is explained .
  for (let n = 0; n < 40 && (await filer.locator(testId('pass')).isDisabled()); n++) {
    await filer.keyboard.press('F8');
    await filer.waitForTimeout(60);
    for (const box of await filer.locator(testId('justification')).all())
      if ((await box.inputValue()) === '') await box.fill('与上季持平，已逐笔核对');
    await saved();
  }
  await filer.locator(testId('pass')).focus();
  await filer.keyboard.press('Enter');
  await filer.locator(testId('pass-confirm')).focus();
  await filer.keyboard.press('Enter');
  await filer.waitForSelector(`${testId('verdict')}:has-text("待复核")`);
  expect(await filer.locator('.grid-input').count()).toBe(0);
});

it('the checker gives it back with a reason, or signs', async () => {
  await checker.goto(address);
  expect(await checker.locator('.grid-input').count()).toBe(0);
  await checker.click(testId('give-back'));
  expect(await checker.locator(testId('reason-confirm')).isDisabled()).toBe(true);
  await checker.fill(testId('reason'), '请核对不良余额');
  await checker.click(testId('reason-confirm'));
  await checker.waitForSelector(testId('sign'));
  await checker.waitForSelector(testId('give-back'), { state: 'detached' });
  await checker.click(testId('sign'));
  expect(await textOf('sign-dialog', checker)).toMatch(/首次提交[\s\S]*待说明[\s\S]*本人已复核/);
  for (const box of await checker.locator(testId('sign-justification')).all())
    if ((await box.inputValue()) === '') await box.fill('已核对');
  await checker.click(testId('attest'));
  await checker.click(testId('sign-confirm'));
  await checker.waitForSelector(testId('receipt'));
});

it('nothing failed in the browser and no request left the host', () => {
  expect(faults.filter((fault) => !/ERR_INTERNET_DISCONNECTED|status of 412/.test(fault))).toEqual([]);
});

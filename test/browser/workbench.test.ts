import { jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { inputOf } from '../../src/scoring/bundle/read-bundle.js';
import { evaluate } from '../../src/scoring/evaluate.js';
import { type Product, startProduct, testId } from './product.js';

// An officer tries other weights on an evaluated quarter, mends a formula and keeps the result as another version.
jest.setTimeout(180_000);

let product: Product;
let page: Page;
let bundle = '';
const faults: string[] = [];

const weight = (node: string) => page.locator(`[data-node="${node}"] ${testId('weight')}`);
const textOf = async (id: string): Promise<string> => String(await page.locator(testId(id)).first().textContent());

/** Waits for the worker: what `read` says becomes what is wanted. */
async function becomes<T>(read: () => Promise<T>, wanted: (value: T) => boolean): Promise<T> {
  for (let left = 100; ; left--) {
    const value = await read();
    if (wanted(value) || left === 0) return value;
    await page.waitForTimeout(50);
  }
}

/** name → [rank, score] of the table of the trial. */
const trialRows = (): Promise<string[][]> =>
  page.$$eval(testId('trial-row'), (rows) =>
    rows.map((row) => [0, 2, 4].map((cell) => String(row.querySelectorAll('td')[cell]?.textContent))),
  );

async function signIn(username: string): Promise<Page> {
  const { page: own } = await product.person(faults);
  await own.request.post(`${product.base}/api/v1/auth/demo`, { data: { username } });
  return own;
}

beforeAll(async () => {
  product = await startProduct();
  page = await signIn('officer');
  const { items } = await (await page.request.get(`${product.base}/api/v1/evaluations`)).json();
  const evaluation = items.find((each: { scheme: string }) => each.scheme === 'bank-142').id;
  bundle = await (await page.request.get(`${product.base}/api/v1/evaluations/${evaluation}/bundle`)).text();
  await page.goto(`${product.base}/evaluations/${evaluation}`);
  await page.click(testId('to-workbench'));
  await page.waitForSelector(testId('effective'));
});

afterAll(() => product.end());

it('begins with the ranks of the evaluation, marked as a trial', async () => {
  expect(await textOf('trial-note')).toContain('试算，不作为结果');
  expect(await textOf('trial-note')).toMatch(/2025年第四季度.*核验码/);
  expect(await textOf('moved')).toContain('变动 0/22家');
  const { ranking } = (JSON.parse(bundle) as { results: { ranking: string[][] } }).results;
  const ranked = ranking.filter(([, rank]) => rank !== '').map(([, rank, , name, score]) => [name, rank, score]);
  expect((await trialRows()).slice(0, 22)).toEqual(ranked);
  expect(await page.locator(testId('save-version')).isDisabled()).toBe(true);
});

it('weights that do not sum are shown with the gap and cannot be saved', async () => {
  await weight('green_ratio').fill('5');
  const sum = page.locator(`${testId('sum')}[data-group="quantitative"]`);
  expect(await sum.textContent()).toMatch(/合计80\.00差 20\.00/);
  expect(await textOf('trial-note')).toContain('暂按比例折算');
  expect(await page.locator(testId('save-version')).isDisabled()).toBe(true);
  await becomes(
    () => textOf('checks'),
    (text) => text.includes('各项权重之和应恰为 100'),
  );
  expect(await textOf('checks')).toContain('各项权重之和应恰为 100');
  await page.click(testId('fill'));
  expect(await sum.textContent()).toMatch(/✓ 合计100\.00/);
  await weight('green_ratio').press('ArrowUp');
  expect(await weight('green_ratio').inputValue()).toBe('7.25');
  await weight('green_ratio').fill('0');
  expect(await weight('green_ratio').getAttribute('aria-invalid')).toBe('true');
});

it('a moved weight moves ranks at once, to the ranks that an evaluation would give', async () => {
  for (const [node, text] of [
    ['green_ratio', '5'],
    ['market_share', '5'],
    ['growth', '85'],
    ['risk', '5'],
  ] as const)
    await weight(node).fill(text);
  const moved = await becomes(
    () => textOf('moved'),
    (text) => !text.includes('变动 0/') && !text.includes('变动 1/'),
  );
  expect(moved).toMatch(/变动 \d+\/22家，最大 \d+ 位/);
  await becomes(
    () => page.locator(testId('save-version')).isEnabled(),
    (enabled) => enabled,
  );
  const shown = await trialRows();
  await page.click(testId('save-version'));
  await page.waitForURL(/\/schemes\/bank-142\/2\/workbench$/);

  const { items } = await (await page.request.get(`${product.base}/api/v1/schemes/bank-142/versions`)).json();
  const [first, second] = items as { version: number; document: string; state: string }[];
  expect(second).toMatchObject({ version: 2, state: 'draft' });
  const [before, after] = [first?.document.split('\n') ?? [], second?.document.split('\n') ?? []];
  expect(after).toHaveLength(before.length);
  expect(after.filter((line, i) => line !== before[i])).toEqual([
    'version: 2',
    '        weight: 5',
    '        weight: 5',
    '        weight: 85',
    '        weight: 5',
  ]);

  const input = inputOf(JSON.parse(bundle));
  const { results } = evaluate({ ...input, document: second?.document ?? '' });
  const official = results
    .filter(({ rank }) => rank !== null)
    .map(({ name, rank, score }) => [name, String(rank), score]);
  expect(shown.slice(0, 22)).toEqual(official);
  await page.waitForSelector(testId('mover'));
  expect(await page.locator(testId('mover')).count()).toBeGreaterThan(1);
});

it('a formula is completed, its faults are marked in place, a good one is tried', async () => {
  await page.locator('[data-node="growth"] .link-button').click();
  const formula = page.locator(testId('formula'));
  await formula.fill('yoy(green_lons)');
  expect(await textOf('formula-faults')).toContain('第 5 个字符 green_lons：没有声明的名称');
  expect(await page.locator('.formula-box .faulty').textContent()).toBe('green_lons');
  await formula.fill('green_loans / tot');
  await page.waitForSelector(testId('offers'));
  await formula.press('Enter');
  expect(await formula.inputValue()).toBe('green_loans / total_loans');
  const before = await trialRows();
  await page.click(testId('use-formula'));
  await becomes(trialRows, (rows) => JSON.stringify(rows) !== JSON.stringify(before));
  expect(await trialRows()).not.toEqual(before);
  await page.getByRole('tab', { name: 'YAML' }).click();
  expect(await page.locator(testId('yaml')).inputValue()).toContain('value: green_loans / total_loans');
  await page.getByRole('tab', { name: '试算' }).click();
});

it('names can be hidden', async () => {
  await page.getByText('隐去名称').click();
  const names = (await trialRows()).map(([name]) => name);
  expect(names.every((name) => /^机构\d\d$/.test(name ?? ''))).toBe(true);
  expect(await page.locator(testId('slope')).textContent()).not.toContain('银行');
  await page.getByText('隐去名称').click();
});

it('a scheme that nothing was evaluated by says what to do; who may not see the figures is told', async () => {
  const document = [
    'scheme: fresh',
    'version: 1',
    'cadence: annual',
    'inputs: { a: { metric: BK_GL_BAL } }',
    'indicators: [{ indicator: only, weight: 100, value: a, normalise: { method: minmax }, missing: zero }]',
  ].join('\n');
  await page.request.post(`${product.base}/api/v1/schemes`, { data: { document } });
  await page.goto(`${product.base}/schemes/fresh/1/workbench`);
  await page.waitForSelector(testId('no-figures'));
  expect(await textOf('no-figures')).toContain('还没有用这个方案评价过任何一期');
  expect(await weight('only').inputValue()).toBe('100.00');
  const leader = await signIn('leader');
  await leader.goto(`${product.base}/schemes/bank-142/1/workbench`);
  await leader.waitForSelector(testId('no-figures'));
  expect(await leader.locator(testId('no-figures')).textContent()).toContain('本角色不能读取');
});

it('nothing failed in the browser, nothing was refused by the policy, no request left the host', () => {
  expect(faults).toEqual([]);
});

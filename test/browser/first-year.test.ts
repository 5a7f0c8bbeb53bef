import { jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import { type Product, startProduct, testId } from './product.js';

// A first year: the officer looks at what each institution would see, publishes the insurers by grades alone, and an
// insurer finds its grade and no rank. The handbook says where all this is.
jest.setTimeout(240_000);

let product: Product;
let page: Page;
let id: string;
const faults: string[] = [];

const signIn = (username: string) => page.request.post(`${product.base}/api/v1/auth/demo`, { data: { username } });
const told = async (id: string): Promise<string> => (await page.locator(testId(id)).first().textContent()) ?? '';

beforeAll(async () => {
  product = await startProduct();
  page = (await product.person(faults)).page;
  await signIn('officer');
});
afterAll(() => product.end());

it('the scheme leads to what an institution sees and what it does not, for each way to publish', async () => {
  await page.goto(`${product.base}/schemes/insurer-annual/1`);
  await page.click(testId('to-disclosure'));
  await page.locator(testId('preview')).waitFor();
  expect(await told('preview-seen')).toMatch(/第\d+名/);
  expect(await told('preview-unseen')).toMatch(/其余11家.*最小.*最大/);
  await page.getByText('只公布等次', { exact: true }).click();
  await page.waitForURL(/ranks=no/);
  expect(await told('preview-seen')).not.toMatch(/第\d+名/);
  expect(await told('preview-unseen')).toMatch(/本机构的名次.*第\d+名/);
  await page.getByText('公开（填报前约定）', { exact: true }).click();
  await page.waitForURL(/disclosure=open/);
  expect(await told('preview-unseen')).toContain('没有不显示的统计');
  expect(await told('preview-seen')).toMatch(/最小/);
});

it('publishing offers grades alone, and says where that is wise', async () => {
  const started = await page.request.post(`${product.base}/api/v1/evaluations`, {
    data: { scheme: 'insurer-annual', version: 1, period: '2025' },
  });
  ({ id } = (await started.json()) as EvaluationView);
  for (let state = ''; state !== 'computed'; ) {
    const answer = await page.request.get(`${product.base}/api/v1/evaluations/${id}`);
    ({ state } = (await answer.json()) as EvaluationView);
    expect(['queued', 'running', 'computed']).toContain(state);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await signIn('verifier');
  expect((await page.request.post(`${product.base}/api/v1/evaluations/${id}/verify`)).status()).toBe(200);
  await signIn('officer');
  await page.goto(`${product.base}/evaluations/${id}`);
  await page.click(testId('act-publish'));
  const dialog = page.getByRole('dialog');
  expect(await dialog.textContent()).toMatch(/财产险机构9家、人身险机构5家，不足10家/);
  await dialog.getByText('只公布等次，不公布名次', { exact: true }).click();
  await dialog.getByRole('button', { name: /^确认/ }).click();
  await dialog.waitFor({ state: 'hidden' });
});

it('staff see the ranking, and the paper beside it: by grade and name', async () => {
  await page.goto(`${product.base}/evaluations/${id}/ranking`);
  await page.locator(testId('grades-only')).waitFor();
  expect(await page.locator(testId('ranking-row')).first().getAttribute('data-rank')).toBe('1');
  await page.getByText('公布稿', { exact: true }).click();
  await page.locator(testId('grade-row')).first().waitFor();
  expect(await page.locator(testId('grade-row')).count()).toBe(14);
  expect(await page.locator(testId('grade-list')).allTextContents()).not.toContain('名次');
  expect(await page.locator(testId('export-ranking')).getAttribute('href')).toContain('as=published');
});

it('an insurer finds its grade and no rank, on its list and on its result', async () => {
  await signIn('insurer');
  await page.goto(`${product.base}/results`);
  const row = page.locator(`${testId('own-result-row')}[data-evaluation="${id}"]`);
  expect(await row.textContent()).toMatch(/不公布.*(优秀|良好|合格)/);
  await row.getByRole('link').click();
  await page.locator(testId('headline')).waitFor();
  expect(await told('headline')).toMatch(/不公布只公布等次/);
  expect(await page.locator('main').textContent()).not.toMatch(/第\d+名/);
  expect(await told('basis')).toContain('只公布等次');
});

it('the handbook is in the product, and its addresses lead to pages', async () => {
  await signIn('officer');
  await page.goto(`${product.base}/home`);
  await page.click(testId('to-handbook'));
  await page.locator(testId('handbook')).waitFor();
  expect(await told('handbook')).toMatch(/公平竞争审查.*没有国密/);
  await page.locator(testId('handbook')).getByRole('link', { name: '评价方案' }).first().click();
  await page.locator(testId('scheme-row')).first().waitFor();
  expect(faults).toEqual([]);
});

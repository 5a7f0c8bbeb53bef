import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { Decimal, sumOf } from '../../numbers/decimal.js';
import { checkScheme } from '../scheme/check-scheme.js';
import type { MetricCatalogue } from '../types.js';
import { type Methodology, methodologyOf } from './methodology.js';

interface MetricEntry {
  readonly code: string;
  readonly title: string;
  readonly kind: string;
  readonly unit: string;
}
const ENTRIES = readdirSync('config/metrics').flatMap(
  (name) =>
    (parse(readFileSync(path.join('config/metrics', name), 'utf8')) as { metrics?: MetricEntry[] }).metrics ?? [],
);
const METRICS: MetricCatalogue = Object.fromEntries(
  ENTRIES.map(({ code, kind, unit }) => [code, { kind: kind === 'stock' || kind === 'flow' ? kind : null, unit }]),
);
const titles = {
  metric: (code: string) => ENTRIES.find((entry) => entry.code === code)?.title ?? code,
  department: (code: string) => (code === 'finance_bureau' ? '示范区财政局' : code),
  type: (code: string) => (code === 'bank' ? '银行' : code),
};

function methodology(document: string): Methodology {
  const { scheme, warnings, errors } = checkScheme(document, METRICS);
  if (!scheme) throw new Error(JSON.stringify(errors));
  return methodologyOf(document, scheme, warnings, METRICS, titles);
}
const shipped = (name: string): Methodology => methodology(readFileSync(`config/schemes/${name}.yaml`, 'utf8'));

describe('the methodology of the bank scheme', () => {
  const bank = shipped('bank-142');
  const node = (code: string) => bank.tree.find((each) => each.code === code);

  it('writes formulas with the titles of the metrics', () => {
    expect(node('green_ratio')?.formula).toBe('100 × 绿色贷款余额 ÷ 各项贷款余额');
    expect(bank.eligibility[0]).toEqual({
      term: '当年新开业，不参加本年度评价',
      says: '没有“当年新开业”标记',
    });
  });

  it('gives weights within the group and of the whole', () => {
    expect(bank.tree.map(({ code, weight, share }) => [code, weight, share])).toEqual([
      ['quantitative', '80', '80.00'],
      ['green_ratio', '25', '20.00'],
      ['market_share', '25', '20.00'],
      ['growth', '25', '20.00'],
      ['risk', '25', '20.00'],
      ['qualitative', '20', '20.00'],
      ['policy', '30', '6.00'],
      ['institution', '40', '8.00'],
      ['support', '30', '6.00'],
    ]);
  });

  it('says how a value becomes points, and what happens without a figure', () => {
    const says = node('risk')?.says.map(({ term, says }) => `${term}：${says}`);
    expect(says).toEqual([
      '方向：越低越好',
      '单位：%',
      '标准分（基准比较，按相对差计分）：纵向基准：本机构此前 3 期指标值的平均，往期没有数值的不计。横向基准：同组机构当期指标值的平均，含本机构。两项分别计分，纵向占 40，横向占 60，加权平均；缺一项基准时，另一项占全部。与基准持平得 60 分，每好于基准 1%，加 1 分，最低 0 分，最高 100 分。',
      '数据缺失：不参加排名',
      '分母为零：计0分',
    ]);
    expect(node('risk')?.formulas).toEqual(['得分 = 60 + 100 ×（基准 − 本机构值）÷ |基准|']);
  });

  it('has a worked example that follows from the scheme', () => {
    const { example } = bank;
    const row = example?.rows.find(({ code }) => code === 'green_ratio');
    const [, part, whole] = /^100 × ([\d.]+) ÷ ([\d.]+)$/.exec(row?.formula ?? '') ?? [];
    expect(
      new Decimal(part as string)
        .times(100)
        .div(whole as string)
        .toFixed(12),
    ).toBe(new Decimal(row?.value as string).toFixed(12));
    const contributions = (example?.rows ?? [])
      .filter(({ depth }) => depth === 0)
      .map(({ contribution }) => new Decimal(contribution as string));
    expect(sumOf(contributions).toFixed()).toBe(new Decimal(example?.base as string).toFixed());
    expect(example?.ranking.length).toBe(5);
  });
});

it.each(readdirSync('config/schemes').map((name) => name.replace('.yaml', '')))(
  '%s: an example with a rank, no institution named, no code where a word is known',
  (name) => {
    const told = shipped(name);
    expect(told.example).toMatchObject({ rank: expect.any(Number), score: expect.stringMatching(/^\d/) });
    for (const row of told.example?.rows ?? []) expect([row.code, row.score]).toEqual([row.code, expect.any(String)]);
    expect(JSON.stringify(told.tree)).not.toMatch(/undefined|\[object/);
    for (const { title } of told.inputs) expect(title).toMatch(/\p{Script=Han}/u);
  },
);

it('the same scheme shows the same example', () => {
  expect(shipped('insurer-annual')).toEqual(shipped('insurer-annual'));
});

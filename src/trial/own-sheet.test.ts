import { loadCatalogue } from '../forms/catalogue.service.js';
import type { MarkedCell } from '../imports/source-sheet.js';
import { MetricTitles } from './metric-titles.js';
import { readOwn } from './own-figures.js';
import { type OwnColumn, readLayout } from './own-header.js';
import { cellPeriod, headerPeriod, periodOf } from './own-period.js';
import type { OwnCell, OwnSheet } from './own-sheet.js';
import { runTrial } from './trial-run.js';
import { fitScheme, plainScheme } from './trial-schemes.js';

const METRICS = loadCatalogue().metrics;
const TITLES = new MetricTitles([...METRICS.values()]);

const marked = (text: string, more: Partial<MarkedCell>): MarkedCell => ({
  text,
  nature: 'number',
  format: 'plain',
  formula: false,
  fault: null,
  ...more,
});
const pct = (text: string): MarkedCell => marked(text, { format: 'percent' });
/** `^`: covered by a merged cell. A number is a number cell, a text is text. */
const sheet = (rows: readonly (readonly (string | number | MarkedCell | null)[])[], first = 1): OwnSheet => ({
  name: '表1',
  rows: rows.map((cells, i) => ({
    number: first + i,
    cells: cells.map((cell): OwnCell => {
      if (cell === '^') return marked('', { nature: 'text', fault: 'CELL_MERGED' });
      if (typeof cell === 'number') return marked(String(cell), {});
      return cell === '' ? null : cell;
    }),
  })),
});
const read = (rows: OwnSheet, period: string | null = '2026Q3') => {
  const layout = readLayout(rows, TITLES, { type: 'bank' });
  return { layout, ...readOwn(rows, layout, METRICS, { period, type: 'bank' }) };
};
const brief = (columns: readonly OwnColumn[]) =>
  columns.map(({ role, metric, unit }) => (role === 'figure' ? `${metric ?? '本表'} ${unit}` : role));

it('finds the table under a title and a unit line, above a total and notes', () => {
  const { layout, figures, leftOut, parties } = read(
    sheet([
      ['示范区银行业绿色贷款情况表', '^', '^', '^'],
      ['', '', '', '单位：亿元'],
      ['序号', '机构名称', '绿色贷款余额', '各项贷款余额'],
      [1, '示范银行甲', 12.5, 100],
      [2, '示范银行乙', '８．２５', '1,234.5'],
      ['合计', '^', 20.75, 1334.5],
      ['注：数据由各行报送', '^', '^', '^'],
      ['填表人：张三', '', '审核人：李四', ''],
    ]),
  );
  expect(layout.header).toEqual({ first: 3, last: 3 });
  expect(brief(layout.columns)).toEqual(['skip', 'name', 'BK_GL_BAL 亿元', 'BK_LOAN_BAL 亿元']);
  expect(parties.map(({ name }) => name)).toEqual(['示范银行甲', '示范银行乙']);
  expect(figures.map(({ cell, raw, value, unit, factor }) => [cell, raw, value, unit, factor])).toEqual([
    ['C4', '12.5', '125000', '万元', '10000'],
    ['D4', '100', '1000000', '万元', '10000'],
    ['C5', '８．２５', '82500', '万元', '10000'],
    ['D5', '1,234.5', '12345000', '万元', '10000'],
  ]);
  expect(leftOut.map(({ place, why }) => [place, why])).toEqual([
    ['第6行', '合计或平均行'],
    ['第7行', '说明文字'],
    ['第8行', '说明文字'],
  ]);
});

it('reads merged headers of two rows, units in a third, the numbers of the columns in a fourth', () => {
  const { layout, figures } = read(
    sheet(
      [
        ['机构名称', '绿色贷款', '^', '各项贷款', '^'],
        ['^', '余额', '不良余额', '余额', '不良余额'],
        ['', '（亿元）', '（万元）', '（亿元）', '（万元）'],
        ['甲', 1, 2, 3, 4],
        ['农商行大足支行', 10, 30, 90, 800],
        ['工商银行', 20, '—', 80, 100],
      ],
      5,
    ),
  );
  expect(layout.header).toEqual({ first: 5, last: 8 });
  expect(layout.columns.map(({ header }) => header)).toEqual([
    '机构名称',
    '绿色贷款余额（亿元）',
    '绿色贷款不良余额（万元）',
    '各项贷款余额（亿元）',
    '各项贷款不良余额（万元）',
  ]);
  expect(brief(layout.columns)).toEqual([
    'name',
    'BK_GL_BAL 亿元',
    'BK_GL_NPL 万元',
    'BK_LOAN_BAL 亿元',
    'BK_LOAN_NPL 万元',
  ]);
  expect(figures).toHaveLength(7);
  expect(figures[1]).toMatchObject({ cell: 'C9', value: '30', factor: '1' });
  expect(layout.columns[2]?.lower).toBe(true);
});

it('leaves shares, growth and ranks out until somebody asks, and keeps a column of its own', () => {
  const { layout, leftOut } = read(
    sheet([
      ['单位', '绿色贷款余额(万元)', '占比(%)', '同比增速', '比年初增加额', '员工人数', '名次', '备注'],
      ['示范银行甲', 100, 12.5, pct('0.125'), 10, 55, 1, ''],
      ['示范银行乙', 200, 13, pct('0.1'), 20, 66, 2, '新设'],
    ]),
  );
  expect(brief(layout.columns)).toEqual(['name', 'BK_GL_BAL 万元', 'skip', 'skip', 'skip', '本表 ', 'skip', 'skip']);
  expect(layout.columns.filter(({ ratio }) => ratio).map(({ header }) => header)).toEqual([
    '占比(%)',
    '同比增速',
    '比年初增加额',
  ]);
  expect(leftOut.map(({ place }) => place)).toEqual(['C列', 'D列', 'E列', 'G列', 'H列']);
});

it('takes both names of a row, and the code before them', () => {
  const { parties } = read(
    sheet([
      ['统一社会信用代码', '机构全称', '机构简称', '绿色贷款余额（亿元）'],
      ['91990199MA0000001A', '示范银行股份有限公司甲支行', '甲支行', 1],
    ]),
  );
  expect(parties).toEqual([
    {
      row: 2,
      texts: ['91990199MA0000001A', '示范银行股份有限公司甲支行', '甲支行'],
      name: '示范银行股份有限公司甲支行',
    },
  ]);
});

it('reads a sheet with headers of no known word, and a name that covers several rows of a long one', () => {
  const plain = read(
    sheet([
      ['行社', '甲类', '乙类'],
      ['东', 1, 2],
      ['西', 3, 4],
    ]),
  );
  expect(brief(plain.layout.columns)).toEqual(['name', '本表 ', '本表 ']);
  const long = read(
    sheet([
      ['机构', '报告期', '指标', '数值', '单位'],
      ['示范银行甲', '2025年四季度', '绿色贷款余额', 1.5, '亿元'],
      ['^', '2025Q4', '各项贷款余额', 20000, '万元'],
      ['^', '2025-13', '各项贷款余额', 20000, '万元'],
    ]),
  );
  expect(long.figures.map(({ party, period, metric, value }) => [party, period, metric, value])).toEqual([
    ['示范银行甲', '2025Q4', 'BK_GL_BAL', '15000'],
    ['示范银行甲', '2025Q4', 'BK_LOAN_BAL', '20000'],
  ]);
  expect(long.leftOut).toEqual([expect.objectContaining({ place: 'B4', isProblem: true })]);
});

it('reads the history of one institution: a row per metric, a column per quarter', () => {
  const rows = sheet([
    ['示范银行甲历史数据'],
    ['指标', '计量单位', '2025年三季度', '2025年四季度', '2026Q1'],
    ['绿色贷款余额', '亿元', 1, 2, 3],
    ['各项贷款余额（万元）', '', 100, 200, '—'],
    ['存款活期率', '%', 1, 1, 1],
  ]);
  const layout = readLayout(rows, TITLES, { type: 'bank' });
  expect(brief(layout.columns)).toEqual(['metric', 'unit', 'value', 'value', 'value']);
  const { figures, leftOut } = readOwn(rows, layout, METRICS, { period: null, party: '示范银行甲', type: 'bank' });
  expect(figures.map(({ party, period, metric, value }) => [party, period, metric, value])).toEqual([
    ['示范银行甲', '2025Q3', 'BK_GL_BAL', '10000'],
    ['示范银行甲', '2025Q4', 'BK_GL_BAL', '20000'],
    ['示范银行甲', '2026Q1', 'BK_GL_BAL', '30000'],
    ['示范银行甲', '2025Q3', 'BK_LOAN_BAL', '100'],
    ['示范银行甲', '2025Q4', 'BK_LOAN_BAL', '200'],
  ]);
  expect(leftOut.filter(({ isProblem }) => isProblem)).toHaveLength(3);
});

it('knows quarters in headers and in cells, and what stands before the quarter of the sheet', () => {
  expect(headerPeriod('2025年末绿色贷款余额')).toEqual({ period: '2025Q4', rest: '绿色贷款余额' });
  expect(headerPeriod('2026年3月末绿色贷款余额')).toEqual({ period: '2026Q1', rest: '绿色贷款余额' });
  expect(headerPeriod('上年同期绿色贷款余额')).toEqual({ period: '-4', rest: '绿色贷款余额' });
  expect(headerPeriod('比上年同期增加').period).toBe('');
  expect(
    ['2026Q3', '2026年第三季度', '2026-09', '202609', '2026年9月30日', '2025', '2026年8月'].map(cellPeriod),
  ).toEqual(['2026Q3', '2026Q3', '2026Q3', '2026Q3', '2026Q3', '2025Q4', null]);
  expect([periodOf('-4', '2026Q3'), periodOf('year-start', '2026Q3'), periodOf('', null)]).toEqual([
    '2025Q3',
    '2025Q4',
    null,
  ]);
});

it('ranks two columns of anybody, a smaller bad one being better', () => {
  const { figures } = read(
    sheet([
      ['名称', '得', '不良'],
      ['东', 10, 4],
      ['西', 20, 2],
      ['南', 15, '—'],
    ]),
  );
  const metrics = { OWN_B: { kind: 'stock', unit: '' }, OWN_C: { kind: 'stock', unit: '' } } as const;
  const indicators = [
    { metric: 'OWN_B', title: '得', unit: '', lower: false },
    { metric: 'OWN_C', title: '不良', unit: '', lower: true },
  ];
  const parties = ['东', '西', '南'].map((name) => ({ key: name, name }));
  const keyOf = Object.fromEntries(parties.map(({ key }) => [key, key]));
  const results = runTrial({
    document: plainScheme(indicators, 'bank'),
    cadence: 'quarterly',
    period: '2026Q3',
    type: 'bank',
    parties,
    keyOf,
    figures,
    metrics,
  });
  expect(results.map(({ name, rank, score }) => [name, rank, score])).toEqual([
    ['西', 1, '100.00'],
    ['南', 2, '50.00'],
    ['东', 3, '0.00'],
  ]);
});

it('takes of a scheme what the sheet can answer, and says what it does without', () => {
  const scheme = `scheme: s
version: 1
title: 年度评价
institutionTypes: [bank]
cadence: annual
eligibility: [{ when: quarters_filed >= 4, reason: 报送不足 }]
inputs:
  green: { metric: BK_GL_BAL }
  loans: { metric: BK_LOAN_BAL }
  bad: { metric: BK_GL_NPL }
indicators:
  - { indicator: share, title: 占比, weight: 40, value: 100 * green / loans, unit: "%", normalise: { method: minmax }, missing: unranked, zeroDenominator: zero }
  - { indicator: npl, title: 不良率, weight: 30, value: 100 * bad / green, normalise: { method: minmax }, missing: unranked, zeroDenominator: zero }
  - { indicator: policy, title: 政策, weight: 30, assessed: { by: [finance_bureau], scale: [0, 100] }, missing: unranked }
`;
  const fitted = fitScheme(scheme, new Set(['BK_GL_BAL', 'BK_LOAN_BAL']));
  expect(fitted.leftOut).toEqual([
    { what: '不良率', why: '表里没有 BK_GL_NPL' },
    { what: '政策', why: '定性评分，表里没有' },
    { what: '参评条件', why: '试算不看' },
  ]);
  const { figures } = read(
    sheet([
      ['机构', '绿色贷款余额', '各项贷款余额'],
      ['甲行', 10, 100],
      ['乙行', 30, 100],
    ]),
    '2025Q4',
  );
  const results = runTrial({
    document: fitted.document as string,
    cadence: 'annual',
    period: '2025Q4',
    type: 'bank',
    parties: [
      { key: 'a', name: '甲行' },
      { key: 'b', name: '乙行' },
    ],
    keyOf: { 甲行: 'a', 乙行: 'b' },
    figures,
    metrics: Object.fromEntries(
      ['BK_GL_BAL', 'BK_LOAN_BAL', 'BK_GL_NPL'].map((code) => [code, { kind: 'stock', unit: '万元' } as const]),
    ),
  });
  expect(results.map(({ name, rank, score }) => [name, rank, score])).toEqual([
    ['乙行', 1, '100.00'],
    ['甲行', 2, '0.00'],
  ]);
  expect(fitScheme(scheme, new Set()).document).toBeNull();
});

import type { BackfillAnswer, BackfillItem, BackfillPreview } from '../../src/backfill/backfills.service.js';
import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import type { FilingView } from '../../src/filings/filing.query.js';
import { textOf } from '../../src/imports/source-sheet.js';
import { readWorkbook } from '../../src/imports/workbook.js';
import type { Page } from '../../src/platform/pages.js';
import { aDistrict, type Bank } from '../district.js';
import { csv } from '../fixtures/nasty/make-csv.js';
import { multipart, type Person } from '../person.js';

let place: Awaited<ReturnType<typeof aDistrict>>;
let bank: Bank;
let other: Bank;
beforeAll(async () => {
  place = await aDistrict({ banks: 2 });
  [bank, other] = place.banks as [Bank, Bank];
  await place.district.addScheme(GROWTH);
});
afterAll(() => place.district.close());

/** Asks last year's figure. */
const GROWTH = `scheme: bank-growth
version: 1
title: 绿色贷款增速
institutionTypes: [bank]
cadence: quarterly
inputs:
  green: { metric: BK_GL_BAL }
indicators:
  - indicator: growth
    title: 绿色贷款同比增速
    weight: 100
    value: yoy(green)
    unit: "%"
    normalise: { method: minmax }
    missing: unranked
    zeroDenominator: unranked
`;

const HEAD = ['机构名称', '报告期', '绿色贷款余额（亿元）', '各项贷款余额（亿元）'];
const WHY = {
  reason: '首年开办，补录上年数据以计算增速',
  document: '区金融统计台账2025',
  sender: '区财政局金融科',
  receivedOn: '2026-01-15',
};
type Sheet = readonly (readonly string[])[];

const send = <T>(person: Person, path: string, rows: Sheet, fields: Record<string, string> = {}, key?: string) => {
  const { payload, type } = multipart({ name: '历史.csv', bytes: csv(rows), fields });
  return person.asks<T>('POST', path, payload, {
    'content-type': type,
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  });
};
const preview = async (rows: Sheet, choices: object = {}): Promise<BackfillPreview> => {
  const answer = await send<BackfillPreview>(place.officer, '/backfills/preview', rows, {
    choices: JSON.stringify(choices),
  });
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  return answer.body;
};
const commit = (person: Person, rows: Sheet, why: object = {}, choices: object = {}, key?: string) =>
  send<BackfillAnswer & { code: string }>(
    person,
    '/backfills',
    rows,
    { why: JSON.stringify({ ...WHY, ...why }), choices: JSON.stringify(choices) },
    key,
  );
const counted = async () =>
  (
    await place.district.rows(`select (select count(*)::int from obligation) as obligations,
      (select count(*)::int from revision) as revisions, (select count(*)::int from backfill_file) as files,
      (select count(*)::int from audit.entry) as entries`)
  )[0];
const evaluates = async (): Promise<EvaluationView> => {
  const { id } = await place.officer.post<{ id: string }>('/evaluations', {
    scheme: 'bank-growth',
    version: 1,
    period: '2026Q3',
  });
  return place.district.ended(place.officer, id);
};
interface Trace {
  readonly nodes: readonly {
    readonly inputs: readonly {
      readonly period: string;
      readonly value: string;
      readonly revision: Record<string, unknown>;
    }[];
  }[];
}

it('growth is missing before, present after; the trace says 补录; the receiver may not accept', async () => {
  await place.district.settles(bank, place.reviewer, { BK_GL_BAL: '12000', BK_LOAN_BAL: '100000' });
  await place.district.settles(other, place.reviewer, { BK_GL_BAL: '15000', BK_LOAN_BAL: '100000' });
  const before = await evaluates();
  expect(before.counts).toEqual({ insufficient_data: 2 });

  const rows = [
    ['历史数据'],
    HEAD,
    ['示范银行甲', '2025Q3', '1', '10'],
    ['示范银行乙', '2025年三季度', '1', '10'],
    ['合计', '', '2', '20'],
  ].map((row) => [...row, '', '', ''].slice(0, 4));
  const nothing = await counted();
  const seen = await preview(rows);
  expect(seen.places.map(({ institutionName, period, verdict }) => [institutionName, period, verdict])).toEqual([
    ['示范银行甲', '2025Q3', 'ready'],
    ['示范银行乙', '2025Q3', 'ready'],
  ]);
  expect(await counted()).toEqual(nothing);

  const done = await commit(place.officer, rows, {}, {}, 'history-1');
  expect([done.status, done.text]).toEqual([201, expect.any(String)]);
  expect(done.body.filings).toHaveLength(2);
  const once = await counted();
  const repeated = await commit(place.officer, rows, {}, {}, 'history-1');
  expect(repeated.body).toEqual(done.body);
  expect(await counted()).toEqual(once);
  const obligations = await place.district.rows('select kind, due, reason from obligation where period = $1', [
    '2025Q3',
  ]);
  expect(obligations).toEqual([
    { kind: 'backfill', due: null, reason: WHY.reason },
    { kind: 'backfill', due: null, reason: WHY.reason },
  ]);
  // One's own history is not one's own to accept, whatever roles one has.
  const both = await place.district.person(['officer', 'reviewer'], { department: 'finance_bureau' });
  const own = await commit(both, [HEAD, ['示范银行甲', '2025Q2', '0.9', '9']]);
  const [filing] = own.body.filings;
  const view = await both.get<FilingView>(`/filings/${filing?.id}`);
  const bulk = { filings: [{ id: view.id, version: view.version }] };
  const refused = await both.asks('POST', '/filings/accept', bulk);
  expect([refused.status, refused.body.code]).toEqual([expect.any(Number), expect.stringMatching(/RECEIVER|REFUSED/)]);
  expect(refused.status).toBeGreaterThanOrEqual(403);

  // Another one takes all of it at once: no flag stands open.
  const { items: history } = await place.reviewer.get<Page<FilingView>>('/filings?state=submitted');
  const filings = history.map(({ id, version }) => ({ id, version }));
  expect(filings).toHaveLength(3);
  await place.reviewer.post('/filings/accept', { filings });
  const { items } = await place.officer.get<Page<BackfillItem>>('/backfills');
  expect(items.map(({ filings: of, accepted, document }) => [of, accepted, document])).toEqual([
    [1, 1, WHY.document],
    [2, 2, WHY.document],
  ]);

  const after = await evaluates();
  expect(after.counts).toEqual({ ranked: 2 });
  const trace = await place.officer.get<Trace>(`/evaluations/${after.id}/results/${other.uscc}`);
  const input = trace.nodes.flatMap(({ inputs }) => inputs).find(({ period }) => period === '2025Q3');
  expect(input).toMatchObject({ value: '10000', revision: { backfill: true, channel: 'file', fileHash: seen.sha256 } });
});

it('accepted figures stay: the same are unchanged, others a conflict; a bad place hides no good one', async () => {
  const rows = [
    HEAD,
    ['示范银行甲', '2025Q3', '1', '10'],
    ['示范银行乙', '2025Q3', '1.5', '10'],
    ['示范银行乙', '2024Q4', '12', '10'],
    ['示范银行乙', '2026Q3', '1', '10'],
    ['示范银行乙', '2024Q3', '0.5', '5'],
    ['没有的银行', '2024Q3', '0.5', '5'],
    ['示范银行甲', '2024Q3', '五', '5'],
  ];
  const seen = await preview(rows);
  expect(seen.places.map(({ institutionName, period, verdict }) => [institutionName, period, verdict])).toEqual([
    ['示范银行甲', '2024Q3', 'ready'],
    ['示范银行甲', '2025Q3', 'same'],
    ['示范银行乙', '2024Q3', 'ready'],
    ['示范银行乙', '2024Q4', 'blocked'],
    ['示范银行乙', '2025Q3', 'conflict'],
    ['示范银行乙', '2026Q3', 'conflict'],
  ]);
  expect(seen.unknown.map(({ name }) => name)).toEqual(['没有的银行']);
  expect(seen.issues.filter(({ isProblem }) => isProblem).map(({ place: at }) => at)).toEqual(['C8', '第7行']);
  const dirty = await commit(place.officer, rows);
  expect([dirty.status, dirty.body.code]).toEqual([422, 'BACKFILL_NOT_CLEAN']);
  const done = await commit(place.officer, rows, { skip: true });
  expect(done.body.filings.map(({ institutionName, period }) => [institutionName, period])).toEqual([
    ['示范银行甲', '2024Q3'],
    ['示范银行乙', '2024Q3'],
  ]);
});

it('a sheet of one institution, metrics in rows, quarters in columns; a template to fill in', async () => {
  const rows = [
    ['指标', '2024年一季度', '2024Q2'],
    ['绿色贷款余额（亿元）', '0.3', '0.4'],
    ['各项贷款余额（亿元）', '3', '4'],
  ];
  const seen = await preview(rows, { institution: bank.uscc });
  expect(
    seen.places.map(({ period, verdict, figures }) => [period, verdict, figures.map(({ value }) => value)]),
  ).toEqual([
    ['2024Q1', 'ready', ['3000', '30000']],
    ['2024Q2', 'ready', ['4000', '40000']],
  ]);
  const template = await place.officer.download('/backfills/template.xlsx?from=2024Q1&to=2024Q4&type=bank');
  const [sheet] = readWorkbook(template.bytes).sheets;
  expect(sheet?.rows).toHaveLength(9);
  expect(sheet?.rows[0]?.cells.slice(0, 4).map(textOf)).toEqual([
    '统一社会信用代码',
    '机构名称',
    '报告期',
    expect.stringMatching(/（.+）$/),
  ]);
});

it('needs a reason and a source, and an officer', async () => {
  const rows = [HEAD, ['示范银行甲', '2023Q3', '1', '10']];
  expect((await commit(place.officer, rows, { reason: '' })).body.code).toBe('BACKFILL_INVALID');
  expect((await commit(place.officer, rows, { document: ' ' })).body.code).toBe('BACKFILL_INVALID');
  expect((await commit(place.officer, rows, { receivedOn: '2099-01-01' })).body.code).toBe('RECEIVED_ON');
  expect((await commit(place.reviewer, rows)).status).toBe(403);
  expect((await commit(bank.filer, rows)).status).toBe(403);
});

import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import type { RankingItem } from '../../src/evaluations/ranking.query.js';
import type { ResultView } from '../../src/evaluations/result.query.js';
import type { InstitutionView } from '../../src/institutions/institution.query.js';
import type { InstitutionItem } from '../../src/institutions/institutions.service.js';
import type { ObligationItem } from '../../src/obligations/obligation.query.js';
import type { Page } from '../../src/platform/pages.js';
import { aDistrict, type Bank } from '../district.js';

let place: Awaited<ReturnType<typeof aDistrict>>;
let bank: Bank;
let other: Bank;
beforeAll(async () => {
  place = await aDistrict({ banks: 2, settings: { now: new Date('2026-10-19T10:00:00+08:00') } });
  [bank, other] = place.banks as [Bank, Bank];
});
afterAll(() => place.district.close());

const paper = { document: '金监批〔2026〕7号', reason: '监管部门批准' };
const record = (of: Bank, event: object) =>
  place.officer.post(`/institutions/${of.uscc}/events`, { ...paper, ...event });
const view = (of: Bank) => place.officer.get<InstitutionView>(`/institutions/${of.uscc}`);
const owed = async (of: Bank, period: string) =>
  (await place.officer.get<Page<ObligationItem>>(`/obligations?period=${period}&institution=${of.uscc}`)).items;

it('a rename is dated and leaves the name in an evaluation that was pinned before', async () => {
  const { officer, district, reviewer } = place;
  for (const [i, each] of [bank, other].entries())
    await district.settles(each, reviewer, { BK_LOAN_BAL: '1000', BK_GL_BAL: `${100 + i}` }, '2026Q2');
  const started = await officer.post<EvaluationView>('/evaluations', {
    scheme: 'bank-thin',
    version: 1,
    period: '2026Q2',
  });
  await district.ended(officer, started.id);
  const names = async () =>
    (await officer.get<Page<RankingItem>>(`/evaluations/${started.id}/ranking`)).items.map((row) => row.name);
  expect(await names()).toEqual(['示范银行乙', '示范银行甲']);
  await record(bank, { kind: 'rename', effectiveOn: '2026-03-01', name: '新甲银行' });
  expect(await view(bank)).toMatchObject({
    name: '新甲银行',
    formerNames: [{ name: '示范银行甲', until: '2026-03-01' }],
    events: [{ kind: 'rename', document: paper.document, reason: paper.reason, side: 'own' }],
  });
  expect(await names()).toEqual(['示范银行乙', '示范银行甲']);
  // An older rename that is recorded later does not bring an old name back.
  await record(bank, { kind: 'rename', effectiveOn: '2020-01-01', name: '旧甲银行' });
  expect((await view(bank)).name).toBe('新甲银行');
  const found = await officer.get<Page<InstitutionItem>>(`/institutions?q=${encodeURIComponent('示范银行甲')}`);
  expect(found.items.map((each) => each.uscc)).toEqual([bank.uscc]);
});

it('what was filed as history is marked in the trace', async () => {
  const { officer, district, reviewer } = place;
  const period = '2025Q1';
  const due = '2026-12-31T16:00:00Z';
  const wanted = { institution: bank.uscc, form: 'bank-quarterly', period, kind: 'backfill', due, reason: '补录历史' };
  await officer.post('/obligations', wanted);
  for (const each of [bank, other])
    await district.settles(each, reviewer, { BK_LOAN_BAL: '1000', BK_GL_BAL: '7' }, period);
  const { id } = await officer.post<EvaluationView>('/evaluations', { scheme: 'bank-thin', version: 1, period });
  await district.ended(officer, id);
  const marks = async (of: Bank) =>
    (await officer.get<ResultView>(`/evaluations/${id}/results/${of.uscc}`)).nodes[0]?.inputs.map((input) => [
      input.metric,
      input.revision?.backfill,
      input.system,
    ]);
  expect(await marks(bank)).toEqual([
    ['BK_GL_BAL', true, false],
    ['BK_LOAN_BAL', true, false],
  ]);
  expect(await marks(other)).toEqual([
    ['BK_GL_BAL', false, false],
    ['BK_LOAN_BAL', false, false],
  ]);
});

it('what was generated stays frozen after a change of type; the next quarter asks the new form', async () => {
  const { officer, district } = place;
  const shop = await district.addInstitution('pawnbroker', '示范典当行');
  await officer.post('/obligations/generate', { period: '2026Q3' });
  const [before] = await owed(shop, '2026Q3');
  await record(shop, { kind: 'type_change', effectiveOn: '2026-09-15', type: 'micro_lender' });
  expect((await view(shop)).types).toEqual([
    { type: 'micro_lender', from: '2026-09-15', to: null },
    { type: 'pawnbroker', from: '2015-01-01', to: '2026-09-14' },
  ]);
  await officer.post('/obligations/generate', { period: '2026Q4' });
  expect(await owed(shop, '2026Q3')).toMatchObject([
    { id: before?.id, form: 'pawnbroker-quarterly', due: before?.due },
  ]);
  expect((await owed(shop, '2026Q4')).map((each) => each.form).sort()).toEqual([
    'measures-annual',
    'micro-lender-quarterly',
  ]);
  // What it owes by its old type it can still file.
  const filing = await shop.filer.files(
    { institution: shop.uscc, form: 'pawnbroker-quarterly', period: '2026Q3' },
    { PW_TOT: '1' },
  );
  expect(filing.form).toBe('pawnbroker-quarterly');
  await expect(
    record(shop, { kind: 'type_change', effectiveOn: '2026-09-15', type: 'pawnbroker' }),
  ).rejects.toMatchObject({ code: 'EVENT_INVALID', violations: [{ path: 'effectiveOn' }] });
});

it('the absorbed closes, the successor shows whom it took over; what was owed before stays owed', async () => {
  const { officer, district } = place;
  const small = await district.addInstitution('bank', '示范村镇银行');
  await officer.post('/obligations/generate', { period: '2026Q2' });
  await expect(record(small, { kind: 'merger', effectiveOn: '2026-07-10' })).rejects.toMatchObject({
    violations: [{ path: 'other' }],
  });
  await record(small, { kind: 'merger', effectiveOn: '2026-07-10', other: bank.uscc });
  expect(await view(small)).toMatchObject({
    closedOn: '2026-07-10',
    types: [{ type: 'bank', to: '2026-07-09' }],
    events: [{ kind: 'merger', other: { uscc: bank.uscc, name: '新甲银行' } }],
  });
  expect((await view(bank)).events.find((event) => event.side === 'taken_over')).toMatchObject({
    kind: 'merger',
    other: { uscc: small.uscc, name: '示范村镇银行' },
  });
  await officer.post('/obligations/generate', { period: '2026Q3' });
  expect(await owed(small, '2026Q2')).toHaveLength(1);
  expect(await owed(small, '2026Q3')).toEqual([]);
  await expect(record(small, { kind: 'closing', effectiveOn: '2026-08-01' })).rejects.toMatchObject({
    code: 'INSTITUTION_CLOSED',
  });
});

it('an event is recorded after the fact, by an officer, with its document', async () => {
  const wanted = { kind: 'closing', effectiveOn: '2026-10-20', ...paper };
  await expect(record(other, { kind: 'closing', effectiveOn: '2026-10-20' })).rejects.toMatchObject({
    violations: [{ path: 'effectiveOn', expected: '今天或更早的日期' }],
  });
  const address = `/institutions/${other.uscc}/events`;
  await expect(place.reviewer.post(address, wanted)).rejects.toMatchObject({ status: 403 });
  await expect(place.officer.post(address, { ...wanted, document: '' })).rejects.toMatchObject({ status: 422 });
  await expect(bank.filer.get(`/institutions/${other.uscc}`)).rejects.toMatchObject({ status: 404 });
  expect((await bank.filer.get<InstitutionView>(`/institutions/${bank.uscc}`)).name).toBe('新甲银行');
});

import type { AuditItem } from '../../src/audit/audit.query.js';
import type { FilingView } from '../../src/filings/filing.query.js';
import type { DueChangeView } from '../../src/obligations/due-changes.service.js';
import type { ObligationItem } from '../../src/obligations/obligation.query.js';
import type { Page } from '../../src/platform/pages.js';
import { aDistrict, type Bank } from '../district.js';
import { multipart, type Person } from '../person.js';

const PERIOD = '2026Q3';
/** A Monday in the ten days in which 2026Q3 is filed: it is due on Tuesday 2026-10-20, 24:00. */
const NOW = new Date('2026-10-19T10:00:00+08:00');

let place: Awaited<ReturnType<typeof aDistrict>>;
let bank: Bank;
let other: Bank;
let shop: Bank;
let editor: Person;
beforeAll(async () => {
  place = await aDistrict({ banks: 2, settings: { now: NOW } });
  [bank, other] = place.banks as [Bank, Bank];
  shop = await place.district.addInstitution('pawnbroker', '示范典当行');
  editor = await place.district.person(['department_editor'], { department: 'finance_bureau' });
});
afterAll(() => place.district.close());

const owed = async (person: Person, query = `period=${PERIOD}`): Promise<readonly ObligationItem[]> =>
  (await person.get<Page<ObligationItem>>(`/obligations?${query}`)).items;
const of = async (bank: Bank, query = `period=${PERIOD}`): Promise<ObligationItem> =>
  (await owed(place.officer, `${query}&institution=${bank.uscc}`))[0] as ObligationItem;

it('a quarter is generated from the types on its last day, by working days, once', async () => {
  const { officer } = place;
  const first = await officer.post('/obligations/generate', { period: PERIOD });
  expect(first).toEqual({ period: PERIOD, made: 4, there: 0, settled: 0 });
  expect(await officer.post('/obligations/generate', { period: PERIOD })).toMatchObject({ made: 0, there: 4 });
  const items = await owed(officer);
  expect(items.map((each) => [each.institutionName, each.form, each.kind, each.due, each.state])).toEqual(
    expect.arrayContaining([
      ['示范银行甲', 'bank-quarterly', 'regular', '2026-10-20T16:00:00.000Z', 'not_started'],
      ['示范典当行', 'pawnbroker-quarterly', 'regular', '2026-10-20T16:00:00.000Z', 'not_started'],
      ['区财政局', 'control-district', 'control', '2026-10-27T16:00:00.000Z', 'not_started'],
    ]),
  );
  expect(items).toHaveLength(4);
  expect(items.every((each) => !each.overdue && !each.provisional && each.firstDue === each.due)).toBe(true);
  expect((await of(bank)).filled).toEqual({ done: 0, of: 56 });
});

it('an institution sees its own, a department its own, the bureau all', async () => {
  expect((await owed(bank.filer)).map((each) => each.institution)).toEqual([bank.uscc]);
  expect((await owed(editor)).map((each) => each.form)).toEqual(['control-district']);
  const ecology = await place.district.person(['department_editor'], { department: 'ecology' });
  expect(await owed(ecology)).toEqual([]);
  expect(await owed(place.reviewer, `period=${PERIOD}&kind=control`)).toHaveLength(1);
  expect(await owed(place.reviewer, `period=${PERIOD}&type=pawnbroker`)).toHaveLength(1);
});

it('an extension asked for and granted moves one obligation and no other', async () => {
  const { officer, auditor } = place;
  const { id } = await of(bank);
  const wanted = { kind: 'extension', until: '2026-11-03', reason: '核心系统切换，数据须延后取得' };
  await expect(other.filer.post(`/obligations/${id}/due-changes`, wanted)).rejects.toMatchObject({ status: 404 });
  const asked = await bank.filer.post<DueChangeView>(`/obligations/${id}/due-changes`, wanted);
  expect(asked).toMatchObject({ decision: null, until: '2026-11-03T16:00:00.000Z', due: '2026-10-20T16:00:00.000Z' });
  expect(await of(bank)).toMatchObject({ due: '2026-10-20T16:00:00.000Z', asked: { id: asked.id, kind: 'extension' } });
  await expect(bank.checker.post(`/obligations/${id}/due-changes`, wanted)).rejects.toMatchObject({
    code: 'DUE_CHANGE_OPEN',
  });
  await expect(bank.checker.post(`/due-changes/${asked.id}/grant`)).rejects.toMatchObject({ status: 403 });
  expect((await officer.get<Page<DueChangeView>>('/due-changes?open=true')).items.map((each) => each.id)).toEqual([
    asked.id,
  ]);
  await officer.post(`/due-changes/${asked.id}/grant`, { reason: '情况属实' });
  const told = async (person: Person) =>
    (await person.get<Page<{ title: string; body: string; kind: string }>>('/notices')).items;
  expect(await told(officer)).toMatchObject([
    {
      kind: 'due-change',
      title: '示范银行甲申请延期至2026年11月3日24:00：2026年第三季度《绿色信贷统计表》',
      body: `理由：${wanted.reason}`,
    },
  ]);
  expect(await told(bank.filer)).toMatchObject([
    { title: '2026年第三季度《绿色信贷统计表》延期至2026年11月3日24:00', body: '理由：情况属实' },
  ]);
  const after = await of(bank);
  expect(after).toMatchObject({ due: '2026-11-03T16:00:00.000Z', firstDue: '2026-10-20T16:00:00.000Z', asked: null });
  expect((await of(other)).due).toBe('2026-10-20T16:00:00.000Z');
  await expect(officer.post(`/due-changes/${asked.id}/refuse`, { reason: '改变主意了' })).rejects.toMatchObject({
    code: 'DUE_CHANGE_DECIDED',
  });
  const { items } = await auditor.get<Page<AuditItem>>(`/audit?subject=${id}`);
  expect(items.map((entry) => [entry.action, entry.reason])).toEqual([
    ['obligation.grant', '情况属实'],
    ['obligation.extension', wanted.reason],
  ]);
});

it('a refusal needs a reason and moves nothing; the officer moves a date by the bureau’s own motion', async () => {
  const { officer } = place;
  const { id } = await of(other);
  const until = '2026-10-30';
  const asked = await other.checker.post<DueChangeView>(`/obligations/${id}/due-changes`, {
    kind: 'extension',
    until,
    reason: '人员出差',
  });
  await expect(officer.post(`/due-changes/${asked.id}/refuse`, {})).rejects.toMatchObject({ status: 422 });
  await officer.post(`/due-changes/${asked.id}/refuse`, { reason: '理由不充分' });
  expect(await of(other)).toMatchObject({ due: '2026-10-20T16:00:00.000Z', asked: null });
  const own = await officer.post<DueChangeView>(`/obligations/${id}/due-changes`, {
    kind: 'extension',
    until,
    reason: '全市系统停机一天',
  });
  expect(own).toMatchObject({ decision: 'granted', askedBy: null, due: '2026-10-30T16:00:00.000Z' });
  await expect(
    officer.post(`/obligations/${id}/due-changes`, { kind: 'extension', until: '2026-10-30', reason: '没有更晚' }),
  ).rejects.toMatchObject({ code: 'DUE_CHANGE_UNTIL' });
});

it('late is who has not submitted when the time is over; then no extension can be asked for any more', async () => {
  const { district } = place;
  const { id } = await of(shop);
  const move = (due: string) => district.rows('update obligation set due = $2 where id = $1', [id, due]);
  await move('2026-10-19T01:59:59Z');
  expect((await of(shop)).overdue).toBe(true);
  expect((await owed(place.officer, `period=${PERIOD}&overdue=true`)).map((each) => each.id)).toEqual([id]);
  await expect(
    shop.filer.post(`/obligations/${id}/due-changes`, { kind: 'extension', until: '2026-11-03', reason: '忘记填报了' }),
  ).rejects.toMatchObject({ code: 'DUE_CHANGE_LATE' });
  await district.rows('update obligation set provisional = true where id = $1', [id]);
  expect((await of(shop)).overdue).toBe(false);
  await district.rows('update obligation set provisional = false where id = $1', [id]);
  const filing = await shop.filer.files(
    { institution: shop.uscc, form: 'pawnbroker-quarterly', period: PERIOD },
    { PW_TOT: '1' },
  );
  expect(await of(shop)).toMatchObject({
    overdue: true,
    state: 'draft',
    filing: filing.id,
    filled: { done: 1, of: 12 },
  });
  await shop.checker.submits(filing);
  expect(await of(shop)).toMatchObject({ overdue: false, state: 'submitted' });
});

it('who is exempt owes nothing, and cannot file', async () => {
  const { officer, district } = place;
  const factor = await district.addInstitution('commercial_factoring', '示范保理公司');
  await officer.post('/obligations/generate', { period: PERIOD });
  const { id } = await of(factor);
  const asked = await factor.filer.post<DueChangeView>(`/obligations/${id}/due-changes`, {
    kind: 'exemption',
    reason: '本季停业整顿，没有业务',
  });
  await officer.post(`/due-changes/${asked.id}/grant`);
  expect(await of(factor)).toMatchObject({ state: 'exempt', overdue: false });
  expect((await owed(officer, `period=${PERIOD}&state=exempt`)).map((each) => each.id)).toEqual([id]);
  const wanted = { institution: factor.uscc, form: 'commercial-factoring-quarterly', period: PERIOD };
  await expect(factor.filer.post('/filings', wanted)).rejects.toMatchObject({ status: 409, code: 'OBLIGATION_CLOSED' });
});

it('a draft whose obligation is exempted stays to be read, and can no more be filled or signed', async () => {
  const { officer, district } = place;
  const factor = await district.addInstitution('commercial_factoring', '示范保理公司乙');
  const at = { institution: factor.uscc, form: 'commercial-factoring-quarterly', period: PERIOD };
  const code = 'FA_BAL';
  const filing = await factor.filer.files(at, { [code]: '1' });
  const { id } = await of(factor);
  await officer.post(`/obligations/${id}/due-changes`, { kind: 'exemption', reason: '全省暂停此项统计' });
  const change = { figures: { [code]: { value: '2', version: filing.figures[code]?.version } } };
  await expect(factor.filer.patch(`/filings/${filing.id}`, change)).rejects.toMatchObject({
    code: 'OBLIGATION_CLOSED',
  });
  await expect(factor.checker.submits(filing)).rejects.toMatchObject({ code: 'OBLIGATION_CLOSED' });
  expect((await factor.filer.get<FilingView>(`/filings/${filing.id}`)).figures[code]?.value).toBe('1');
});

it('a department files its control totals, which are no institution’s', async () => {
  const { district, reviewer } = place;
  const approver = await district.person(['department_approver'], { department: 'finance_bureau' });
  const wanted = { department: 'finance_bureau', form: 'control-district', period: PERIOD };
  const made = await editor.post<FilingView>('/filings', wanted);
  const figures = { BK_LOAN_BAL: { value: '5000', version: 0 }, BK_GL_BAL: { value: '900', version: 0 } };
  await editor.patch(`/filings/${made.id}`, { figures });
  await approver.submits(made);
  await reviewer.accepts(made);
  const [control] = await owed(editor);
  expect(control).toMatchObject({ kind: 'control', state: 'accepted', filing: made.id, filled: { done: 2, of: 2 } });
  expect(
    await district.rows(
      `select metric, trim_scale(value)::text as value, institution_id from observation where department = $1 order by metric`,
      ['finance_bureau'],
    ),
  ).toEqual([
    { metric: 'BK_GL_BAL', value: '900', institution_id: null },
    { metric: 'BK_LOAN_BAL', value: '5000', institution_id: null },
  ]);
});

it('a year that is not announced makes the date provisional; the calendar makes it final', async () => {
  const { officer, district } = place;
  await officer.post('/obligations/generate', { period: '2026Q4' });
  expect(await of(other, 'period=2026Q4')).toMatchObject({ provisional: true, due: expect.stringMatching(/^2027-/) });
  // As if it had been generated before the calendar of 2026 came.
  const { id } = await of(other);
  await district.rows(`update obligation set provisional = true, due = '2026-10-16T16:00:00Z' where id = $1`, [id]);
  const again = await officer.post('/obligations/generate', { period: PERIOD });
  expect(again).toMatchObject({ settled: 1 });
  expect(await of(other)).toMatchObject({ provisional: false, due: '2026-10-20T16:00:00.000Z' });
});

it('the questionnaire comes with the fourth quarter and takes 1 and 0, nothing else', async () => {
  const asked = await owed(place.officer, `period=2026Q4&institution=${other.uscc}`);
  expect(asked.map((each) => each.form).sort()).toEqual(['bank-quarterly', 'measures-annual']);
  const questionnaire = { institution: other.uscc, form: 'measures-annual', period: '2026Q4' };
  const filing = await other.filer.files(questionnaire, { QL_ORG: '1', QL_PLAN: '0' });
  expect(filing.figures).toMatchObject({ QL_ORG: { value: '1' }, QL_PLAN: { value: '0' } });
  await expect(other.filer.files(questionnaire, { QL_ESG: '2' })).rejects.toMatchObject({
    status: 422,
    violations: [{ path: 'figures.QL_ESG', rule: 'CELL_ATTRIBUTE', found: '2' }],
  });
  await expect(other.checker.submits(filing)).rejects.toMatchObject({
    violations: [{ path: 'figures.QL_ORG', rule: 'EVIDENCE', found: '1' }],
  });
  const proof = multipart({ name: '批文.pdf', bytes: '%PDF-1.4 批文', fields: { metric: 'QL_ORG' } });
  const type = { 'content-type': proof.type };
  expect((await other.filer.asks('POST', `/filings/${filing.id}/evidence`, proof.payload, type)).status).toBe(201);
  await other.checker.submits(filing);
  const accepted: FilingView = await place.reviewer.accepts(filing);
  expect(accepted.state).toBe('accepted');
  const third = { ...questionnaire, period: PERIOD };
  await expect(other.filer.post('/filings', third)).rejects.toMatchObject({ code: 'FORM_UNKNOWN' });
});

it('history is owed by a date of its own and is never late', async () => {
  const { officer } = place;
  const wanted = {
    institution: bank.uscc,
    form: 'bank-quarterly',
    period: '2024Q4',
    kind: 'backfill',
    due: '2026-10-01T16:00:00Z',
    reason: '新纳入统计，补录历史',
  };
  await officer.post('/obligations', wanted);
  expect(await of(bank, 'period=2024Q4')).toMatchObject({
    kind: 'backfill',
    due: '2026-10-01T16:00:00.000Z',
    overdue: false,
    reason: wanted.reason,
  });
  await expect(officer.post('/obligations', wanted)).rejects.toMatchObject({ code: 'OBLIGATION_EXISTS' });
  await expect(officer.post('/obligations', { ...wanted, form: 'control-district' })).rejects.toMatchObject({
    code: 'FORM_UNKNOWN',
  });
});

it('the list goes on where it stopped', async () => {
  const all = await owed(place.officer, 'limit=200');
  const paged: ObligationItem[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Page<ObligationItem> = await place.officer.get(
      `/obligations?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    paged.push(...page.items);
    cursor = page.next;
  }
  expect(paged).toEqual(all);
  expect(all.length).toBeGreaterThan(6);
});

import type { PaperView } from '../../src/audit/on-behalf.service.js';
import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import type { RankingItem } from '../../src/evaluations/ranking.query.js';
import type { FlagItem, FlagView, KindView } from '../../src/flags/flag.query.js';
import type { InstitutionView } from '../../src/institutions/institution.query.js';
import { Database, systemActor } from '../../src/platform/database.service.js';
import type { Page } from '../../src/platform/pages.js';
import { aDistrict, type Bank, THIN_SCHEME } from '../district.js';
import { multipart, type Person } from '../person.js';

const PERIOD = '2026Q3';
const PENALTY = { kind: 'environmental_penalty', from: '2026-08-18', to: '2026-12-31', document: '示环罚〔2026〕17号' };
const PDF = Buffer.from('%PDF-1.7 处罚决定书');

let place: Awaited<ReturnType<typeof aDistrict>>;
let bank: Bank;
let other: Bank;
let editor: Person;
let approver: Person;
let stranger: Person;
beforeAll(async () => {
  place = await aDistrict({ banks: 2, settings: { now: new Date('2026-10-19T10:00:00+08:00') } });
  const { district, reviewer } = place;
  [bank, other] = place.banks as [Bank, Bank];
  editor = await district.person(['department_editor'], { department: 'ecology' });
  approver = await district.person(['department_approver'], { department: 'ecology' });
  stranger = await district.person(['department_approver'], { department: 'dev_reform' });
  const vetoes = `adjustments:\n  - { code: penalty, kind: veto, title: 受到环境行政处罚, when: 'flag("environmental_penalty")' }\n  - { code: risk, kind: deduction, title: 重大风险, when: 'flag("major_risk")', points: 5 }\n`;
  await district.addScheme(`${THIN_SCHEME.replace('bank-thin', 'with-veto')}${vetoes}`);
  for (const [i, each] of [bank, other].entries())
    await district.settles(each, reviewer, { BK_LOAN_BAL: '1000', BK_GL_BAL: `${300 - i}` }, PERIOD);
});
afterAll(() => place.district.close());

const evaluate = async (): Promise<EvaluationView> => {
  const wanted = { scheme: 'with-veto', version: 1, period: PERIOD };
  const { id } = await place.officer.post<EvaluationView>('/evaluations', wanted);
  return place.district.ended(place.officer, id);
};
const ranks = async ({ id }: EvaluationView) =>
  Object.fromEntries(
    (await place.officer.get<Page<RankingItem>>(`/evaluations/${id}/ranking`)).items.map((row) => [row.name, row.rank]),
  );
const view = (id: string, by = place.officer) => by.get<FlagView>(`/flags/${id}`);
const attach = (id: string, by: Person, bytes: Buffer = PDF) => {
  const { payload, type } = multipart({ name: '决定书.pdf', bytes });
  return by.asks<FlagView>('POST', `/flags/${id}/evidence`, payload, { 'content-type': type });
};

let penalty: FlagView;
let before: EvaluationView;

it('a veto that a department enters and its approver confirms counts in the next evaluation, not in the pinned one', async () => {
  before = await evaluate();
  expect(await ranks(before)).toEqual({ 示范银行甲: 1, 示范银行乙: 2 });
  penalty = await editor.post<FlagView>('/flags', { ...PENALTY, institution: bank.uscc, note: '废水超标' });
  expect(penalty).toMatchObject({ state: 'entered', department: { code: 'ecology' }, actions: ['withdraw'] });
  expect((await attach(penalty.id, editor)).body.evidence?.fileName).toBe('决定书.pdf');
  // Entered alone it counts nowhere, and the institution does not see it.
  expect(await ranks(await evaluate())).toEqual({ 示范银行甲: 1, 示范银行乙: 2 });
  expect((await bank.filer.get<Page<FlagItem>>('/flags')).items).toEqual([]);
  await approver.post(`/flags/${penalty.id}/confirm`);
  expect(await ranks(await evaluate())).toEqual({ 示范银行甲: null, 示范银行乙: 1 });
  expect(await ranks(before)).toEqual({ 示范银行甲: 1, 示范银行乙: 2 });
});

it('the page says what it does in which scheme, and which evaluations were pinned before', async () => {
  const { uses, evaluations } = await view(penalty.id);
  expect(uses).toEqual([
    {
      scheme: 'with-veto',
      version: 1,
      schemeTitle: '绿色贷款占比',
      does: 'veto',
      title: '受到环境行政处罚',
      points: null,
    },
  ]);
  expect(evaluations.map(({ carries, gap }) => [carries, gap])).toEqual([
    [true, null],
    [false, 'predates'],
    [false, 'predates'],
  ]);
  const { items } = await place.officer.get<Page<KindView>>('/flags/kinds');
  expect(items.find(({ code }) => code === 'major_risk')?.uses).toMatchObject([{ does: 'deduction', points: '5' }]);
  expect(items.find(({ code }) => code === 'published_figures')?.departments).toEqual([]);
});

it('the second is another person, of the same department', async () => {
  const both = await place.district.person(['department_editor', 'department_approver'], { department: 'ecology' });
  const { id } = await both.post<FlagView>('/flags', {
    ...PENALTY,
    institution: other.uscc,
    document: '示环罚〔2026〕18号',
  });
  await expect(both.post(`/flags/${id}/confirm`)).rejects.toMatchObject({ code: 'FLAG_REFUSED', status: 409 });
  await expect(editor.post(`/flags/${id}/confirm`)).rejects.toMatchObject({ status: 403 });
  await expect(place.verifier.post(`/flags/${id}/confirm`)).rejects.toMatchObject({ status: 409 });
  // Another department's is not there at all.
  expect((await stranger.asks('GET', `/flags/${id}`)).status).toBe(404);
  expect((await stranger.asks('POST', `/flags/${id}/confirm`, {})).status).toBe(404);
  expect((await stranger.get<Page<FlagItem>>('/flags')).items).toEqual([]);
  await editor.post(`/flags/${id}/withdraw`, { reason: '登记错了机构' });
  await expect(approver.post(`/flags/${id}/confirm`)).rejects.toMatchObject({ code: 'FLAG_REFUSED' });
});

it('what is withdrawn stands with its reason, leaves the next evaluation and stays in the pinned one', async () => {
  const pinned = await evaluate();
  await expect(editor.post(`/flags/${penalty.id}/withdraw`, { reason: '处罚决定撤销' })).rejects.toMatchObject({
    status: 409,
  });
  await expect(approver.post(`/flags/${penalty.id}/withdraw`, { reason: '' })).rejects.toMatchObject({ status: 422 });
  const withdrawn = await approver.post<FlagView>(`/flags/${penalty.id}/withdraw`, { reason: '处罚决定撤销' });
  expect(withdrawn).toMatchObject({ state: 'withdrawn', withdrawn: { reason: '处罚决定撤销' }, actions: [] });
  expect(await ranks(await evaluate())).toEqual({ 示范银行甲: 1, 示范银行乙: 2 });
  expect(await ranks(pinned)).toEqual({ 示范银行甲: null, 示范银行乙: 1 });
  expect((await view(penalty.id)).evaluations.map(({ gap }) => gap)).toContain('outlives');
  expect(await place.district.rows('select state from institution_flag where id = $1', [penalty.id])).toEqual([
    { state: 'withdrawn' },
  ]);
  await expect(
    place.district.app
      .get(Database)
      .transaction(systemActor('test'), (tx) => tx.run('delete from institution_flag where id = $1', [penalty.id])),
  ).rejects.toThrow(/permission denied/);
});

it('a letter of the department is recorded by an officer, confirmed by a second person, and then done as the department', async () => {
  const { officer, verifier } = place;
  const flag = { ...PENALTY, institution: bank.uscc, document: '示环函〔2026〕5号', department: 'ecology' };
  const { id } = await officer.post<FlagView>('/flags', flag);
  await expect(officer.post(`/flags/${id}/confirm`)).rejects.toMatchObject({ code: 'FLAG_REFUSED' });
  const record = JSON.stringify({
    action: 'flag.confirm',
    subject: id,
    person: '区生态环境局 张科长',
    paperNumber: '示环函〔2026〕5号',
    paperDate: '2026-10-10',
  });
  const { payload, type } = multipart({ name: '函.pdf', bytes: PDF, fields: { record } });
  const { body: paper } = await officer.asks<PaperView>('POST', '/on-behalf', payload, { 'content-type': type });
  expect(paper).toMatchObject({ state: 'recorded', department: 'ecology' });
  await expect(officer.post(`/on-behalf/${paper.id}/confirm`)).rejects.toMatchObject({ code: 'OWN_RECORD' });
  await verifier.post(`/on-behalf/${paper.id}/confirm`);
  const done = await view(id);
  expect(done.state).toBe('confirmed');
  expect(done.confirmed?.by).toContain('张科长（代录，示环函〔2026〕5号）');
});

it('an institution reads what was confirmed about itself, and nothing of others', async () => {
  const mine = (await bank.filer.get<Page<FlagItem>>('/flags')).items;
  expect(mine.map(({ state, document }) => [state, document])).toEqual([
    ['confirmed', '示环函〔2026〕5号'],
    ['withdrawn', '示环罚〔2026〕17号'],
  ]);
  expect(await view(penalty.id, bank.filer)).toMatchObject({ uses: [], evaluations: [], actions: [] });
  expect((await bank.filer.download(`/flags/${penalty.id}/evidence`)).headers['content-disposition']).toMatch(
    /^attachment/,
  );
  expect((await other.filer.get<Page<FlagItem>>('/flags')).items).toEqual([]);
  for (const path of ['', '/evidence'])
    expect((await other.filer.asks('GET', `/flags/${penalty.id}${path}`)).status).toBe(404);
  expect((await bank.filer.get<InstitutionView>(`/institutions/${bank.uscc}`)).flags).toHaveLength(2);
  // The row filter alone: an institution's login that asks for everything gets its own confirmed rows.
  const seen = await place.district.app
    .get(Database)
    .transaction({ ...systemActor('test'), roles: ['filer'], institutionId: other.id }, (tx) =>
      tx.rows('select id from institution_flag'),
    );
  expect(seen).toEqual([]);
  expect((await bank.filer.asks('POST', '/flags', { ...PENALTY, institution: bank.uscc })).status).toBe(403);
});

it('what cannot be is refused with its place; the same document is entered once', async () => {
  const refused = async (more: object, by = editor) =>
    by.asks('POST', '/flags', { ...PENALTY, institution: other.uscc, document: '文1号', ...more });
  expect((await refused({ kind: 'nonsense' })).body).toMatchObject({
    code: 'FLAG_INVALID',
    violations: [{ path: 'kind' }],
  });
  expect((await refused({ kind: 'major_risk' })).body).toMatchObject({ violations: [{ path: 'department' }] });
  expect((await refused({ to: '2026-01-01' })).body).toMatchObject({ violations: [{ path: 'to' }] });
  expect((await refused({ institution: 'NOBODY' })).status).toBe(404);
  const { id } = await editor.post<FlagView>('/flags', { ...PENALTY, institution: other.uscc, document: '文1号' });
  expect((await refused({})).body).toMatchObject({ code: 'FLAG_EXISTS' });
  expect((await attach(id, editor, Buffer.from('<script>'))).body).toMatchObject({ code: 'ATTACHMENT_TYPE' });
  expect((await attach(id, stranger)).status).toBe(403);
  const { bytes } = await place.officer.download('/flags/export.xlsx?state=entered');
  expect(bytes.subarray(0, 2).toString()).toBe('PK');
});

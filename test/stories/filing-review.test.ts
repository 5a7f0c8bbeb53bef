import type { FilingView, QueueItem } from '../../src/filings/filing.query.js';
import type { FilingContext } from '../../src/filings/filing-context.query.js';
import type { ControlTotal } from '../../src/obligations/control-totals.query.js';
import type { Page } from '../../src/platform/pages.js';
import { aDistrict, type Bank, type District } from '../district.js';
import { multipart, type Person } from '../person.js';

let place: Awaited<ReturnType<typeof aDistrict>>;
let district: District;
let officer: Person;
let reviewer: Person;
let bank: Bank;
let other: Bank;
beforeAll(async () => {
  place = await aDistrict({ banks: 3 });
  ({ district, reviewer } = place);
  [bank, other] = place.banks as [Bank, Bank, Bank];
  officer = await district.person(['officer'], { department: 'finance_bureau' });
});
afterAll(() => district.close());

const submitted = async (by: Bank, period: string, figures: Record<string, string | null> = { BK_LOAN_BAL: '100' }) => {
  const filing = await by.filer.files({ institution: by.uscc, period }, figures);
  return by.checker.submits(filing);
};
const observed = (metric: string, period: string, institution: string) =>
  district.rows<{ value: string | null; origin: string }>(
    `select trim_scale(value)::text as value, origin from observation where metric = $1 and period = $2 and institution_id = $3
     order by in_force_from desc limit 1`,
    [metric, period, institution],
  );

it('every tenth acceptance of a period waits for a second person, who is another', async () => {
  const states: string[] = [];
  const district10 = await aDistrict({ banks: 10 });
  try {
    const second = await district10.district.person(['officer'], { department: 'finance_bureau' });
    for (const each of district10.banks) {
      const filing = await submitted(each, '2026Q1');
      states.push((await district10.reviewer.accepts(filing)).state);
    }
    expect(states).toEqual([...Array.from({ length: 9 }, () => 'accepted'), 'under_review']);
    const { items } = await second.get<Page<QueueItem>>('/filings/queue');
    expect(items).toMatchObject([{ state: 'under_review', second: { why: ['抽样复核（每10份抽1份）'] } }]);
    const waiting = items[0] as QueueItem;
    await expect(district10.reviewer.acts(waiting, 'accept')).rejects.toMatchObject({ status: 409 });
    await expect(district10.reviewer.acts(waiting, 'confirm')).rejects.toMatchObject({ status: 403 });
    const back = await second.acts(waiting, 'decline', { reason: '请核对笔数' });
    expect(back).toMatchObject({ state: 'under_review', second: null });
    expect((await district10.reviewer.acts(waiting, 'accept')).second).not.toBeNull();
    expect(await second.acts(waiting, 'confirm')).toMatchObject({
      state: 'accepted',
      inForce: { no: 1 },
      second: null,
    });
  } finally {
    await district10.district.close();
  }
});

it('the institution asks for an amendment, the officer decides; the accepted revision stays in force', async () => {
  const filing = await submitted(bank, '2025Q1');
  await reviewer.accepts(filing);
  const asked = await bank.checker.acts(filing, 'amend', { reason: '余额漏计', cells: ['BK_LOAN_BAL'] });
  expect(asked).toMatchObject({
    state: 'amendment_requested',
    inForce: { no: 1 },
    amendment: { reason: '余额漏计', cells: ['BK_LOAN_BAL'] },
  });
  expect((await bank.filer.asks('PATCH', `/filings/${filing.id}`, { figures: {} })).status).toBe(409);
  expect(await officer.acts(filing, 'refuse-amendment', { reason: '请附说明' })).toMatchObject({ state: 'accepted' });
  await bank.checker.acts(filing, 'amend', { reason: '余额漏计，附说明' });
  expect(await officer.acts(filing, 'approve-amendment')).toMatchObject({ state: 'draft', inForce: { no: 1 } });
  await bank.filer.files({ institution: bank.uscc, period: '2025Q1' }, { BK_LOAN_BAL: '101' });
  await bank.checker.submits(filing);
  expect((await observed('BK_LOAN_BAL', '2025Q1', bank.id))[0]?.value).toBe('100');
  await reviewer.accepts(filing);
  expect((await observed('BK_LOAN_BAL', '2025Q1', bank.id))[0]?.value).toBe('101');
});

it('a figure that is not believed counts as missing, with the reason; the reviewer cannot type one', async () => {
  const filing = await submitted(bank, '2025Q2', { BK_LOAN_BAL: '102', BK_GL_BAL: '9' });
  await reviewer.accepts(filing);
  const typed = await reviewer.asks('PATCH', `/filings/${filing.id}`, {
    figures: { BK_GL_BAL: { value: '9', version: 1 } },
  });
  expect(typed.status).toBe(403);
  const aside = await officer.acts(filing, 'set-aside', { metric: 'BK_GL_BAL', reason: '与监管报表不符，逾期未更正' });
  expect(aside.setAside).toMatchObject([{ metric: 'BK_GL_BAL', reason: '与监管报表不符，逾期未更正' }]);
  expect(await observed('BK_GL_BAL', '2025Q2', bank.id)).toEqual([{ value: null, origin: 'set_aside' }]);
  await expect(officer.acts(filing, 'set-aside', { metric: 'BK_GL_BAL', reason: '再次' })).rejects.toMatchObject({
    code: 'SET_ASIDE_ALREADY',
  });
});

it('late and returned filings become observations that nobody files', async () => {
  const filing = await bank.filer.files({ institution: bank.uscc, period: '2025Q3' }, { BK_LOAN_BAL: '100' });
  await district.rows(
    `update obligation set due = now() - interval '1 day' where id = (select obligation_id from filing where id = $1)`,
    [filing.id],
  );
  const late = await bank.checker.submits(filing);
  expect(late).toMatchObject({ overdue: false, revision: { onTime: false } });
  await reviewer.claims(filing);
  await reviewer.returns(filing, ['BK_LOAN_BAL']);
  expect(await observed('QL_RETURN', '2025Q3', bank.id)).toEqual([{ value: '1', origin: 'system' }]);
  expect(await observed('QL_LATE', '2025Q3', bank.id)).toEqual([{ value: '1', origin: 'system' }]);
  await bank.filer.files({ institution: bank.uscc, period: '2025Q3' }, { BK_LOAN_BAL: '101' });
  await bank.checker.submits(filing);
  const queue = await reviewer.get<Page<QueueItem>>('/filings/queue');
  expect(queue.items.find((item) => item.id === filing.id)?.risk).toEqual({
    score: 20,
    parts: [
      { code: 'late', title: '逾期提交', points: 10 },
      { code: 'returned', title: '被退回 1 次', points: 10 },
    ],
  });
});

it('a nil return files explicit zeros; prefill takes the last accepted stocks and says so', async () => {
  const first = await submitted(other, '2025Q1', { BK_LOAN_BAL: '500', BK_GL_NEW: '5' });
  await reviewer.accepts(first);
  const draft = await other.filer.files({ institution: other.uscc, period: '2025Q2' }, { BK_GL_CNT: '3' });
  const filled = await other.filer.acts(draft, 'prefill');
  expect(filled.figures.BK_LOAN_BAL).toMatchObject({ value: '500', source: '预填：2025Q1' });
  expect(filled.figures.BK_GL_NEW).toMatchObject({ value: null }); // a flow begins anew
  const nil = await other.filer.acts(draft, 'nil');
  expect(nil.filled.done).toBe(nil.filled.of);
  expect(nil.figures.BK_GL_BAL).toMatchObject({ value: '0', state: 'value', source: '零报' });
  expect([nil.figures.BK_GL_CNT?.value, nil.figures.BK_LOAN_BAL?.value]).toEqual(['3', '500']);
  const context = await other.filer.get<FilingContext>(`/filings/${draft.id}/context`);
  expect(context.history.BK_LOAN_BAL).toEqual([{ period: '2025Q1', value: '500' }]);
  expect(context.peers).toBeNull();
  const changes = await other.filer.get<Page<{ before: string | null; after: string }>>(
    `/filings/${draft.id}/changes?metric=BK_LOAN_BAL`,
  );
  expect(changes.items).toMatchObject([{ before: null, after: '500' }]);
});

it('evidence is kept with its hash, frozen with the revision, served as a download only, and to its own alone', async () => {
  const filing = await other.filer.files({ institution: other.uscc, period: '2025Q3' }, { BK_LOAN_BAL: '1' });
  const pdf = multipart({ name: '批文.pdf', bytes: '%PDF-1.4 批文' });
  const sent = await other.filer.asks<FilingView>('POST', `/filings/${filing.id}/evidence`, pdf.payload, {
    'content-type': pdf.type,
  });
  expect([sent.status, sent.body.evidence[0]?.fileName]).toEqual([201, '批文.pdf']);
  const script = multipart({ name: 'a.html', bytes: '<script>' });
  const refused = await other.filer.asks('POST', `/filings/${filing.id}/evidence`, script.payload, {
    'content-type': script.type,
  });
  expect([refused.status, refused.body.code]).toEqual([422, 'ATTACHMENT_TYPE']);
  const item = sent.body.evidence[0] as FilingView['evidence'][number];
  await other.checker.submits(filing);
  const [revision] = await district.rows<{ evidence: { sha256: string }[] }>(
    'select evidence from revision where filing_id = $1',
    [filing.id],
  );
  expect(revision?.evidence[0]?.sha256).toBe(item.sha256);
  const path = `/filings/${filing.id}/evidence/${item.id}`;
  const read = await reviewer.asks('GET', path);
  expect([read.status, read.headers['x-content-type-options']]).toEqual([200, 'nosniff']);
  expect(String(read.headers['content-disposition'])).toMatch(/^attachment/);
  expect((await bank.filer.asks('GET', path)).status).toBe(404);
});

it('one person fills and signs under a waiver alone, and is sampled more', async () => {
  const solo = await district.person(['filer', 'checker'], { institutionId: other.id });
  const filing = await solo.files({ institution: other.uscc, period: '2025Q4' }, { BK_LOAN_BAL: '1' });
  await expect(solo.submits(filing)).rejects.toMatchObject({ status: 409 });
  const { id } = await officer.post<{ id: string }>('/waivers', {
    institution: other.uscc,
    reason: '全公司仅一名统计人员',
    validFrom: '2026-01-01',
    validTo: '2027-12-31',
  });
  expect((await solo.submits(filing)).state).toBe('submitted');
  const queue = await reviewer.get<Page<QueueItem>>('/filings/queue');
  expect(queue.items.find((item) => item.id === filing.id)?.risk.parts).toContainEqual({
    code: 'waiver',
    title: '填报与签署为同一人',
    points: 15,
  });
  expect((await officer.asks('POST', `/waivers/${id}/end`)).status).toBe(204);
  await bank.checker.get('/filings');
  const again = await solo.files({ institution: other.uscc, period: '2024Q4' }, { BK_LOAN_BAL: '1' });
  await expect(solo.submits(again)).rejects.toMatchObject({ status: 409 });
});

it('many are accepted at once, all or none, and only without an open flag', async () => {
  const clean = await Promise.all(place.banks.map((each) => submitted(each, '2024Q3')));
  const asked = (filings: readonly FilingView[]) => filings.map(({ id, version }) => ({ id, version }));
  const stale = clean.map(({ id }) => ({ id, version: 1 }));
  const late = await reviewer.asks('POST', '/filings/accept', { filings: stale });
  expect([late.status, late.body.code]).toEqual([412, 'FILING_STALE']);
  const done = await reviewer.asks<{ accepted: string[] }>('POST', '/filings/accept', { filings: asked(clean) });
  expect([done.status, done.body.accepted.length]).toEqual([200, 3]);
});

it('a department files its control totals: its own alone see them, the bureau reviews them', async () => {
  const editor = await district.person(['department_editor'], { department: 'finance_bureau' });
  const approver = await district.person(['department_approver'], { department: 'finance_bureau' });
  const stranger = await district.person(['department_editor'], { department: 'ecology' });
  const filing = await editor.post<FilingView>('/filings', {
    department: 'finance_bureau',
    form: 'control-district',
    period: '2026Q1',
  });
  expect(filing).toMatchObject({ institution: null, department: 'finance_bureau', institutionName: '区财政局' });
  const [code] = filing.sections.flatMap((section) => section.metrics) as [string];
  await editor.patch(`/filings/${filing.id}`, { figures: { [code]: { value: '1234.5', version: 0 } } });
  expect((await stranger.asks('GET', `/filings/${filing.id}`)).status).toBe(404);
  expect((await stranger.get<Page<unknown>>('/filings')).items).toEqual([]);
  expect((await bank.filer.asks('GET', `/filings/${filing.id}`)).status).toBe(404);
  await expect(editor.submits(filing)).rejects.toMatchObject({ status: 403 });
  expect((await approver.submits(filing)).state).toBe('submitted');
  expect((await reviewer.accepts(filing)).state).toBe('accepted');
  const rows = await district.rows<{ value: string; department: string; institution_id: string | null }>(
    `select trim_scale(value)::text as value, department, institution_id from observation where department is not null`,
  );
  expect(rows).toEqual([{ value: '1234.5', department: 'finance_bureau', institution_id: null }]);
  await submitted(bank, '2026Q1', { [code]: '1000' }).then((filed) => reviewer.accepts(filed));
  await submitted(other, '2026Q1', { [code]: '160' }).then((filed) => reviewer.accepts(filed));
  const { items } = await officer.get<{ items: ControlTotal[] }>('/obligations/progress/control-totals?period=2026Q1');
  // (1160 − 1234.5) / 1234.5 = −6.03 %
  expect(items).toMatchObject([
    { metric: code, total: '1234.5', sum: '1160', institutions: 2, difference: '-6.03', isFar: true },
  ]);
});

it('a row table is filed as a whole: subjects and amounts, every fault of it told at once', async () => {
  const filing = await bank.filer.post<FilingView>('/filings', {
    institution: bank.uscc,
    form: 'project-financing-feedback',
    period: '2026Q1',
  });
  const faulty = await bank.filer.asks('PATCH', `/filings/${filing.id}`, {
    rows: [
      { subject: '', amounts: {} },
      { subject: '示范光伏电站', amounts: { NO_SUCH: '1' } },
    ],
  });
  expect([faulty.status, faulty.body.code]).toEqual([422, 'ROWS_INVALID']);
  expect((faulty.body.violations as { path: string }[]).map(({ path }) => path)).toEqual([
    'rows[0].subject',
    'rows[1].amounts.NO_SUCH',
  ]);
  const filled = await bank.filer.patch<FilingView>(`/filings/${filing.id}`, {
    rows: [{ subject: '示范光伏电站', amounts: { OUTSTANDING: '120.50' } }],
  });
  expect(filled.rows).toEqual([{ subject: '示范光伏电站', amounts: { OUTSTANDING: '120.5' } }]);
  await bank.checker.submits(filing);
  expect(await district.rows('select subject, amounts from revision_row')).toEqual(filled.rows);
});

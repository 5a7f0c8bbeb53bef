import type { AuditItem } from '../../src/audit/audit.query.js';
import type { FilingView } from '../../src/filings/filing.query.js';
import type { Page } from '../../src/platform/pages.js';
import { aDistrict, type Bank } from '../district.js';

let place: Awaited<ReturnType<typeof aDistrict>>;
let bank: Bank;
let other: Bank;
beforeAll(async () => {
  place = await aDistrict({ banks: 2 });
  [bank, other] = place.banks as [Bank, Bank];
});
afterAll(() => place.district.close());

const observed = (metric: string, period: string) =>
  place.district.rows<{ value: string | null }>(
    `select trim_scale(value)::text as value from observation where metric = $1 and period = $2 and institution_id = $3
     order by in_force_from desc limit 1`,
    [metric, period, bank.id],
  );

it('accept brings the figures into force: one act, one transaction, one audit entry', async () => {
  const { reviewer, auditor, district } = place;
  const filing = await bank.filer.files(
    { institution: bank.uscc, period: '2026Q1' },
    { BK_LOAN_BAL: '1000', BK_GL_BAL: '186.5' },
  );
  const submitted = await bank.checker.submits(filing);
  expect(submitted).toMatchObject({
    state: 'submitted',
    revision: { no: 1 },
    receipt: { hash: submitted.revision?.hash },
  });
  expect(await observed('BK_GL_BAL', '2026Q1')).toEqual([]);
  const accepted = await reviewer.accepts(filing);
  expect(accepted).toMatchObject({ state: 'accepted', inForce: { no: 1 } });
  expect(await observed('BK_GL_BAL', '2026Q1')).toEqual([{ value: '186.5' }]);
  const { items } = await auditor.get<Page<AuditItem>>(`/audit?subject=${filing.id}`);
  expect(items.map((entry) => entry.action)).toEqual([
    'filing.accept',
    'filing.claim',
    'filing.read', // the reviewer's
    'filing.submit',
    'filing.edit',
    'filing.create',
  ]);
  expect(items[0]).toMatchObject({ before: { state: 'under_review' }, after: { state: 'accepted' } });
  const written = await district.rows<{ n: number }>(
    `select count(*)::int as n from audit.entry where subject = $1 and action = 'filing.accept'`,
    [filing.id],
  );
  expect(written).toEqual([{ n: 1 }]);
});

it('an amendment leaves the accepted revision in force until it is replaced; a figure left out is withdrawn', async () => {
  const { reviewer } = place;
  const filing = await bank.filer.files(
    { institution: bank.uscc, period: '2025Q4' },
    { BK_LOAN_BAL: '900', BK_GL_BAL: '90', BK_GL_NPL: '1' },
  );
  await bank.checker.submits(filing);
  await reviewer.accepts(filing);
  await bank.checker.amends(filing, '发现余额漏计一笔');
  const officer = await place.district.person(['officer'], { department: 'finance_bureau' });
  await officer.acts(filing, 'approve-amendment');
  await bank.filer.files({ institution: bank.uscc, period: '2025Q4' }, { BK_GL_BAL: '95', BK_GL_NPL: null });
  expect(await observed('BK_GL_BAL', '2025Q4')).toEqual([{ value: '90' }]);
  await bank.checker.submits(filing);
  const accepted = await reviewer.accepts(filing);
  expect(accepted).toMatchObject({ inForce: { no: 2 }, revision: { no: 2 } });
  expect(await observed('BK_GL_BAL', '2025Q4')).toEqual([{ value: '95' }]);
  expect(await observed('BK_GL_NPL', '2025Q4')).toEqual([{ value: null }]);
  const chain = await place.district.rows<{ hash: string; previous_hash: string | null }>(
    'select hash, previous_hash from revision where filing_id = $1 order by no',
    [filing.id],
  );
  expect(chain[1]?.previous_hash).toBe(chain[0]?.hash);
});

it('returned with pinned cells, corrected, submitted again; released to another reviewer', async () => {
  const { reviewer, district } = place;
  const filing = await bank.filer.files({ institution: bank.uscc, period: '2025Q3' }, { BK_LOAN_BAL: '900' });
  await bank.checker.submits(filing);
  await reviewer.claims(filing);
  const returned = await reviewer.returns(filing, ['BK_LOAN_BAL']);
  expect(returned).toMatchObject({ state: 'returned', returned: { cells: ['BK_LOAN_BAL'] } });
  expect((await bank.filer.files({ institution: bank.uscc, period: '2025Q3' }, { BK_LOAN_BAL: '901' })).state).toBe(
    'draft',
  );
  await bank.checker.submits(filing);
  await reviewer.claims(filing);
  const second = await district.person(['reviewer'], { department: 'finance_bureau' });
  await expect(second.accepts(filing)).rejects.toMatchObject({ status: 409 });
  await reviewer.releases(filing);
  expect((await second.accepts(filing)).state).toBe('accepted');
});

it('a second filing for the same obligation is refused with the address of the first', async () => {
  const filing = await other.filer.files({ institution: other.uscc, period: '2026Q1' }, { BK_LOAN_BAL: '1' });
  const answer = await other.filer.asks('POST', '/filings', {
    institution: other.uscc,
    form: 'bank-quarterly',
    period: '2026Q1',
  });
  expect([answer.status, answer.body.code, answer.headers.location]).toEqual([
    409,
    'FILING_EXISTS',
    `/api/v1/filings/${filing.id}`,
  ]);
});

it('a stale cell is told with both values, a stale act is refused, a missing If-Match is asked for', async () => {
  const filing = await other.filer.files({ institution: other.uscc, period: '2025Q4' }, { BK_LOAN_BAL: '500' });
  const stale = await other.filer.asks('PATCH', `/filings/${filing.id}`, {
    figures: { BK_LOAN_BAL: { value: '510', version: 0 } },
  });
  expect(stale.status).toBe(412);
  expect(stale.body.violations).toMatchObject([{ path: 'figures.BK_LOAN_BAL', found: '500', expected: '510' }]);
  const late = await other.checker.asks('POST', `/filings/${filing.id}/submit`, {}, { 'if-match': '"1"' });
  expect([late.status, late.body.code]).toEqual([412, 'FILING_STALE']);
  expect((await other.checker.asks('POST', `/filings/${filing.id}/submit`, {})).status).toBe(428);
});

it('all cells or none', async () => {
  const filing = await other.filer.files({ institution: other.uscc, period: '2025Q3' }, { BK_LOAN_BAL: '500' });
  const answer = await other.filer.asks('PATCH', `/filings/${filing.id}`, {
    figures: {
      BK_GL_BAL: { value: '50', version: 0 },
      NO_SUCH: { value: '1', version: 0 },
      BK_GL_CNT: { value: 7, version: 0 },
    },
  });
  expect(answer.status).toBe(422);
  expect((await other.filer.get<FilingView>(`/filings/${filing.id}`)).figures.BK_GL_BAL).toMatchObject({
    value: null,
    state: 'blank',
  });
});

it('zero, blank, not applicable and not available are four things', async () => {
  const filing = await other.filer.files({ institution: other.uscc, period: '2025Q2' }, { BK_LOAN_BAL: '0' });
  const edited = await other.filer.patch<FilingView>(`/filings/${filing.id}`, {
    figures: {
      BK_GL_BAL: { value: null, version: 0 },
      BK_GL_NEW: { value: null, state: 'not_applicable', version: 0 },
      BK_GL_REPAY: { value: null, state: 'not_available', version: 0 },
    },
  });
  expect(['BK_LOAN_BAL', 'BK_GL_BAL', 'BK_GL_NEW', 'BK_GL_REPAY'].map((code) => edited.figures[code]?.state)).toEqual([
    'value',
    'blank',
    'not_applicable',
    'not_available',
  ]);
});

it('the same Idempotency-Key gives one filing and the same answer; with another body it is refused', async () => {
  const body = { institution: other.uscc, form: 'bank-quarterly', period: '2025Q1' };
  const key = { 'idempotency-key': 'k-1' };
  const answers = await Promise.all(Array.from({ length: 5 }, () => other.filer.asks('POST', '/filings', body, key)));
  expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201, 201, 201]);
  expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
  const again = await other.filer.asks('POST', '/filings', { ...body, period: '2024Q4' }, key);
  expect([again.status, again.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
});

it('twenty claims at once have one winner', async () => {
  const filing = await other.filer.files({ institution: other.uscc, period: '2024Q3' }, { BK_LOAN_BAL: '5' });
  const { version } = await other.checker.submits(filing);
  const claim = () => place.reviewer.asks('POST', `/filings/${filing.id}/claim`, {}, { 'if-match': `"${version}"` });
  const answers = await Promise.all(Array.from({ length: 20 }, claim));
  expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
  expect(answers.filter((answer) => answer.status === 412)).toHaveLength(19);
});

it('a return names cells of the form only, may be brief, and carries its new date', async () => {
  const filing = await other.filer.files({ institution: other.uscc, period: '2024Q2' }, { BK_LOAN_BAL: '5' });
  await other.checker.submits(filing);
  const { version } = await place.reviewer.claims(filing);
  const back = (body: unknown) =>
    place.reviewer.asks<FilingView>('POST', `/filings/${filing.id}/return`, body, { 'if-match': `"${version}"` });
  const unknown = await back({ reason: '数据有误', message: '请核对', cells: ['NO_SUCH'] });
  expect(unknown.status).toBe(422);
  const returned = await back({ reason: '数据有误', message: '请核对', due: '2026-12-01T00:00:00+08:00' });
  expect(returned.body.returned).toMatchObject({
    reason: '数据有误',
    message: '请核对',
    cells: [],
    due: '2026-11-30T16:00:00.000Z',
  });
});

it('the audit is searched by who, whom, what and when', async () => {
  const of = (query: string) => place.auditor.get<Page<AuditItem>>(`/audit?${query}`);
  const mine = await of(`institution=${bank.uscc}&action=filing.accept`);
  expect(mine.items.length).toBeGreaterThan(0);
  expect(new Set(mine.items.map((entry) => entry.institution))).toEqual(new Set([bank.uscc]));
  const [latest] = mine.items;
  if (!latest) throw new Error('nothing was accepted');
  const ids = async (query: string) => (await of(query)).items.map((entry) => entry.id);
  expect(await ids(`actor=${latest.actor.id}&subject=${latest.subject}&action=filing.accept`)).toEqual([latest.id]);
  expect(await ids(`subject=${latest.subject}&to=${encodeURIComponent(latest.at)}`)).not.toContain(latest.id);
  expect(await ids(`subject=${latest.subject}&from=${encodeURIComponent(latest.at)}`)).toContain(latest.id);
});

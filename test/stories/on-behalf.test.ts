import { Acts } from '../../src/audit/acts.service.js';
import type { PaperView } from '../../src/audit/on-behalf.service.js';
import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import type { ResultView } from '../../src/evaluations/result.query.js';
import type { FilingView } from '../../src/filings/filing.query.js';
import { systemActor } from '../../src/platform/database.service.js';
import { aDistrict } from '../district.js';
import { type Answer, multipart, type Person } from '../person.js';

const SCAN = Buffer.from('%PDF-1.7 会议纪要第3期');
let place: Awaited<ReturnType<typeof aDistrict>>;
let second: Person;
beforeAll(async () => {
  place = await aDistrict({ banks: 2 });
  second = await place.district.person(['officer'], { department: 'finance_bureau' });
});
afterAll(() => place.district.close());

const paper = (action: string, subject: string, more: object = {}) => ({
  action,
  subject,
  person: '王副区长',
  paperNumber: '会议纪要〔2026〕3号',
  paperDate: '2026-10-20',
  ...more,
});
async function records(record: object | string, bytes: Buffer = SCAN, by = place.officer): Promise<Answer<PaperView>> {
  const boundary = 'paper-5f0c1a';
  const text = typeof record === 'string' ? record : JSON.stringify(record);
  const { payload } = multipart({ name: '纪要.pdf', bytes });
  const file = payload.toString('latin1').replaceAll('greenrank-story-5f0c1a', boundary);
  const field = `--${boundary}\r\ncontent-disposition: form-data; name="record"\r\n\r\n${Buffer.from(text).toString('latin1')}\r\n`;
  return by.asks<PaperView>('POST', '/on-behalf', Buffer.from(field + file, 'latin1'), {
    'content-type': `multipart/form-data; boundary=${boundary}`,
  });
}

/** A verified and published evaluation of the two banks. */
async function published(): Promise<EvaluationView> {
  const { banks, officer, reviewer, verifier, district } = place;
  for (const [i, bank] of banks.entries())
    if ((await bank.filer.get<{ items: unknown[] }>('/filings')).items.length === 0)
      await district.settles(bank, reviewer, { BK_LOAN_BAL: '1000', BK_GL_BAL: `${100 + i}` });
  const { id } = await officer.post<EvaluationView>('/evaluations', {
    scheme: 'bank-thin',
    version: 1,
    period: '2026Q3',
  });
  await district.ended(officer, id);
  await verifier.post(`/evaluations/${id}/verify`);
  return officer.post<EvaluationView>(`/evaluations/${id}/publish`);
}

it('what the leading group decided on paper is recorded by one and done by the word of another', async () => {
  const { id } = await published();
  const recorded = await records(paper('evaluation.finalise', id));
  expect(recorded.status).toBe(201);
  expect(recorded.body).toMatchObject({ state: 'recorded', roleTitle: '领导', actionTitle: '评价定稿', actions: [] });
  const state = async () => (await place.officer.get<EvaluationView>(`/evaluations/${id}`)).state;
  expect(await state()).toBe('provisional');
  const own = await place.officer.asks('POST', `/on-behalf/${recorded.body.id}/confirm`, {});
  expect([own.status, own.body.code]).toEqual([409, 'OWN_RECORD']);
  const confirmed = await second.post<PaperView>(`/on-behalf/${recorded.body.id}/confirm`);
  expect(confirmed).toMatchObject({ state: 'confirmed', actions: [] });
  expect(await state()).toBe('final');
  const entries = await place.district.rows<{ body: string }>(
    `select body from audit.entry where subject = $1 and action = 'evaluation.finalise'`,
    [id],
  );
  expect(entries).toHaveLength(1);
  const entry = JSON.parse(entries[0]?.body ?? '{}') as { actor: { id: string }; onBehalf: Record<string, string> };
  expect(entry.actor).toEqual({ id: `on-behalf:${recorded.body.id}`, roles: ['leader'] });
  expect(entry.onBehalf).toMatchObject({ record: recorded.body.id, paperNumber: '会议纪要〔2026〕3号' });
  expect(entry.onBehalf.recordedBy).not.toBe(entry.onBehalf.confirmedBy);
  expect(JSON.stringify(entry)).not.toContain('王副区长');
});

it('twenty confirmations at once: it is done once', async () => {
  const { id } = await published();
  const { body } = await records(paper('evaluation.annul', id, { body: { reason: '数据有误' } }));
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      (i % 2 ? second : place.verifier).asks('POST', `/on-behalf/${body.id}/confirm`, {}),
    ),
  );
  expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
  expect(answers.filter((answer) => answer.status === 409)).toHaveLength(19);
  expect((await place.officer.get<EvaluationView>(`/evaluations/${id}`)).state).toBe('annulled');
});

it('one paper stands for one act, whatever it is used for', async () => {
  const { id } = await published();
  const { body } = await records(paper('evaluation.finalise', id));
  const onBehalf = {
    record: body.id,
    person: 'x',
    paperNumber: 'x',
    paperHash: 'x',
    recordedBy: 'a',
    confirmedBy: 'b',
  };
  const actor = { ...systemActor('test'), onBehalf };
  const done: number[] = [];
  const perform = (n: number) =>
    place.district.app.get(Acts).perform({ action: 'test', actor }, async () => {
      done.push(n);
    });
  await perform(1);
  await expect(perform(2)).rejects.toThrow('已确认或已退回');
  expect(done).toEqual([1]);
});

it('what the act itself refuses leaves the record open, and nothing half done', async () => {
  const { id } = await published();
  const { body } = await records(paper('evaluation.annul', id));
  const refused = await second.asks('POST', `/on-behalf/${body.id}/confirm`, {});
  expect([refused.status, refused.body.code]).toEqual([422, 'EVALUATION_REFUSED']);
  expect(await second.get(`/on-behalf/${body.id}`)).toMatchObject({
    state: 'recorded',
    actions: ['confirm', 'refuse'],
  });
  const back = await second.post<PaperView>(`/on-behalf/${body.id}/refuse`, { reason: '纪要中没有此项' });
  expect(back).toMatchObject({ state: 'refused', reason: '纪要中没有此项' });
  expect((await second.asks('POST', `/on-behalf/${body.id}/confirm`, {})).status).toBe(409);
});

it('an institution signs a printed form: the receipt, the trace and the list say 代录', async () => {
  const { officer, reviewer, district } = place;
  const bank = await district.addInstitution('bank', '丙行');
  const draft = await bank.filer.files({ institution: bank.uscc }, { BK_LOAN_BAL: '1000', BK_GL_BAL: '300' });
  const { body } = await records(paper('filing.submit', draft.id, { person: '丙行李行长' }));
  expect(body).toMatchObject({ institution: '丙行', roleTitle: '复核人' });
  await second.post(`/on-behalf/${body.id}/confirm`);
  const signed = await bank.checker.get<FilingView>(`/filings/${draft.id}`);
  expect(signed.state).toBe('submitted');
  expect(signed.revision?.signedBy).toBe('丙行李行长（代录，会议纪要〔2026〕3号）');
  await reviewer.accepts(draft);
  const { id } = await officer.post<EvaluationView>('/evaluations', {
    scheme: 'bank-thin',
    version: 1,
    period: '2026Q3',
  });
  await district.ended(officer, id);
  const result = await officer.get<ResultView>(`/evaluations/${id}/results/${bank.uscc}`);
  const signers = result.nodes.flatMap((node) => node.inputs.map((input) => input.revision?.signedBy));
  expect(signers).toContain('丙行李行长（代录，会议纪要〔2026〕3号）');
});

it('a record needs a known act, a thing that is there, a day that has been and a scan', async () => {
  const nowhere = '00000000-0000-4000-8000-000000000000';
  const code = async (record: object | string, bytes?: Buffer): Promise<unknown> =>
    ((await records(record, bytes)).body as unknown as Record<string, unknown>).code;
  const { id } = await published();
  expect(await code(paper('evaluation.verify', id))).toBe('PAPER_ACTION_UNKNOWN');
  expect(await code(paper('evaluation.finalise', nowhere))).toBe('NOT_FOUND');
  expect(await code(paper('evaluation.finalise', 'no id'))).toBe('INVALID');
  expect(await code(paper('evaluation.finalise', id, { paperDate: '2099-01-01' }))).toBe('PAPER_DATE_FUTURE');
  expect(await code(paper('evaluation.finalise', id), Buffer.from('<html>'))).toBe('ATTACHMENT_TYPE');
  expect(await code('no json')).toBe('INVALID');
  expect(await code(paper('evaluation.finalise', id, { body: { reason: 1 } }))).toBe('INVALID');
  expect(await code(paper('evaluation.finalise', id, { person: '' }))).toBe('INVALID');
});

it('the scan comes back as it was, as a download', async () => {
  const { id } = await published();
  const { body } = await records(paper('evaluation.finalise', id));
  const scan = await place.auditor.asks('GET', `/on-behalf/${body.id}/scan`);
  expect(scan.text).toBe(SCAN.toString());
  expect(scan.headers).toMatchObject({ 'content-type': 'application/pdf', 'x-content-type-options': 'nosniff' });
  expect(String(scan.headers['content-disposition'])).toMatch(/^attachment;/);
  expect((await place.banks[0]?.filer.asks('GET', `/on-behalf/${body.id}/scan`))?.status).toBe(403);
});

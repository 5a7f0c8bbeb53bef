import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import type { FilingView } from '../../src/filings/filing.query.js';
import { aDistrict, type Bank } from '../district.js';
import type { Answer, Person } from '../person.js';

let place: Awaited<ReturnType<typeof aDistrict>>;
let bank: Bank;
beforeAll(async () => {
  place = await aDistrict({ banks: 8 });
  [bank] = place.banks as [Bank];
});
afterAll(() => place.district.close());

const atOnce = (work: (i: number) => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: 20 }, (_, i) => work(i)));
/** How many answers of each status. */
const statuses = (answers: readonly Answer[]): Record<number, number> => {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};
const draftOf = (of: Bank): Promise<FilingView> =>
  of.filer.files({ institution: of.uscc }, { BK_LOAN_BAL: '1000', BK_GL_BAL: '100' });
const versioned = async (person: Person, id: string, action: string): Promise<Answer[]> => {
  const { version } = await person.get<FilingView>(`/filings/${id}`);
  return atOnce(() => person.asks('POST', `/filings/${id}/${action}`, {}, { 'if-match': `"${version}"` }));
};
const entries = async (subject: string, action: string): Promise<number> =>
  (await place.district.rows('select 1 from audit.entry where subject = $1 and action = $2', [subject, action])).length;

it('twenty creations with one key and one body: one filing, twenty times the same answer', async () => {
  const body = { institution: bank.uscc, form: 'bank-quarterly', period: '2026Q1' };
  const answers = await atOnce(() => bank.filer.asks('POST', '/filings', body, { 'idempotency-key': 'once' }));
  expect(statuses(answers)).toEqual({ 201: 20 });
  expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
  expect(await entries(String(answers[0]?.body.id), 'filing.create')).toBe(1);
});

it('twenty creations without a key: one filing, nineteen told where it is', async () => {
  const body = { institution: bank.uscc, form: 'bank-quarterly', period: '2025Q4' };
  const answers = await atOnce(() => bank.filer.asks('POST', '/filings', body));
  expect(statuses(answers)).toEqual({ 201: 1, 409: 19 });
  expect(new Set(answers.map((answer) => answer.headers.location)).size).toBe(1);
});

it('one key with two bodies: one is done and answered again, the other refused', async () => {
  const body = (period: string) => ({ institution: bank.uscc, form: 'bank-quarterly', period });
  const tried = await atOnce((i) =>
    bank.filer.asks('POST', '/filings', body(i % 2 ? '2025Q3' : '2025Q2'), { 'idempotency-key': 'two bodies' }),
  );
  expect(statuses(tried)).toEqual({ 201: 10, 409: 10 });
});

it('twenty changes of one cell from one version: one stands, nineteen see both values', async () => {
  const filing = await draftOf(bank);
  const version = filing.figures.BK_GL_BAL?.version;
  const answers = await atOnce((i) =>
    bank.filer.asks('PATCH', `/filings/${filing.id}`, { figures: { BK_GL_BAL: { value: String(200 + i), version } } }),
  );
  expect(statuses(answers)).toEqual({ 200: 1, 412: 19 });
  const stands = (await bank.filer.get<FilingView>(`/filings/${filing.id}`)).figures.BK_GL_BAL?.value;
  for (const { status, body } of answers) {
    if (status === 200) continue;
    expect(body.violations).toMatchObject([{ path: 'figures.BK_GL_BAL', found: stands }]);
  }
});

it('twenty changes of twenty cells: all of them stand', async () => {
  const filing = await draftOf(place.banks[1] as Bank);
  const codes = Object.keys(filing.figures).slice(4, 24);
  expect(codes).toHaveLength(20);
  const answers = await Promise.all(
    codes.map((code, i) =>
      (place.banks[1] as Bank).filer.asks('PATCH', `/filings/${filing.id}`, {
        figures: { [code]: { value: String(i + 1), version: filing.figures[code]?.version } },
      }),
    ),
  );
  expect(statuses(answers)).toEqual({ 200: 20 });
  const after = await (place.banks[1] as Bank).filer.get<FilingView>(`/filings/${filing.id}`);
  expect(codes.map((code) => after.figures[code]?.value)).toEqual(codes.map((_, i) => String(i + 1)));
});

it('twenty signatures, claims, acceptances: one each, and one entry each in the audit', async () => {
  const third = place.banks[2] as Bank;
  const { id } = await draftOf(third);
  expect(statuses(await versioned(third.checker, id, 'submit'))).toEqual({ 200: 1, 412: 19 });
  expect(statuses(await versioned(place.reviewer, id, 'claim'))).toEqual({ 200: 1, 412: 19 });
  expect(statuses(await versioned(place.reviewer, id, 'accept'))).toEqual({ 200: 1, 412: 19 });
  for (const action of ['filing.submit', 'filing.claim', 'filing.accept']) expect(await entries(id, action)).toBe(1);
  const revisions = await place.district.rows('select 1 from revision where filing_id = $1', [id]);
  expect(revisions).toHaveLength(1);
});

it('two reviewers, twenty claims: one of them has it', async () => {
  const fourth = place.banks[3] as Bank;
  const filing = await draftOf(fourth);
  const { version } = await fourth.checker.submits(filing);
  const other = await place.district.person(['reviewer'], { department: 'finance_bureau' });
  const answers = await atOnce((i) =>
    (i % 2 ? other : place.reviewer).asks('POST', `/filings/${filing.id}/claim`, {}, { 'if-match': `"${version}"` }),
  );
  expect(statuses(answers)).toEqual({ 200: 1, 412: 19 });
});

it('without If-Match nothing moves', async () => {
  const { id } = await draftOf(place.banks[4] as Bank);
  const answers = await atOnce(() => (place.banks[4] as Bank).checker.asks('POST', `/filings/${id}/submit`, {}));
  expect(statuses(answers)).toEqual({ 428: 20 });
});

it('twenty commits of one import: once, twenty times the same answer', async () => {
  const fifth = place.banks[5] as Bank;
  const bytes = `institution,period,metric,value\r\n${fifth.uscc},2026Q3,BK_LOAN_BAL,4000\r\n`;
  const { body } = await fifth.filer.uploads<{ id: string }>({ name: 'x.csv', bytes });
  const answers = await atOnce(() =>
    fifth.filer.asks('POST', `/imports/${body.id}/commit`, { skip: false, clear: false }),
  );
  expect(statuses(answers)).toEqual({ 200: 20 });
  expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
  expect(await entries(body.id, 'import.commit')).toBe(1);
});

it('twenty starts with one key: one evaluation; twenty verifications, publications: one of each', async () => {
  const { officer, verifier, district } = place;
  const body = { scheme: 'bank-thin', version: 1, period: '2026Q3' };
  await district.settles(place.banks[6] as Bank, place.reviewer, { BK_LOAN_BAL: '1000', BK_GL_BAL: '200' });
  const started = await atOnce(() => officer.asks('POST', '/evaluations', body, { 'idempotency-key': 'start' }));
  expect(statuses(started)).toEqual({ 202: 20 });
  const ids = new Set(started.map((answer) => answer.body.id));
  expect(ids.size).toBe(1);
  const id = String([...ids][0]);
  expect((await district.ended(officer, id)).state).toBe('computed');
  const verified = await atOnce(() => verifier.asks('POST', `/evaluations/${id}/verify`, {}));
  expect(statuses(verified)).toEqual({ 200: 1, 409: 19 });
  const published = await atOnce(() => officer.asks('POST', `/evaluations/${id}/publish`, {}));
  expect(statuses(published)).toEqual({ 200: 1, 409: 19 });
  expect(await entries(id, 'evaluation.verify')).toBe(1);
  expect(await entries(id, 'evaluation.publish')).toBe(1);
  expect((await officer.get<EvaluationView>(`/evaluations/${id}`)).state).toBe('provisional');
});

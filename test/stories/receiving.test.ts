import { Acts } from '../../src/audit/acts.service.js';
import type { ResultView } from '../../src/evaluations/result.query.js';
import type { FilingView } from '../../src/filings/filing.query.js';
import { type ReceivedFigures, Receiving } from '../../src/filings/receiving.service.js';
import { Sessions } from '../../src/identity/sessions.service.js';
import type { Actor } from '../../src/lifecycle/lifecycle.js';
import { aDistrict, type Bank } from '../district.js';
import type { Person } from '../person.js';

let place: Awaited<ReturnType<typeof aDistrict>>;
let bank: Bank;
let other: Bank;
/** One person who is officer and reviewer, as in a bureau of three. */
let alone: Person;
let actor: Actor;

beforeAll(async () => {
  place = await aDistrict({ banks: 3 });
  [bank, other] = place.banks as [Bank, Bank];
  alone = await place.district.person(['officer', 'reviewer'], { department: 'finance_bureau' });
  const session = alone.cookie.split('=')[1] as string;
  actor = (await place.district.app.get(Sessions).actorOf(session)) as Actor;
});
afterAll(() => place.district.close());

const sha256 = 'ab'.repeat(32);
const figuresOf = (figures: Record<string, string | null>): ReceivedFigures['figures'] =>
  new Map(
    Object.entries(figures).map(([code, value]) => [
      code,
      { value, state: value === null ? 'not_available' : 'value' },
    ]),
  );

function receive(given: Partial<ReceivedFigures> & { readonly who?: Actor }) {
  const { who = actor, ...more } = given;
  return place.district.app.get(Acts).perform({ action: 'filing.receive', actor: who }, async (act) => {
    const received = await place.district.app.get(Receiving).receive(act, {
      institutionId: bank.id,
      form: 'bank-quarterly',
      period: '2026Q3',
      kind: 'regular',
      figures: figuresOf({ BK_LOAN_BAL: '1000', BK_GL_BAL: '420' }),
      source: {
        file: bank.id,
        fileName: '甲行-第三季度.xlsx',
        sha256,
        sender: '甲行 王工',
        receivedOn: '2026-10-14',
        note: '微信群',
      },
      reason: null,
      ...more,
    });
    act.recordEach([received.done]);
    return received;
  });
}

const refusal = (doing: Promise<unknown>) => expect(doing).rejects;

it('a workbook becomes a submitted revision that the receiver cannot accept, and whose acceptance needs no third person', async () => {
  const { filing, revision } = await receive({});
  expect(filing).toMatchObject({
    state: 'submitted',
    revision: {
      no: 1,
      hash: revision.hash,
      filedBy: '甲行 王工（工作簿）',
      signedBy: '示范银行甲（以工作簿报送，见盖章页）',
      channel: 'file',
      onTime: true,
      received: {
        by: expect.stringMatching(/^officer/),
        sender: '甲行 王工',
        receivedOn: '2026-10-14',
        fileName: '甲行-第三季度.xlsx',
        sha256,
      },
    },
    figures: {
      BK_LOAN_BAL: { value: '1000', source: '收表：甲行-第三季度.xlsx' },
      BK_GL_BAL: { value: '420', source: '收表：甲行-第三季度.xlsx' },
    },
  });
  // The institution sees it too, whoever received it.
  expect(await bank.filer.get<FilingView>(`/filings/${filing.id}`)).toMatchObject({ revision: { channel: 'file' } });

  const claimed = await alone.post<FilingView>(
    `/filings/${filing.id}/claim`,
    {},
    { 'if-match': `"${filing.version}"` },
  );
  expect(claimed.actions).not.toContain('accept');
  await refusal(alone.post(`/filings/${filing.id}/accept`, {}, { 'if-match': `"${claimed.version}"` })).toMatchObject({
    status: 409,
    code: 'RECEIVER_ACCEPTS',
  });
  await refusal(
    place.district.rows(
      `insert into acceptance (revision_id, institution_id, accepted_by, accepted_at) values ($1, $2, $3, now())`,
      [revision.id, bank.id, actor.id],
    ),
  ).toThrow('the receiver may not accept');
  const released = await alone.post<FilingView>(
    `/filings/${filing.id}/release`,
    {},
    { 'if-match': `"${claimed.version}"` },
  );
  // High risk would ask a second person of a filing that somebody signed in for.
  await place.district.rows('update filing set risk = 90 where id = $1', [filing.id]);
  const accepted = await place.reviewer.accepts(released);
  expect([accepted.state, accepted.second]).toEqual(['accepted', null]);
});

it('the trace of a rank names file, hash, sender and receiver', async () => {
  await place.district.settles(other, place.reviewer, { BK_LOAN_BAL: '1000', BK_GL_BAL: '100' });
  const evaluation = await place.officer.post<{ id: string }>('/evaluations', {
    scheme: 'bank-thin',
    version: 1,
    period: '2026Q3',
  });
  await place.district.ended(place.officer, evaluation.id);
  const result = await place.officer.get<ResultView>(`/evaluations/${evaluation.id}/results/${bank.uscc}`);
  const revisions = result.nodes.flatMap((node) => node.inputs.map((input) => input.revision));
  expect(revisions[0]).toMatchObject({
    channel: 'file',
    fileHash: sha256,
    fileName: '甲行-第三季度.xlsx',
    sender: '甲行 王工',
    receivedBy: expect.stringMatching(/^officer/),
    receivedOn: '2026-10-14',
  });
  const typed = await place.officer.get<ResultView>(`/evaluations/${evaluation.id}/results/${other.uscc}`);
  expect(typed.nodes[0]?.inputs[0]?.revision).toMatchObject({ channel: 'grid', fileHash: null, receivedBy: null });
});

it('is refused twice, for what blocks, with a day to come, and for whom it is nothing to file', async () => {
  await refusal(receive({})).toMatchObject({ code: 'FILING_REFUSED' });
  const third = place.banks[2] as Bank;
  await refusal(
    receive({ institutionId: third.id, figures: figuresOf({ BK_LOAN_BAL: '1000', BK_GL_BAL: '1200' }) }),
  ).toMatchObject({ code: 'FILING_BLOCKED', violations: [{ rule: 'V01' }] });
  await refusal(receive({ institutionId: third.id, form: 'insurer-quarterly' })).toMatchObject({
    code: 'FORM_UNKNOWN',
  });
  await refusal(receive({ institutionId: third.id, period: '2027Q1' })).toMatchObject({ code: 'PERIOD_UNKNOWN' });
  await refusal(receive({ institutionId: third.id, figures: figuresOf({ IN_X: '1' }) })).toMatchObject({
    code: 'CELLS_INVALID',
  });
  expect(await place.district.rows('select 1 from filing where institution_id = $1', [third.id])).toEqual([]);
});

it('history is received with its reason, open for the reviewer where a rule asks', async () => {
  const third = place.banks[2] as Bank;
  await refusal(receive({ institutionId: third.id, kind: 'backfill', period: '2022Q4' })).toMatchObject({
    code: 'BACKFILL_REASON',
  });
  const { filing } = await receive({
    institutionId: third.id,
    kind: 'backfill',
    period: '2022Q4',
    reason: '补录 2022 年历史',
  });
  expect(filing).toMatchObject({ kind: 'backfill', due: null, revision: { onTime: null, channel: 'file' } });
});

it('a rehearsal says what would be found and keeps nothing', async () => {
  const third = place.banks[2] as Bank;
  const before = await place.district.rows('select count(*) from filing');
  const rehearsed = await place.district.app.get(Receiving).rehearse(actor, {
    institutionId: third.id,
    form: 'bank-quarterly',
    period: '2026Q3',
    kind: 'regular',
    figures: figuresOf({ BK_LOAN_BAL: '1000', BK_GL_BAL: '1200' }),
    source: { file: third.id, fileName: 'x.xlsx', sha256, sender: '', receivedOn: '2026-10-14', note: '' },
    reason: null,
  });
  expect(rehearsed.checks.map(({ rule }) => rule)).toContain('V01');
  expect(await place.district.rows('select count(*) from filing')).toEqual(before);
});

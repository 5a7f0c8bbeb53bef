import { createWorker, open } from '../../src/application.js';
import type { FilingView } from '../../src/filings/filing.query.js';
import type { NoticeItem } from '../../src/notices/notice.query.js';
import {
  Chasing,
  type ChasingHistory,
  type FormalNotice,
  type Reminders,
} from '../../src/obligations/chasing.service.js';
import { ChasingDays } from '../../src/obligations/chasing-days.service.js';
import type { Progress, ProgressName } from '../../src/obligations/progress.query.js';
import { Database } from '../../src/platform/database.service.js';
import { aDistrict, type Bank } from '../district.js';
import type { Person } from '../person.js';
import { until } from '../post-office.js';

interface List<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

// 20 October 2026 24:00 is the due date; it is the 18th, two days before.
const NOW = new Date('2026-10-18T09:30:00+08:00');
const DUE = '2026-10-21T00:00:00+08:00';
const PERIOD = '2026Q3';
const FIGURES = { BK_LOAN_BAL: '1000', BK_GL_BAL: '100' };

let place: Awaited<ReturnType<typeof aDistrict>>;
/** By what has become of their filing. */
const bank: Record<string, Bank> = {};
const obligation: Record<string, string> = {};
let department: Person;

const sql = <T extends object>(text: string, parameters: unknown[] = []) => place.district.rows<T>(text, parameters);
const board = (person: Person = place.officer): Promise<Progress> =>
  person.get(`/obligations/progress?period=${PERIOD}`);
const names = (query: string): Promise<List<ProgressName>> =>
  place.officer.get(`/obligations/progress/names?period=${PERIOD}&${query}`);
const history = (id: string): Promise<ChasingHistory> => place.officer.get(`/obligations/${id}/chasing`);
/** What filings themselves told on their way here is another story's. */
const OF_FILINGS = ['filing', 'returned', 'accepted', 'amendment'];
const inbox = async (person: Person): Promise<readonly NoticeItem[]> =>
  (await person.get<List<NoticeItem>>('/notices')).items.filter(({ kind }) => !OF_FILINGS.includes(kind));
const remind = (ids: readonly (string | undefined)[], more: object = {}): Promise<Reminders> =>
  place.officer.post('/obligations/reminders', { obligations: ids, ...more });

async function owe(
  key: string,
  institutionId: string | null,
  of: { kind?: string; department?: string } = {},
): Promise<void> {
  const [row] = await sql<{ id: string }>(
    `insert into obligation (institution_id, department, form, form_version, period, kind, due)
     values ($1, $2, $3, 1, $4, $5, $6) returning id`,
    [institutionId, of.department ?? null, 'bank-quarterly', PERIOD, of.kind ?? 'regular', DUE],
  );
  obligation[key] = String(row?.id);
}

const ROLES = [
  'untouched',
  'half_done',
  'to_sign',
  'submitted',
  'returned',
  'accepted',
  'exempt',
  'provisional',
] as const;

beforeAll(async () => {
  place = await aDistrict({ banks: ROLES.length, settings: { now: NOW } });
  for (const [i, key] of ROLES.entries()) bank[key] = place.banks[i] as Bank;
  const of = (key: (typeof ROLES)[number]): Bank => bank[key] as Bank;
  const files = (key: (typeof ROLES)[number]): Promise<FilingView> =>
    of(key).filer.files({ institution: of(key).uscc, period: PERIOD }, FIGURES);
  await files('half_done');
  const passed = await files('to_sign');
  await of('to_sign').filer.post(`/filings/${passed.id}/pass`, {}, { 'if-match': `"${passed.version}"` });
  await of('submitted').checker.submits(await files('submitted'));
  const returned = await files('returned');
  await of('returned').checker.submits(returned);
  await place.reviewer.claims(returned);
  await place.reviewer.returns(returned);
  await place.district.settles(of('accepted'), place.reviewer, FIGURES, PERIOD);
  for (const key of ['untouched', 'exempt', 'provisional'] as const) await owe(key, of(key).id);
  await sql('update obligation set due = $1', [DUE]);
  await sql('update obligation set exempt_at = now() where institution_id = $1', [of('exempt').id]);
  await sql('update obligation set provisional = true where institution_id = $1', [of('provisional').id]);
  const insurer = await place.district.addInstitution('insurer', '示范保险甲');
  bank.insurer = insurer;
  await owe('insurer', insurer.id);
  const late = await place.district.addInstitution('insurer', '示范保险乙');
  await owe('backfill', late.id, { kind: 'backfill' });
  await owe('department', null, { department: 'ecology', kind: 'control' });
  department = await place.district.person(['department_editor'], { department: 'ecology' });
  for (const row of await sql<{ id: string; institution_id: string | null }>(
    'select id, institution_id from obligation',
  ))
    for (const key of ROLES) if (of(key).id === row.institution_id) obligation[key] = row.id;
});
afterAll(() => place.district.close());

describe('the board', () => {
  it('counts by type and state as by hand', async () => {
    const { types, total, mails } = await board();
    expect(mails).toBe(false);
    expect(types.map(({ title, owed, filed, overdue }) => [title, owed, filed, overdue])).toEqual([
      ['银行', 7, 2, 0], // eight, one exempt; submitted and accepted are in hand
      ['保险机构', 1, 0, 0], // the backfill is no part of it
      ['部门', 1, 0, 0],
    ]);
    expect(types[0]?.counts).toMatchObject({
      not_started: 2,
      draft: 1,
      internal_review: 1,
      submitted: 1,
      returned: 1,
      accepted: 1,
      exempt: 1,
    });
    // 2 of 9; three have been first submitted so far, all in time.
    expect(total).toMatchObject({ owed: 9, filed: 2, completeness: '22.2', judged: 3, onTime: 3, timeliness: '100.0' });
  });

  it('a day after the due date those still open are over, but not the provisional one', async () => {
    await sql(`update obligation set due = '2026-10-18T00:00:00+08:00' where department is null`);
    await sql(`update revision set on_time = true`);
    const { types } = await board();
    // untouched, draft and to sign; what was returned had come in time and has no new date
    expect(types.map(({ title, overdue }) => [title, overdue])).toEqual([
      ['银行', 3],
      ['保险机构', 1],
      ['部门', 0],
    ]);
    expect(types[0]).toMatchObject({ judged: 6, onTime: 3, timeliness: '50.0' });
    const { items } = await names('type=bank&state=overdue');
    expect(items.map(({ name, daysLeft }) => [name, daysLeft])).toEqual([
      [bank.untouched?.name, -1],
      [bank.half_done?.name, -1],
      [bank.to_sign?.name, -1],
    ]);
    await sql('update obligation set due = $1', [DUE]);
  });

  it('drills to names with contacts, days left, and what is filled', async () => {
    await bank.half_done?.filer.post('/account/contact', { email: 'f@half.example', phone: '023-6789 0123' });
    const { items } = await names('type=bank&state=draft');
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      name: bank.half_done?.name,
      reminding: 'half_done',
      daysLeft: 2,
      filled: { done: 2, of: expect.any(Number) },
      contacts: [
        { roles: '填报人', email: 'f@half.example', phone: '023-6789 0123' },
        { roles: '复核人', email: null },
      ],
    });
    const missing = await names('state=missing&limit=3');
    const rest = await names(`state=missing&limit=200&cursor=${missing.next}`);
    const all = [...missing.items, ...rest.items].map(({ name }) => name);
    // No one exempt, provisional, backfill or filed.
    expect(all.sort()).toEqual(
      [
        ...['untouched', 'half_done', 'to_sign', 'returned', 'insurer'].map((key) => String(bank[key]?.name)),
        '区生态环境局',
      ].sort(),
    );
  });

  it('reviewer and leader read it; an institution does not, and none of them chases', async () => {
    expect((await board(place.reviewer)).total.owed).toBe(9);
    expect((await board(place.leader)).total.owed).toBe(9);
    const filer = bank.untouched?.filer as Person;
    expect((await filer.asks('GET', `/obligations/progress?period=${PERIOD}`)).status).toBe(403);
    for (const person of [filer, place.reviewer, place.leader])
      expect(
        (await person.asks('POST', '/obligations/reminders', { obligations: [obligation.untouched] })).status,
      ).toBe(403);
  });

  it('a text for the group: counts by default, names only in the other one', async () => {
    const { items } = await place.officer.get<List<{ title: string; counts: string; names: string }>>(
      `/obligations/progress/group-texts?period=${PERIOD}`,
    );
    expect(items.map(({ title }) => title)).toEqual(['银行', '保险机构', '部门']);
    expect(items[0]?.counts).toContain('应报7家，已报2家。请尚未报送的4家机构于2026年10月20日24:00前完成');
    expect(items[0]?.counts).not.toContain('示范银行');
    expect(items[0]?.names).toContain('尚未报送：');
    expect(items[0]?.names).toContain(bank.untouched?.name as string);
    expect(items[0]?.names).not.toContain(bank.accepted?.name as string);
    // A second form of the same bank makes no second bank.
    await sql(
      `insert into obligation (institution_id, form, form_version, period, due) values ($1, 'second-form', 1, $2, $3)`,
      [bank.accepted?.id, PERIOD, DUE],
    );
    const again = await place.officer.get<List<{ counts: string }>>(
      `/obligations/progress/group-texts?period=${PERIOD}`,
    );
    await sql(`delete from obligation where form = 'second-form'`);
    expect(again.items[0]?.counts).toContain('应报7家，已报1家。请尚未报送的5家机构');
  });

  it('the call list opens in a spreadsheet, names no formula, and says who is to be called', async () => {
    await sql(`update institution set name = '=HYPERLINK("x")' where id = $1`, [bank.untouched?.id]);
    const { text } = await place.officer.asks('GET', `/exports/call-list.csv?period=${PERIOD}`);
    await sql('update institution set name = $2 where id = $1', [bank.untouched?.id, bank.untouched?.name]);
    expect(text.startsWith('\uFEFF统一社会信用代码,机构,类型')).toBe(true);
    expect(text).toContain(`'=HYPERLINK`);
    expect(text).toContain('f@half.example');
    expect(text.trim().split('\n')).toHaveLength(1 + 6);
    const workbook = await place.officer.asks('GET', `/exports/call-list.xlsx?period=${PERIOD}&type=bank`);
    expect([workbook.status, workbook.text.slice(0, 2)]).toEqual([200, 'PK']);
    expect((await place.reviewer.asks('GET', `/exports/call-list.csv?period=${PERIOD}`)).status).toBe(403);
  });
});

describe('reminding by hand', () => {
  const OPEN = ['untouched', 'half_done', 'to_sign', 'returned'] as const;

  it('the dialog says who is told what; nothing is sent by looking', async () => {
    const { reminders, skipped } = await place.officer.post<Reminders>('/obligations/reminders/preview', {
      obligations: Object.values(obligation),
    });
    expect(reminders.map(({ words }) => words).sort()).toEqual([
      'half_done',
      'returned',
      'to_sign',
      'untouched',
      'untouched',
      'untouched',
    ]);
    expect(reminders.every(({ people }) => people.length > 0)).toBe(true);
    expect(skipped.map(({ name, why }) => [name, why]).sort()).toEqual(
      [
        [bank.submitted?.name, '已提交，无须催报'],
        [bank.accepted?.name, '已采纳，无须催报'],
        [bank.exempt?.name, '免报，无须催报'],
        [bank.provisional?.name, '期限暂定，不催'],
        ['示范保险乙', '补录不催'],
      ].sort(),
    );
    expect(await sql(`select 1 from notice where kind = 'reminder'`)).toEqual([]);
  });

  it('each gets the words of its case, filer and checker alike, and nobody else is told', async () => {
    const { reminders, skipped } = await remind(OPEN.map((key) => obligation[key]));
    expect([reminders.length, skipped]).toEqual([4, []]);
    const said: Record<string, string> = {
      untouched: '尚未填报，还有2天',
      half_done: '已保存，尚未提交，还有2天',
      to_sign: '待复核，尚未提交，还有2天',
      returned: '已退回，尚未重新提交，还有2天',
    };
    for (const key of OPEN)
      for (const person of [bank[key]?.filer, bank[key]?.checker]) {
        const [notice, ...more] = await inbox(person as Person);
        expect(notice?.title).toContain(said[key]);
        expect(notice?.link).toMatch(key === 'untouched' ? /^\/filings$/ : /^\/filings\/.{36}$/);
        expect(more).toEqual([]);
      }
    for (const key of ['submitted', 'accepted', 'exempt', 'provisional', 'insurer'])
      for (const person of [bank[key]?.filer, bank[key]?.checker]) expect(await inbox(person as Person)).toEqual([]);
    for (const person of [place.officer, place.reviewer, department]) expect(await inbox(person)).toEqual([]);
    const entries = await sql<{ subject: string }>(`select subject from audit.entry where action = 'obligation.chase'`);
    expect(entries.map(({ subject }) => subject).sort()).toEqual(OPEN.map((key) => obligation[key]).sort());
  });

  it('not twice on one day, unless asked; nor when two officers do it at once', async () => {
    expect((await remind([obligation.untouched])).skipped).toEqual([
      { obligation: obligation.untouched, name: bank.untouched?.name, why: '今天已催过' },
    ]);
    expect((await remind([obligation.untouched], { again: true })).reminders).toHaveLength(1);
    expect(await inbox(bank.untouched?.filer as Person)).toHaveLength(2);
    const both = await Promise.all([1, 2, 3, 4].map(() => remind([obligation.insurer])));
    expect(both.map(({ reminders }) => reminders.length).sort()).toEqual([0, 0, 0, 1]);
    expect(await inbox(bank.insurer?.filer as Person)).toHaveLength(1);
    expect((await history(String(obligation.untouched))).reminders).toHaveLength(2);
  });

  it('a department is reminded by its own people', async () => {
    const { reminders } = await remind([obligation.department]);
    expect(reminders[0]).toMatchObject({ name: '区生态环境局', people: [{ roles: '部门经办' }] });
    expect(await inbox(department)).toHaveLength(1);
  });
});

describe('reminding by itself', () => {
  const automatic = () =>
    sql<{ obligation_id: string; step: string; told: number }>(
      `select obligation_id, step, told from reminder where step <> 'hand' order by obligation_id`,
    );
  const days = (): ChasingDays => place.district.app.get(ChasingDays);
  const over = async (): Promise<void> =>
    until(
      'the day is done',
      async () => (await sql(`select 1 from outbox where queue = 'chasing' and done_at is null`)).length === 0,
    );
  const forget = async (): Promise<void> => {
    await sql(`truncate reminder, reminder_day, notice_mail, notice`);
  };

  it('two programs look at the clock, two workers take jobs: each open obligation is reminded once, by the system', async () => {
    await forget();
    // A minute on: the test's clock starts anew with each program, and roles begin when they were granted.
    const now = new Date(NOW.getTime() + 60_000);
    const another = await open({ ...place.district.opened.settings, now }, place.district.owner);
    const worker = await createWorker(another);
    try {
      // The start of a program makes final whose calendar is known by then, as that of 2026 is.
      await sql('update obligation set provisional = true, due = $2 where id = $1', [obligation.provisional, DUE]);
      const begun = await Promise.all([days().look(), worker.get(ChasingDays).look(), days().look()]);
      expect(begun.filter(Boolean)).toHaveLength(1);
      await over();
      const open_ = ['untouched', 'half_done', 'to_sign', 'returned', 'insurer', 'department'];
      expect(await automatic()).toEqual(
        open_
          .map((key) => ({ obligation_id: obligation[key], step: '-2', told: key === 'department' ? 1 : 2 }))
          .sort((a, b) => (String(a.obligation_id) < String(b.obligation_id) ? -1 : 1)),
      );
      expect(await inbox(bank.half_done?.filer as Person)).toHaveLength(1);
      expect(await days().look()).toBe(false);
      const [entry] = await sql<{ actor: string }>(
        `select distinct actor from audit.entry where action = 'obligation.chase' and body like '%"-2"%'`,
      );
      expect(entry).toEqual({ actor: 'system:chasing' });
    } finally {
      await worker.close();
      await worker.get(Database).close();
      await another.connection.close();
    }
  });

  it('the job runs again as after a kill: what was done stays done, the rest follows', async () => {
    await forget();
    const remindWithin = Chasing.prototype.remindWithin;
    // One batch a bank, and the third one dies.
    let batches = 0;
    Chasing.prototype.remindWithin = async function (this: Chasing, ...given) {
      const [act, ids, step] = given;
      for (const id of ids) {
        batches += 1;
        if (batches === 3) throw new Error('killed');
        await remindWithin.call(this, act, [id], step);
      }
      return { reminders: [], skipped: [] };
    };
    await expect(days().remindDay('2026-10-18', '0')).rejects.toThrow('killed');
    Chasing.prototype.remindWithin = remindWithin;
    expect(await automatic()).toEqual([]); // the act of the batch was undone whole, its messages too
    expect(await inbox(bank.half_done?.filer as Person)).toEqual([]);
    await remind([obligation.half_done]); // meanwhile somebody does one by hand
    await Promise.all([days().remindDay('2026-10-18', '0'), days().remindDay('2026-10-18', '0')]);
    expect((await automatic()).map(({ told }) => told).sort()).toEqual([0, 1, 2, 2, 2, 2]);
    expect(await inbox(bank.half_done?.filer as Person)).toHaveLength(1);
    expect(await inbox(bank.untouched?.checker as Person)).toHaveLength(1);
  });

  it('on a day that is no step, and before the hour, nothing happens; a new due date has steps of its own', async () => {
    await forget();
    await sql(`update obligation set due = '2026-10-22T00:00:00+08:00'`); // three days before
    expect(await days().look()).toBe(false);
    await sql(`update obligation set due = '2026-10-18T00:00:00+08:00'`); // one day over
    (days().config as { at: string }).at = '10:00';
    expect(await days().look()).toBe(false);
    (days().config as { at: string }).at = '09:00';
    expect(await days().look()).toBe(true);
    await over();
    expect(new Set((await automatic()).map(({ step }) => step))).toEqual(new Set(['+1']));
    const [notice] = await inbox(bank.untouched?.filer as Person);
    expect(notice?.title).toContain('已逾期1天');
    await sql(`update obligation set due = $1`, [DUE]);
    await sql(`truncate reminder_day, reminder`);
    expect(await days().look()).toBe(true);
    await over();
    expect(new Set((await automatic()).map(({ step }) => step))).toEqual(new Set(['-2']));
  });
});

describe('calls, formal notice, closing', () => {
  it('a call is logged by hand, with what was said and promised', async () => {
    const id = String(obligation.untouched);
    const told = await place.officer.post<ChasingHistory>(`/obligations/${id}/calls`, {
      whom: '张会计 023-6789 0123',
      said: '系统升级，周四报',
      promised: '2026-10-22',
      at: '2026-10-18T09:00:00+08:00',
    });
    expect(told.calls).toEqual([
      {
        at: '2026-10-18T01:00:00.000Z',
        by: expect.stringMatching(/^officer/),
        whom: '张会计 023-6789 0123',
        said: '系统升级，周四报',
        promised: '2026-10-22',
      },
    ]);
    expect((await names('state=not_started&type=bank')).items.find((each) => each.id === id)?.lastCall).toMatchObject({
      promised: '2026-10-22',
    });
    const later = await place.officer.asks('POST', `/obligations/${id}/calls`, {
      whom: '张',
      said: '报',
      at: '2026-10-19T09:00:00+08:00',
    });
    expect([later.status, later.body.code]).toEqual([422, 'CALL_LATER']);
    const entries = await sql<{ body: string }>(`select body from audit.entry where action = 'obligation.call'`);
    expect(entries.map(({ body }) => body).join()).not.toContain('张会计');
  });

  it('a formal notice has its own number, the facts of its day, and is told', async () => {
    const id = String(obligation.half_done);
    const body = { number: '财催〔2026〕3号', until: '2026-10-29T00:00:00+08:00' };
    const notice = await place.officer.post<FormalNotice>(`/obligations/${id}/formal-notices`, body);
    expect(notice).toMatchObject({
      number: '财催〔2026〕3号',
      untilTitle: '2026年10月28日24:00',
      facts: {
        name: bank.half_done?.name,
        periodTitle: '2026年第三季度',
        dueTitle: '2026年10月20日24:00',
        state: '已保存草稿，尚未提交',
      },
    });
    await sql(`update institution set name = '改名银行' where id = $1`, [bank.half_done?.id]);
    expect(await place.leader.get(`/formal-notices/${notice.id}`)).toEqual(notice);
    await sql(`update institution set name = $2 where id = $1`, [bank.half_done?.id, bank.half_done?.name]);
    const taken = await place.officer.asks('POST', `/obligations/${obligation.untouched}/formal-notices`, body);
    expect([taken.status, taken.body.code]).toEqual([409, 'NUMBER_TAKEN']);
    const filed = await place.officer.asks('POST', `/obligations/${obligation.accepted}/formal-notices`, {
      ...body,
      number: '财催〔2026〕4号',
    });
    expect([filed.status, filed.body.title]).toEqual([409, '已采纳，无须催报']);
    expect((await inbox(bank.half_done?.checker as Person))[0]?.title).toContain('催报通知书 财催〔2026〕3号');
    expect((await bank.half_done?.filer.asks('GET', `/formal-notices/${notice.id}`))?.status).toBe(403);
  });

  it('closed unfiled only after the due date; reopened with a reason; late for ever', async () => {
    const id = String(obligation.untouched);
    const early = await place.officer.asks('POST', `/obligations/${id}/close`, { reason: '机构已停业' });
    expect([early.status, early.body.title]).toEqual([409, '期限（2026年10月20日24:00）未过，不能关闭']);
    await sql(`update obligation set due = '2026-10-18T00:00:00+08:00' where id = $1`, [id]);
    expect((await place.officer.asks('POST', `/obligations/${id}/close`, {})).status).toBe(422);
    await place.officer.post(`/obligations/${id}/close`, { reason: '机构已停业' });
    expect((await board()).types[0]?.counts).toMatchObject({ closed: 1, not_started: 1 });
    expect((await names('state=closed')).items[0]).toMatchObject({ id, closedReason: '机构已停业', overdue: false });
    expect((await remind([id])).skipped).toMatchObject([{ why: '关闭未报，无须催报' }]);
    expect((await place.officer.asks('POST', `/obligations/${id}/close`, { reason: '机构已停业' })).status).toBe(409);
    await place.officer.post(`/obligations/${id}/reopen`, { reason: '机构已复业，补报' });
    expect((await place.officer.asks('POST', `/obligations/${id}/reopen`, { reason: '机构已复业，补报' })).status).toBe(
      409,
    );
    // Extended afterwards and filed within the extension: late all the same.
    await sql('update obligation set due = $2 where id = $1', [id, DUE]);
    const one = bank.untouched as Bank;
    await one.checker.submits(await one.filer.files({ institution: one.uscc, period: PERIOD }, FIGURES));
    const { types } = await board();
    expect(types[0]).toMatchObject({ filed: 3, judged: 4, onTime: 3 });
    const [late] = await sql<{ value: string }>(
      `select trim_scale(value)::text as value from observation where metric = 'QL_LATE' and institution_id = $1 order by in_force_from desc limit 1`,
      [one.id],
    );
    expect(late).toEqual({ value: '1' });
    const acts = await sql<{ action: string; reason: string }>(
      `select action, body::jsonb ->> 'reason' as reason from audit.entry where subject = $1 and action in ('obligation.close', 'obligation.reopen') order by id`,
      [id],
    );
    expect(acts).toEqual([
      { action: 'obligation.close', reason: '机构已停业' },
      { action: 'obligation.reopen', reason: '机构已复业，补报' },
    ]);
  });
});

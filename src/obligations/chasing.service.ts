import { Injectable } from '@nestjs/common';
import { type Act, type ActedOn, Acts } from '../audit/acts.service.js';
import { dayOf } from '../calendar/day.js';
import { periodTitle } from '../calendar/period.js';
import { authorityTitle, departmentTitle } from '../identity/departments.js';
import { People } from '../identity/people.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Notices, type Whom } from '../notices/notices.service.js';
import { Database, instant, type Tx } from '../platform/database.service.js';
import { DomainError, notFound } from '../problems/problems.js';
import type { CallDto, FormalNoticeDto } from './chasing.dto.js';
import { dueNow, dueTitle, progressState, type Reminding, reminderWords, reminding, whyNotChased } from './chasing.js';
import { Conduct } from './conduct.service.js';
import { type Chased, type Contact, contactsOf, DEPARTMENT_FILERS, FILERS, ProgressQuery } from './progress.query.js';

/** What one reminder says, to whom. */
export interface ReminderView {
  readonly obligation: string;
  readonly name: string;
  readonly formTitle: string;
  readonly words: Reminding;
  readonly title: string;
  readonly todo: string;
  readonly people: readonly { readonly name: string; readonly roles: string; readonly mailed: boolean }[];
}

/** Whom a reminder does not reach, and why. */
export interface NotReminded {
  readonly obligation: string;
  readonly name: string;
  readonly why: string;
}

export interface Reminders {
  readonly reminders: readonly ReminderView[];
  readonly skipped: readonly NotReminded[];
}

/** 催报通知书 with the facts of the day on which it was issued. */
export interface FormalNotice {
  readonly id: string;
  readonly obligation: string;
  readonly number: string;
  readonly until: string;
  readonly untilTitle: string;
  readonly issuedAt: string;
  readonly issuedBy: string;
  readonly facts: FormalFacts;
}

interface FormalFacts {
  readonly name: string;
  readonly institution: string | null;
  readonly formTitle: string;
  /** 表号、制定机关、批准文号、有效期: what gives the bureau the right to ask. */
  readonly table: string | null;
  readonly authority: string | null;
  readonly approval: string | null;
  readonly validUntil: string | null;
  readonly periodTitle: string;
  readonly dueTitle: string;
  readonly state: string;
}

/** What was done so far about one obligation. */
export interface ChasingHistory {
  readonly reminders: readonly {
    readonly at: string;
    readonly by: string;
    readonly step: string;
    readonly words: string;
    readonly told: number;
  }[];
  readonly calls: readonly {
    readonly at: string;
    readonly by: string;
    readonly whom: string;
    readonly said: string;
    readonly promised: string | null;
  }[];
  readonly notices: readonly {
    readonly id: string;
    readonly at: string;
    readonly by: string;
    readonly number: string;
  }[];
}

const refused = (message: string): DomainError => new DomainError('CHASING_REFUSED', 409, message);

/** 催报: remind, call, formal notice, close unfiled. */
@Injectable()
export class Chasing {
  constructor(
    private readonly database: Database,
    private readonly acts: Acts,
    private readonly notices: Notices,
    private readonly query: ProgressQuery,
    private readonly conduct: Conduct,
  ) {}

  /** What `remind` would say to whom; changes nothing. */
  preview(actor: Actor, ids: readonly string[], again: boolean): Promise<Reminders> {
    return this.database.transaction(actor, async (tx) => {
      const all = await this.query.of(tx, { ids });
      const contacts = await contactsOf(tx, all);
      const reminders: ReminderView[] = [];
      const skipped: NotReminded[] = [];
      for (const each of all) {
        const people = contacts.get(each.institutionId ?? `department:${each.department}`) ?? [];
        const why = objection(each, people, again, tx.now);
        if (why !== null) skipped.push({ obligation: each.id, name: each.name, why });
        else reminders.push(viewOf(each, people, this.notices.mails, tx.now));
      }
      return { reminders, skipped };
    });
  }

  /** Reminds the filers and checkers of these obligations; each once a day, unless asked for `again`. */
  remind(actor: Actor, ids: readonly string[], again: boolean): Promise<Reminders> {
    return this.acts.perform({ action: 'obligation.chase', actor, creates: true }, (act) =>
      this.remindWithin(act, ids, 'hand', again),
    );
  }

  /**
   * In the caller's act; one audit entry for each obligation reminded.
   * @param step `hand`, or the day against the due date: then each step happens once, whoever asks
   */
  async remindWithin(act: Act, ids: readonly string[], step: string, again = false): Promise<Reminders> {
    // Two officers, or two workers: the second waits here and then sees what the first has done.
    await act.tx.run('select 1 from obligation where id = any($1::uuid[]) order by id for no key update', [[...ids]]);
    const all = await this.query.of(act.tx, { ids });
    const contacts = await contactsOf(act.tx, all);
    const reminders: ReminderView[] = [];
    const skipped: NotReminded[] = [];
    const things: ActedOn[] = [];
    for (const each of all) {
      const people = contacts.get(each.institutionId ?? `department:${each.department}`) ?? [];
      const due = dueNow(each);
      const words = reminding(each);
      if (step !== 'hand' && words !== null && due !== null && (await isDone(act.tx, each.id, step, due))) continue;
      const why = objection(each, people, again, act.now);
      if (why !== null || words === null || due === null) {
        skipped.push({ obligation: each.id, name: each.name, why: why ?? '' });
        if (step === 'hand' || words === null || due === null) continue;
      }
      const view = viewOf(each, people, this.notices.mails, act.now);
      const told = why === null ? await this.notices.tell(act, noticeOf(each, act.now)) : [];
      await act.tx.run(
        `insert into reminder (obligation_id, step, due, day, again, words, told, sent_by, sent_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [each.id, step, due, dayOf(act.now), again, words, told.length, act.actor.id, act.now],
      );
      things.push({
        subject: each.id,
        institutionId: each.institutionId,
        before: null,
        after: { reminder: words, step, told: told.map(({ user }) => user) },
      });
      if (why === null) reminders.push(view);
    }
    if (things.length > 0) act.recordEach(things);
    return { reminders, skipped };
  }

  /** A call that somebody made, by hand. */
  call(actor: Actor, id: string, dto: CallDto): Promise<ChasingHistory> {
    return this.acts.perform({ action: 'obligation.call', actor, subject: id, creates: true }, async (act) => {
      const each = await this.query.one(act.tx, id);
      const at = dto.at === undefined ? act.now : new Date(dto.at);
      if (at > act.now) throw new DomainError('CALL_LATER', 422, '通话时间不能晚于现在');
      await act.tx.run(
        `insert into call_log (obligation_id, called_by, whom, said, promised, called_at, logged_at)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [id, actor.id, dto.whom, dto.said, dto.promised ?? null, at, act.now],
      );
      act.institutionId = each.institutionId;
      // What was said stays in the log: names and reasons are no matter of the chain.
      act.record(null, { promised: dto.promised ?? null });
      return this.historyOf(act.tx, id);
    });
  }

  /** 催报通知书. @throws CHASING_REFUSED when there is nothing to chase, NUMBER_TAKEN */
  formalNotice(actor: Actor, id: string, dto: FormalNoticeDto): Promise<FormalNotice> {
    return this.acts.perform({ action: 'obligation.notice', actor, subject: id, creates: true }, async (act) => {
      const each = await this.query.one(act.tx, id);
      const due = dueNow(each);
      if (reminding(each) === null || due === null) throw refused(whyNotChased(each));
      const until = new Date(dto.until);
      if (until <= act.now) throw new DomainError('UNTIL_PAST', 422, '补报期限应晚于现在');
      const form = this.query.formOf(each);
      const facts: FormalFacts = {
        name: each.name,
        institution: each.institution,
        formTitle: each.formTitle,
        table: form?.table ?? null,
        authority: form?.authority ? authorityTitle(form.authority) : null,
        approval: form?.approval ?? null,
        validUntil: form?.validUntil ?? null,
        periodTitle: periodTitle(each.period),
        dueTitle: dueTitle(due),
        state: STATE_WORDS[reminding(each) as Reminding],
      };
      const row = await act.tx.row<{ id: string }>(
        `insert into formal_notice (obligation_id, number, until, facts, issued_by, issued_at)
         values ($1, $2, $3, $4, $5, $6) on conflict (number) do nothing returning id`,
        [id, dto.number, until, JSON.stringify(facts), actor.id, act.now],
      );
      if (!row) throw new DomainError('NUMBER_TAKEN', 409, `文号“${dto.number}”已用于另一份通知书`);
      await this.notices.tell(act, {
        to: whomOf(each),
        kind: 'formal-notice',
        title: `催报通知书 ${dto.number}：${periodTitle(each.period)}《${each.formTitle}》`,
        todo: `请于${dueTitle(until)}前填报并提交；纸质通知书另行送达。`,
        link: linkOf(each),
      });
      act.institutionId = each.institutionId;
      act.record(null, { notice: row.id, number: dto.number, until: until.toISOString() });
      return this.noticeOf(act.tx, row.id);
    });
  }

  /** @throws NOT_FOUND */
  oneNotice(actor: Actor, id: string): Promise<FormalNotice> {
    return this.database.transaction(actor, (tx) => this.noticeOf(tx, id));
  }

  /** 关闭未报: after the due date alone; late for ever. @throws CHASING_REFUSED */
  close(actor: Actor, id: string, reason: string): Promise<ChasingHistory> {
    return this.acts.perform({ action: 'obligation.close', actor, subject: id, reason }, async (act) => {
      const each = await this.locked(act.tx, id);
      const state = progressState(each);
      if (reminding(each) === null) throw refused(state === 'closed' ? '已关闭' : whyNotChased(each));
      const due = dueNow(each) as Date;
      if (act.now < due) throw refused(`期限（${dueTitle(due)}）未过，不能关闭`);
      await act.tx.run(
        'update obligation set closed_at = $2, closed_by = $3, closed_reason = $4, closed_once = true where id = $1',
        [id, act.now, actor.id, reason],
      );
      await this.notices.tell(act, {
        to: whomOf(each),
        kind: 'closed',
        title: `${periodTitle(each.period)}《${each.formTitle}》已按未报关闭`,
        todo: `如需补报，请联系${departmentTitle('finance_bureau')}重开；仍计为逾期。`,
        body: `理由：${reason}`,
        link: linkOf(each),
      });
      act.institutionId = each.institutionId;
      await this.conduct.observe(act, each.institutionId, each.period);
      act.record({ state }, { state: 'closed' });
      return this.historyOf(act.tx, id);
    });
  }

  /** @throws CHASING_REFUSED */
  reopen(actor: Actor, id: string, reason: string): Promise<ChasingHistory> {
    return this.acts.perform({ action: 'obligation.reopen', actor, subject: id, reason }, async (act) => {
      const each = await this.locked(act.tx, id);
      if (!each.closed) throw refused('没有关闭，无须重开');
      await act.tx.run('update obligation set closed_at = null, closed_by = null, closed_reason = null where id = $1', [
        id,
      ]);
      await this.notices.tell(act, {
        to: whomOf(each),
        kind: 'reopened',
        title: `${periodTitle(each.period)}《${each.formTitle}》已重开，可以补报`,
        todo: '请尽快填报并提交；仍计为逾期。',
        body: `理由：${reason}`,
        link: linkOf(each),
      });
      act.institutionId = each.institutionId;
      await this.conduct.observe(act, each.institutionId, each.period);
      act.record({ state: 'closed' }, { state: progressState({ ...each, closed: false }) });
      return this.historyOf(act.tx, id);
    });
  }

  /** @throws NOT_FOUND */
  history(actor: Actor, id: string): Promise<ChasingHistory> {
    return this.database.transaction(actor, async (tx) => {
      await this.query.one(tx, id);
      return this.historyOf(tx, id);
    });
  }

  private async locked(tx: Tx, id: string): Promise<Chased> {
    await tx.run('select 1 from obligation where id = $1 for no key update', [id]);
    return this.query.one(tx, id);
  }

  private async noticeOf(tx: Tx, id: string): Promise<FormalNotice> {
    const row = await tx.row<{
      obligation: string;
      number: string;
      until: Date;
      facts: FormalFacts;
      by: string;
      at: string;
    }>(
      `select obligation_id as obligation, number, until, facts, issued_by as by, ${instant('issued_at')} as at
       from formal_notice where id = $1`,
      [id],
    );
    if (!row) throw notFound();
    const names = await People.names(tx, [row.by]);
    const { obligation, number, until, facts } = row;
    return {
      id,
      obligation,
      number,
      until: until.toISOString(),
      untilTitle: dueTitle(until),
      issuedAt: row.at,
      issuedBy: names.get(row.by) ?? row.by,
      facts,
    };
  }

  private async historyOf(tx: Tx, id: string): Promise<ChasingHistory> {
    const reminders = await tx.rows<ChasingHistory['reminders'][number]>(
      `select ${instant('sent_at')} as at, sent_by as by, step, words, told from reminder where obligation_id = $1 order by sent_at desc`,
      [id],
    );
    const calls = await tx.rows<ChasingHistory['calls'][number]>(
      `select ${instant('called_at')} as at, called_by as by, whom, said, promised::text from call_log
       where obligation_id = $1 order by called_at desc, logged_at desc`,
      [id],
    );
    const notices = await tx.rows<ChasingHistory['notices'][number]>(
      `select id, ${instant('issued_at')} as at, issued_by as by, number from formal_notice where obligation_id = $1 order by issued_at desc`,
      [id],
    );
    const names = await People.names(
      tx,
      [...reminders, ...calls, ...notices].map(({ by }) => by),
    );
    const named = <T extends { readonly by: string }>(rows: readonly T[]): T[] =>
      rows.map((row) => ({ ...row, by: row.by.startsWith('system:') ? '自动' : (names.get(row.by) ?? row.by) }));
    return { reminders: named(reminders), calls: named(calls), notices: named(notices) };
  }
}

const STATE_WORDS: Readonly<Record<Reminding, string>> = {
  untouched: '尚未填报',
  half_done: '已保存草稿，尚未提交',
  to_sign: '尚待本单位复核人签署提交',
  returned: '退回后尚未重新提交',
};

const isDone = async (tx: Tx, id: string, step: string, due: Date): Promise<boolean> =>
  (await tx.row('select 1 from reminder where obligation_id = $1 and step = $2 and due = $3', [id, step, due])) !==
  null;

/** Why this one is not reminded now; null: it is. */
function objection(each: Chased, people: readonly Contact[], again: boolean, now: Date): string | null {
  if (reminding(each) === null) return whyNotChased(each);
  if (people.length === 0) return '没有可登录的填报人或复核人，请打电话';
  if (!again && each.lastReminder !== null && dayOf(each.lastReminder) === dayOf(now)) return '今天已催过';
  return null;
}

const linkOf = ({ filingId }: Chased): string => (filingId === null ? '/filings' : `/filings/${filingId}`);

const whomOf = ({ institutionId, department }: Chased): Whom =>
  institutionId === null
    ? { roles: DEPARTMENT_FILERS, department: department ?? '' }
    : { institutionId, roles: FILERS };

const wordsOf = (each: Chased, now: Date) =>
  reminderWords(reminding(each) as Reminding, { ...each, due: dueNow(each) as Date }, now);

const noticeOf = (each: Chased, now: Date) => ({
  to: whomOf(each),
  kind: 'reminder',
  ...wordsOf(each, now),
  link: linkOf(each),
});

function viewOf(each: Chased, people: readonly Contact[], mails: boolean, now: Date): ReminderView {
  const { title, todo } = wordsOf(each, now);
  return {
    obligation: each.id,
    name: each.name,
    formTitle: each.formTitle,
    words: reminding(each) as Reminding,
    title,
    todo,
    people: people.map(({ name, roles, email }) => ({ name, roles, mailed: mails && email !== null })),
  };
}

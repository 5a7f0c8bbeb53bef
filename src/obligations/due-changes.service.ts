import { Inject, Injectable } from '@nestjs/common';
import { type Act, Acts } from '../audit/acts.service.js';
import { dayBefore, dayOf, dayTitle, endOfDay, isDay } from '../calendar/day.js';
import { periodTitle } from '../calendar/period.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { departmentTitle } from '../identity/departments.js';
import { People } from '../identity/people.service.js';
import { type Actor, DEPARTMENT_ROLES, INSTITUTION_ROLES, isOfDepartment } from '../lifecycle/lifecycle.js';
import { Notices, type Whom } from '../notices/notices.service.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { notFound } from '../problems/problems.js';
import {
  dueChangeDecided,
  dueChangeLate,
  dueChangeOpen,
  dueChangeOwn,
  obligationClosed,
  obligationFiled,
  untilInvalid,
} from './obligation-errors.js';

export interface WantedChange {
  readonly kind: 'extension' | 'exemption';
  /** The last day, `2026-11-03` (until 24:00), or the first instant that is too late; for an extension. */
  readonly until?: string | undefined;
  readonly reason: string;
}

/** An extension or exemption: who asked for it, who decided, why. */
export interface DueChangeView {
  readonly id: string;
  readonly obligation: string;
  readonly institution: string | null;
  readonly institutionName: string;
  readonly form: string;
  readonly formTitle: string;
  readonly period: string;
  /** As it stands now. */
  readonly due: string | null;
  readonly kind: 'extension' | 'exemption';
  readonly until: string | null;
  readonly reason: string;
  /** null: the bureau's own motion. */
  readonly askedBy: string | null;
  readonly askedAt: string;
  readonly decision: 'granted' | 'refused' | null;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly decisionReason: string | null;
}

interface HeldObligation {
  readonly id: string;
  readonly institution_id: string | null;
  readonly due: Date | null;
  readonly is_over: boolean;
  readonly is_filed: boolean;
  readonly department: string | null;
  readonly name: string;
  readonly form: string;
  readonly form_version: number;
  readonly period: string;
  readonly filing: string | null;
}

interface ChangeRow extends Omit<DueChangeView, 'due' | 'until' | 'askedBy' | 'askedAt' | 'decidedBy' | 'decidedAt'> {
  readonly department: string | null;
  readonly form_version: number;
  readonly due: Date | null;
  readonly until: Date | null;
  readonly asked_by: string | null;
  readonly asked_at: Date;
  readonly decided_by: string | null;
  readonly decided_at: Date | null;
}

const CHANGE = `
  select c.id, o.id as obligation, i.uscc as institution, coalesce(i.name, '') as "institutionName", o.department, o.form,
    o.form_version, o.period, o.due, c.kind, c.until, c.reason, c.asked_by, c.asked_at, c.decision, c.decided_by,
    c.decided_at, c.decision_reason as "decisionReason"
  from due_change c join obligation o on o.id = c.obligation_id left join institution i on i.id = o.institution_id`;

/** 延期和免报: asked by who files, decided by an officer; each moves one obligation and no other. */
@Injectable()
export class DueChanges {
  constructor(
    private readonly database: Database,
    private readonly acts: Acts,
    private readonly notices: Notices,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /**
   * Asks for a change; an officer's is the bureau's own motion and holds at once.
   * @throws NOT_FOUND, OBLIGATION_CLOSED, OBLIGATION_FILED, DUE_CHANGE_OPEN, DUE_CHANGE_LATE, DUE_CHANGE_UNTIL
   */
  ask(actor: Actor, obligationId: string, wanted: WantedChange): Promise<DueChangeView> {
    const { kind, reason } = wanted;
    const options = { action: `obligation.${kind}`, actor, subject: obligationId, reason, creates: true } as const;
    return this.acts.perform(options, async (act) => {
      const obligation = await hold(act, obligationId);
      if (obligation.is_over) throw obligationClosed();
      if (obligation.is_filed) throw obligationFiled();
      const isOwnMotion = actor.roles.includes('officer');
      if (!isOwnMotion && kind === 'extension' && obligation.due !== null && act.now >= obligation.due)
        throw dueChangeLate();
      const until = kind === 'extension' ? untilOf(wanted.until, obligation.due, act.now) : null;
      if (await act.tx.row('select 1 from due_change where obligation_id = $1 and decision is null', [obligation.id]))
        throw dueChangeOpen();
      const row = (await act.tx.row(
        `insert into due_change (obligation_id, institution_id, kind, until, reason, asked_by, asked_at, decision, decided_by, decided_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id`,
        [
          obligation.id,
          obligation.institution_id,
          kind,
          until,
          reason,
          isOwnMotion ? null : actor.id,
          act.now,
          isOwnMotion ? 'granted' : null,
          isOwnMotion ? actor.id : null,
          isOwnMotion ? act.now : null,
        ],
      )) as { id: string };
      if (isOwnMotion) {
        await this.move(act, obligation, kind, until);
        await this.tellFiler(act, obligation, kind, until, 'granted', reason);
      } else await this.tellOfficers(act, obligation, kind, until, reason);
      act.record({ due: obligation.due }, { change: row.id, kind, until, decision: isOwnMotion ? 'granted' : null });
      return this.view(act.tx, row.id);
    });
  }

  /** @throws NOT_FOUND, DUE_CHANGE_DECIDED, DUE_CHANGE_REFUSED (the asker decides nothing), OBLIGATION_CLOSED */
  grant(actor: Actor, id: string, reason: string): Promise<DueChangeView> {
    return this.decide(actor, id, 'granted', reason);
  }

  /** @throws NOT_FOUND, DUE_CHANGE_DECIDED, DUE_CHANGE_REFUSED */
  refuse(actor: Actor, id: string, reason: string): Promise<DueChangeView> {
    return this.decide(actor, id, 'refused', reason);
  }

  /** By the time they were asked, the latest first. @param filter.open `true`: those that wait for a decision */
  list(
    actor: Actor,
    filter: PageQuery & { readonly open?: string | undefined; readonly obligation?: string | undefined },
  ): Promise<Page<DueChangeView>> {
    const list = `due-changes:${filter.open ?? ''}:${filter.obligation ?? ''}`;
    const request = pageRequest(filter, list, 2);
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<ChangeRow>(
        `${CHANGE} where ($1::boolean is null or (c.decision is null) = $1) and ($2::uuid is null or o.id = $2)
           and ($3::text is null or o.department = $3) and ($4::timestamptz is null or (c.asked_at, c.id) < ($4, $5))
         order by c.asked_at desc, c.id desc limit $6`,
        [
          filter.open === undefined ? null : filter.open === 'true',
          filter.obligation ?? null,
          isOfDepartment(actor) ? (actor.department ?? '') : null,
          request.after?.[0] ?? null,
          request.after?.[1] ?? null,
          request.limit + 1,
        ],
      );
      const page = pageOf(rows, request, list, (row) => [row.asked_at.toISOString(), row.id]);
      return { items: await this.views(tx, page.items), next: page.next };
    });
  }

  private decide(actor: Actor, id: string, decision: 'granted' | 'refused', reason: string): Promise<DueChangeView> {
    const options = { action: `obligation.${decision === 'granted' ? 'grant' : 'refuse'}`, actor, reason };
    return this.acts.perform(options, async (act) => {
      const change = await act.tx.row<{
        obligation_id: string;
        kind: 'extension' | 'exemption';
        until: Date | null;
        asked_by: string | null;
        decision: string | null;
      }>('select obligation_id, kind, until, asked_by, decision from due_change where id = $1 for update', [id]);
      if (!change) throw notFound();
      const obligation = await hold(act, change.obligation_id);
      act.subject = obligation.id;
      if (change.decision !== null) throw dueChangeDecided();
      if (change.asked_by === actor.id) throw dueChangeOwn();
      if (decision === 'granted') {
        if (obligation.is_over) throw obligationClosed();
        await this.move(act, obligation, change.kind, change.until);
      }
      await act.tx.run(
        'update due_change set decision = $2, decided_by = $3, decided_at = $4, decision_reason = $5 where id = $1',
        [id, decision, actor.id, act.now, reason],
      );
      await this.tellFiler(act, obligation, change.kind, change.until, decision, reason);
      act.record({ due: obligation.due }, { change: id, kind: change.kind, until: change.until, decision });
      return this.view(act.tx, id);
    });
  }

  /** A granted date is final, whatever calendar comes later. */
  private async move(
    act: Act,
    obligation: HeldObligation,
    kind: WantedChange['kind'],
    until: Date | null,
  ): Promise<void> {
    if (kind === 'extension')
      await act.tx.run('update obligation set due = $2, provisional = false where id = $1', [obligation.id, until]);
    else await act.tx.run('update obligation set exempt_at = $2 where id = $1', [obligation.id, act.now]);
  }

  private titleOf({ form, form_version, period }: HeldObligation): string {
    return `${periodTitle(period)}《${this.catalogue.formAt(form, form_version)?.title ?? form}》`;
  }

  private async tellOfficers(
    act: Act,
    obligation: HeldObligation,
    kind: WantedChange['kind'],
    until: Date | null,
    reason: string,
  ): Promise<void> {
    await this.notices.tell(act, {
      to: { roles: ['officer'] },
      kind: 'due-change',
      title: `${nameOf(obligation)}申请${changeTitle(kind, until)}：${this.titleOf(obligation)}`,
      todo: '请决定是否同意。',
      body: `理由：${reason}`,
      link: `/obligations?period=${obligation.period}`,
    });
  }

  private async tellFiler(
    act: Act,
    obligation: HeldObligation,
    kind: WantedChange['kind'],
    until: Date | null,
    decision: 'granted' | 'refused',
    reason: string,
  ): Promise<void> {
    const { institution_id: institutionId, department, filing } = obligation;
    const to: Whom =
      institutionId === null
        ? { roles: DEPARTMENT_ROLES, department: department ?? '' }
        : { institutionId, roles: INSTITUTION_ROLES };
    const what = changeTitle(kind, until);
    await this.notices.tell(act, {
      to,
      kind: 'due-change',
      title: `${this.titleOf(obligation)}${decision === 'granted' ? what : `申请${what}，未同意`}`,
      todo:
        decision === 'refused'
          ? '仍按原截止时间填报并提交。'
          : kind === 'exemption'
            ? '本期这张报表不用再填报。'
            : '请在新的截止时间前填报并提交。',
      body: reason === '' ? '' : `理由：${reason}`,
      link: filing === null ? '/filings' : `/filings/${filing}`,
    });
  }

  private async view(tx: Tx, id: string): Promise<DueChangeView> {
    const rows = await tx.rows<ChangeRow>(`${CHANGE} where c.id = $1`, [id]);
    return (await this.views(tx, rows))[0] as DueChangeView;
  }

  private async views(tx: Tx, rows: readonly ChangeRow[]): Promise<DueChangeView[]> {
    const people = rows.flatMap((row) => [row.asked_by, row.decided_by]).filter((id) => id !== null);
    const names = await People.names(tx, people);
    const name = (id: string | null): string | null => (id === null ? null : (names.get(id) ?? id));
    return rows.map(({ asked_by, asked_at, decided_by, decided_at, department, form_version, ...row }) => ({
      ...row,
      institutionName: department === null ? row.institutionName : departmentTitle(department),
      formTitle: this.catalogue.formAt(row.form, form_version)?.title ?? row.form,
      due: row.due?.toISOString() ?? null,
      until: row.until?.toISOString() ?? null,
      askedBy: name(asked_by),
      askedAt: asked_at.toISOString(),
      decidedBy: name(decided_by),
      decidedAt: decided_at?.toISOString() ?? null,
    }));
  }
}

/** The obligation, held until the act ends. @throws NOT_FOUND for what is absent or not the actor's */
async function hold(act: Act, id: string): Promise<HeldObligation> {
  const { actor } = act;
  const row = await act.tx.row<HeldObligation>(
    `select o.id, o.institution_id, o.department, coalesce(i.name, '') as name, o.form, o.form_version, o.period,
       (select f.id from filing f where f.obligation_id = o.id) as filing, o.due, o.exempt_at is not null or o.closed_at is not null as is_over,
       exists (select 1 from revision r join filing f on f.id = r.filing_id where f.obligation_id = o.id) as is_filed
     from obligation o left join institution i on i.id = o.institution_id where o.id = $1 and ($2::text is null or o.department = $2) for update of o`,
    [id, isOfDepartment(actor) ? (actor.department ?? '') : null],
  );
  if (!row) throw notFound();
  act.institutionId = row.institution_id;
  return row;
}

const nameOf = ({ department, name }: HeldObligation): string =>
  department === null ? name : departmentTitle(department);

/** 延期至2026年11月3日24:00, 免报. */
function changeTitle(kind: WantedChange['kind'], until: Date | null): string {
  if (kind === 'exemption' || until === null) return '免报';
  const isMidnight = endOfDay(dayBefore(dayOf(until))).getTime() === until.getTime();
  return isMidnight ? `延期至${dayTitle(dayBefore(dayOf(until)))}24:00` : `延期至${dayTitle(dayOf(until))}`;
}

/** @throws DUE_CHANGE_UNTIL unless it lies after the present due date and after now */
function untilOf(text: string | undefined, due: Date | null, now: Date): Date {
  const expected = '2026-11-03 这样的日期，晚于原截止时间和今天';
  const until = text === undefined ? null : isDay(text) ? endOfDay(text) : new Date(text);
  if (text === undefined || until === null || Number.isNaN(until.getTime()))
    throw untilInvalid(text ?? '（缺）', expected, '延期须写明新的截止日期');
  if (until <= now || (due !== null && until <= due))
    throw untilInvalid(text, expected, '新的截止日期没有晚于原截止时间');
  return until;
}

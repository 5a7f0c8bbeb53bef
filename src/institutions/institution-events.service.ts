import { Injectable } from '@nestjs/common';
import { type Act, Acts } from '../audit/acts.service.js';
import { dayBefore, dayOf } from '../calendar/day.js';
import type { InstitutionType } from '../forms/metric.js';
import { People } from '../identity/people.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import {
  eventAhead,
  eventChangesNothing,
  eventLacks,
  eventOutOfOrder,
  eventSelf,
  institutionClosed,
} from './institution-errors.js';
import { Institutions } from './institutions.service.js';

export const EVENT_KINDS = ['rename', 'merger', 'succession', 'type_change', 'closing'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** What happened, as an officer records it from a document. */
export interface NewEvent {
  readonly kind: EventKind;
  /** First day on which it holds. */
  readonly effectiveOn: string;
  /** The new name of a rename. */
  readonly name?: string | undefined;
  /** The new type of a change of type. */
  readonly type?: InstitutionType | undefined;
  /** Code of the institution that takes over, of a merger or succession. */
  readonly other?: string | undefined;
  /** Number of the document. */
  readonly document: string;
  readonly reason: string;
}

export interface InstitutionEvent {
  readonly id: string;
  readonly kind: EventKind;
  readonly effectiveOn: string;
  readonly before: Readonly<Record<string, string | null>>;
  readonly after: Readonly<Record<string, string | null>>;
  /** The one that takes over, or of the successor's page: the one that was taken over. */
  readonly other: { readonly uscc: string; readonly name: string } | null;
  /** `taken_over`: this institution is the successor. */
  readonly side: 'own' | 'taken_over';
  readonly document: string;
  readonly reason: string;
  readonly recordedBy: string;
  readonly recordedAt: string;
}

interface HeldInstitution {
  readonly id: string;
  readonly name: string;
  readonly closed_on: string | null;
}

/** 机构变更: rename, merger, succession, change of type, closing, each with its day, document and reason. */
@Injectable()
export class InstitutionEvents {
  constructor(
    private readonly database: Database,
    private readonly acts: Acts,
    private readonly institutions: Institutions,
  ) {}

  /**
   * Records an event and what follows from it. Obligations that were generated, and evaluations that were pinned, stay
   * as they are; the successor of a merger keeps its own history, the absorbed one's stays under its own code.
   * @throws NOT_FOUND, EVENT_INVALID, INSTITUTION_CLOSED
   */
  record(actor: Actor, uscc: string, event: NewEvent): Promise<InstitutionEvent> {
    const options = { action: 'institution.edit', actor, reason: event.reason, creates: true } as const;
    return this.acts.perform(options, async (act) => {
      const { eventId, institutionId, before, after } = await this.recordWithin(act, uscc, event);
      act.subject = institutionId;
      act.institutionId = institutionId;
      act.record(before, { event: event.kind, effectiveOn: event.effectiveOn, document: event.document, ...after });
      return (await this.of(act.tx, institutionId)).find((each) => each.id === eventId) as InstitutionEvent;
    });
  }

  /** `record` in the caller's act, which writes the audit entry. @throws as `record` */
  async recordWithin(act: Act, uscc: string, event: NewEvent) {
    const { id } = await this.institutions.find(act.tx, uscc);
    const held = (await act.tx.row('select id, name, closed_on::text from institution where id = $1 for update', [
      id,
    ])) as HeldInstitution;
    if (event.effectiveOn > dayOf(act.now)) throw eventAhead(event.effectiveOn);
    if (held.closed_on !== null) throw institutionClosed();
    const { before, after, otherId } = await this.follow(act, held, uscc, event);
    const row = (await act.tx.row(
      `insert into institution_event (institution_id, other_id, kind, effective_on, before, after, document, reason, recorded_by, recorded_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id`,
      [
        id,
        otherId,
        event.kind,
        event.effectiveOn,
        JSON.stringify(before),
        JSON.stringify(after),
        event.document,
        event.reason,
        act.actor.id,
        act.now,
      ],
    )) as { id: string };
    return { eventId: row.id, institutionId: id, before, after };
  }

  list(actor: Actor, uscc: string, query: PageQuery): Promise<Page<InstitutionEvent>> {
    const list = `institution-events:${uscc}`;
    const request = pageRequest(query, list, 1);
    return this.database.transaction(actor, async (tx) => {
      const { id } = await this.institutions.find(tx, uscc);
      const events = await this.of(tx, id);
      const from = request.after === null ? 0 : events.findIndex((each) => each.id === request.after?.[0]) + 1;
      return pageOf(events.slice(from, from + request.limit + 1), request, list, (event) => [event.id]);
    });
  }

  /** The events of an institution and of those that it took over, the latest first. */
  async of(tx: Tx, institutionId: string): Promise<InstitutionEvent[]> {
    const rows = await tx.rows<
      Omit<InstitutionEvent, 'other' | 'recordedAt'> & {
        readonly other_uscc: string | null;
        readonly other_name: string | null;
        readonly recorded_at: Date;
      }
    >(
      `select e.id, e.kind, e.effective_on::text as "effectiveOn", e.before, e.after, i.uscc as other_uscc, i.name as other_name,
         case when e.institution_id = $1 then 'own' else 'taken_over' end as side, e.document, e.reason,
         e.recorded_by as "recordedBy", e.recorded_at
       from institution_event e
       left join institution i on i.id = case when e.institution_id = $1 then e.other_id else e.institution_id end
       where e.institution_id = $1 or e.other_id = $1
       order by e.effective_on desc, e.recorded_at desc, e.kind desc, e.id`,
      [institutionId],
    );
    const names = await People.names(
      tx,
      rows.map((row) => row.recordedBy),
    );
    return rows.map(({ other_uscc, other_name, recorded_at, ...row }) => ({
      ...row,
      other: other_uscc === null ? null : { uscc: other_uscc, name: other_name ?? '' },
      recordedBy: names.get(row.recordedBy) ?? row.recordedBy,
      recordedAt: recorded_at.toISOString(),
    }));
  }

  private async follow(act: Act, held: HeldInstitution, uscc: string, event: NewEvent) {
    if (event.kind === 'rename') return this.rename(act, held, event);
    if (event.kind === 'type_change') return this.changeType(act, held, event);
    const other = event.kind === 'closing' ? null : await this.successor(act, uscc, event.other);
    await this.endType(act, held.id, event.effectiveOn);
    await act.tx.run('update institution set closed_on = $2 where id = $1', [held.id, event.effectiveOn]);
    const after = { closedOn: event.effectiveOn, successor: other?.uscc ?? null };
    return { before: { closedOn: null }, after, otherId: other?.id ?? null };
  }

  /** The name that stands is the one of the latest rename. */
  private async rename(act: Act, held: HeldInstitution, event: NewEvent) {
    if (event.name === undefined) throw eventLacks('name', '新名称', '更名须写明新名称');
    if (event.name === held.name) throw eventChangesNothing('name', event.name);
    const later = await act.tx.row(
      `select 1 from institution_event where institution_id = $1 and kind = 'rename' and effective_on > $2`,
      [held.id, event.effectiveOn],
    );
    if (!later) await act.tx.run('update institution set name = $2 where id = $1', [held.id, event.name]);
    return { before: { name: held.name }, after: { name: event.name }, otherId: null };
  }

  private async changeType(act: Act, held: HeldInstitution, event: NewEvent) {
    if (event.type === undefined) throw eventLacks('type', '新类型', '变更类型须写明新类型');
    const type = await this.endType(act, held.id, event.effectiveOn);
    if (type === event.type) throw eventChangesNothing('type', event.type);
    await act.tx.run('insert into institution_type (institution_id, type, valid_from) values ($1, $2, $3)', [
      held.id,
      event.type,
      event.effectiveOn,
    ]);
    return { before: { type }, after: { type: event.type }, otherId: null };
  }

  private async successor(act: Act, uscc: string, other: string | undefined) {
    if (other === undefined) throw eventLacks('other', '承接机构的统一社会信用代码', '合并、承继须写明承接机构');
    if (other === uscc) throw eventSelf(other);
    return this.institutions.find(act.tx, other);
  }

  /** Ends the last span of types on the day before. @returns its type */
  private async endType(act: Act, institutionId: string, day: string): Promise<InstitutionType> {
    const last = (await act.tx.row(
      `select type, valid_from::text as "from", valid_to::text as "to" from institution_type
       where institution_id = $1 order by valid_from desc limit 1`,
      [institutionId],
    )) as { type: InstitutionType; from: string; to: string | null } | null;
    if (!last || day <= last.from || (last.to !== null && day > last.to))
      throw eventOutOfOrder(day, last ? `晚于 ${last.from} 的日期` : '已登记类型的机构');
    await act.tx.run('update institution_type set valid_to = $3 where institution_id = $1 and valid_from = $2', [
      institutionId,
      last.from,
      dayBefore(day),
    ]);
    return last.type;
  }
}

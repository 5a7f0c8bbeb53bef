import { Injectable } from '@nestjs/common';
import { Acts } from '../audit/acts.service.js';
import { isDay } from '../calendar/day.js';
import { People } from '../identity/people.service.js';
import { Institutions } from '../institutions/institutions.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { DomainError, notFound } from '../problems/problems.js';

/** 一人机构豁免: one person fills and signs, for a time and with a reason. */
export interface WaiverItem {
  readonly id: string;
  readonly institution: string;
  readonly institutionName: string;
  readonly reason: string;
  /** Days, both included. */
  readonly validFrom: string;
  readonly validTo: string;
  readonly grantedBy: string;
  readonly grantedAt: string;
  readonly endedAt: string | null;
}

/** Waivers of the rule that maker and checker are two persons; what is signed under one is sampled more. */
@Injectable()
export class Waivers {
  constructor(
    private readonly acts: Acts,
    private readonly database: Database,
    private readonly institutions: Institutions,
  ) {}

  list(actor: Actor, query: PageQuery): Promise<Page<WaiverItem>> {
    const request = pageRequest(query, 'waivers', 2);
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<WaiverItem & { granted_by: string; granted_at: Date; ended_at: Date | null }>(
        `select w.id, i.uscc as institution, i.name as "institutionName", w.reason, w.valid_from::text as "validFrom",
           w.valid_to::text as "validTo", w.granted_by, w.granted_at, w.ended_at
         from checker_waiver w join institution i on i.id = w.institution_id
         where $1::text is null or (w.valid_from::text, w.id::text) < ($1, $2)
         order by w.valid_from::text desc, w.id::text desc limit $3`,
        [...(request.after ?? [null, null]), request.limit + 1],
      );
      const names = await People.names(
        tx,
        rows.map((row) => row.granted_by),
      );
      const page = pageOf(rows, request, 'waivers', (row) => [row.validFrom, row.id]);
      return {
        items: page.items.map(({ granted_by, granted_at, ended_at, ...row }) => ({
          ...row,
          grantedBy: names.get(granted_by) ?? granted_by,
          grantedAt: granted_at.toISOString(),
          endedAt: ended_at?.toISOString() ?? null,
        })),
        next: page.next,
      };
    });
  }

  /** @throws NOT_FOUND, WAIVER_DATES */
  grant(
    actor: Actor,
    dto: {
      readonly institution: string;
      readonly reason: string;
      readonly validFrom: string;
      readonly validTo: string;
    },
  ): Promise<{ id: string }> {
    return this.acts.perform({ action: 'waiver.grant', actor, reason: dto.reason, creates: true }, async (act) => {
      const institution = await this.institutions.find(act.tx, dto.institution);
      if (!isDay(dto.validFrom) || !isDay(dto.validTo) || dto.validFrom > dto.validTo)
        throw new DomainError('WAIVER_DATES', 422, '豁免的起止日期应为先后两天，如 2026-01-01 至 2026-12-31');
      const row = (await act.tx.row<{ id: string }>(
        `insert into checker_waiver (institution_id, reason, valid_from, valid_to, granted_by, granted_at)
           values ($1, $2, $3, $4, $5, $6) returning id`,
        [institution.id, dto.reason, dto.validFrom, dto.validTo, actor.id, act.now],
      )) as { id: string };
      act.subject = row.id;
      act.institutionId = institution.id;
      act.record(null, { validFrom: dto.validFrom, validTo: dto.validTo });
      return row;
    });
  }

  /** @throws NOT_FOUND, also for one that has ended */
  end(actor: Actor, id: string): Promise<void> {
    return this.acts.perform({ action: 'waiver.end', actor, subject: id }, async (act) => {
      const ended = await act.tx.row<{ institution_id: string }>(
        'update checker_waiver set ended_by = $2, ended_at = $3 where id = $1 and ended_at is null returning institution_id',
        [id, actor.id, act.now],
      );
      if (!ended) throw notFound();
      act.institutionId = ended.institution_id;
      act.record({ ended: false }, { ended: true });
    });
  }
}

import { Injectable } from '@nestjs/common';
import type { Act } from '../audit/acts.service.js';
import { dayOf } from '../calendar/day.js';
import { lastDay } from '../calendar/period.js';
import type { InstitutionType } from '../forms/metric.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { DomainError, notFound } from '../problems/problems.js';
import { isUscc } from './uscc.js';

export interface NewInstitution {
  /** 统一社会信用代码; in the demonstration also a key `DEMO-…`, never an invented code for a real firm. */
  readonly uscc: string;
  readonly name: string;
  readonly type: InstitutionType;
  /** First day on which it had this type, `2015-06-01`. */
  readonly typeFrom: string;
  /** null: not known. */
  readonly openedOn: string | null;
  /** Who it is compared with: `district`, or another list such as published figures. */
  readonly register: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface InstitutionItem {
  readonly uscc: string;
  /** The key that figures, rankings and bundles carry: the USCC. */
  readonly code: string;
  readonly name: string;
  readonly type: string | null;
  readonly openedOn: string | null;
  readonly closedOn: string | null;
  readonly register: string;
}

const DEMO_KEY = /^DEMO-[A-Z0-9]{2,12}$/;

/** 机构: who files and is ranked, with dated types and flags. */
@Injectable()
export class Institutions {
  constructor(private readonly database: Database) {}

  /** @throws NOT_FOUND for what is absent or not the actor's */
  async find(tx: Tx, uscc: string): Promise<{ id: string; uscc: string; name: string }> {
    const row = await tx.row<{ id: string; uscc: string; name: string }>(
      'select id, uscc, name from institution where uscc = $1',
      [uscc],
    );
    if (!row) throw notFound();
    return row;
  }

  /** Its type on the last day of a period; null when it had none. */
  async typeIn(tx: Tx, institutionId: string, period: string): Promise<InstitutionType | null> {
    const row = await tx.row<{ type: InstitutionType }>(
      `select type from institution_type
       where institution_id = $1 and valid_from <= $2 and (valid_to is null or valid_to >= $2)`,
      [institutionId, lastDay(period)],
    );
    return row?.type ?? null;
  }

  /**
   * Adds an institution. Part of the caller's act.
   * @throws USCC_INVALID, INSTITUTION_EXISTS
   */
  async add(act: Act, institution: NewInstitution, allowDemoKeys: boolean): Promise<string> {
    if (!isUscc(institution.uscc) && !(allowDemoKeys && DEMO_KEY.test(institution.uscc)))
      throw new DomainError('USCC_INVALID', 422, `统一社会信用代码“${institution.uscc}”不正确（GB 32100-2015 校验位）`);
    const row = await act.tx.row<{ id: string }>(
      `insert into institution (uscc, name, opened_on, register, attributes) values ($1, $2, $3, $4, $5)
       on conflict (uscc) do nothing returning id`,
      [
        institution.uscc,
        institution.name,
        institution.openedOn,
        institution.register,
        JSON.stringify(institution.attributes),
      ],
    );
    if (!row) throw new DomainError('INSTITUTION_EXISTS', 409, `机构 ${institution.uscc} 已存在`);
    await act.tx.run('insert into institution_type (institution_id, type, valid_from) values ($1, $2, $3)', [
      row.id,
      institution.type,
      institution.typeFrom,
    ]);
    return row.id;
  }

  /** A dated flag that stood before anybody could confirm it: the demonstration's. Part of the caller's act. */
  async flag(
    act: Act,
    institutionId: string,
    flag: {
      readonly flag: string;
      readonly from: string;
      readonly to: string | null;
      readonly evidence: string;
      readonly department?: string;
    },
  ): Promise<void> {
    await act.tx.run(
      `insert into institution_flag (institution_id, flag, valid_from, valid_to, evidence, document, department, state,
         entered_by, entered_at, confirmed_by, confirmed_at)
       values ($1, $2, $3, $4, $5, $5, $6, 'confirmed', $7, $8, $7 || ':second', $8)`,
      [
        institutionId,
        flag.flag,
        flag.from,
        flag.to,
        flag.evidence,
        flag.department ?? 'finance_bureau',
        act.actor.id,
        act.now,
      ],
    );
  }

  /** By code. @param filter.q a part of the name, a former name, or the code */
  list(
    actor: Actor,
    filter: PageQuery & { type?: string | undefined; q?: string | undefined; register?: string | undefined },
  ): Promise<Page<InstitutionItem>> {
    const list = `institutions:${filter.type ?? ''}:${filter.q ?? ''}:${filter.register ?? ''}`;
    const request = pageRequest(filter, list);
    return this.database.transaction(actor, async (tx) => {
      const items = await tx.rows<InstitutionItem>(
        `select i.uscc, i.uscc as code, i.name, t.type, i.opened_on::text as "openedOn",
           i.closed_on::text as "closedOn", i.register
         from institution i
         left join institution_type t on t.institution_id = i.id and t.valid_from <= $3 and (t.valid_to is null or t.valid_to >= $3)
         where ($1::text is null or t.type = $1) and ($2::text is null or i.uscc > $2)
           and ($6::text is null or i.register = $6)
           and ($5::text is null or position($5 in i.name) > 0 or position(upper($5) in i.uscc) > 0
             or exists (select 1 from institution_event e where e.institution_id = i.id and position($5 in e.before ->> 'name') > 0))
         order by i.uscc limit $4`,
        [
          filter.type ?? null,
          request.after?.[0] ?? null,
          dayOf(tx.now),
          request.limit + 1,
          filter.q ?? null,
          filter.register ?? null,
        ],
      );
      return pageOf(items, request, list, (item) => [item.uscc]);
    });
  }
}

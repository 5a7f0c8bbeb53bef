import { Inject, Injectable } from '@nestjs/common';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { type Form, sectionsAsked } from '../forms/form.js';
import { INSTITUTION_TYPE_TITLES, INSTITUTION_TYPES } from '../forms/metric.js';
import { departmentTitle } from '../identity/departments.js';
import { type Actor, ROLE_TITLES, type Role } from '../lifecycle/lifecycle.js';
import { Notices } from '../notices/notices.service.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { notFound } from '../problems/problems.js';
import {
  daysLeft,
  dueNow,
  type FilerType,
  groupText,
  isOverdue,
  type ObligationFacts,
  type ProgressCounts,
  type ProgressState,
  progressCounts,
  progressState,
  type Reminding,
  reminding,
} from './chasing.js';

/** One obligation with all that chasing asks of it. */
export interface Chased extends ObligationFacts {
  readonly id: string;
  readonly institutionId: string | null;
  /** USCC; null for a department. */
  readonly institution: string | null;
  readonly department: string | null;
  /** Of the institution, or of the department. */
  readonly name: string;
  readonly type: FilerType | null;
  readonly form: string;
  readonly formVersion: number;
  readonly formTitle: string;
  readonly period: string;
  readonly filingId: string | null;
  readonly closedReason: string | null;
  /** How many cells the form asks for in this period. */
  readonly asked: number;
  readonly lastReminder: Date | null;
  readonly lastCall: { readonly at: string; readonly whom: string; readonly promised: string | null } | null;
}

export interface Contact {
  readonly id: string;
  readonly name: string;
  readonly roles: string;
  readonly email: string | null;
  readonly phone: string | null;
}

export interface ProgressRow extends ProgressCounts {
  readonly type: FilerType | null;
  readonly title: string;
}

export interface Progress {
  readonly period: string;
  /** Earliest due date of what is still open, ISO; null: none. */
  readonly due: string | null;
  readonly provisional: boolean;
  readonly types: readonly ProgressRow[];
  readonly total: ProgressCounts;
  /** Whether mails go out; false: messages in the product alone. */
  readonly mails: boolean;
  readonly undelivered: number;
}

export interface ProgressName {
  readonly id: string;
  readonly institution: string | null;
  readonly department: string | null;
  readonly name: string;
  readonly type: FilerType | null;
  readonly form: string;
  readonly formTitle: string;
  readonly state: ProgressState;
  readonly overdue: boolean;
  readonly filing: string | null;
  readonly due: string | null;
  readonly provisional: boolean;
  /** Whole days; negative: over. null: without a due date. */
  readonly daysLeft: number | null;
  readonly filled: { readonly done: number; readonly of: number };
  readonly reminding: Reminding | null;
  readonly closedReason: string | null;
  readonly contacts: readonly Contact[];
  readonly lastReminder: string | null;
  readonly lastCall: Chased['lastCall'];
}

export interface NamesFilter extends PageQuery {
  readonly period: string;
  readonly type?: string | undefined;
  /** A state; `overdue`; or `missing`: whoever can be chased. */
  readonly state?: string | undefined;
}

type Row = Omit<Chased, 'formTitle' | 'asked' | 'name'> & { readonly institutionName: string | null };

/** Who fills and who signs: those are told and called. */
export const FILERS: readonly Role[] = ['filer', 'checker'];
export const DEPARTMENT_FILERS: readonly Role[] = ['department_editor', 'department_approver'];

/** 报送进度: who has filed and who has not, by type and by name. */
@Injectable()
export class ProgressQuery {
  constructor(
    private readonly database: Database,
    private readonly notices: Notices,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  board(actor: Actor, period: string): Promise<Progress> {
    return this.database.transaction(actor, async (tx) => {
      const all = await this.of(tx, { period });
      const types = [...INSTITUTION_TYPES, 'department' as const, null].flatMap((type): ProgressRow[] => {
        const rows = all.filter((each) => each.type === type && each.kind !== 'backfill');
        return rows.length === 0 ? [] : [{ type, title: typeTitle(type), ...progressCounts(rows, tx.now) }];
      });
      const open = all.filter((each) => reminding(each) !== null);
      const due = open.reduce<Date | null>((first, { due }) => (due && (!first || due < first) ? due : first), null);
      const undelivered = await tx.row<{ n: number }>(
        `select count(*)::int as n from notice_mail where state = 'failed'`,
      );
      return {
        period,
        due: due?.toISOString() ?? null,
        provisional: all.some((each) => each.provisional),
        types,
        total: progressCounts(all, tx.now),
        mails: this.notices.mails,
        undelivered: undelivered?.n ?? 0,
      };
    });
  }

  names(actor: Actor, filter: NamesFilter): Promise<Page<ProgressName>> {
    const { period, type, state } = filter;
    const list = `progress:${JSON.stringify([period, type, state])}`;
    const request = pageRequest(filter, list, 1);
    return this.database.transaction(actor, async (tx) => {
      const all = (await this.of(tx, { period })).filter((each) => isAsked(each, { type, state }, tx.now));
      const from = request.after === null ? 0 : all.findIndex(({ id }) => id === request.after?.[0]) + 1;
      const page = pageOf(all.slice(from, from + request.limit + 1), request, list, ({ id }) => [id]);
      const contacts = await contactsOf(tx, page.items);
      return { items: page.items.map((each) => nameOf(each, contacts, tx.now)), next: page.next };
    });
  }

  /** All of them, for the call list. */
  everybody(actor: Actor, filter: { period: string; type?: string | undefined; state?: string | undefined }) {
    return this.database.transaction(actor, async (tx): Promise<ProgressName[]> => {
      const all = (await this.of(tx, { period: filter.period })).filter((each) => isAsked(each, filter, tx.now));
      const contacts = await contactsOf(tx, all);
      return all.map((each) => nameOf(each, contacts, tx.now));
    });
  }

  /** A text for the chat group of each type with somebody missing: with counts alone, and with names. */
  groupTexts(actor: Actor, period: string) {
    return this.database.transaction(actor, async (tx) => {
      const all = await this.of(tx, { period });
      const items = [...INSTITUTION_TYPES, 'department' as const].flatMap((type) => {
        const rows = all.filter((each) => each.type === type && each.kind !== 'backfill');
        const filers = filersOf(rows, tx.now);
        const missing = filers.flatMap(({ name, due }) => (due === null ? [] : [{ name, due }]));
        const owed = filers.length;
        const filed = filers.filter((each) => each.isFiled).length;
        const facts = { typeTitle: typeTitle(type), period, owed, filed, missing };
        const counts = groupText(facts, tx.now, false);
        const names = groupText(facts, tx.now, true);
        return counts === null || names === null ? [] : [{ type, title: typeTitle(type), counts, names }];
      });
      return { items, next: null };
    });
  }

  /** Obligations of a period, or these; in the order of the call list. Published figures of other districts are none. */
  async of(tx: Tx, { period, ids }: { readonly period?: string; readonly ids?: readonly string[] }): Promise<Chased[]> {
    const rows = await tx.rows<Row>(
      `select o.id, o.institution_id as "institutionId", i.uscc as institution, o.department, i.name as "institutionName",
         case when o.department is not null then 'department' else t.type end as type,
         o.form, o.form_version as "formVersion", o.period, o.kind, o.due, o.provisional, o.exempt_at is not null as exempt, o.closed_at is not null as closed,
         o.closed_once as "closedOnce", o.closed_reason as "closedReason",
         f.id as "filingId", f.state as filing, coalesce(f.in_force_id is not null, false) as "inForce",
         case when f.state in ('draft', 'internal_review', 'returned') then
           (select count(*)::int from filing_cell c where c.filing_id = f.id and c.state <> 'blank')
           + (select count(*)::int from filing_row w where w.filing_id = f.id) else 0 end as filled,
         r.submitted_at as "firstSubmitted", r.on_time as "onTime", x.due as "returnDue", m.sent_at as "lastReminder",
         case when c.called_at is not null then json_build_object(
           'at', to_char(c.called_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'whom', c.whom, 'promised', c.promised)
         end as "lastCall"
       from obligation o
       left join institution i on i.id = o.institution_id
       left join lateral (select type from institution_type t where t.institution_id = o.institution_id
         and t.valid_from <= quarter_end(o.period) and (t.valid_to is null or t.valid_to >= quarter_end(o.period))
         order by t.valid_from desc limit 1) t on true
       left join filing f on f.obligation_id = o.id
       left join revision r on r.filing_id = f.id and r.no = 1
       left join lateral (select due from filing_return x where x.filing_id = f.id and x.kind = 'return'
         order by x.returned_at desc limit 1) x on true
       left join lateral (select sent_at from reminder m where m.obligation_id = o.id and m.told > 0
         order by m.sent_at desc limit 1) m on true
       left join lateral (select called_at, whom, promised from call_log c where c.obligation_id = o.id
         order by c.called_at desc, c.logged_at desc limit 1) c on true
       where ($1::text is null or o.period = $1) and ($2::uuid[] is null or o.id = any($2))
         and (i.id is null or i.register = 'district')
       order by coalesce(i.uscc, o.department), o.form, o.id`,
      [period ?? null, ids ?? null],
    );
    return rows.map(({ institutionName, ...row }) => ({
      ...row,
      name: institutionName ?? departmentTitle(row.department ?? ''),
      formTitle: this.formOf(row)?.title ?? row.form,
      asked: this.askedOf(row),
    }));
  }

  /** @throws NOT_FOUND */
  async one(tx: Tx, id: string): Promise<Chased> {
    const [found] = await this.of(tx, { ids: [id] });
    if (!found) throw notFound();
    return found;
  }

  /** The form that the obligation was frozen with. */
  formOf({ form, formVersion }: { readonly form: string; readonly formVersion: number }): Form | null {
    return this.catalogue.formAt(form, formVersion);
  }

  private askedOf(obligation: {
    readonly form: string;
    readonly formVersion: number;
    readonly period: string;
  }): number {
    const form = this.formOf(obligation);
    if (!form) return 0;
    const { metrics, editions } = this.catalogue;
    return sectionsAsked(form, metrics, editions, obligation.period).flatMap((section) => section.metrics).length;
  }
}

export const typeTitle = (type: FilerType | null): string =>
  type === null ? '类型未定' : type === 'department' ? '部门' : INSTITUTION_TYPE_TITLES[type];

/** Filers with what they owe at all; `due`: the first date of what may be chased, null: nothing may. */
function filersOf(rows: readonly Chased[], now: Date): { name: string; due: Date | null; isFiled: boolean }[] {
  const filers = new Map<string, { name: string; due: Date | null; isFiled: boolean }>();
  for (const each of rows) {
    const { owed, filed } = progressCounts([each], now);
    if (owed === 0) continue;
    const key = each.institutionId ?? String(each.department);
    const known = filers.get(key) ?? { name: each.name, due: null, isFiled: true };
    const due = reminding(each) === null ? null : dueNow(each);
    const isSooner = due !== null && (known.due === null || due < known.due);
    filers.set(key, { ...known, due: isSooner ? due : known.due, isFiled: known.isFiled && filed === owed });
  }
  return [...filers.values()];
}

function isAsked(each: Chased, { type, state }: { type?: string | undefined; state?: string | undefined }, now: Date) {
  if (each.kind === 'backfill') return false;
  if (type !== undefined && (each.type ?? 'none') !== type) return false;
  if (state === undefined) return true;
  if (state === 'overdue') return isOverdue(each, now);
  if (state === 'missing') return reminding(each) !== null;
  return progressState(each) === state;
}

function nameOf(each: Chased, contacts: ReadonlyMap<string, readonly Contact[]>, now: Date): ProgressName {
  const due = dueNow(each);
  return {
    id: each.id,
    institution: each.institution,
    department: each.department,
    name: each.name,
    type: each.type,
    form: each.form,
    formTitle: each.formTitle,
    state: progressState(each),
    overdue: isOverdue(each, now),
    filing: each.filingId,
    due: due?.toISOString() ?? null,
    provisional: each.provisional,
    daysLeft: due === null ? null : daysLeft(due, now),
    filled: { done: each.filled, of: each.asked },
    reminding: reminding(each),
    closedReason: each.closedReason,
    contacts: contacts.get(each.institutionId ?? `department:${each.department}`) ?? [],
    lastReminder: each.lastReminder?.toISOString() ?? null,
    lastCall: each.lastCall,
  };
}

/** Filers and checkers by institution, editors and approvers by `department:CODE`. */
export async function contactsOf(tx: Tx, all: readonly Chased[]): Promise<Map<string, Contact[]>> {
  const rows = await tx.rows<Omit<Contact, 'roles'> & { key: string; roles: Role[] }>(
    `select coalesce(u.institution_id::text, 'department:' || u.department) as key, u.id, u.name, u.email, u.phone,
       array_agg(distinct r.role order by r.role desc) as roles
     from user_account u join user_role r on r.user_id = u.id
     where u.disabled_at is null and u.erased_at is null
       and r.valid_from <= $5 and (r.valid_to is null or r.valid_to > $5)
       and ((u.institution_id = any($1::uuid[]) and r.role = any($2)) or
         (u.institution_id is null and u.department = any($3) and r.role = any($4)))
     group by u.id order by roles desc, u.name`,
    [
      all.flatMap(({ institutionId }) => institutionId ?? []),
      FILERS,
      all.flatMap(({ department }) => department ?? []),
      DEPARTMENT_FILERS,
      tx.now,
    ],
  );
  const found = new Map<string, Contact[]>();
  for (const { key, roles, ...person } of rows) {
    const contact = { ...person, roles: roles.map((role) => ROLE_TITLES[role]).join('、') };
    found.set(key, [...(found.get(key) ?? []), contact]);
  }
  return found;
}

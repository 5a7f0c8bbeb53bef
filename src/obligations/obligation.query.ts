import { Inject, Injectable } from '@nestjs/common';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { sectionsAsked } from '../forms/form.js';
import type { InstitutionType } from '../forms/metric.js';
import { departmentTitle } from '../identity/departments.js';
import { People } from '../identity/people.service.js';
import { type Actor, isOfDepartment } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';

export interface ObligationItem {
  readonly id: string;
  /** 统一社会信用代码; null: a department owes it. */
  readonly institution: string | null;
  readonly department: string | null;
  /** Of the institution, or the department's title. */
  readonly institutionName: string;
  /** On the last day of the period. */
  readonly type: InstitutionType | null;
  readonly form: string;
  readonly formVersion: number;
  readonly formTitle: string;
  readonly period: string;
  readonly kind: 'regular' | 'backfill' | 'control';
  /** 24:00 of the last day, as it stands now. */
  readonly due: string | null;
  /** As it was generated. */
  readonly firstDue: string | null;
  readonly provisional: boolean;
  readonly overdue: boolean;
  /** Why it is a backfill. */
  readonly reason: string;
  readonly filing: string | null;
  /** `not_started`, a state of the filing, `exempt` or `closed`. */
  readonly state: string;
  /** Cells answered of cells asked; rows of a row table. */
  readonly filled: { readonly done: number; readonly of: number };
  readonly asked: AskedChange | null;
}

/** An extension or exemption that waits for its decision. */
export interface AskedChange {
  readonly id: string;
  readonly kind: 'extension' | 'exemption';
  readonly until: string | null;
  readonly reason: string;
  readonly askedBy: string;
  readonly askedAt: string;
}

export interface ObligationFilter extends PageQuery {
  readonly period?: string | undefined;
  readonly state?: string | undefined;
  readonly institution?: string | undefined;
  readonly kind?: string | undefined;
  readonly type?: string | undefined;
  readonly overdue?: string | undefined;
}

type ObligationRow = Omit<ObligationItem, 'due' | 'firstDue' | 'filled' | 'asked' | 'formTitle'> & {
  readonly filer: string;
  readonly due: Date | null;
  readonly first_due: Date | null;
  readonly change_id: string | null;
  readonly change_kind: AskedChange['kind'];
  readonly until: Date | null;
  readonly change_reason: string;
  readonly asked_by: string;
  readonly asked_at: Date;
};

const STATE = `case when o.exempt_at is not null then 'exempt' when o.closed_at is not null then 'closed'
  else coalesce(f.state, 'not_started') end`;

/** Late is who has not submitted once when the time is over: never by a provisional date, never for history. */
const overdueAt = (now: string): string => `(o.kind <> 'backfill' and not o.provisional and o.exempt_at is null
  and o.closed_at is null and o.due is not null and o.due <= ${now}
  and not exists (select 1 from revision r where r.filing_id = f.id))`;

/** Reads who owes what by when. */
@Injectable()
export class ObligationQuery {
  constructor(
    private readonly database: Database,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /** By period, the latest first, then by filer and form. */
  list(actor: Actor, filter: ObligationFilter): Promise<Page<ObligationItem>> {
    const { period, state, institution, kind, type, overdue } = filter;
    const list = `obligations:${[period, state, institution, kind, type, overdue].map((each) => each ?? '').join(':')}`;
    const request = pageRequest(filter, list, 3);
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<ObligationRow>(
        `select * from (
           select o.id, i.uscc as institution, o.department, coalesce(i.name, '') as "institutionName", t.type, o.form,
             o.form_version as "formVersion", o.period, o.kind, o.due, o.first_due, o.provisional, o.reason,
             ${overdueAt('$9')} as overdue, f.id as filing, ${STATE} as state, coalesce(i.uscc, o.department) as filer,
             c.id as change_id, c.kind as change_kind, c.until, c.reason as change_reason, c.asked_by, c.asked_at
           from obligation o
           left join institution i on i.id = o.institution_id
           left join institution_type t on t.institution_id = i.id
             and daterange(t.valid_from, t.valid_to, '[]') @> (to_date(left(o.period, 4) || right(o.period, 1)::int * 3, 'YYYYMM')
               + interval '1 month - 1 day')::date
           left join filing f on f.obligation_id = o.id
           left join due_change c on c.obligation_id = o.id and c.decision is null
           where ($1::text is null or o.period = $1) and ($2::text is null or i.uscc = $2)
             and ($3::text is null or o.kind = $3) and ($4::text is null or o.department = $4)) as o
         where ($5::text is null or o.state = $5) and ($6::text is null or o.type = $6)
           and ($7::boolean is null or o.overdue = $7)
           and ($8::text is null or (o.period, o.filer, o.form) < ($8, $10, $11))
         order by o.period desc, o.filer desc, o.form desc limit $12`,
        [
          period ?? null,
          institution ?? null,
          kind ?? null,
          isOfDepartment(actor) ? (actor.department ?? '') : null,
          state ?? null,
          type ?? null,
          overdue === undefined ? null : overdue === 'true',
          request.after?.[0] ?? null,
          tx.now,
          request.after?.[1] ?? null,
          request.after?.[2] ?? null,
          request.limit + 1,
        ],
      );
      const page = pageOf(rows, request, list, (row) => [row.period, row.filer, row.form]);
      const filled = await this.filled(tx, page.items);
      const askers = page.items.flatMap((row) => (row.change_id === null ? [] : [row.asked_by]));
      const names = await People.names(tx, askers);
      return {
        items: page.items.map((row) => this.item(row, filled.get(row.filing ?? '') ?? 0, names)),
        next: page.next,
      };
    });
  }

  periods(actor: Actor, query: PageQuery): Promise<Page<{ period: string; openedAt: string }>> {
    const request = pageRequest(query, 'periods');
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<{ period: string; opened_at: Date }>(
        `select period, opened_at from reporting_period where $1::text is null or period < $1
         order by period desc limit $2`,
        [request.after?.[0] ?? null, request.limit + 1],
      );
      const items = rows.map((row) => ({ period: row.period, openedAt: row.opened_at.toISOString() }));
      return pageOf(items, request, 'periods', (item) => [item.period]);
    });
  }

  /** The codes that an obligation asks in its quarter. */
  private asked(row: Pick<ObligationRow, 'form' | 'formVersion' | 'period'>): string[] {
    const form = this.catalogue.formAt(row.form, row.formVersion) ?? this.catalogue.forms.get(row.form);
    const { metrics, editions } = this.catalogue;
    return form ? sectionsAsked(form, metrics, editions, row.period).flatMap((section) => section.metrics) : [];
  }

  /** Answered cells (rows of a row table) by filing. */
  private async filled(tx: Tx, rows: readonly ObligationRow[]): Promise<Map<string, number>> {
    const started = rows.filter((row) => row.filing !== null);
    if (started.length === 0) return new Map();
    const codes = new Map<string, { readonly row: ObligationRow; readonly codes: string[] }>();
    for (const row of started) {
      const key = `${row.form} ${row.formVersion} ${row.period}`;
      if (!codes.has(key)) codes.set(key, { row, codes: this.asked(row) });
    }
    const wanted = [...codes.values()].flatMap(({ row, codes: list }) => list.map((code) => ({ row, code })));
    const counted = await tx.rows<{ filing_id: string; n: number }>(
      `select c.filing_id, count(*)::int as n from filing_cell c join filing f on f.id = c.filing_id
       join unnest($2::text[], $3::int[], $4::text[], $5::text[]) as w (form, form_version, period, metric)
         on w.form = f.form and w.form_version = f.form_version and w.period = f.period and w.metric = c.metric
       where c.filing_id = any($1::uuid[]) and c.state <> 'blank' group by 1
       union all
       select filing_id, count(*)::int from filing_row where filing_id = any($1::uuid[]) group by 1`,
      [
        started.map((row) => row.filing),
        wanted.map(({ row }) => row.form),
        wanted.map(({ row }) => row.formVersion),
        wanted.map(({ row }) => row.period),
        wanted.map(({ code }) => code),
      ],
    );
    return new Map(counted.map((row) => [row.filing_id, row.n]));
  }

  private item(row: ObligationRow, done: number, names: ReadonlyMap<string, string>): ObligationItem {
    const form = this.catalogue.formAt(row.form, row.formVersion) ?? this.catalogue.forms.get(row.form);
    return {
      id: row.id,
      institution: row.institution,
      department: row.department,
      institutionName: row.department === null ? row.institutionName : departmentTitle(row.department),
      type: row.type,
      form: row.form,
      formVersion: row.formVersion,
      formTitle: form?.title ?? row.form,
      period: row.period,
      kind: row.kind,
      due: row.due?.toISOString() ?? null,
      firstDue: row.first_due?.toISOString() ?? null,
      provisional: row.provisional,
      overdue: row.overdue,
      reason: row.reason,
      filing: row.filing,
      state: row.state,
      filled: { done, of: form?.kind === 'rows' ? done : this.asked(row).length },
      asked:
        row.change_id === null
          ? null
          : {
              id: row.change_id,
              kind: row.change_kind,
              until: row.until?.toISOString() ?? null,
              reason: row.change_reason,
              askedBy: names.get(row.asked_by) ?? row.asked_by,
              askedAt: row.asked_at.toISOString(),
            },
    };
  }
}

import { Injectable } from '@nestjs/common';
import type { Act } from '../audit/acts.service.js';
import type { Form } from '../forms/form.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';

export interface ObligationItem {
  readonly id: string;
  readonly institution: string;
  readonly institutionName: string;
  readonly form: string;
  readonly formVersion: number;
  readonly period: string;
  readonly due: string | null;
  readonly filing: string | null;
  readonly state: string;
}

/** 填报任务 and the reporting periods. Real obligations with due dates come later; now one is made with its filing. */
@Injectable()
export class Obligations {
  constructor(private readonly database: Database) {}

  /** Whether the period has been opened for filing. */
  async isOpen(tx: Tx, period: string): Promise<boolean> {
    return (await tx.row('select 1 from reporting_period where period = $1', [period])) !== null;
  }

  /** Opens periods for filing. Opening one twice changes nothing. */
  async openPeriods(act: Act, periods: readonly string[]): Promise<void> {
    await act.tx.run('insert into reporting_period (period) select unnest($1::text[]) on conflict do nothing', [
      [...periods],
    ]);
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

  /** The obligations of these places, made where missing. @returns their ids */
  async ensure(
    act: Act,
    places: readonly { institutionId: string | null; department?: string | null; period: string; form: Form }[],
  ): Promise<string[]> {
    const columns = [
      places.map((place) => place.institutionId),
      places.map((place) => place.department ?? null),
      places.map((place) => place.form.form),
      places.map((place) => place.form.version),
      places.map((place) => place.period),
    ];
    const wanted =
      'unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[]) as w (institution_id, department, form, form_version, period)';
    await act.tx.run(
      `insert into obligation (institution_id, department, form, form_version, period)
       select institution_id, department, form, form_version, period from ${wanted} order by 1, 2, 3, 5 on conflict do nothing`,
      columns,
    );
    const rows = await act.tx.rows<{ id: string }>(
      `select o.id from obligation o join ${wanted} on o.institution_id is not distinct from w.institution_id
         and o.department is not distinct from w.department and o.form = w.form and o.period = w.period`,
      columns,
    );
    return rows.map((row) => row.id);
  }

  list(actor: Actor, filter: PageQuery & { period?: string | undefined }): Promise<Page<ObligationItem>> {
    const list = `obligations:${filter.period ?? ''}`;
    const request = pageRequest(filter, list, 3);
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<ObligationItem & { due_at: Date | null }>(
        `select o.id, i.uscc as institution, i.name as "institutionName", o.form, o.form_version as "formVersion",
           o.period, o.due as due_at, f.id as filing, coalesce(f.state, 'not_started') as state
         from obligation o join institution i on i.id = o.institution_id left join filing f on f.obligation_id = o.id
         where ($1::text is null or o.period = $1) and ($2::text is null or (o.period, i.uscc, o.form) < ($2, $3, $4))
         order by o.period desc, i.uscc desc, o.form desc limit $5`,
        [filter.period ?? null, ...(request.after ?? [null, null, null]), request.limit + 1],
      );
      const items = rows.map(({ due_at, ...row }) => ({ ...row, due: due_at?.toISOString() ?? null }));
      return pageOf(items, request, list, (item) => [item.period, item.institution, item.form]);
    });
  }
}

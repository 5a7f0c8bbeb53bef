import { Inject, Injectable } from '@nestjs/common';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { departmentTitle } from '../identity/departments.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Decimal, plain, quantise } from '../numbers/decimal.js';
import { Database } from '../platform/database.service.js';

/** A sum may lie this far from its control total, in percent (domain 9, V19). */
const FAR = 5;

/** A district total that a department filed, beside the sum of what institutions filed. Plain decimals. */
export interface ControlTotal {
  readonly metric: string;
  readonly title: string;
  readonly unit: string;
  readonly department: string;
  readonly departmentTitle: string;
  readonly total: string;
  /** Of accepted figures of the district's institutions; null: none yet. */
  readonly sum: string | null;
  readonly institutions: number;
  /** (sum − total) / total in percent, two decimals; null without a sum, or for a total of zero. */
  readonly difference: string | null;
  /** More than 5 % apart. */
  readonly isFar: boolean;
}

/** 控制数核对 (V19): accepted totals of departments against the sum of accepted filings. */
@Injectable()
export class ControlTotals {
  constructor(
    private readonly database: Database,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  list(actor: Actor, period: string): Promise<{ items: ControlTotal[]; next: null }> {
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<{ metric: string; department: string; total: string; sum: string | null; n: number }>(
        `with totals as (
           select distinct on (department, metric) department, metric, value from observation
           where department is not null and period = $1 order by department, metric, in_force_from desc),
         filed as (
           select distinct on (o.institution_id, o.metric) o.metric, o.value
           from observation o join institution i on i.id = o.institution_id and i.register = 'district'
           where o.period = $1 and o.metric in (select metric from totals)
           order by o.institution_id, o.metric, o.in_force_from desc)
         select t.department, t.metric, trim_scale(t.value)::text as total, trim_scale(s.sum)::text as sum, coalesce(s.n, 0) as n
         from totals t
         left join (select metric, sum(value) as sum, count(value)::int as n from filed group by metric) s on s.metric = t.metric
         where t.value is not null order by t.department, t.metric`,
        [period],
      );
      const items = rows.map(({ metric, department, total, sum, n }): ControlTotal => {
        const known = this.catalogue.metrics.get(metric);
        const difference = differenceOf(total, sum);
        return {
          metric,
          title: known?.title ?? metric,
          unit: known?.unit ?? '',
          department,
          departmentTitle: departmentTitle(department),
          total,
          sum,
          institutions: n,
          difference: difference && plain(difference),
          isFar: difference?.abs().gt(FAR) ?? false,
        };
      });
      return { items, next: null };
    });
  }
}

function differenceOf(total: string, sum: string | null): Decimal | null {
  const control = new Decimal(total);
  return sum === null || control.isZero()
    ? null
    : quantise(new Decimal(sum).minus(control).div(control.abs()).mul(100), 2);
}

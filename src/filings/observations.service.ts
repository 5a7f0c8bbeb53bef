import { Injectable } from '@nestjs/common';
import type { Act } from '../audit/acts.service.js';
import type { Filing } from './filing.entity.js';

/** 观测值: one accepted figure each. Rows are added, never changed: the latest `in_force_from` counts. */
@Injectable()
export class Observations {
  /**
   * The figures of accepted revisions become observations; a figure that the earlier revision stated and this one does
   * not is withdrawn (value null). Part of the caller's act.
   */
  async bringIntoForce(
    act: Act,
    revisions: readonly { readonly id: string; readonly earlierId: string | null }[],
  ): Promise<void> {
    await act.tx.run(
      `insert into observation (period, institution_id, department, metric, revision_id, value, in_force_from)
       select r.period, r.institution_id, r.department, cells.metric, r.id, cells.value, $3
       from unnest($1::uuid[], $2::uuid[]) as accepted (id, earlier_id)
       join revision r on r.id = accepted.id
       cross join lateral (
         select coalesce(filed.metric, earlier.metric) as metric, filed.value
         from (select metric, value from revision_cell where revision_id = accepted.id and state = 'value') filed
         full join (select metric from revision_cell where revision_id = accepted.earlier_id and state = 'value') earlier
           on earlier.metric = filed.metric) cells`,
      [revisions.map((revision) => revision.id), revisions.map((revision) => revision.earlierId), act.now],
    );
  }

  /** 不予采信: the figure in force counts as missing from now on. Part of the caller's act. */
  async withdraw(act: Act, filing: Filing, metric: string): Promise<void> {
    await act.tx.run(
      `insert into observation (period, institution_id, department, metric, revision_id, value, in_force_from, origin)
       values ($1, $2, $3, $4, $5, null, $6, 'set_aside')`,
      [filing.period, filing.institutionId, filing.department, metric, filing.inForceId, act.now],
    );
  }
}

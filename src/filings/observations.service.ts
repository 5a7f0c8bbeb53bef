import { Injectable } from '@nestjs/common';
import type { Act } from '../audit/acts.service.js';

/** 观测值: one accepted figure each. Rows are added, never changed: the latest `in_force_from` counts. */
@Injectable()
export class Observations {
  /**
   * The figures of an accepted revision become observations; a figure that the earlier revision stated and this one
   * does not is withdrawn (value null). Part of the caller's act.
   */
  async bringIntoForce(act: Act, revisionId: string, earlierId: string | null): Promise<void> {
    await act.tx.run(
      `insert into observation (period, institution_id, metric, revision_id, value, in_force_from)
       select r.period, r.institution_id, cells.metric, r.id, cells.value, $3
       from revision r, (
         select coalesce(filed.metric, earlier.metric) as metric, filed.value
         from (select metric, value from revision_cell where revision_id = $1 and state = 'value') filed
         full join (select metric from revision_cell where revision_id = $2 and state = 'value') earlier
           on earlier.metric = filed.metric) cells
       where r.id = $1`,
      [revisionId, earlierId, act.now],
    );
  }
}

import { Injectable } from '@nestjs/common';
import type { Act } from '../audit/acts.service.js';

/** The metrics that the system counts itself (domain 8.3: lateness is counted into the conduct item). */
const LATE = 'QL_LATE';
const RETURNED = 'QL_RETURN';

/**
 * 报送行为: lateness and returns of an institution in a period become observations without a revision, since nobody
 * files them. Counted anew after each act of the bureau; a row is added when the count has changed.
 */
@Injectable()
export class Conduct {
  /**
   * Part of the caller's act, which is one of the bureau's.
   * Late is a report that the bureau decided on and that came after its date, and one that was closed unfiled once, whatever came
   * after it.
   */
  async observe(act: Act, institutionId: string | null, period: string): Promise<void> {
    if (institutionId === null) return;
    await act.tx.run(
      `with asked as (
         select o.id, o.closed_once, f.id as filing_id from obligation o left join filing f on f.obligation_id = o.id
         where o.institution_id = $1 and o.period = $2 and o.kind = 'regular' and o.due is not null),
       counted (metric, value) as (
         select '${LATE}', count(*) filter (where a.closed_once or exists (
           select 1 from revision r where r.filing_id = a.filing_id and r.on_time = false
             and (exists (select 1 from acceptance c where c.revision_id = r.id)
               or exists (select 1 from filing_return b where b.revision_id = r.id and b.kind = 'return'))))
         from asked a
         union all
         select '${RETURNED}', (select count(*) from filing_return b join asked a on a.filing_id = b.filing_id where b.kind = 'return'))
       insert into observation (period, institution_id, metric, revision_id, value, in_force_from, origin)
       select $2, $1, c.metric, null, c.value, $3, 'system' from counted c
       where exists (select 1 from asked) and c.value is distinct from (
         select o.value from observation o
         where o.institution_id = $1 and o.period = $2 and o.metric = c.metric
         order by o.in_force_from desc limit 1)`,
      [institutionId, period, act.now],
    );
  }
}

import { verifyAudit } from '../src/audit/verify-audit.service.js';
import { type Login, withClient } from '../src/platform/connections.service.js';

/** What no act, fault or kill may break: each query finds whatever breaks it (reliability G10). */
const INVARIANTS: Readonly<Record<string, string>> = {
  'a revision was signed in one act': `
    select r.id from revision r left join audit.entry e on e.action in ('filing.submit', 'filing.receive') and e.subject = r.filing_id::text
      and e.body::jsonb -> 'after' ->> 'revision' = r.id::text
    group by r.id having count(e.id) <> 1`,
  'a revision holds the hash of the one before': `
    select r.id from revision r left join revision p on p.filing_id = r.filing_id and p.no = r.no - 1
    where r.previous_hash is distinct from p.hash`,
  'a revision was accepted in one act': `
    select a.revision_id from acceptance a join revision r on r.id = a.revision_id
    left join audit.entry e on e.action in ('filing.accept', 'filing.confirm') and e.subject = r.filing_id::text
      and e.body::jsonb -> 'after' ->> 'inForce' = r.id::text
    group by a.revision_id having count(e.id) <> 1`,
  'what is in force was accepted': `
    select f.id from filing f left join acceptance a on a.revision_id = f.in_force_id
    where f.in_force_id is not null and a.revision_id is null`,
  'a figure in force is the one that was filed': `
    select f.id, c.metric from filing f join revision_cell c on c.revision_id = f.in_force_id and c.state = 'value'
    left join lateral (
      select value from observation o
      where o.period = f.period and o.institution_id is not distinct from f.institution_id
        and o.department is not distinct from f.department and o.metric = c.metric
      order by in_force_from desc limit 1) o on true
    where o.value is distinct from c.value
      and not exists (select 1 from set_aside s where s.revision_id = f.in_force_id and s.metric = c.metric)`,
  'whoever signed his own figures had a waiver': `
    select id from revision where filed_by = signed_by and waiver_id is null`,
  'a second person was another than the first': `
    select revision_id from acceptance where confirmed_by = accepted_by`,
  'who received a workbook did not accept it': `
    select v.revision_id from receiving v join acceptance a using (revision_id) where a.accepted_by = v.received_by`,
  'what came as a file says which': `
    select r.id from revision r left join receiving v on v.revision_id = r.id
    where (r.channel = 'file') <> (v.revision_id is not null)`,
  'an evaluation was started in one act': `
    select v.id from evaluation v left join audit.entry e on e.action = 'evaluation.create' and e.subject = v.id::text
    group by v.id having count(e.id) <> 1`,
};

/** @throws Error naming every invariant that does not hold, with the first thing that breaks it */
export async function expectInvariants(owner: Login): Promise<void> {
  const broken = (await verifyAudit(owner, null)).faults.map(({ message }) => message);
  await withClient(owner, async (client) => {
    for (const [name, sql] of Object.entries(INVARIANTS)) {
      const { rows } = await client.query(`${sql} limit 1`);
      if (rows.length > 0) broken.push(`${name}: not ${JSON.stringify(rows[0])}`);
    }
  });
  if (broken.length > 0) throw new Error(`after this story it no longer holds that …\n${broken.join('\n')}`);
}

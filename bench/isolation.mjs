// What the row filters cost: an institution reads its own figures through the door that everybody uses (one
// transaction, identity set, row filter), against the same reads by the owner of a table without any filter and with
// the institution in the WHERE.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createOwner, withClient } from '../dist/src/platform/connections.service.js';
import { Database } from '../dist/src/platform/database.service.js';
import { startEmbeddedPostgres } from '../dist/src/platform/embedded-postgres.service.js';
import { migrate } from '../dist/src/platform/migrate.service.js';
import { middle } from './timing.mjs';

const INSTITUTIONS = 1_000;
const METRICS = 50;
const ROWS = INSTITUTIONS * METRICS * 12;
const READS = 500;

const FILL = `
  insert into institution (uscc, name) select 'X' || n, '机构' || n from generate_series(1, ${INSTITUTIONS}) n;
  insert into reporting_period (period) select y || 'Q' || q from generate_series(2023, 2025) y, generate_series(1, 4) q;
  with o as (
    insert into obligation (institution_id, form, form_version, period)
    select i.id, 'bank-quarterly', 1, p.period from institution i, reporting_period p returning id, institution_id, period),
  f as (
    insert into filing (obligation_id, institution_id, form, form_version, period, state)
    select id, institution_id, 'bank-quarterly', 1, period, 'accepted' from o returning id, institution_id, period)
  insert into revision (filing_id, institution_id, period, no, hash, filed_by, signed_by, submitted_at)
  select id, institution_id, period, 1, id::text, 'a', 'b', now() from f;
  insert into observation (period, institution_id, metric, revision_id, value, in_force_from)
  select r.period, r.institution_id, 'M' || m, r.id, m, now() from revision r, generate_series(1, ${METRICS}) m;
  create table open_observation as select * from observation;
  alter table open_observation add primary key (period, institution_id, metric, revision_id);
  analyze`;

const READ = `select metric, value from %s where period = '2025Q4' %i order by metric`;

export async function measure() {
  const folder = mkdtempSync(path.join(tmpdir(), 'greenrank-bench-'));
  const server = await startEmbeddedPostgres(path.join(folder, 'data'));
  try {
    const owner = await createOwner(server);
    await migrate(owner);
    return await withClient(owner, async (client) => {
      await client.query(FILL);
      const { rows } = await client.query('select id from institution order by uscc');
      const ids = Array.from({ length: READS }, (_, i) => rows[(i * 7) % rows.length].id);
      const database = await Database.open(owner, null);
      try {
        const filtered = READ.replace('%s', 'observation').replace('%i', '');
        const open = READ.replace('%s', 'open_observation').replace('%i', 'and institution_id = $1');
        const actor = (institutionId) => ({
          id: 'x',
          username: 'x',
          name: 'x',
          roles: ['filer'],
          institutionId,
          department: null,
        });
        const times = { ours: [], yardstick: [] };
        for (let round = 0; round < 6; round++) {
          let start = performance.now();
          for (const id of ids) {
            const found = await database.transaction(actor(id), (tx) => tx.rows(filtered));
            if (found.length !== METRICS) throw new Error(`${found.length} rows under the filter`);
          }
          if (round > 0) times.ours.push(performance.now() - start);
          start = performance.now();
          for (const id of ids) {
            await client.query('begin');
            const found = await client.query(open, [id]);
            await client.query('commit');
            if (found.rows.length !== METRICS) throw new Error(`${found.rows.length} rows without one`);
          }
          if (round > 0) times.yardstick.push(performance.now() - start);
        }
        return {
          ours: middle(times.ours),
          yardstick: middle(times.yardstick),
          n: ROWS,
          what: `${READS} 次读取，无行过滤`,
        };
      } finally {
        await database.close();
      }
    });
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

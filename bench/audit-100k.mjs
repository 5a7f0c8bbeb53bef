// 100,000 audit entries as the product writes them, sealed and then recomputed from the entries, against reading the same
// rows and hashing each text once.
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createApplication, open } from '../dist/src/application.js';
import { Acts } from '../dist/src/audit/acts.service.js';
import { Sealer } from '../dist/src/audit/sealer.service.js';
import { verifyAudit } from '../dist/src/audit/verify-audit.service.js';
import { createOwner, loginOf, withClient } from '../dist/src/platform/connections.service.js';
import { systemActor } from '../dist/src/platform/database.service.js';
import { startEmbeddedPostgres } from '../dist/src/platform/embedded-postgres.service.js';
import { migrate } from '../dist/src/platform/migrate.service.js';
import { readSettings } from '../dist/src/platform/settings.js';
import { median } from './timing.mjs';

const ENTRIES = 100_000;
/** One act with many entries: what counts here is the log, not the acts. */
const PER_ACT = 1_000;
const CHUNK = 5_000;

async function write(app) {
  const officer = { ...systemActor('bench'), roles: ['officer'] };
  for (let from = 0; from < ENTRIES; from += PER_ACT)
    await app.get(Acts).perform({ action: 'filing.accept', actor: officer }, async (act) =>
      act.recordEach(
        Array.from({ length: PER_ACT }, (_, i) => ({
          subject: `7d1c5a52-8f7e-4d43-9a55-${String(from + i).padStart(12, '0')}`,
          institutionId: null,
          before: { state: 'under_review', inForce: null },
          after: { state: 'accepted', inForce: '0d6f1c1e-7f1d-4b8e-a1a2-1f2e3d4c5b6a' },
        })),
      ),
    );
  while ((await app.get(Sealer).seal()) > 0);
}

/** The yardstick: the same rows to the same process, one hash for each. */
const readAndHash = (login) =>
  withClient(login, async (client) => {
    let after = 0;
    for (let count = CHUNK; count === CHUNK; ) {
      const { rows } = await client.query({
        text: `select e.id, e.at, e.actor, e.action, e.subject, e.institution_id, e.body, e.leaf, l.seq, l.leaf
               from audit.entry e join audit.leaf l on l.entry_id = e.id where e.id > $1 order by e.id limit ${CHUNK}`,
        values: [after],
        rowMode: 'array',
      });
      for (const row of rows) createHash('sha256').update(row[6]).digest();
      count = rows.length;
      after = rows.at(-1)?.[0];
    }
  });

export async function measure() {
  const folder = mkdtempSync(path.join(tmpdir(), 'greenrank-bench-'));
  chmodSync(folder, 0o755);
  const server = await startEmbeddedPostgres(path.join(folder, 'data'));
  try {
    const owner = await createOwner(server);
    await migrate(owner);
    const opened = await open(readSettings({ GREENRANK_DEMO: 'off', GREENRANK_DATA: folder }), owner);
    const app = await createApplication(opened);
    try {
      await write(app);
      await withClient(owner, (client) => client.query('vacuum analyze audit.entry, audit.leaf, audit.seal'));
      const login = loginOf(owner, 'backup');
      const verdict = await verifyAudit(login, null);
      if (verdict.entries !== ENTRIES || verdict.unsealed !== 0 || verdict.faults.length > 0)
        throw new Error(`the log is not what was written: ${JSON.stringify(verdict)}`);
      const yardstick = await median(5, () => readAndHash(login));
      const ours = await median(5, () => verifyAudit(login, verdict.root));
      return { ours, yardstick, n: ENTRIES, what: '读出并各算一次哈希' };
    } finally {
      await app.close();
      await opened.database.close();
      await opened.connection.close();
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

// A CSV of 100,000 figures through preview and commit, as an officer uploads it, against PostgreSQL's own COPY of the
// same rows into the same table.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createApplication, open } from '../dist/src/application.js';
import { Imports } from '../dist/src/imports/imports.service.js';
import { createOwner, withClient } from '../dist/src/platform/connections.service.js';
import { systemActor } from '../dist/src/platform/database.service.js';
import { startEmbeddedPostgres } from '../dist/src/platform/embedded-postgres.service.js';
import { migrate } from '../dist/src/platform/migrate.service.js';
import { readSettings } from '../dist/src/platform/settings.js';
import { benchUscc } from './bench-uscc.mjs';
import { middle, seeded } from './timing.mjs';

const BANKS = 1_000;
/** Two years a round: the earlier one by COPY, the later one by import. */
const ROUNDS = [2021, 2023, 2025];
const quarters = (year) => [1, 2, 3, 4].map((quarter) => `${year}Q${quarter}`);
const METRICS = 25;

/** The same figures into the same table, of drafts that are there already, in the year before. */
async function copy(server, database, form, year, rows, file) {
  return withClient({ ...server.address, database }, async (client) => {
    const { rows: filings } = await client.query(
      `with o as (
         insert into obligation (institution_id, form, form_version, period)
         select id, $1, $2, unnest($3::text[]) from institution returning id, institution_id, form, form_version, period)
       insert into filing (obligation_id, institution_id, form, form_version, period, state)
       select id, institution_id, form, form_version, period, 'draft' from o returning id, institution_id, period`,
      [form.form, form.version, quarters(year)],
    );
    const { rows: institutions } = await client.query('select id, uscc from institution');
    const ids = new Map(institutions.map((row) => [row.uscc, row.id]));
    const filing = new Map(filings.map((row) => [`${row.institution_id} ${row.period}`, row.id]));
    const cells = rows(year).map(([code, period, metric, value]) =>
      [filing.get(`${ids.get(code)} ${period}`), metric, ids.get(code), value].join(','),
    );
    writeFileSync(file, cells.join('\n'), { mode: 0o644 });
    const start = performance.now();
    await client.query(`copy filing_cell (filing_id, metric, institution_id, value) from '${file}' with (format csv)`);
    return performance.now() - start;
  });
}

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
      const codes = Array.from({ length: BANKS }, (_, i) => benchUscc(i));
      await withClient(owner, async (client) => {
        await client.query(
          `with made as (insert into institution (uscc, name) select u, u from unnest($1::text[]) as u returning id)
           insert into institution_type (institution_id, type, valid_from) select id, 'bank', '2015-01-01' from made`,
          [codes],
        );
        await client.query('insert into reporting_period (period) select unnest($1::text[])', [
          ROUNDS.flatMap((year) => [...quarters(year - 1), ...quarters(year)]),
        ]);
      });
      const form = opened.catalogue.formOfType('bank');
      const metrics = form.sections.flatMap((section) => section.metrics).slice(0, METRICS);
      const random = seeded(2);
      const rows = (year) =>
        codes.flatMap((code) =>
          quarters(year).flatMap((period) =>
            metrics.map((metric) => [code, period, metric, String(Math.floor(random() * 1e9))]),
          ),
        );
      const officer = { ...systemActor('bench'), roles: ['officer'] };
      const imports = app.get(Imports);
      const copied = [];
      const imported = [];
      for (const year of ROUNDS) {
        copied.push(await copy(server, owner.database, form, year - 1, rows, path.join(folder, 'cells.csv')));
        const csv = ['institution,period,metric,value', ...rows(year).map((row) => row.join(','))].join('\n');
        const start = performance.now();
        const preview = await imports.preview(officer, { name: 'rows.csv', bytes: new TextEncoder().encode(csv) });
        const { filings } = await imports.commit(officer, preview.id, { skip: false, clear: false });
        imported.push(performance.now() - start);
        if (preview.counts.added !== BANKS * 4 * METRICS || filings.length !== BANKS * 4)
          throw new Error('the import did not take every figure');
      }
      return { ours: middle(imported), yardstick: middle(copied), n: BANKS * 4 * METRICS, what: 'COPY' };
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

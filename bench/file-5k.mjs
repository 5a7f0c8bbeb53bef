// 5,000 institutions file 120 cells each and sign them, 16 at a time, through the services that HTTP calls; against the
// bare rows of the same filings, a transaction each, 16 at a time. Afterwards every cell is looked for.
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { parseDocument } from 'yaml';
import { createApplication, open } from '../dist/src/application.js';
import { Filings } from '../dist/src/filings/filings.service.js';
import { loadCatalogue } from '../dist/src/forms/catalogue.service.js';
import { createOwner, withClient } from '../dist/src/platform/connections.service.js';
import { startEmbeddedPostgres } from '../dist/src/platform/embedded-postgres.service.js';
import { migrate } from '../dist/src/platform/migrate.service.js';
import { readSettings } from '../dist/src/platform/settings.js';
import { benchUscc } from './bench-uscc.mjs';
import { seeded } from './timing.mjs';

const BANKS = 5_000;
const CELLS = 120;
const CLIENTS = 16;
const PERIOD = '2026Q1';

/** The figures of one invented bank that pass every rule, and as many further metrics as make the form 120 cells long. */
function makeForm(folder) {
  cpSync('config', folder, { recursive: true });
  const [head, ...lines] = readFileSync('config/demo/figures/91500106M00000019C.csv', 'utf8').trim().split('\n');
  const codes = head.trim().split(',');
  const row = lines.map((line) => line.trim().split(',')).find((line) => line[1] === PERIOD);
  const filed = codes.flatMap((code, i) => (i > 1 && row[i] !== '' ? [[code, row[i]]] : []));
  const further = Array.from({ length: CELLS - filed.length }, (_, i) => `BE_X${String(i + 1).padStart(3, '0')}_BAL`);
  const metric = (code) => ({
    code,
    title: `测速指标${code}`,
    en: code,
    unit: '万元',
    decimals: 4,
    kind: 'stock',
    types: ['bank'],
    definition: '测速用',
  });
  writeFileSync(
    path.join(folder, 'metrics/bench.yaml'),
    JSON.stringify({ title: '测速', metrics: further.map(metric) }),
  );
  const name = path.join(folder, 'forms/bank-quarterly.yaml');
  const form = parseDocument(readFileSync(name, 'utf8'));
  form.addIn(['sections'], form.createNode({ title: '测速', metrics: further }));
  writeFileSync(name, String(form));
  return { filed, further };
}

/** Runs `work` for 0 … n − 1, `CLIENTS` at a time. */
async function inLanes(n, work) {
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < n; i = next++) await work(i);
  };
  await Promise.all(Array.from({ length: CLIENTS }, lane));
}

/** The same rows without rules, history, audit or hashes: one transaction a filing. */
async function bare(owner, institutions, form, figuresOf) {
  const pool = new pg.Pool({ ...owner, max: CLIENTS });
  const start = performance.now();
  await inLanes(BANKS, async (i) => {
    const client = await pool.connect();
    const figures = Object.entries(figuresOf(i));
    const columns = [figures.map(([code]) => code), figures.map(([, value]) => value)];
    try {
      await client.query('begin');
      const { rows } = await client.query(
        `with o as (insert into obligation (institution_id, form, form_version, period) values ($1, $2, $3, '2025Q4') returning id)
         insert into filing (obligation_id, institution_id, form, form_version, period, state)
         select id, $1, $2, $3, '2025Q4', 'submitted' from o returning id`,
        [institutions[i], form.form, form.version],
      );
      const filing = rows[0].id;
      await client.query(
        `insert into filing_cell (filing_id, institution_id, metric, value)
         select $1, $2, m, v from unnest($3::text[], $4::numeric[]) as c (m, v)`,
        [filing, institutions[i], ...columns],
      );
      const revision = await client.query(
        `insert into revision (filing_id, institution_id, period, no, hash, filed_by, signed_by, submitted_at)
         values ($1, $2, '2025Q4', 1, gen_random_uuid()::text, 'a', 'b', now()) returning id`,
        [filing, institutions[i]],
      );
      await client.query(
        `insert into revision_cell (revision_id, institution_id, metric, value, state)
         select $1, $2, m, v, 'value' from unnest($3::text[], $4::numeric[]) as c (m, v)`,
        [revision.rows[0].id, institutions[i], ...columns],
      );
      await client.query('commit');
    } finally {
      client.release();
    }
  });
  const taken = performance.now() - start;
  await pool.end();
  return taken;
}

export async function measure() {
  const folder = mkdtempSync(path.join(tmpdir(), 'greenrank-bench-'));
  chmodSync(folder, 0o755);
  const { filed, further } = makeForm(path.join(folder, 'config'));
  const server = await startEmbeddedPostgres(path.join(folder, 'data'));
  try {
    const owner = await createOwner(server);
    await migrate(owner);
    const catalogue = loadCatalogue(path.join(folder, 'config'));
    const settings = readSettings({ GREENRANK_DEMO: 'off', GREENRANK_DATA: folder });
    const opened = await open(settings, owner, catalogue);
    const app = await createApplication(opened);
    try {
      const codes = Array.from({ length: BANKS }, (_, i) => benchUscc(i));
      const institutions = await withClient(owner, async (client) => {
        const { rows } = await client.query(
          `with made as (insert into institution (uscc, name) select u, u from unnest($1::text[]) as u returning id, uscc),
           typed as (insert into institution_type (institution_id, type, valid_from) select id, 'bank', '2015-01-01' from made)
           select id, uscc from made`,
          [codes],
        );
        await client.query(`insert into reporting_period (period) values ('2025Q4'), ('${PERIOD}')`);
        const ids = new Map(rows.map((row) => [row.uscc, row.id]));
        return codes.map((code) => ids.get(code));
      });
      const random = seeded(5);
      const drawn = Array.from({ length: BANKS }, () => String(Math.floor(random() * 1e9)));
      const figuresOf = (i) =>
        Object.fromEntries([...filed, ...further.map((code, k) => [code, `${drawn[i]}.${k + 1}`])]);
      const yardstick = await bare(owner, institutions, catalogue.formOfType('bank'), figuresOf);

      const filings = app.get(Filings);
      const person = (i, role) => ({
        id: `${role}-${i}`,
        username: `${role}-${i}`,
        name: `${role}-${i}`,
        roles: [role],
        institutionId: institutions[i],
        department: null,
      });
      const start = performance.now();
      await inLanes(BANKS, async (i) => {
        const filer = person(i, 'filer');
        const { id } = await filings.create(filer, { institution: codes[i], form: 'bank-quarterly', period: PERIOD });
        const figures = Object.fromEntries(
          Object.entries(figuresOf(i)).map(([code, value]) => [code, { value, version: 0 }]),
        );
        const { version } = await filings.edit(filer, id, null, { figures, justifications: {}, rows: null });
        const done = await filings.submit(person(i, 'checker'), id, version, {});
        if (done.state !== 'submitted') throw new Error(`filing ${id} is ${done.state}`);
      });
      const ours = performance.now() - start;
      await expectEverything(owner);
      return { ours, yardstick, n: BANKS * CELLS, what: '同样的行，逐份事务' };
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

/** @throws Error when a cell, a signature or an audit entry is missing */
async function expectEverything(owner) {
  const { rows } = await withClient(owner, (client) =>
    client.query(`select
      (select count(*)::int from revision_cell c join revision r on r.id = c.revision_id where r.period = '${PERIOD}' and c.value is not null) as cells,
      (select count(*)::int from audit.entry where action = 'filing.submit') as signed,
      (select count(*)::int from (
         select c.metric, c.value, c.revision_id from revision_cell c join revision r on r.id = c.revision_id where r.period = '${PERIOD}'
         except select d.metric, d.value, r.id from filing_cell d join revision r on r.filing_id = d.filing_id) x) as strange`),
  );
  const [{ cells, signed, strange }] = rows;
  if (cells !== BANKS * CELLS || signed !== BANKS || strange !== 0)
    throw new Error(`${cells} cells, ${signed} signatures, ${strange} cells that nobody filed`);
}

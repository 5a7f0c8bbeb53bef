import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { createApplication, open } from '../../src/application.js';
import { readBackupFile, writeBackupFile } from '../../src/backups/backup-file.service.js';
import type { BackupRun } from '../../src/backups/backup-runs.service.js';
import { Backups } from '../../src/backups/backups.service.js';
import { checkBackup, refuseUnproven, restore } from '../../src/backups/restore.service.js';
import { Snapshot } from '../../src/backups/snapshot.service.js';
import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import { MIGRATIONS } from '../../src/migrations/index.js';
import { type Login, loginOf, withClient } from '../../src/platform/connections.service.js';
import { Database } from '../../src/platform/database.service.js';
import { Readiness } from '../../src/platform/health.controller.js';
import { migrate } from '../../src/platform/migrate.service.js';
import { refuseUnsafe } from '../../src/platform/official.service.js';
import type { Page } from '../../src/platform/pages.js';
import { readSettings, type Settings } from '../../src/platform/settings.js';
import { aDistrict, freshDatabase } from '../district.js';
import { Person } from '../person.js';

jest.setTimeout(120_000); // each restore makes a database, fills it and proves it

const KEY = 'a passphrase of the stories';
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'greenrank-backup-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rows = <T extends object>(login: Login, sql: string, parameters: unknown[] = []): Promise<T[]> =>
  withClient(login, async (client) => (await client.query(sql, parameters)).rows as T[]);

/** Every table of the database and all that stands in it, asked in another way than the backup asks. */
async function everything(login: Login): Promise<Record<string, string>> {
  const tables = await rows<{ name: string }>(
    login,
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_schema in ('public', 'audit') and table_type = 'BASE TABLE' and table_name <> 'migration' order by 1`,
  );
  const found: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await rows<{ n: string; all: string }>(
      login,
      `select count(*) as n, md5(coalesce(string_agg(t::text, ';' order by t::text collate "C"), '')) as all from ${name} t
       ${name === 'audit.entry' ? `where action <> 'backup.restore'` : ''}`,
    );
    found[name] = `${row?.n} ${row?.all}`;
  }
  return found;
}

async function backUp(owner: Login, name: string) {
  const file = path.join(folder, name);
  const snapshot = await Snapshot.take(owner);
  try {
    return { file, written: await snapshot.write(file, KEY) };
  } finally {
    await snapshot.close();
  }
}

const restored = async (file: string, into: Login) => restore(into, file, KEY, await checkBackup(file, KEY));
/** Nothing but migrations. */
const EMPTY = /^0 /;

/** A migrated database with one row that makes it somebody's. */
async function aSmallOne(): Promise<Login> {
  const owner = await freshDatabase();
  await migrate(owner);
  await rows(owner, `insert into institution (uscc, name) values ('91990199MA00000017', '甲')`);
  return owner;
}

describe('a district with a ranking', () => {
  let owner: Login;
  let ranking: string;
  let evaluation: EvaluationView;
  let session: string;
  let before: Record<string, string>;
  let file: string;

  beforeAll(async () => {
    const { district, banks, reviewer, officer } = await aDistrict({ banks: 3 });
    owner = district.owner;
    for (const [i, bank] of banks.entries())
      await district.settles(bank, reviewer, { BK_LOAN_BAL: '1000', BK_GL_BAL: `${(i + 1) * 100}` });
    await banks[0]?.filer.asks(
      'POST',
      '/filings',
      { institution: banks[0].uscc, form: 'bank-quarterly', period: '2026Q1' },
      { 'idempotency-key': 'once' },
    );
    const { id } = await officer.post<EvaluationView>('/evaluations', {
      scheme: 'bank-thin',
      version: 1,
      period: '2026Q3',
    });
    evaluation = await district.ended(officer, id);
    ranking = JSON.stringify(await officer.get(`/evaluations/${id}/ranking?cohort=all`));
    session = officer.cookie.split('=')[1] as string;
    await district.close();
    // What no text format may stumble over: its own marks, line ends, bytes, arrays, the limits of types.
    await rows(
      owner,
      `insert into setting (key, value) values ('nasty', E'\\\\.\\n\\\\N\\t\\r\\n\\\\x41 "quoted", {brace} 𠮷 \\u00e9'), ('empty', ''), (E'tab\\tkey', '\\.')`,
    );
    await rows(
      owner,
      `insert into api_token (user_id, name, token_hash, scopes, created_at, expires_at)
       select id, '', decode('00ff5c2e0a', 'hex'), array['a,b', '"', '', E'\\\\', '{}'], '2026-01-01 00:00:00.000001+08', 'infinity' from user_account limit 1`,
    );
    await rows(
      owner,
      `insert into import (institution_id, actor, file_name, sha256, content, encoding, state, counts, answer)
       values (null, 'x', 'a.csv', '', decode(repeat('005c6e0a0dff', 20000), 'hex'), 'utf-8', 'committed', '{"b": 1.10, "a": 1e400}', '{ "kept" :  1.10,"kept":2 }')`,
    );
    before = await everything(owner);
    file = (await backUp(owner, 'district.backup')).file;
  });

  it('comes back to the bit in an empty database: every table, every sequence, and the ranking again', async () => {
    const into = await freshDatabase();
    const { proofs, rows: count } = await restored(file, into);
    expect(await everything(into)).toEqual(before);
    expect(count).toBe(Object.values(before).reduce((sum, each) => sum + Number.parseInt(each, 10), 0));
    expect(Object.values(before).filter((each) => !EMPTY.test(each)).length).toBeGreaterThan(25);
    expect(before['public.idempotency']).toMatch(/^1 /);
    expect(proofs).toContainEqual(expect.stringContaining(`复算一致：${evaluation.hash}`));
    expect(proofs).toContainEqual(
      expect.stringMatching(/^审计日志完整：\d{2,} 条记录，\d+ 次封存，最近的根 [0-9a-f]{64}$/),
    );
    await refuseUnproven(into);
    const guarded = `select relname, relrowsecurity, relforcerowsecurity, (select count(*) from pg_policy where polrelid = c.oid) as policies,
      (select string_agg(tgname || tgenabled::text, ',' order by tgname) from pg_trigger where tgrelid = c.oid) is null as bare,
      (select count(*) from pg_trigger where tgrelid = c.oid and tgenabled <> 'O') as silent
      from pg_class c join pg_namespace n on n.oid = relnamespace where relkind = 'r' and nspname in ('public', 'audit') order by 1`;
    const guards = await rows(into, guarded);
    expect(guards).toEqual(await rows(owner, guarded));
    expect(guards).toContainEqual(
      expect.objectContaining({ relname: 'filing', relforcerowsecurity: true, silent: '0' }),
    );
  });

  it('goes on from there: the same people, the same ranking, acts with numbers of their own', async () => {
    const into = await freshDatabase();
    await restored(file, into);
    const opened = await open({ ...readSettings(process.env), demo: false }, into);
    const app = await createApplication(opened);
    app.get(Readiness).ready = true;
    try {
      const officer = new Person(app, session);
      const seen = await officer.get(`/evaluations/${evaluation.id}/ranking?cohort=all`);
      expect(JSON.stringify(seen)).toBe(ranking);
      const again = await officer.post<EvaluationView>('/evaluations', {
        scheme: 'bank-thin',
        version: 1,
        period: '2026Q3',
      });
      const jobs = await rows<{ id: string; payload: { evaluation: string } }>(
        into,
        'select id, payload from outbox order by id',
      );
      const lastOfOld = jobs.filter(({ payload }) => payload.evaluation === evaluation.id).at(-1);
      const firstOfNew = jobs.find(({ payload }) => payload.evaluation === again.id);
      expect(BigInt(firstOfNew?.id ?? 0) - BigInt(lastOfOld?.id ?? 0)).toBeGreaterThan(900_000n);
      const ended = async (): Promise<EvaluationView> => officer.get(`/evaluations/${again.id}`);
      for (let waited = 0; waited < 20_000 && (await ended()).state !== 'computed'; waited += 100)
        await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await ended()).toMatchObject({ state: 'computed', hash: evaluation.hash });
    } finally {
      await app.close();
      await app.get(Database).close();
      await opened.connection.close();
    }
  });

  it('is refused over data, and nothing changes', async () => {
    const into = await aSmallOne();
    const as = await everything(into);
    await expect(restored(file, into)).rejects.toMatchObject({
      code: 'RESTORE_NOT_EMPTY',
      message: expect.stringContaining('public.institution'),
    });
    expect(await everything(into)).toEqual(as);
  });

  it('is refused beside a program that serves from the database', async () => {
    const into = await freshDatabase();
    await migrate(into);
    await withClient(loginOf(into, 'staff'), () =>
      expect(restored(file, into)).rejects.toMatchObject({ code: 'RESTORE_IN_USE' }),
    );
    expect(Object.values(await everything(into)).filter((each) => !EMPTY.test(each))).toEqual([]);
  });

  it('asks no trigger what it thinks of rows that were stored long ago', async () => {
    const into = await freshDatabase();
    await migrate(into);
    await rows(
      into,
      `create function refuse() returns trigger language plpgsql as $$ begin raise 'not today'; end $$;
       create trigger refuse before insert on revision for each row execute function refuse()`,
    );
    await restored(file, into);
    expect(await everything(into)).toEqual(before);
    await expect(rows(into, 'insert into revision select * from revision limit 1')).rejects.toThrow('not today');
  });

  it('is refused where the tables are others, and leaves them empty', async () => {
    const into = await freshDatabase();
    await migrate(into);
    await rows(into, 'create table later (id int primary key)');
    await expect(restored(file, into)).rejects.toMatchObject({ code: 'RESTORE_DIFFERS' });
    expect(Object.values(await everything(into)).filter((each) => !EMPTY.test(each))).toEqual([]);
  });

  it('is rolled back when a row is not stored as it was saved', async () => {
    const into = await freshDatabase();
    await migrate(into);
    await rows(into, 'alter table evaluation_figure alter column value type numeric(28,10)');
    await expect(restored(file, into)).rejects.toMatchObject({
      code: 'RESTORE_DIFFERS',
      message: expect.stringContaining('public.evaluation_figure'),
    });
    expect(Object.values(await everything(into)).filter((each) => !EMPTY.test(each))).toEqual([]);
  });

  it('stays marked and unusable when its last ranking does not come out again', async () => {
    const change = (by: string) =>
      rows(owner, `update evaluation_figure set value = value ${by} where metric = 'BK_GL_BAL'`);
    await change('+ 1');
    const forged = (await backUp(owner, 'forged.backup')).file;
    await change('- 1');
    const into = await freshDatabase();
    await expect(restored(forged, into)).rejects.toMatchObject({
      code: 'RESTORE_UNPROVEN',
      message: expect.stringContaining(`核验码应为 ${evaluation.hash}`),
    });
    await expect(refuseUnproven(into)).rejects.toMatchObject({ code: 'RESTORE_UNPROVEN' });
    await expect(restored(forged, into)).rejects.toMatchObject({ code: 'RESTORE_NOT_EMPTY' });
  });

  it('stays marked and unusable when its audit was touched, naming the entry', async () => {
    const [entry] = await rows<{ id: string }>(
      owner,
      `select id from audit.entry where action = 'filing.accept' order by id limit 1`,
    );
    const change = (from: string, to: string) =>
      rows(owner, 'update audit.entry set body = replace(body, $2, $3) where id = $1', [entry?.id, from, to]);
    await change('filing.accept', 'filing.return');
    const touched = (await backUp(owner, 'touched.backup')).file;
    await change('filing.return', 'filing.accept');
    const into = await freshDatabase();
    await expect(restored(touched, into)).rejects.toMatchObject({
      code: 'RESTORE_UNPROVEN',
      message: expect.stringContaining(`${entry?.id}`),
    });
    await expect(refuseUnproven(into)).rejects.toMatchObject({ code: 'RESTORE_UNPROVEN' });
  });

  it('is not readable with another key, and the file is for its owner alone', async () => {
    await expect(readBackupFile(file, `${KEY}.`)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('never writes over a file', async () => {
    const kept = path.join(folder, 'kept.backup');
    writeFileSync(kept, 'mine');
    await expect(backUp(owner, 'kept.backup')).rejects.toMatchObject({ code: 'BACKUP_FILE' });
    expect(readFileSync(kept, 'utf8')).toBe('mine');
    await expect(backUp(owner, 'no/such/folder.backup')).rejects.toMatchObject({
      code: 'BACKUP_FILE',
      message: expect.stringContaining('ENOENT'),
    });
  });
});

describe('a backup is whole or it is refused', () => {
  let owner: Login;
  let backup: string;
  beforeAll(async () => {
    owner = await aSmallOne();
    backup = `"${loginOf(owner, 'backup').user}"`;
  });

  it.each([
    [
      'public.filing_cell',
      'drop policy backup on filing_cell',
      'create policy backup on filing_cell for select to BACKUP using (true)',
    ],
    [
      'public.observation',
      'create policy none on observation as restrictive for select using (false)',
      'drop policy none on observation',
    ],
    [
      'public.institution',
      `alter policy backup on institution using (register = 'district')`,
      'alter policy backup on institution using (true)',
    ],
    ['public.setting', 'revoke select on setting from BACKUP', 'grant select on setting to BACKUP'],
    ['audit.entry', 'revoke usage on schema audit from BACKUP', 'grant usage on schema audit to BACKUP'],
    ['public.no_key', 'create table no_key (a text)', 'drop table no_key'],
    [
      'public.filtered',
      'create table filtered (id int primary key); alter table filtered enable row level security, force row level security',
      'drop table filtered',
    ],
  ])('%s not readable in full: refused, naming it', async (name, spoil, mend) => {
    await rows(owner, spoil.replace('BACKUP', backup));
    try {
      await expect(backUp(owner, 'partial.backup')).rejects.toMatchObject({
        code: 'BACKUP_UNREADABLE',
        violations: expect.arrayContaining([expect.objectContaining({ path: name })]),
      });
    } finally {
      await rows(owner, mend.replace('BACKUP', backup));
    }
    await (await Snapshot.take(owner)).close();
  });

  it('a table that a later migration makes is in it without being told', async () => {
    await rows(owner, `create table later (id int generated always as identity primary key, a text)`);
    try {
      await rows(owner, `insert into later (a) values ('x'), ('y')`);
      const { written } = await backUp(owner, 'later.backup');
      expect(written.tables).toContainEqual(expect.objectContaining({ name: 'public.later', rows: 2 }));
      expect(written.sequences).toContainEqual({ name: 'public.later_id_seq', last: '2', isCalled: true });
    } finally {
      await rows(owner, 'drop table later');
    }
  });

  it('holds one instant: what is committed while it runs is not in it', async () => {
    const snapshot = await Snapshot.take(owner);
    try {
      await rows(owner, `insert into institution (uscc, name) values ('91990199MA00000025', '乙')`);
      const written = await snapshot.write(path.join(folder, 'instant.backup'), KEY);
      expect(written.tables).toContainEqual(expect.objectContaining({ name: 'public.institution', rows: 1 }));
    } finally {
      await snapshot.close();
    }
  });

  it('of a database of another version is refused by this program, and so is its restore, naming both', async () => {
    await rows(owner, `insert into migration (timestamp, name) values (1999999999999, 'FromTheFuture1999999999999')`);
    try {
      await expect(Snapshot.take(owner)).rejects.toMatchObject({
        code: 'BACKUP_VERSION',
        message: expect.stringContaining('FromTheFuture1999999999999'),
      });
    } finally {
      await rows(owner, `delete from migration where name like 'FromTheFuture%'`);
    }
    const file = path.join(folder, 'future.backup');
    await writeBackupFile(file, KEY, {
      head: { at: new Date().toISOString(), migrations: ['FromTheFuture1999999999999'], shape: [] },
      rows: () => {
        throw new Error('no tables');
      },
      end: async () => ({ tables: [], sequences: [], root: null }),
    });
    await expect(checkBackup(file, KEY)).rejects.toMatchObject({
      code: 'BACKUP_VERSION',
      message: expect.stringMatching(new RegExp(`FromTheFuture1999999999999.*${MIGRATIONS.at(-1)?.name}`)),
    });
  });
});

describe('a running program', () => {
  const settings = (more: Partial<Settings> = {}): Partial<Settings> => ({
    backupsDir: path.join(folder, 'daily'),
    backupKey: KEY,
    backupsKept: 2,
    ...more,
  });
  const daily = (): string[] => readdirSync(path.join(folder, 'daily')).sort();

  it('saves once a day, keeps the newest, records each, and tries a failed one again after an hour', async () => {
    const { district, officer } = await aDistrict({ banks: 1, settings: settings() });
    const admin = await district.person(['system_admin']);
    try {
      expect((await admin.asks('GET', '/backups/last')).status).toBe(404);
      // Where the folder should be there is a file: the first one fails.
      writeFileSync(path.join(folder, 'daily'), '');
      await expect(district.app.get(Backups).look()).rejects.toThrow('EEXIST');
      const failed = (await admin.get<Page<BackupRun>>('/backups')).items;
      expect(failed).toEqual([
        expect.objectContaining({ error: expect.stringContaining('EEXIST'), bytes: null, rows: null }),
      ]);
      expect((await admin.asks('GET', '/backups/last')).status).toBe(404);
      expect(await district.app.get(Backups).look()).toBe(false);
      await district.rows(`update backup_run set at = at - interval '61 minutes'`);
      rmSync(path.join(folder, 'daily'));
      expect(await district.app.get(Backups).look()).toBe(true);
      expect(await district.app.get(Backups).look()).toBe(false);

      const [first] = daily();
      expect(daily()).toEqual([expect.stringMatching(/^greenrank-\d{8}-\d{6}\.backup$/)]);
      const [run] = (await officer.get<Page<BackupRun>>('/backups?limit=1')).items;
      const made = path.join(folder, 'daily', first as string);
      const { at, tables } = await checkBackup(made, KEY);
      const saved = tables.reduce((sum, table) => sum + table.rows, 0);
      expect(run).toMatchObject({ at, file: first, bytes: statSync(made).size, rows: saved, error: null });
      expect(await officer.get('/backups/last')).toEqual({ at: run?.at, file: first, ageHours: 0 });
      const page = await officer.get<Page<BackupRun>>('/backups?limit=1');
      expect((await officer.get<Page<BackupRun>>(`/backups?limit=1&cursor=${page.next}`)).items).toEqual([
        expect.objectContaining({ id: failed[0]?.id }),
      ]);
      const entries = await district.rows(`select actor from audit.entry where action = 'backup.record'`);
      expect(entries).toEqual([{ actor: 'system:backup' }, { actor: 'system:backup' }]);

      // The next days: older ones go, a killed one's leavings too, and nothing else.
      for (const name of ['greenrank-20200101-020000.backup', 'greenrank-20200102-020000.backup', 'by-hand.backup'])
        writeFileSync(path.join(folder, 'daily', name), '');
      writeFileSync(path.join(folder, 'daily', 'greenrank-20200103-020000.backup.partial'), '');
      await district.rows(`update backup_run set at = at - interval '1 day'`);
      await new Promise((resolve) => setTimeout(resolve, 1_000)); // names have seconds
      expect(await district.app.get(Backups).look()).toBe(true);
      expect(daily()).toEqual(['by-hand.backup', first, expect.stringMatching(/^greenrank-2/)]);
      expect(await officer.get('/backups/last')).toMatchObject({ file: daily()[2], ageHours: 0 });
      await district.rows(`update backup_run set at = at - interval '30 hours'`);
      expect(await officer.get('/backups/last')).toMatchObject({ file: daily()[2], ageHours: 30 });
    } finally {
      await district.close();
      rmSync(path.join(folder, 'daily'), { recursive: true, force: true });
    }
  });

  it('begins one when the system administrator asks, one at a time, and gives it up when it is ended', async () => {
    const { district, officer, auditor } = await aDistrict({ banks: 1, settings: settings() });
    const admin = await district.person(['system_admin']);
    let isClosed = false;
    try {
      expect((await officer.asks('POST', '/backups', {})).status).toBe(403);
      const held = await withClient(loginOf(district.owner, 'backup'), async (client) => {
        await client.query('select pg_advisory_lock(9)');
        return admin.asks('POST', '/backups', {});
      });
      expect([held.status, held.body.code]).toEqual([409, 'BACKUP_RUNNING']);
      const begun = await admin.asks<{ file: string }>('POST', '/backups', {}, { 'idempotency-key': 'now' });
      expect(begun.status).toBe(202);
      const again = await admin.asks<{ file: string }>('POST', '/backups', {}, { 'idempotency-key': 'now' });
      expect(again.body).toEqual(begun.body);
      const list = async (): Promise<readonly BackupRun[]> => (await auditor.get<Page<BackupRun>>('/backups')).items;
      for (let waited = 0; waited < 20_000 && (await list()).length === 0; waited += 100)
        await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await list()).toEqual([expect.objectContaining({ file: begun.body.file, error: null })]);
      const asked = await district.rows(`select subject from audit.entry where action = 'backup.run'`);
      expect(asked).toEqual([{ subject: begun.body.file }]);

      await new Promise((resolve) => setTimeout(resolve, 1_000)); // names have seconds
      expect((await admin.asks('POST', '/backups', {})).status).toBe(202);
      await district.close();
      isClosed = true;
      const ended = await district.rows('select error from backup_run order by id desc limit 1');
      expect(ended).toEqual([{ error: '程序结束，备份中止' }]);
      expect(daily()).toEqual([begun.body.file]);
    } finally {
      if (!isClosed) await district.close();
      rmSync(path.join(folder, 'daily'), { recursive: true, force: true });
    }
  });

  it('leaves it at one when another process was faster', async () => {
    const { district } = await aDistrict({ banks: 1, settings: settings() });
    try {
      const looked = await withClient(district.owner, async (client) => {
        await client.query('begin; lock table migration in access exclusive mode');
        const looking = district.app.get(Backups).look(); // it is due, and now waits in its snapshot
        const waiting = `select from pg_locks where relation = 'migration'::regclass and not granted`;
        while ((await client.query(waiting)).rowCount === 0) await new Promise((resolve) => setTimeout(resolve, 20));
        await district.rows(
          `insert into backup_run (at, file, bytes, rows) values (now(), 'greenrank-x.backup', 1, 1)`,
        );
        await client.query('commit');
        return looking;
      });
      expect(looked).toBe(false);
      expect(await district.rows('select file from backup_run')).toEqual([{ file: 'greenrank-x.backup' }]);
    } finally {
      await district.close();
    }
  });

  it('without a folder there is nothing to begin', async () => {
    const { district } = await aDistrict({ banks: 1, settings: settings({ backupsDir: null }) });
    try {
      const admin = await district.person(['system_admin']);
      const answer = await admin.asks('POST', '/backups', {});
      expect([answer.status, answer.body.code]).toEqual([409, 'BACKUP_NO_FOLDER']);
      const unkeyed = { mode: 'services', backupKey: null, backupsDir: folder } as const;
      const other = await aDistrict({ banks: 1, settings: settings(unkeyed) });
      try {
        const nobodysKey = await (await other.district.person(['system_admin'])).asks('POST', '/backups', {});
        expect([nobodysKey.status, nobodysKey.body.code]).toEqual([409, 'BACKUP_KEY_MISSING']);
      } finally {
        await other.district.close();
      }
    } finally {
      await district.close();
    }
  });
});

it('official mode refuses a login whose commits are not flushed, and takes the database without that', async () => {
  const owner = await aSmallOne();
  const settings = { ...readSettings({}), demo: false };
  await refuseUnsafe(settings, owner);
  const institution = loginOf(owner, 'institution').user;
  await rows(owner, `alter role "${institution}" in database "${owner.database}" set synchronous_commit = off`);
  await expect(refuseUnsafe(settings, owner)).rejects.toMatchObject({
    code: 'OFFICIAL_UNSAFE',
    violations: [
      expect.objectContaining({
        path: `PostgreSQL synchronous_commit（登录 ${institution}）`,
        found: ' off',
        expected: expect.stringContaining('on'),
      }),
    ],
  });
});

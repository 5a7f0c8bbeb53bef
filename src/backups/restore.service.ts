import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { Acts } from '../audit/acts.service.js';
import { verifyAudit } from '../audit/verify-audit.service.js';
import { Pin } from '../evaluations/pin.service.js';
import { ScoringThread } from '../evaluations/scoring-thread.service.js';
import { type Login, loginOf, withClient } from '../platform/connections.service.js';
import { Database, systemActor } from '../platform/database.service.js';
import { migrate } from '../platform/migrate.service.js';
import { DomainError } from '../problems/problems.js';
import { type Backup, readBackupFile } from './backup-file.service.js';
import { refuseOtherVersion } from './snapshot.service.js';
import { PLAIN_TEXTS, readRows, type Table, tablesOf, writeRows } from './tables.query.js';

const RESTORER = systemActor('restore');
/** Stands in the settings from the restored rows' commit until every proof has passed. */
const MARK = 'restore-unproven';
/**
 * Job ids are ids of the outbox. Redis may still hold jobs of the life that was lost, made after this backup: their
 * ids must not come again, or a new job would be taken for one that is queued already.
 */
const OUTBOX_GAP = 1_000_000;

/** What a restored database has shown. */
export interface Restored {
  readonly tables: number;
  readonly rows: number;
  /** One line each, in Chinese. */
  readonly proofs: readonly string[];
}

/** Every byte is checked before anything is touched. @throws BACKUP_DAMAGED, BACKUP_FILE, BACKUP_VERSION */
export async function checkBackup(file: string, passphrase: string): Promise<Backup> {
  const backup = await readBackupFile(file, passphrase);
  refuseOtherVersion(backup.migrations, '备份', '请用与备份相配的程序版本恢复');
  return backup;
}

type Proof = (owner: Login, database: Database, backup: Backup) => Promise<string>;

/** The audit is what was written, up to the root that the file names. */
const auditIsWhole: Proof = async (owner, _database, backup) => {
  const { entries, seals, faults } = await verifyAudit(loginOf(owner, 'backup'), backup.root);
  if (faults.length > 0) throw unproven(`审计日志核对不符：${faults.map(({ message }) => message).join('；')}`);
  return `审计日志完整：${entries} 条记录，${seals} 次封存，最近的根 ${backup.root ?? '（尚未封存）'}`;
};

/** The newest ranking, scored again from its pin, has the same hash. */
const lastRankingComesOutAgain: Proof = async (_owner, database) => {
  const last = await database.transaction(RESTORER, async (tx) => {
    const row = await tx.row<{ id: string; title: string; period: string; hash: string }>(
      'select id, title, period, hash from evaluation where hash is not null order by started_at desc, id limit 1',
    );
    return row && { ...row, pin: await new Pin().read(tx, row.id) };
  });
  if (!last) return '还没有排名可复算';
  const scoring = new ScoringThread();
  try {
    const { bundle = '' } = await scoring.run({ task: 'verify', pin: last.pin });
    const { hashes } = JSON.parse(bundle) as { hashes: { bundle: string } };
    const which = `最近一次排名（${last.title} ${last.period}）`;
    if (hashes.bundle !== last.hash)
      throw unproven(`${which}复算不一致：核验码应为 ${last.hash}，复算得 ${hashes.bundle}`);
    return `${which}复算一致：${last.hash}`;
  } finally {
    await scoring.onModuleDestroy();
  }
};

/** All of them must pass before the database may be used. */
const PROOFS: readonly Proof[] = [auditIsWhole, lastRankingComesOutAgain];

/**
 * Fills the empty database of `owner` from a checked file, in one transaction; then proves it: the audit is whole and
 * the last ranking comes out again. Until then the database refuses to serve, also when this process is killed.
 * @throws RESTORE_NOT_EMPTY, RESTORE_IN_USE, RESTORE_DIFFERS: then nothing was written; RESTORE_UNPROVEN: then the
 * database stays marked and unusable
 */
export async function restore(owner: Login, file: string, passphrase: string, backup: Backup): Promise<Restored> {
  await withClient(owner, refuseOccupied); // before migrations touch what belongs to somebody
  await migrate(owner);
  await withClient(owner, (client) => fill(client, owner, file, passphrase, backup));
  const database = await Database.open(owner, null);
  try {
    const proofs: string[] = [];
    for (const prove of PROOFS) proofs.push(await prove(owner, database, backup));
    await new Acts(database).perform({ action: 'backup.restore', actor: RESTORER }, async (act) => {
      await act.tx.run('delete from setting where key = $1', [MARK]);
      act.record(null, { at: backup.at, root: backup.root });
    });
    const rows = backup.tables.reduce((sum, table) => sum + table.rows, 0);
    return { tables: backup.tables.length, rows, proofs };
  } finally {
    await database.close();
  }
}

/** A restored database serves nobody before it is proven. @throws RESTORE_UNPROVEN */
export async function refuseUnproven(owner: Login): Promise<void> {
  const found = await withClient(owner, (client) => client.query('select from setting where key = $1', [MARK]));
  if (found.rowCount !== 0) throw unproven('此数据库的恢复没有完成核对');
}

const unproven = (why: string): DomainError =>
  new DomainError('RESTORE_UNPROVEN', 409, `${why}。它不能使用：请删去这个数据库（或数据目录），再恢复一次。`);

const differs = (why: string): DomainError => new DomainError('RESTORE_DIFFERS', 409, `${why}；什么也没有写入`);

/** A program that serves would work on rows that are not proven yet. @throws RESTORE_IN_USE */
async function refuseInUse(client: pg.Client, owner: Login): Promise<void> {
  const { rowCount } = await client.query(
    'select from pg_stat_activity where datname = current_database() and usename = any($1)',
    [[loginOf(owner, 'staff').user, loginOf(owner, 'institution').user]],
  );
  if (rowCount !== 0) throw new DomainError('RESTORE_IN_USE', 409, '有绿评程序正连着这个数据库，请先结束它');
}

/** Only into an empty database: no table but that of the migrations holds a row. @throws RESTORE_NOT_EMPTY */
async function refuseOccupied(client: pg.Client): Promise<void> {
  const occupied: string[] = [];
  for (const { name } of await tablesOf(client, false)) {
    const { rows } = await client.query<{ found: boolean }>(`select exists (select from ${name}) as found`);
    if (rows[0]?.found) occupied.push(name);
  }
  if (occupied.length > 0)
    throw new DomainError(
      'RESTORE_NOT_EMPTY',
      409,
      `只能恢复到空的数据库，这一个已有数据（${occupied.slice(0, 5).join('、')}${occupied.length > 5 ? '……' : ''}）。请用 GREENRANK_DATA（或 DATABASE_URL）换一个。`,
    );
}

/**
 * COPY as it came out, so that every value is what it was to the bit (arrays, jsonb, identity columns too, which
 * `unnest` would have to be taught one by one). COPY takes no rows through a row filter: inside this transaction the
 * owner is exempt, and triggers are silent, since what they would check or stamp was checked and stamped when it
 * happened. Foreign keys and checks are in force.
 */
async function fill(client: pg.Client, owner: Login, file: string, passphrase: string, backup: Backup): Promise<void> {
  await client.query(PLAIN_TEXTS);
  await client.query('begin');
  const tables = await tablesOf(client, false);
  const shape = tables.map(({ name, columns }) => ({ name, columns }));
  if (JSON.stringify(shape) !== JSON.stringify(backup.shape)) throw differs('备份里的表与数据库的表不同');
  await refuseInUse(client, owner);
  for (const { name, isForced } of tables)
    await client.query(`alter table ${name} ${isForced ? 'no force row level security, ' : ''}disable trigger user`);
  await refuseOccupied(client);
  await readBackupFile(file, passphrase, async (no, rows) => pipeline(rows, writeRows(client, tables[no] as Table)));
  for (const [no, table] of tables.entries()) {
    const hash = createHash('sha256');
    const stored = readRows(client, table);
    for await (const bytes of stored) hash.update(bytes as Buffer);
    const expected = backup.tables[no];
    const { rows } = await client.query<{ n: string }>(`select count(*) as n from ${table.name}`);
    if (rows[0]?.n !== `${expected?.rows}` || hash.digest('hex') !== expected?.sha256)
      throw differs(`表 ${table.name} 写入后与备份不同（${rows[0]?.n} 行，应为 ${expected?.rows} 行）`);
  }
  for (const { name, last, isCalled } of backup.sequences)
    await client.query('select setval($1::regclass, $2, $3)', [name, last, isCalled]);
  await client.query(`select setval(s, nextval(s) + ${OUTBOX_GAP}) from pg_get_serial_sequence('outbox', 'id') as s`);
  for (const { name, isForced } of tables)
    await client.query(`alter table ${name} ${isForced ? 'force row level security, ' : ''}enable trigger user`);
  await client.query('insert into setting (key, value) values ($1, $2)', [MARK, backup.at]);
  await client.query('commit');
}

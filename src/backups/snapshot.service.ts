import pg from 'pg';
import { type Login, loginOf } from '../platform/connections.service.js';
import { migrationNames } from '../platform/migrate.service.js';
import { DomainError } from '../problems/problems.js';
import { type BackupEnd, type BackupHead, type BackupSource, writeBackupFile } from './backup-file.service.js';
import { migrationsOf, PLAIN_TEXTS, readRows, sequencesOf, type Table, tablesOf } from './tables.query.js';

/** 1 is the data folder, 2–4 are owner, logins and migrations, 7 and 8 the audit's. */
const BACKUP_LOCK = 9;

export interface WrittenBackup extends BackupHead, BackupEnd {
  readonly bytes: number;
  /** Of all tables. */
  readonly rows: number;
}

/** The migrations of a database or a file are not this program's: neither backup nor restore would be whole. */
export function refuseOtherVersion(migrations: readonly string[], what: string, advice: string): void {
  const own = migrationNames();
  if (migrations.join() === own.join()) return;
  throw new DomainError(
    'BACKUP_VERSION',
    409,
    `${what}的结构是 ${migrations.at(-1) ?? '（空）'}（共 ${migrations.length} 步），本程序是 ${own.at(-1)}（共 ${own.length} 步）。${advice}`,
  );
}

/** The whole database as it stood at one instant, read by the login that reads everything and writes nothing. */
export class Snapshot {
  private constructor(
    private readonly client: pg.Client,
    private readonly head: BackupHead,
    private readonly tables: readonly Table[],
  ) {}

  /**
   * Opens one REPEATABLE READ transaction; one at a time in this database, from whichever process.
   * @throws BACKUP_RUNNING, BACKUP_UNREADABLE, BACKUP_VERSION
   */
  static async take(owner: Login): Promise<Snapshot> {
    const client = new pg.Client({ ...loginOf(owner, 'backup'), application_name: 'greenrank-backup' });
    client.on('error', () => undefined); // a cut connection shows in the next query
    await client.connect();
    try {
      const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [BACKUP_LOCK]);
      if (!rows[0]?.held) throw new DomainError('BACKUP_RUNNING', 409, '正在备份，请等这一次结束');
      await client.query(PLAIN_TEXTS);
      await client.query('begin transaction isolation level repeatable read read only');
      const now = await client.query<{ at: Date }>('select now() as at');
      const migrations = await migrationsOf(client);
      refuseOtherVersion(migrations, '数据库', '请先运行 greenrank migrate，或用与数据库相配的程序备份');
      const tables = await tablesOf(client, true);
      const at = (now.rows[0] as { at: Date }).at.toISOString();
      const head = { at, migrations, shape: tables.map(({ name, columns }) => ({ name, columns })) };
      return new Snapshot(client, head, tables);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  /** @throws BACKUP_FILE */
  async write(file: string, passphrase: string, signal?: AbortSignal): Promise<WrittenBackup> {
    const read: ReturnType<typeof readRows>[] = [];
    const source: BackupSource = {
      head: this.head,
      rows: (no) => {
        const rows = readRows(this.client, this.tables[no] as Table);
        read.push(rows);
        return rows;
      },
      end: async (hashes) => {
        const sequences = await sequencesOf(this.client);
        const last = await this.client.query<{ root: string }>(
          `select encode(root, 'hex') as root from audit.seal order by batch desc limit 1`,
        );
        const tables = hashes.map((sha256, no) => ({
          name: this.tables[no]?.name ?? '',
          rows: read[no]?.rowCount ?? 0,
          sha256,
        }));
        return { tables, sequences, root: last.rows[0]?.root ?? null };
      },
    };
    const { bytes, end } = await writeBackupFile(file, passphrase, source, signal);
    return { ...this.head, ...end, bytes, rows: end.tables.reduce((sum, { rows }) => sum + rows, 0) };
  }

  /** Ends the transaction; cuts a copy that is under way. The next one may begin when the server has noticed. */
  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}

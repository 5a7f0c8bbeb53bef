import { runMigrations as migrateQueue } from 'bullmq';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../migrations/index.js';
import { DomainError } from '../problems/problems.js';
import { LOGINS, type Login, loginOf, withClient } from './connections.service.js';

/** Logins belong to the server and advisory locks to one database: all installations queue in `postgres`. */
async function createLogins(owner: Login): Promise<void> {
  await withClient({ ...owner, database: 'postgres' }, async (client) => {
    await client.query('select pg_advisory_lock(3)');
    for (const kind of LOGINS) {
      const login = loginOf(owner, kind);
      const statement = `create role ${pg.escapeIdentifier(login.user)} login nosuperuser nobypassrls noinherit password ${pg.escapeLiteral(login.password)}`;
      const found = await client.query('select 1 from pg_roles where rolname = $1', [login.user]);
      if (found.rowCount !== 0) continue;
      try {
        await client.query(statement);
      } catch (error) {
        if ((error as { code?: string }).code !== '42501') throw error;
        throw new DomainError(
          'MIGRATE_LOGINS',
          503,
          `用户 ${owner.user} 没有 CREATEROLE 权限。请由数据库管理员执行：\n${statement.replace(/password '.*'$/, "password '…'")};\n口令为 HMAC-SHA-256（所有者口令，登录名）的十六进制；或授予：alter role ${pg.escapeIdentifier(owner.user)} createrole;`,
        );
      }
    }
  });
}

/** The migrations that a database of this version has gone through, in their order. */
export const migrationNames = (): string[] => MIGRATIONS.map((migration) => migration.name);

/**
 * Brings the database of `owner` to this version: logins, queue, tables. Safe to run at once from several processes.
 * @returns the names of the migrations that ran
 */
export async function migrate(owner: Login): Promise<string[]> {
  await createLogins(owner);
  return withClient(owner, async (lock) => {
    await lock.query('select pg_advisory_lock(4)');
    await lock.query('create schema if not exists bullmq');
    await migrateQueue(lock, 'bullmq');
    const staff = pg.escapeIdentifier(loginOf(owner, 'staff').user);
    await lock.query(`
      grant usage on schema bullmq to ${staff};
      grant all on all tables in schema bullmq to ${staff};
      grant all on all sequences in schema bullmq to ${staff};
      grant execute on all functions in schema bullmq to ${staff}`);
    const source = new DataSource({
      type: 'postgres',
      host: owner.host,
      port: owner.port,
      username: owner.user,
      password: owner.password,
      database: owner.database,
      migrations: MIGRATIONS,
      migrationsTableName: 'migration',
    });
    await source.initialize();
    try {
      return (await source.runMigrations({ transaction: 'each' })).map((migration) => migration.name);
    } finally {
      await source.destroy();
    }
  });
}

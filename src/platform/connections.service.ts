import { createHmac } from 'node:crypto';
import pg from 'pg';
import { DomainError } from '../problems/problems.js';
import type { EmbeddedServer, ServerAddress } from './embedded-postgres.service.js';
import type { Settings } from './settings.js';

// A date stays the text it is: a JavaScript Date would move it by the machine's time zone.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

/** One login of the product on one database. */
export type Login = ServerAddress;

/** The owner's login, for whoever is injected with it: he derives the login that he works with. */
export const OWNER = 'owner';

/** The logins of stack.md “Roles”: they own nothing and are members of nothing. */
export const LOGINS = ['institution', 'staff', 'backup'] as const;
export type LoginKind = (typeof LOGINS)[number];

const derived = (secret: string, name: string): string => createHmac('sha256', secret).update(name).digest('hex');

/** The owner's login of `DATABASE_URL`. @throws SETTINGS_INVALID */
export function ownerOfUrl(address: string): Login {
  const url = new URL(address);
  const database = decodeURIComponent(url.pathname.slice(1));
  if (!url.username || !database)
    throw new DomainError(
      'SETTINGS_INVALID',
      422,
      '环境变量 DATABASE_URL 须写明用户与数据库：postgres://用户:口令@主机/数据库',
    );
  return {
    host: url.searchParams.get('host') ?? decodeURIComponent(url.hostname),
    port: url.port ? Number.parseInt(url.port, 10) : 5432,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database,
  };
}

/** The owner's login on the embedded server. */
export const ownerOfEmbedded = ({ address }: EmbeddedServer): Login => ({
  ...address,
  user: 'greenrank',
  password: derived(address.password, 'greenrank'),
  database: 'greenrank',
});

/** `<owner>_institution` …: named after the owner, so that two installations can share a server. */
export const loginOf = (owner: Login, kind: LoginKind): Login => {
  const user = `${owner.user}_${kind}`;
  return { ...owner, user, password: derived(owner.password, user) };
};

const LOSS = ['57P01', '57P02', '57P03', '08006', '08003', 'ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ENOENT'];

/** Whether an error only says that a connection was cut. */
export const isConnectionLoss = (error: { readonly code?: string; readonly message: string }): boolean =>
  LOSS.includes(error.code ?? '') || /Connection (terminated|ended|closed)/i.test(error.message);

/** Runs `work` on one connection of its own. */
export async function withClient<T>(login: Login, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...login });
  client.on('error', () => undefined); // a cut connection shows in the next query
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Creates the owner and its database on the embedded server; nothing else is ever done as superuser. */
export async function createOwner(server: EmbeddedServer, database = 'greenrank'): Promise<Login> {
  const owner = { ...ownerOfEmbedded(server), database };
  await withClient(server.address, async (client) => {
    await client.query('select pg_advisory_lock(2)');
    const role = await client.query('select 1 from pg_roles where rolname = $1', [owner.user]);
    if (role.rowCount === 0)
      await client.query(
        `create role ${pg.escapeIdentifier(owner.user)} login nosuperuser nobypassrls createrole createdb password ${pg.escapeLiteral(owner.password)}`,
      );
    const found = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (found.rowCount === 0)
      await client.query(`create database ${pg.escapeIdentifier(database)} owner ${pg.escapeIdentifier(owner.user)}`);
  });
  return owner;
}

/** True if this process now holds the data folder; the connection must stay open as long as it does. */
export async function holdFolder(server: EmbeddedServer): Promise<pg.Client | null> {
  const client = new pg.Client({ ...server.address, keepAlive: true });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock(1) as held');
  if (rows[0]?.held) return client;
  await client.end();
  return null;
}

export const isServices = (settings: Settings): settings is Settings & { databaseUrl: string; redisUrl: string } =>
  settings.mode === 'services';

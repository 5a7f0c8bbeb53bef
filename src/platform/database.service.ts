import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource, DefaultNamingStrategy, type EntityManager } from 'typeorm';
import type { Actor } from '../lifecycle/lifecycle.js';
import { type Login, loginOf } from './connections.service.js';

/** Columns are `institution_id`, not `institutionId`. */
class SnakeNamingStrategy extends DefaultNamingStrategy {
  private snake(name: string): string {
    return name.replace(/[A-Z]/g, (letter, at: number) => `${at > 0 ? '_' : ''}${letter.toLowerCase()}`);
  }
  override tableName(className: string, custom: string | undefined): string {
    return custom ?? this.snake(className);
  }
  override columnName(property: string, custom: string | undefined, prefixes: string[]): string {
    return this.snake([...prefixes, custom ?? property].join('_'));
  }
  override joinColumnName(relation: string, referenced: string): string {
    return this.snake(`${relation}_${referenced}`);
  }
}

/** One open transaction. The only door to the tables. */
export interface Tx {
  readonly actor: Actor;
  /** Business time, read once when the transaction began. */
  readonly now: Date;
  readonly manager: EntityManager;
  /** The rows of any statement, with RETURNING too. Figures arrive as strings. */
  rows<T>(sql: string, parameters?: unknown[]): Promise<T[]>;
  /** The one row, or null. */
  row<T>(sql: string, parameters?: unknown[]): Promise<T | null>;
  /** Runs a statement; the number of rows that it changed. */
  run(sql: string, parameters?: unknown[]): Promise<number>;
}

type Entities = NonNullable<ConstructorParameters<typeof DataSource>[0]['entities']>;

/**
 * Both logins and the one door. Institution roles use a login that sees their own rows only; all others the staff
 * login, whose rights the guard decides (stack.md “Roles”).
 */
@Injectable()
export class Database implements OnApplicationShutdown {
  private readonly current = new AsyncLocalStorage<Tx>();

  private constructor(
    private readonly staff: DataSource,
    private readonly institution: DataSource,
    /** Milliseconds that business time is ahead of the database's clock (GREENRANK_NOW). */
    private readonly clockOffset: number,
    readonly isTestClock: boolean,
  ) {}

  static async open(owner: Login, now: Date | null, entities: Entities = []): Promise<Database> {
    const source = (login: Login, poolSize: number): DataSource =>
      new DataSource({
        type: 'postgres',
        host: login.host,
        port: login.port,
        username: login.user,
        password: login.password,
        database: login.database,
        entities,
        namingStrategy: new SnakeNamingStrategy(),
        poolSize,
        poolErrorHandler: () => undefined, // the pool replaces a cut connection; the query that meets it fails
        extra: { keepAlive: true, application_name: 'greenrank' },
      });
    const [staff, institution] = await Promise.all([
      source(loginOf(owner, 'staff'), 12).initialize(),
      source(loginOf(owner, 'institution'), 8).initialize(),
    ]);
    return new Database(staff, institution, now ? now.getTime() - Date.now() : 0, now !== null);
  }

  /**
   * Runs `work` in one transaction as `actor`; joins the transaction that is open already for the same actor.
   * @throws Error when the actor changes inside a transaction
   */
  async transaction<T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> {
    const outer = this.current.getStore();
    if (outer) {
      if (outer.actor.id !== actor.id) throw new Error('actor changed inside a transaction');
      return work(outer);
    }
    // What an officer recorded for an institution is staff's work, in the institution's name.
    const source = actor.institutionId === null || actor.onBehalf ? this.staff : this.institution;
    return source.transaction(async (manager) => {
      const rows = async <R>(sql: string, parameters: unknown[] = []): Promise<R[]> => {
        const result = await manager.queryRunner?.query(sql, parameters, true);
        return (result?.records ?? []) as R[];
      };
      const [time] = await rows<{ now: Date }>(
        `select set_config('app.user', $1, true), set_config('app.institution', $2, true),
                set_config('app.roles', $3, true), clock_timestamp() as now`,
        [actor.id, actor.institutionId ?? '', actor.roles.join(',')],
      );
      const tx: Tx = {
        actor,
        now: new Date((time as { now: Date }).now.getTime() + this.clockOffset),
        manager,
        rows,
        row: async <R>(sql: string, parameters?: unknown[]) => (await rows<R>(sql, parameters))[0] ?? null,
        run: async (sql, parameters = []) => {
          const result = await manager.queryRunner?.query(sql, parameters, true);
          return result?.affected ?? 0;
        },
      };
      return this.current.run(tx, () => work(tx));
    });
  }

  /** Whether the database answers. */
  async isAlive(): Promise<boolean> {
    try {
      await this.staff.query('select 1');
      return true;
    } catch {
      return false;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  async close(): Promise<void> {
    await Promise.all([this.staff, this.institution].map((source) => source.isInitialized && source.destroy()));
  }
}

/** The machine itself: relay, workers, sign-in, demonstration. Acts through the staff login. */
export const systemActor = (name: string): Actor => ({
  id: `system:${name}`,
  username: `system:${name}`,
  name: '系统',
  roles: [],
  institutionId: null,
  department: null,
});

/**
 * The same person, acting through the staff login: for accounts, tokens and papers, tables that the institution login
 * has no business with. Whoever uses it has decided before what of the institution may be touched.
 */
export const byStaffLogin = (actor: Actor): Actor => ({ ...actor, institutionId: null });

/** SQL that makes the text of a moment as everywhere in the interface: UTC, milliseconds, `2026-10-20T01:02:03.000Z`. */
export const instant = (expression: string): string =>
  `to_char((${expression}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

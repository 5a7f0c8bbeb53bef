import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Actor, ROLES, type Role } from '../lifecycle/lifecycle.js';
import { Database, instant, systemActor, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { DomainError, notFound } from '../problems/problems.js';

export const SESSION_COOKIE = 'greenrank_session';
/** Behind TLS: a name that no other host and no plain connection can set. */
const SECURE_COOKIE = `__Host-${SESSION_COOKIE}`;

export const cookieName = (request: FastifyRequest): string =>
  request.protocol === 'https' ? SECURE_COOKIE : SESSION_COOKIE;

/** Longest life of a session, and how long it may rest unused. Real time, never GREENRANK_NOW. */
const MAX_HOURS = 12;
const IDLE_MINUTES = { bureau: 30, others: 60 };
const AT_ONCE = 10;
/** Ten times what a page needs at its busiest; a program asks with a token and meets the same limit. */
export const REQUESTS_A_MINUTE = 6_000;

/** The roles whose sessions rest shorter and who need a second factor. */
export const BUREAU_ROLES: readonly Role[] = ROLES.filter(
  (role) => !['filer', 'checker', 'department_editor', 'department_approver'].includes(role),
);

const SIGN_IN = systemActor('sign-in');
const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

export interface AccountRow {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly institution_id: string | null;
  readonly department: string | null;
  readonly roles: Role[];
}

export interface SessionItem {
  readonly id: string;
  readonly createdAt: string;
  readonly seenAt: string;
  readonly address: string;
  /** The browser, as it calls itself. */
  readonly agent: string;
  readonly current: boolean;
}

/** Opaque ids in our own table, stored hashed: a session can be listed and revoked. */
@Injectable()
export class Sessions {
  constructor(private readonly database: Database) {}

  /** A new session; the token is told once and stored nowhere. The eleventh ends the oldest. */
  async open(userId: string, address: string, agent = ''): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    await this.database.transaction(SIGN_IN, async (tx) => {
      await tx.run('insert into session (token_hash, user_id, address, agent) values ($1, $2, $3, $4)', [
        hashOf(token),
        userId,
        address,
        agent.slice(0, 200),
      ]);
      await tx.run(
        `update session set ended_at = now() where id in (
           select id from session where user_id = $1 and ended_at is null order by created_at desc offset ${AT_ONCE})`,
        [userId],
      );
    });
    return token;
  }

  async end(token: string | undefined): Promise<void> {
    if (!token) return;
    await this.database.transaction(SIGN_IN, (tx) =>
      tx.run('update session set ended_at = now() where token_hash = $1 and ended_at is null', [hashOf(token)]),
    );
  }

  /** Every session of an account, in the transaction of the act that takes the ground from under them. */
  static async endAll(tx: Tx, userId: string): Promise<void> {
    await tx.run('update session set ended_at = now() where user_id = $1 and ended_at is null', [userId]);
  }

  /**
   * Who acts under this token now; null when it is unknown, ended, too old, or when no grant holds at this moment:
   * grants are read afresh each time, by business time.
   * @throws TOO_MANY_REQUESTS
   */
  async actorOf(token: string | undefined): Promise<Actor | null> {
    if (!token) return null;
    const found = await this.database.transaction(SIGN_IN, (tx) =>
      tx.row<AccountRow & { requests: number }>(
        `with live as (
           update session s set seen_at = now(),
             requests = case when s.minute = date_trunc('minute', now()) then s.requests + 1 else 1 end,
             minute = date_trunc('minute', now())
           where s.token_hash = $1 and s.ended_at is null
             and s.created_at > now() - make_interval(hours => ${MAX_HOURS})
             and s.seen_at > now() - make_interval(mins => case when exists (
               select 1 from user_role b where b.user_id = s.user_id and b.role = any($3)
                 and b.valid_from <= $2 and (b.valid_to is null or b.valid_to > $2))
               then ${IDLE_MINUTES.bureau} else ${IDLE_MINUTES.others} end)
           returning s.user_id, s.requests)
         ${account('$2', ', live.requests')} join live on live.user_id = u.id where u.disabled_at is null`,
        [hashOf(token), tx.now, BUREAU_ROLES],
      ),
    );
    if (found && found.requests > REQUESTS_A_MINUTE) throw tooMany();
    return found && found.roles.length > 0 ? actorFrom(found) : null;
  }

  /** The actor of an account, for one-click entry, for tokens and for the demonstration's own acts. */
  async actorNamed(username: string): Promise<Actor | null> {
    const found = await this.database.transaction(SIGN_IN, (tx) =>
      tx.row<AccountRow>(`${account('$2')} where u.username = $1 and u.disabled_at is null`, [username, tx.now]),
    );
    return found && actorFrom(found);
  }

  /** One's own, latest first. @param token the session that asks */
  list(actor: Actor, query: PageQuery, token: string | undefined): Promise<Page<SessionItem>> {
    const request = pageRequest(query, 'sessions', 2);
    return this.database.transaction(SIGN_IN, async (tx) => {
      const rows = await tx.rows<SessionItem & { at: string }>(
        `select id, created_at::text as at, ${instant('created_at')} as "createdAt", ${instant('seen_at')} as "seenAt", address, agent,
           token_hash = $2 as current
         from session where user_id = $1 and ended_at is null and created_at > now() - make_interval(hours => ${MAX_HOURS})
           and ($3::timestamptz is null or (created_at, id) < ($3, $4::uuid))
         order by created_at desc, id desc limit $5`,
        [actor.id, token ? hashOf(token) : Buffer.alloc(0), ...(request.after ?? [null, null]), request.limit + 1],
      );
      const page = pageOf(rows, request, 'sessions', (row) => [row.at, row.id]);
      return { items: page.items.map(({ at: _, ...item }) => item), next: page.next };
    });
  }

  /** Ends one of the actor's own. @throws NOT_FOUND */
  async endOwn(actor: Actor, id: string): Promise<void> {
    const ended = await this.database.transaction(SIGN_IN, (tx) =>
      tx.run('update session set ended_at = now() where id = $1 and user_id = $2 and ended_at is null', [id, actor.id]),
    );
    if (ended === 0) throw notFound();
  }
}

export const tooMany = (): DomainError =>
  new DomainError('TOO_MANY_REQUESTS', 429, '请求过于频繁，请一分钟后再试', [], { 'retry-after': '60' });

/** @param now placeholder of business time; @param more further columns */
export const account = (now: string, more = ''): string => `
  select u.id, u.username, u.name, u.institution_id, u.department,
    coalesce((select json_agg(distinct r.role order by r.role) from user_role r
      where r.user_id = u.id and r.valid_from <= ${now} and (r.valid_to is null or r.valid_to > ${now})), '[]') as roles${more}
  from user_account u`;

export const actorFrom = (row: AccountRow): Actor => ({
  id: row.id,
  username: row.username,
  name: row.name,
  roles: row.roles,
  institutionId: row.institution_id,
  department: row.department,
});

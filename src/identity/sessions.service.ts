import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Actor, Role } from '../lifecycle/lifecycle.js';
import { Database, systemActor } from '../platform/database.service.js';

export const SESSION_COOKIE = 'greenrank_session';

/** Longest life of a session, and how long it may rest unused. Real time, never GREENRANK_NOW. */
const MAX_HOURS = 12;
const IDLE_MINUTES = 60;

const SIGN_IN = systemActor('sign-in');
const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

interface AccountRow {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly institution_id: string | null;
  readonly department: string | null;
  readonly roles: Role[];
}

/** Opaque ids in our own table, stored hashed: a session can be listed and revoked. */
@Injectable()
export class Sessions {
  constructor(private readonly database: Database) {}

  /** A new session; the token is told once and stored nowhere. */
  async open(userId: string, address: string): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    await this.database.transaction(SIGN_IN, (tx) =>
      tx.run('insert into session (token_hash, user_id, address) values ($1, $2, $3)', [
        hashOf(token),
        userId,
        address,
      ]),
    );
    return token;
  }

  async end(token: string | undefined): Promise<void> {
    if (!token) return;
    await this.database.transaction(SIGN_IN, (tx) =>
      tx.run('update session set ended_at = now() where token_hash = $1 and ended_at is null', [hashOf(token)]),
    );
  }

  /** Who acts under this token now; null when it is unknown, ended or too old. Grants are read afresh each time. */
  async actorOf(token: string | undefined): Promise<Actor | null> {
    if (!token) return null;
    const account = await this.database.transaction(SIGN_IN, (tx) =>
      tx.row<AccountRow>(
        `with live as (
           update session set seen_at = now()
           where token_hash = $1 and ended_at is null
             and created_at > now() - make_interval(hours => ${MAX_HOURS})
             and seen_at > now() - make_interval(mins => ${IDLE_MINUTES})
           returning user_id)
         ${ACCOUNT} where u.id = (select user_id from live) and u.disabled_at is null`,
        [hashOf(token)],
      ),
    );
    return account && actorFrom(account);
  }

  /** The actor of an account, for one-click entry and for the demonstration's own acts. */
  async actorNamed(username: string): Promise<Actor | null> {
    const account = await this.database.transaction(SIGN_IN, (tx) =>
      tx.row<AccountRow>(`${ACCOUNT} where u.username = $1 and u.disabled_at is null`, [username]),
    );
    return account && actorFrom(account);
  }
}

const ACCOUNT = `
  select u.id, u.username, u.name, u.institution_id, u.department,
    coalesce((select json_agg(distinct r.role order by r.role) from user_role r
      where r.user_id = u.id and r.valid_from <= now() and (r.valid_to is null or r.valid_to > now())), '[]') as roles
  from user_account u`;

const actorFrom = (account: AccountRow): Actor => ({
  id: account.id,
  username: account.username,
  name: account.name,
  roles: account.roles,
  institutionId: account.institution_id,
  department: account.department,
});

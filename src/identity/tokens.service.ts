import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Acts } from '../audit/acts.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { byStaffLogin, Database, instant, systemActor } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { DomainError, notFound } from '../problems/problems.js';
import { scopesOf } from './rights.js';
import { type AccountRow, account, actorFrom, REQUESTS_A_MINUTE, tooMany } from './sessions.service.js';

const PREFIX = 'grt_';
const LONGEST_DAYS = 366;
const SIGN_IN = systemActor('sign-in');

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

export interface TokenItem {
  readonly id: string;
  readonly name: string;
  /** Username of the person for whom it acts. */
  readonly owner: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  readonly usedAt: string | null;
}

/** Bearer tokens: a person's rights, narrowed to scopes, until a date; stored hashed. */
@Injectable()
export class Tokens {
  constructor(
    private readonly database: Database,
    private readonly acts: Acts,
  ) {}

  /** @throws SCOPE_UNKNOWN for what the actor himself may not do, TOKEN_DATES */
  create(
    actor: Actor,
    given: { readonly name: string; readonly scopes: readonly string[]; readonly expiresAt: string },
  ): Promise<{ id: string; token: string }> {
    return this.acts.perform({ action: 'token.create', actor: byStaffLogin(actor), creates: true }, async (act) => {
      const own = scopesOf(actor.roles);
      const unknown = given.scopes.find((scope) => !own.includes(scope));
      if (unknown !== undefined)
        throw new DomainError('SCOPE_UNKNOWN', 422, '令牌的范围不得超出本人的权限', [
          {
            path: 'scopes',
            rule: 'SCOPE_UNKNOWN',
            found: unknown,
            expected: own.join('、'),
            message: `不可授予“${unknown}”`,
          },
        ]);
      const expires = new Date(given.expiresAt);
      const days = (expires.getTime() - Date.now()) / 86_400_000;
      if (!(days > 0 && days <= LONGEST_DAYS))
        throw new DomainError('TOKEN_DATES', 422, `有效期应在今后 ${LONGEST_DAYS} 天以内`, [
          {
            path: 'expiresAt',
            rule: 'TOKEN_DATES',
            found: given.expiresAt,
            expected: `今后 ${LONGEST_DAYS} 天以内`,
            message: `有效期应在今后 ${LONGEST_DAYS} 天以内`,
          },
        ]);
      const token = PREFIX + randomBytes(32).toString('base64url');
      const row = (await act.tx.row<{ id: string }>(
        `insert into api_token (user_id, name, token_hash, scopes, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6) returning id`,
        [actor.id, given.name, hashOf(token), [...new Set(given.scopes)], act.now, expires],
      )) as { id: string };
      act.subject = row.id;
      act.institutionId = actor.institutionId;
      act.record(null, { scopes: given.scopes, expiresAt: expires.toISOString() });
      return { id: row.id, token };
    });
  }

  /** One's own; those of everybody for the security administrator. @throws NOT_FOUND */
  async revoke(actor: Actor, id: string): Promise<void> {
    await this.acts.perform({ action: 'token.revoke', actor: byStaffLogin(actor), subject: id }, async (act) => {
      act.institutionId = actor.institutionId;
      const found = await act.tx.row<{ revoked_at: Date | null }>(
        'select revoked_at from api_token where id = $1 and ($2::uuid is null or user_id = $2) for update',
        [id, ownerFilter(actor)],
      );
      if (!found) throw notFound();
      await act.tx.run('update api_token set revoked_at = coalesce(revoked_at, now()) where id = $1', [id]);
    });
  }

  list(actor: Actor, query: PageQuery): Promise<Page<TokenItem>> {
    const request = pageRequest(query, 'tokens', 2);
    return this.database.transaction(byStaffLogin(actor), async (tx) => {
      const rows = await tx.rows<TokenItem & { at: string }>(
        `select t.id, t.name, u.username as owner, t.scopes, t.created_at::text as at, ${instant('t.created_at')} as "createdAt",
           ${instant('t.expires_at')} as "expiresAt", ${instant('t.revoked_at')} as "revokedAt", ${instant('t.used_at')} as "usedAt"
         from api_token t join user_account u on u.id = t.user_id
         where ($1::uuid is null or t.user_id = $1) and ($2::timestamptz is null or (t.created_at, t.id) < ($2, $3::uuid))
         order by t.created_at desc, t.id desc limit $4`,
        [ownerFilter(actor), ...(request.after ?? [null, null]), request.limit + 1],
      );
      const page = pageOf(rows, request, 'tokens', (row) => [row.at, row.id]);
      return { items: page.items.map(({ at: _, ...item }) => item), next: page.next };
    });
  }

  /** Who acts under this token now; null when it is unknown, revoked, expired, or its owner has no grant. */
  async actorOf(token: string): Promise<Actor | null> {
    if (!token.startsWith(PREFIX)) return null;
    const found = await this.database.transaction(SIGN_IN, (tx) =>
      tx.row<AccountRow & { token: string; scopes: string[]; requests: number }>(
        `with live as (
           update api_token set used_at = now(),
             requests = case when minute = date_trunc('minute', now()) then requests + 1 else 1 end,
             minute = date_trunc('minute', now())
           where token_hash = $1 and revoked_at is null and expires_at > now()
           returning user_id, id, scopes, requests)
         ${account('$2', ', live.id as token, live.scopes, live.requests')}
         join live on live.user_id = u.id where u.disabled_at is null`,
        [hashOf(token), tx.now],
      ),
    );
    if (found && found.requests > REQUESTS_A_MINUTE) throw tooMany();
    if (!found || found.roles.length === 0) return null;
    return { ...actorFrom(found), token: { id: found.token, scopes: found.scopes } };
  }
}

const ownerFilter = (actor: Actor): string | null => (actor.roles.includes('security_admin') ? null : actor.id);

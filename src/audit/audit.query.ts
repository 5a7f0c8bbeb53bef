import { Injectable } from '@nestjs/common';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';

export interface AuditItem {
  readonly id: string;
  readonly at: string;
  readonly actor: { readonly id: string; readonly roles: readonly string[] };
  readonly from: string;
  readonly action: string;
  readonly subject: string | null;
  readonly institution: string | null;
  readonly reason: string | null;
  readonly before: unknown;
  readonly after: unknown;
  /** sha256(0 ‖ id ‖ entry): what a sealed batch will be made of. */
  readonly leaf: string;
  readonly sealed: boolean;
}

/** What was done, latest first. */
@Injectable()
export class AuditQuery {
  constructor(private readonly database: Database) {}

  list(
    actor: Actor,
    filter: PageQuery & { action?: string | undefined; subject?: string | undefined },
  ): Promise<Page<AuditItem>> {
    const list = `audit:${filter.action ?? ''}:${filter.subject ?? ''}`;
    const request = pageRequest(filter, list);
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<{ id: string; body: string; leaf: string }>(
        `select id, body, encode(leaf, 'hex') as leaf from audit.entry
         where ($1::text is null or action = $1) and ($2::text is null or subject = $2) and ($3::bigint is null or id < $3)
         order by id desc limit $4`,
        [filter.action ?? null, filter.subject ?? null, request.after?.[0] ?? null, request.limit + 1],
      );
      const items = rows.map(({ id, body, leaf }): AuditItem => {
        const entry = JSON.parse(body) as Omit<AuditItem, 'id' | 'leaf' | 'sealed'>;
        return { id, ...entry, leaf, sealed: false };
      });
      return pageOf(items, request, list, (item) => [item.id]);
    });
  }
}

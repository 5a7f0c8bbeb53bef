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
  /** USCC. */
  readonly institution: string | null;
  readonly reason: string | null;
  readonly before: unknown;
  readonly after: unknown;
  /** sha256(0 ‖ id ‖ entry): what a sealed batch will be made of. */
  readonly leaf: string;
  readonly sealed: boolean;
}

export interface AuditFilter extends PageQuery {
  readonly action?: string | undefined;
  readonly subject?: string | undefined;
  /** Id of who acted. */
  readonly actor?: string | undefined;
  /** USCC. */
  readonly institution?: string | undefined;
  /** From this instant on, up to but without the other. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** What was done, latest first. */
@Injectable()
export class AuditQuery {
  constructor(private readonly database: Database) {}

  list(actor: Actor, filter: AuditFilter): Promise<Page<AuditItem>> {
    const { action, subject, actor: by, institution, from, to } = filter;
    const list = `audit:${JSON.stringify([action, subject, by, institution, from, to])}`;
    const request = pageRequest(filter, list);
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<{ id: string; body: string; leaf: string; uscc: string | null }>(
        `select e.id, e.body, encode(e.leaf, 'hex') as leaf, i.uscc from audit.entry e
         left join institution i on i.id = e.institution_id
         where ($1::text is null or e.action = $1) and ($2::text is null or e.subject = $2)
           and ($3::text is null or e.actor = $3) and ($4::text is null or i.uscc = $4)
           and ($5::timestamptz is null or e.at >= $5) and ($6::timestamptz is null or e.at < $6)
           and ($7::bigint is null or e.id < $7)
         order by e.id desc limit $8`,
        [
          action ?? null,
          subject ?? null,
          by ?? null,
          institution ?? null,
          from ?? null,
          to ?? null,
          request.after?.[0] ?? null,
          request.limit + 1,
        ],
      );
      const items = rows.map(({ id, body, leaf, uscc }): AuditItem => {
        const entry = JSON.parse(body) as Omit<AuditItem, 'id' | 'leaf' | 'sealed'>;
        return { id, ...entry, institution: uscc, leaf, sealed: false };
      });
      return pageOf(items, request, list, (item) => [item.id]);
    });
  }
}

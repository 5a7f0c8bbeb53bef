import { Injectable } from '@nestjs/common';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, instant } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';

/** One message of somebody's inbox. */
export interface NoticeItem {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly todo: string;
  readonly body: string;
  readonly link: string;
  readonly at: string;
  readonly readAt: string | null;
}

export const MAIL_STATES = ['queued', 'sent', 'failed'] as const;
export type MailState = (typeof MAIL_STATES)[number];

/** One mail, for those who answer for its delivery. */
export interface MailItem {
  readonly notice: string;
  readonly title: string;
  readonly name: string;
  /** As it stands in the account now. */
  readonly email: string | null;
  readonly institution: string | null;
  readonly state: MailState;
  readonly attempts: number;
  readonly error: string | null;
  readonly queuedAt: string;
  readonly endedAt: string | null;
}

const LIST = 'notices';

/** Messages as their owner reads them, and mails as an officer does. */
@Injectable()
export class NoticeQuery {
  constructor(private readonly database: Database) {}

  /** Latest first; one's own alone, whatever the role. */
  list(actor: Actor, filter: PageQuery & { readonly unread?: string | undefined }): Promise<Page<NoticeItem>> {
    const list = `${LIST}:${filter.unread ?? ''}`;
    const request = pageRequest(filter, list, 2);
    return this.database.transaction(actor, async (tx) => {
      const items = await tx.rows<NoticeItem>(
        `select id, kind, title, todo, body, link, ${instant('created_at')} as at, ${instant('read_at')} as "readAt"
         from notice where user_id::text = $1 and ($2::boolean is not true or read_at is null)
           and ($3::timestamptz is null or (date_trunc('milliseconds', created_at), id) < ($3, $4::uuid))
         order by date_trunc('milliseconds', created_at) desc, id desc limit $5`,
        [actor.id, filter.unread === 'true', ...(request.after ?? [null, null]), request.limit + 1],
      );
      return pageOf(items, request, list, (item) => [item.at, item.id]);
    });
  }

  unread(actor: Actor): Promise<{ count: number }> {
    return this.database.transaction(actor, async (tx) => {
      const row = await tx.row<{ count: number }>(
        'select count(*)::int as count from notice where user_id::text = $1 and read_at is null',
        [actor.id],
      );
      return { count: row?.count ?? 0 };
    });
  }

  /** Latest first. */
  mails(actor: Actor, filter: PageQuery & { readonly state?: MailState | undefined }): Promise<Page<MailItem>> {
    const list = `mails:${filter.state ?? ''}`;
    const request = pageRequest(filter, list, 2);
    return this.database.transaction(actor, async (tx) => {
      const items = await tx.rows<MailItem>(
        `select n.id as notice, n.title, u.name, u.email, i.name as institution, m.state, m.claims as attempts, m.error,
           ${instant('m.queued_at')} as "queuedAt", ${instant('m.ended_at')} as "endedAt"
         from notice_mail m join notice n on n.id = m.notice_id join user_account u on u.id = n.user_id
         left join institution i on i.id = n.institution_id
         where ($1::text is null or m.state = $1)
           and ($2::timestamptz is null or (date_trunc('milliseconds', m.queued_at), n.id) < ($2, $3::uuid))
         order by date_trunc('milliseconds', m.queued_at) desc, n.id desc limit $4`,
        [filter.state ?? null, ...(request.after ?? [null, null]), request.limit + 1],
      );
      return pageOf(items, request, list, (item) => [item.queuedAt, item.notice]);
    });
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { type Act, Acts } from '../audit/acts.service.js';
import type { Actor, Role } from '../lifecycle/lifecycle.js';
import { SETTINGS, type Settings } from '../platform/settings.js';
import { notFound } from '../problems/problems.js';
import { oneLine } from './mail-text.js';

/** Queue of the mails. The function `tell` of the database writes into the outbox under this name. */
export const QUEUE = 'notices';

/** Who is told: persons by id; or whoever holds one of the roles, in an institution, a department, or among staff. */
export type Whom =
  | { readonly users: readonly string[] }
  | { readonly institutionId: string; readonly roles: readonly Role[] }
  | { readonly roles: readonly Role[]; readonly department?: string };

export interface NewNotice {
  readonly to: Whom;
  /** What it is about, as the page sorts them: `reminder`, `returned`, `accepted`. */
  readonly kind: string;
  /** One line, also the subject of the mail. No figures. */
  readonly title: string;
  /** What to do, one sentence; stands in the mail too. No figures. */
  readonly todo: string;
  /** Reasons, messages, figures: read in the product alone, never mailed. */
  readonly body?: string;
  /** The page where it is done, `/filings/…`. */
  readonly link: string;
}

/** One person who was told. */
export interface Told {
  readonly user: string;
  readonly name: string;
  /** Whether a mail goes out as well. */
  readonly mailed: boolean;
}

const LONGEST = { title: 200, todo: 500, body: 4_000 };

/** Who is told. A notice commits with the act that it tells of; its mail follows through the queue and blocks nothing. */
@Injectable()
export class Notices {
  constructor(
    private readonly acts: Acts,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Whether mails go out at all. */
  get mails(): boolean {
    return this.settings.mail !== null;
  }

  /**
   * Tells everybody named, in the caller's act: undone with it. An institution's act reaches its own people and staff.
   * Disabled accounts and roles that have ended are left out.
   * @returns who was told; empty when nobody holds the role
   */
  async tell(act: Act, { to, kind, title, todo, body = '', link }: NewNotice): Promise<Told[]> {
    const rows = await act.tx.rows<{ user_id: string; name: string; mailed: boolean }>(
      'select user_id, name, mailed from tell($1::uuid[], $2::text[], $3::uuid, $4, $5, $6, $7, $8, $9, $10, $11)',
      [
        'users' in to ? to.users : [],
        'roles' in to ? to.roles : [],
        'institutionId' in to ? to.institutionId : null,
        'department' in to ? (to.department ?? null) : null,
        act.now,
        kind,
        oneLine(title).slice(0, LONGEST.title),
        oneLine(todo).slice(0, LONGEST.todo),
        body.slice(0, LONGEST.body),
        link,
        this.mails,
      ],
    );
    return rows.map(({ user_id: user, name, mailed }) => ({ user, name, mailed }));
  }

  /** @throws NOT_FOUND for somebody else's */
  async markRead(actor: Actor, id: string): Promise<void> {
    await this.acts.perform({ action: 'notice.mark', actor, subject: id }, async (act) => {
      const own = await act.tx.row('select 1 from notice where id = $1 and user_id::text = $2', [id, actor.id]);
      if (!own) throw notFound();
      await act.tx.run('update notice set read_at = coalesce(read_at, $2) where id = $1', [id, act.now]);
    });
  }

  /** @returns how many were unread */
  markAllRead(actor: Actor): Promise<{ marked: number }> {
    return this.acts.perform({ action: 'notice.mark', actor }, async (act) => {
      const marked = await act.tx.run('update notice set read_at = $2 where user_id::text = $1 and read_at is null', [
        actor.id,
        act.now,
      ]);
      act.record(null, { marked });
      return { marked };
    });
  }
}

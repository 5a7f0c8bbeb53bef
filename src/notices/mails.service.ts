import { Injectable } from '@nestjs/common';
import { Database, systemActor } from '../platform/database.service.js';
import { Outbox } from '../platform/outbox.service.js';
import type { MailText } from './mail-text.js';

const MAILS = systemActor('mails');
/** A claim whose worker has not come back by then may be taken by another; longer than any one sending may last. */
const LEASE_SECONDS = 90;
/** How often a mail may have reached the mailbox at most: once, and once more when a worker died in the midst of it. */
const MAY_HAVE_BEEN_SENT = 2;
const ATTEMPTS = 20;
/** The queue repeats the first ones within seconds; then half a minute, doubled up to an hour. */
const QUICK_ATTEMPTS = 4;

export interface ClaimedMail extends MailText {
  readonly notice: string;
  readonly name: string;
  readonly email: string;
  /** Which attempt it is, from 1. */
  readonly attempt: number;
}

/** How an attempt ended. `unknown`: the line was cut when the server may have had the whole mail. */
export type Attempted =
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'refused' | 'unsent' | 'unknown'; readonly error: string };

/** State of the mails: claimed before they are sent, settled afterwards; what was never settled counts as sent. */
@Injectable()
export class Mails {
  constructor(private readonly database: Database) {}

  /** @returns null when there is nothing to send: sent, given up, in another worker's hands, or not yet due */
  claim(notice: string, outbox: string): Promise<ClaimedMail | null> {
    return this.database.transaction(MAILS, async (tx) => {
      const row = await tx.row<{ state: string; open: number; claims: number; due: boolean; held: boolean }>(
        `select state, claims - unsent as open, claims, next_at <= clock_timestamp() as due,
           coalesce(claimed_until > clock_timestamp(), false) as held from notice_mail where notice_id = $1 for update`,
        [notice],
      );
      if (row?.state !== 'queued') {
        await Outbox.done(tx, outbox);
        return null;
      }
      if (row.held || !row.due) return null;
      const person = await tx.row<MailText & { name: string; email: string | null; gone: boolean }>(
        `select n.title, n.todo, n.link, u.name, u.email, u.disabled_at is not null or u.erased_at is not null as gone
         from notice n join user_account u on u.id = n.user_id where n.id = $1`,
        [notice],
      );
      const objection =
        row.open >= MAY_HAVE_BEEN_SENT
          ? '发送两次都在途中中断，可能已送达，不再重发'
          : !person || person.gone
            ? '账号已停用'
            : person.email === null
              ? '账号没有登记邮箱'
              : null;
      if (objection !== null || !person) {
        await tx.run(
          `update notice_mail set state = 'failed', error = $2, ended_at = now(), claimed_until = null where notice_id = $1`,
          [notice, objection],
        );
        await Outbox.done(tx, outbox);
        return null;
      }
      await tx.run(
        `update notice_mail set claims = claims + 1, claimed_until = clock_timestamp() + make_interval(secs => $2)
         where notice_id = $1`,
        [notice, LEASE_SECONDS],
      );
      const { title, todo, link, name, email } = person;
      return { notice, title, todo, link, name, email: email as string, attempt: row.claims + 1 };
    });
  }

  /** @returns whether it is worth another attempt soon */
  settle({ notice, attempt }: ClaimedMail, attempted: Attempted, outbox: string): Promise<boolean> {
    return this.database.transaction(MAILS, async (tx) => {
      const { outcome } = attempted;
      const error = outcome === 'sent' ? null : attempted.error.slice(0, 500);
      const isOver = outcome === 'sent' || outcome === 'refused' || attempt >= ATTEMPTS;
      const state = outcome === 'sent' ? 'sent' : isOver ? 'failed' : 'queued';
      const wait = attempt < QUICK_ATTEMPTS ? 0 : Math.min(3_600, 30 * 2 ** (attempt - QUICK_ATTEMPTS));
      const isKnownUnsent = outcome === 'refused' || outcome === 'unsent';
      const settled = await tx.run(
        `update notice_mail set state = $2, error = $3, claimed_until = null, unsent = unsent + $4,
           ended_at = case when $2 <> 'queued' then now() end, next_at = clock_timestamp() + make_interval(secs => $5)
         where notice_id = $1 and state = 'queued'`,
        [notice, state, error, isKnownUnsent ? 1 : 0, wait],
      );
      if (isOver) await Outbox.done(tx, outbox);
      return settled === 1 && !isOver && wait === 0;
    });
  }
}

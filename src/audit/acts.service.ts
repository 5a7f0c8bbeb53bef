import { Injectable } from '@nestjs/common';
import type { Actor, PaperAct } from '../lifecycle/lifecycle.js';
import { canonical, type Json } from '../numbers/canonical.js';
import { Database, type Tx } from '../platform/database.service.js';
import { requestContext } from '../platform/request-context.service.js';
import { DomainError } from '../problems/problems.js';

/** What is done, by whom, to what. */
export interface ActOptions {
  /** `filing.accept`: resource and action, as in the table of rights. */
  readonly action: string;
  readonly actor: Actor;
  /** Id of the thing; left out when the act makes it: then `act.subject` is set inside. */
  readonly subject?: string;
  readonly reason?: string;
  /** The act makes something: `Idempotency-Key` is honoured (reliability 3.4). */
  readonly creates?: true;
}

/** One of several things that an act concerned. */
export interface ActedOn {
  readonly subject: string;
  readonly institutionId: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

/** One act under way: one transaction, one audit entry. */
export interface Act {
  readonly tx: Tx;
  readonly actor: Actor;
  readonly now: Date;
  /** Id of what the act concerns. */
  subject: string | null;
  /** The institution concerned, for the row filter and the search of the audit. */
  institutionId: string | null;
  /** From what to what; ids, states and hashes rather than figures, which stand in the revisions. */
  record(before: unknown, after: unknown): void;
  /** An act on several things at once leaves one entry for each of them. */
  recordEach(things: readonly ActedOn[]): void;
  /** A job that exists exactly if this act is committed. @returns the id of the outbox row */
  enqueue(queue: string, kind: string, payload: Record<string, string | number>): Promise<string>;
}

const json = (value: unknown): Json => (value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json));

/** The one place where writing happens: one business act = one transaction = one audit entry (design 3). */
@Injectable()
export class Acts {
  constructor(private readonly database: Database) {}

  /**
   * Runs `work` as one act. Nothing is kept when it throws. With `creates`, a repeated `Idempotency-Key` of the same
   * actor gives the first answer again.
   * @throws IDEMPOTENCY_KEY_REUSED when the key came with another body before
   */
  perform<T>(options: ActOptions, work: (act: Act) => Promise<T>): Promise<T> {
    return this.database.transaction(options.actor, async (tx) => {
      const request = requestContext.getStore();
      if (options.actor.onBehalf) await standsOnPaper(tx, options.actor.onBehalf);
      const repeat = options.creates ? (request?.idempotency ?? null) : null;
      if (repeat) {
        const stored = await this.firstAnswer<T>(tx, repeat);
        if (stored) return stored.answer;
      }
      let change: { before: unknown; after: unknown } = { before: null, after: null };
      let each: readonly ActedOn[] | null = null;
      const act: Act = {
        tx,
        actor: options.actor,
        now: tx.now,
        subject: options.subject ?? null,
        institutionId: options.actor.institutionId,
        record: (before, after) => {
          change = { before, after };
        },
        recordEach: (things) => {
          each = things;
        },
        enqueue: async (queue, kind, payload) => {
          const row = await tx.row<{ id: string }>(
            'insert into outbox (queue, kind, payload) values ($1, $2, $3) returning id',
            [queue, kind, JSON.stringify(payload)],
          );
          return (row as { id: string }).id;
        },
      };
      const answer = await work(act);
      if (repeat)
        await tx.run('update idempotency set answer = $3 where actor = $1 and key = $2', [
          options.actor.id,
          repeat.key,
          JSON.stringify(answer ?? null),
        ]);
      const { subject, institutionId } = act;
      await this.writeEntries(act, options, each ?? [{ subject, institutionId, ...change }], request?.from ?? 'system');
      return answer;
    });
  }

  /**
   * A read of something sensitive, remembered (reliability G9). Figures and names stay out of it.
   * @param asked the filters of the read, if it had any
   */
  async note(
    actor: Actor,
    action: string,
    subject: string | null,
    institutionId: string | null,
    asked: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    await this.perform({ action, actor }, async (act) => {
      act.subject = subject;
      act.institutionId = institutionId ?? act.institutionId;
      if (Object.keys(asked).length > 0) act.record(null, { asked });
    });
  }

  private async firstAnswer<T>(tx: Tx, repeat: { key: string; hash: string }): Promise<{ answer: T } | null> {
    // A second caller with the same key waits here until the first has committed.
    const fresh = await tx.rows(
      'insert into idempotency (actor, key, hash) values ($1, $2, $3) on conflict do nothing returning 1',
      [tx.actor.id, repeat.key, repeat.hash],
    );
    if (fresh.length > 0) return null;
    const stored = await tx.row<{ hash: string; answer: T }>(
      'select hash, answer from idempotency where actor = $1 and key = $2',
      [tx.actor.id, repeat.key],
    );
    if (!stored || stored.hash !== repeat.hash)
      throw new DomainError('IDEMPOTENCY_KEY_REUSED', 409, '此 Idempotency-Key 已用于另一请求，请换一个');
    return { answer: stored.answer };
  }

  /** Last in the transaction: the appender's lock is then held for the commit alone (reliability 3.1). */
  private async writeEntries(
    act: Act,
    options: ActOptions,
    things: readonly (Omit<ActedOn, 'subject'> & { readonly subject: string | null })[],
    from: string,
  ): Promise<void> {
    const bodies = things.map(({ subject, institutionId, before, after }) =>
      canonical({
        at: act.now.toISOString(),
        actor: { id: options.actor.id, roles: options.actor.roles },
        ...(options.actor.onBehalf ? { onBehalf: json({ ...options.actor.onBehalf, person: undefined }) } : {}),
        ...(options.actor.token ? { token: options.actor.token.id } : {}),
        from,
        action: options.action,
        subject,
        institution: institutionId,
        reason: options.reason ?? null,
        before: json(before),
        after: json(after),
      }),
    );
    await act.tx.rows(
      `select audit.append($1, $2, $3, e.subject, e.institution, e.body)
       from unnest($4::text[], $5::uuid[], $6::text[]) as e (subject, institution, body)`,
      [
        act.now,
        options.actor.id,
        options.action,
        things.map((thing) => thing.subject),
        things.map((thing) => thing.institutionId),
        bodies,
      ],
    );
  }
}

/**
 * One paper is one act: its record is confirmed in the transaction of the act that it stands for.
 * @throws ON_BEHALF_DECIDED when it was confirmed or refused before
 */
async function standsOnPaper(tx: Tx, paper: PaperAct): Promise<void> {
  const confirmed = await tx.run(
    `update on_behalf set state = 'confirmed', decided_by = $2, decided_at = $3 where id = $1 and state = 'recorded'`,
    [paper.record, paper.confirmedBy, tx.now],
  );
  if (confirmed === 0) throw new DomainError('ON_BEHALF_DECIDED', 409, '此代录已确认或已退回');
}

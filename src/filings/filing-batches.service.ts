import { Injectable } from '@nestjs/common';
import { type Act, Acts } from '../audit/acts.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { openChecks, openViolation } from '../rules/open-checks.js';
import type { Filing } from './filing.entity.js';
import { FilingQuery } from './filing.query.js';
import { filingBlocked, receiverAccepts } from './filing-errors.js';
import { type FilingState, filingStates } from './filing-states.js';
import { FilingStore } from './filing-store.service.js';
import { Observations } from './observations.service.js';
import { type FrozenRevision, Revisions, type SignedDraft } from './revisions.service.js';

/** What becomes of one filing of a batch. */
interface Outcome {
  readonly filing: Filing;
  readonly state: FilingState;
  readonly revisionId: string | null;
  readonly inForceId: string | null;
  readonly after: Record<string, unknown>;
}

/**
 * Several filings of one institution at once, such as its history: all of them or none, by the same rules as one by
 * one, and each leaves its own audit entry.
 */
@Injectable()
export class FilingBatches {
  constructor(
    private readonly acts: Acts,
    private readonly query: FilingQuery,
    private readonly store: FilingStore,
    private readonly revisions: Revisions,
    private readonly observations: Observations,
  ) {}

  /**
   * Signs drafts. A soft failure is explained by the one text given for all of them. Their history is what was
   * accepted before this batch, not what the batch itself files.
   * @throws FILING_BLOCKED for the first that does not pass, FILING_REFUSED, NOT_FOUND
   */
  submit(actor: Actor, ids: readonly string[], explanation = ''): Promise<void> {
    return this.acts.perform({ action: 'filing.submit', actor }, async (act) => {
      const filings = await this.store.holdAll(act, ids);
      const figures = await this.query.figures(act.tx, filings);
      const checks = await this.query.checksOf(act.tx, filings, figures);
      const places = await act.tx.rows<{ id: string; uscc: string; due: Date | null }>(
        `select f.id, i.uscc, case when o.kind = 'backfill' or o.provisional or f.in_force_id is not null then null else o.due end as due
         from filing f join obligation o on o.id = f.obligation_id join institution i on i.id = f.institution_id
         where f.id = any($1::uuid[])`,
        [ids],
      );
      const placeOf = new Map(places.map((row) => [row.id, row]));
      const drafts = filings.map((filing): SignedDraft => {
        const found = checks.get(filing.id) ?? [];
        const soft = found.filter((check) => check.severity === 'justify');
        const justifications =
          explanation === '' ? {} : Object.fromEntries(soft.map(({ rule }) => [rule, explanation]));
        const open = openChecks(found, justifications);
        if (open.length > 0) throw filingBlocked(open.map(openViolation));
        const { uscc, due } = placeOf.get(filing.id) as { uscc: string; due: Date | null };
        return {
          filing,
          institution: uscc,
          figures: figures.get(filing.id) ?? {},
          rows: [],
          justifications,
          evidence: [],
          due,
          waiverId: null,
          channel: 'import',
        };
      });
      const frozen = await this.revisions.freeze(act, drafts);
      await act.tx.run(
        `insert into filing_justification (filing_id, institution_id, key, text, actor, at)
         select r.filing_id, r.institution_id, j.key, j.value, $2, $3
         from revision r cross join lateral jsonb_each_text(r.justifications) j where r.id = any($1::uuid[])
         on conflict (filing_id, key) do update set text = excluded.text, actor = excluded.actor, at = excluded.at`,
        [[...frozen.values()].map(({ id }) => id), actor.id, act.now],
      );
      await this.save(
        act,
        filings.map((filing) => {
          const revision = frozen.get(filing.id) as FrozenRevision;
          const state = filingStates.next(filing.state, 'submit', actor, filing);
          const after = { state, revision: revision.id, no: revision.no, hash: revision.hash };
          return { filing, state, revisionId: revision.id, inForceId: filing.inForceId, after };
        }),
        null,
      );
    });
  }

  /** A reviewer takes submitted filings. @throws FILING_REFUSED, NOT_FOUND */
  claim(actor: Actor, ids: readonly string[]): Promise<void> {
    return this.acts.perform({ action: 'filing.claim', actor }, async (act) => {
      const filings = await this.store.holdAll(act, ids);
      await this.save(
        act,
        filings.map((filing) => {
          const state = filingStates.next(filing.state, 'claim', actor, filing);
          return { filing, state, revisionId: filing.revisionId, inForceId: filing.inForceId, after: { state } };
        }),
        actor.id,
      );
    });
  }

  /** Brings claimed history into force: 补录 is not sampled, and nothing of it was pinned before. @throws FILING_REFUSED, NOT_FOUND */
  accept(actor: Actor, ids: readonly string[]): Promise<void> {
    return this.acts.perform({ action: 'filing.accept', actor }, async (act) => {
      const filings = await this.store.holdAll(act, ids);
      for (const { revisionId } of filings)
        if ((await this.store.receiverOf(act, revisionId)) === actor.id) throw receiverAccepts();
      const outcomes = filings.map((filing): Outcome => {
        const state = filingStates.next(filing.state, 'accept', actor, filing);
        const inForceId = filing.revisionId;
        return { filing, state, revisionId: filing.revisionId, inForceId, after: { state, inForce: inForceId } };
      });
      await act.tx.run(
        `insert into acceptance (revision_id, institution_id, accepted_by, accepted_at)
         select *, $3, $4 from unnest($1::uuid[], $2::uuid[])`,
        [filings.map((filing) => filing.revisionId), filings.map((filing) => filing.institutionId), actor.id, act.now],
      );
      await this.observations.bringIntoForce(
        act,
        filings.map((filing) => ({ id: filing.revisionId as string, earlierId: filing.inForceId })),
      );
      await this.save(act, outcomes, actor.id);
    });
  }

  private async save(act: Act, outcomes: readonly Outcome[], claimedBy: string | null): Promise<void> {
    await act.tx.run(
      `update filing f set state = o.state, revision_id = o.revision_id, in_force_id = o.in_force_id,
         claimed_by = $5, version = f.version + 1, changed_at = $6
       from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[]) as o (id, state, revision_id, in_force_id) where f.id = o.id`,
      [
        outcomes.map((outcome) => outcome.filing.id),
        outcomes.map((outcome) => outcome.state),
        outcomes.map((outcome) => outcome.revisionId),
        outcomes.map((outcome) => outcome.inForceId),
        claimedBy,
        act.now,
      ],
    );
    act.recordEach(
      outcomes.map(({ filing, after }) => ({
        subject: filing.id,
        institutionId: filing.institutionId,
        before: { state: filing.state, revision: filing.revisionId },
        after,
      })),
    );
  }
}

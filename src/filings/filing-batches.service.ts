import { Injectable } from '@nestjs/common';
import { type Act, Acts } from '../audit/acts.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { DomainError, notFound } from '../problems/problems.js';
import { type Justifications, openChecks, openViolations, usedJustifications } from '../rules/open-checks.js';
import { CheckContextQuery } from './check-context.query.js';
import { Filing } from './filing.entity.js';
import { FilingQuery } from './filing.query.js';
import { filingBlocked } from './filing-errors.js';
import { type FilingState, filingStates } from './filing-states.js';
import { Observations } from './observations.service.js';
import { type FrozenRevision, Revisions } from './revisions.service.js';

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
    private readonly contexts: CheckContextQuery,
    private readonly revisions: Revisions,
    private readonly observations: Observations,
  ) {}

  /**
   * Signs drafts. Their history is what was accepted before this batch, not what the batch itself files.
   * @param justifications for each of them, by rule
   * @throws FILING_BLOCKED for the first that does not pass, FILING_REFUSED, NOT_FOUND
   */
  submit(actor: Actor, ids: readonly string[], justifications: Justifications = {}): Promise<void> {
    return this.acts.perform({ action: 'filing.submit', actor }, async (act) => {
      const filings = await this.hold(act, ids);
      const figures = await this.query.figures(act.tx, filings);
      const codes = await act.tx.rows<{ id: string; uscc: string }>(
        'select id, uscc from institution where id = any($1::uuid[])',
        [[...new Set(filings.map((filing) => filing.institutionId))]],
      );
      const uscc = new Map(codes.map((row) => [row.id, row.uscc]));
      const histories = await this.contexts.history(
        act.tx,
        filings.map((filing) => ({ ...filing, department: null })),
      );
      const drafts = filings.map((filing, i) => {
        const cells = figures.get(filing.id) ?? {};
        const context = { history: histories[i] ?? new Map(), peers: null };
        const checks = this.query.checks(filing.period, cells, context);
        const open = openChecks(checks, justifications);
        if (open.length > 0) throw filingBlocked(openViolations(open));
        const given = usedJustifications(checks, justifications);
        return { filing, institution: uscc.get(filing.institutionId) as string, figures: cells, justifications: given };
      });
      const frozen = await this.revisions.freeze(act, drafts);
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
      const filings = await this.hold(act, ids);
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

  /** Brings claimed filings into force. @throws FILING_REFUSED, NOT_FOUND */
  accept(actor: Actor, ids: readonly string[]): Promise<void> {
    return this.acts.perform({ action: 'filing.accept', actor }, async (act) => {
      const filings = await this.hold(act, ids);
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

  private async hold(act: Act, ids: readonly string[]): Promise<Filing[]> {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0) throw new DomainError('BATCH_EMPTY', 422, '没有选中任何报表');
    const filings = await act.tx.manager
      .createQueryBuilder(Filing, 'filing')
      .whereInIds(wanted)
      .orderBy('filing.id')
      .setLock('pessimistic_write')
      .getMany();
    if (filings.length !== wanted.length) throw notFound();
    return filings;
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

import { Injectable } from '@nestjs/common';
import type { Act } from '../audit/acts.service.js';
import { dayOf } from '../calendar/day.js';
import { obligationClosed } from '../obligations/obligation-errors.js';
import { DomainError, notFound } from '../problems/problems.js';
import { Filing } from './filing.entity.js';
import { isBureau } from './filing.query.js';
import { filingStale } from './filing-errors.js';
import type { FilingFacts } from './filing-states.js';

/** What was exempted or closed unfiled can be read, and no more be filed. @throws OBLIGATION_CLOSED */
async function refuseOver(act: Act, filings: readonly Filing[]): Promise<void> {
  const over = await act.tx.row(
    'select 1 from obligation where id = any($1::uuid[]) and (exempt_at is not null or closed_at is not null) limit 1',
    [filings.map((filing) => filing.obligationId)],
  );
  if (over) throw obligationClosed();
}

/** Filings on their way through an act: held, changed, saved. */
@Injectable()
export class FilingStore {
  /** The filing, held until the act ends. @param version null: no precondition. @throws NOT_FOUND, FILING_STALE */
  async hold(act: Act, id: string, version: number | null): Promise<Filing> {
    const [filing] = await this.holdAll(act, [id]);
    if (!filing) throw notFound();
    if (version !== null && filing.version !== version) throw filingStale();
    act.institutionId = filing.institutionId;
    return filing;
  }

  /** Several filings, held in one order whoever asks. @throws NOT_FOUND, BATCH_EMPTY */
  async holdAll(act: Act, ids: readonly string[]): Promise<Filing[]> {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0) throw new DomainError('BATCH_EMPTY', 422, '没有选中任何报表');
    const filings = await act.tx.manager
      .createQueryBuilder(Filing, 'filing')
      .whereInIds(wanted)
      .orderBy('filing.id')
      .setLock('pessimistic_write')
      .getMany();
    const { actor } = act;
    const foreign = (filing: Filing): boolean =>
      actor.institutionId === null && !isBureau(actor) && filing.department !== actor.department;
    if (filings.length !== wanted.length || filings.some(foreign)) throw notFound();
    if (!isBureau(actor)) await refuseOver(act, filings);
    return filings;
  }

  /** What the guards of the states look at. */
  async facts(act: Act, filing: Filing): Promise<FilingFacts & { readonly waiver: boolean }> {
    return {
      filledBy: filing.filledBy,
      claimedBy: filing.claimedBy,
      firstAcceptedBy: filing.firstAcceptedBy,
      receivedBy: await this.receiverOf(act, filing.revisionId),
      waiver: (await this.waiverOf(act, filing.institutionId)) !== null,
    };
  }

  /** The waiver for a one-person office that is in force now. @returns its id, or null */
  async waiverOf(act: Act, institutionId: string | null): Promise<string | null> {
    if (institutionId === null) return null;
    const row = await act.tx.row<{ id: string }>(
      `select id from checker_waiver where institution_id = $1 and ended_at is null
         and $2::date between valid_from and valid_to order by valid_from desc limit 1`,
      [institutionId, dayOf(act.now)],
    );
    return row?.id ?? null;
  }

  /** The officer who received the workbook behind a revision; null: it did not come as one. */
  async receiverOf(act: Act, revisionId: string | null): Promise<string | null> {
    if (revisionId === null) return null;
    const row = await act.tx.row<{ received_by: string }>('select received_by from receiving where revision_id = $1', [
      revisionId,
    ]);
    return row?.received_by ?? null;
  }

  /** The date that a revision signed now has to keep: the obligation's, or the new one of the bureau's last return. */
  async dueOf(act: Act, filing: Filing): Promise<Date | null> {
    if (filing.inForceId !== null) return null;
    const row = await act.tx.row<{ due: Date | null }>(
      `select case when o.provisional or o.kind = 'backfill' then null else coalesce(
         (select b.due from filing_return b where b.filing_id = $2 and b.kind = 'return' order by b.returned_at desc limit 1),
         o.due) end as due
       from obligation o where o.id = $1`,
      [filing.obligationId, filing.id],
    );
    return row?.due ?? null;
  }

  async save(act: Act, filing: Filing, change: Partial<Filing>): Promise<void> {
    Object.assign(filing, change, { version: filing.version + 1, changedAt: act.now });
    const { id, ...columns } = filing;
    // Columns of jsonb: lists would be sent as arrays of the database.
    await act.tx.manager.update(Filing, { id }, columns as Parameters<typeof act.tx.manager.update<Filing>>[2]);
  }
}

import { Injectable } from '@nestjs/common';
import { type Act, Acts } from '../audit/acts.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Drafts } from './drafts.service.js';
import type { Filing } from './filing.entity.js';
import { FilingQuery, type FilingView } from './filing.query.js';
import { FilingNotices } from './filing-notices.service.js';
import { filingStates } from './filing-states.js';
import { FilingStore } from './filing-store.service.js';
import type { AmendFilingDto } from './filings.dto.js';

/** 更正: an accepted filing is opened again; its revision stays in force until another is accepted. */
@Injectable()
export class Amendments {
  constructor(
    private readonly acts: Acts,
    private readonly query: FilingQuery,
    private readonly store: FilingStore,
    private readonly drafts: Drafts,
    private readonly notices: FilingNotices,
  ) {}

  /** The institution asks, or the bureau requires. @throws FILING_STALE, FILING_REFUSED, CELLS_INVALID */
  amend(actor: Actor, id: string, version: number, dto: AmendFilingDto): Promise<FilingView> {
    return this.acts.perform({ action: 'filing.amend', actor, subject: id, reason: dto.reason }, async (act) => {
      const filing = await this.store.hold(act, id, version);
      const before = { state: filing.state, revision: filing.revisionId };
      const facts = await this.store.facts(act, filing);
      const state = filingStates.next(filing.state, 'amend', actor, facts, dto.reason);
      const kind = state === 'draft' ? 'amend' : 'ask_amend';
      await this.drafts.noteReturn(act, filing, kind, { ...dto, message: dto.reason });
      const opened = state === 'draft' ? await this.opened(act, filing) : {};
      await this.store.save(act, filing, { state, claimedBy: null, claimedAt: null, ...opened });
      await this.notices.tell(act, filing, state === 'draft' ? 'amendment_required' : 'amendment_asked', dto.reason);
      act.record(before, { state, cells: dto.cells, message: dto.reason });
      return this.query.view(act.tx, id);
    });
  }

  /** @throws FILING_STALE, FILING_REFUSED */
  approve(actor: Actor, id: string, version: number): Promise<FilingView> {
    return this.acts.perform({ action: 'filing.approve_amendment', actor, subject: id }, async (act) => {
      const filing = await this.store.hold(act, id, version);
      const before = { state: filing.state };
      const facts = await this.store.facts(act, filing);
      const state = filingStates.next(filing.state, 'approve_amendment', actor, facts);
      await this.store.save(act, filing, { state, ...(await this.opened(act, filing)) });
      await this.notices.tell(act, filing, 'amendment_approved');
      act.record(before, { state });
      return this.query.view(act.tx, id);
    });
  }

  /** @throws FILING_STALE, FILING_REFUSED */
  refuse(actor: Actor, id: string, version: number, reason: string): Promise<FilingView> {
    return this.acts.perform({ action: 'filing.refuse_amendment', actor, subject: id, reason }, async (act) => {
      const filing = await this.store.hold(act, id, version);
      const before = { state: filing.state };
      const facts = await this.store.facts(act, filing);
      const state = filingStates.next(filing.state, 'refuse_amendment', actor, facts, reason);
      await this.drafts.noteReturn(act, filing, 'refuse_amend', { reason, message: reason });
      await this.store.save(act, filing, { state });
      await this.notices.tell(act, filing, 'amendment_refused', reason);
      act.record(before, { state });
      return this.query.view(act.tx, id);
    });
  }

  /** Figures that an evaluation has pinned are changed: a second person will confirm the amendment. */
  private async opened(act: Act, filing: Filing): Promise<Partial<Filing>> {
    const pinned = await act.tx.row(
      `select 1 from evaluation e where exists (
         select 1 from evaluation_figure f where f.evaluation_id = e.id and f.institution_id = $2 and f.period = $3
           and f.revision_id = $1) limit 1`,
      [filing.inForceId, filing.institutionId, filing.period],
    );
    return { amendedAfterCutOff: pinned !== null };
  }
}

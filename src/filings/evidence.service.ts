import { Injectable } from '@nestjs/common';
import { Acts } from '../audit/acts.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { type Attachment, Attachments } from '../platform/attachments.service.js';
import { Database } from '../platform/database.service.js';
import type { Upload } from '../platform/upload.service.js';
import { notFound } from '../problems/problems.js';
import { Drafts } from './drafts.service.js';
import { FilingQuery, type FilingView } from './filing.query.js';
import { filingStates } from './filing-states.js';
import { FilingStore } from './filing-store.service.js';

/** 佐证: files that stand behind a filing. What was added stays; a removal hides it from the next revision. */
@Injectable()
export class Evidence {
  constructor(
    private readonly acts: Acts,
    private readonly database: Database,
    private readonly query: FilingQuery,
    private readonly store: FilingStore,
    private readonly drafts: Drafts,
    private readonly attachments: Attachments,
  ) {}

  /** @param metric null: of the whole form @throws NOT_FOUND, FILING_REFUSED, ATTACHMENT_TYPE, CELLS_INVALID */
  add(actor: Actor, id: string, metric: string | null, upload: Upload): Promise<FilingView> {
    return this.acts.perform({ action: 'filing.edit', actor, subject: id, creates: true }, async (act) => {
      const filing = await this.store.hold(act, id, null);
      const state = filingStates.next(filing.state, 'edit', actor, filing);
      if (metric !== null) this.drafts.mustAsk(filing, [metric]);
      const file = await this.attachments.add(act.tx, upload, filing.institutionId);
      await act.tx.run(
        `insert into filing_evidence (filing_id, institution_id, metric, attachment_id, added_by, added_at)
         values ($1, $2, $3, $4, $5, $6)`,
        [id, filing.institutionId, metric, file.id, actor.id, act.now],
      );
      await this.store.save(act, filing, { state });
      act.record(null, { evidence: file.sha256, metric });
      return this.query.view(act.tx, id);
    });
  }

  /** @throws NOT_FOUND, FILING_REFUSED */
  remove(actor: Actor, id: string, evidence: string): Promise<FilingView> {
    return this.acts.perform({ action: 'filing.edit', actor, subject: id }, async (act) => {
      const filing = await this.store.hold(act, id, null);
      const state = filingStates.next(filing.state, 'edit', actor, filing);
      const removed = await act.tx.run(
        `update filing_evidence set removed_by = $3, removed_at = $4 where id = $2 and filing_id = $1 and removed_at is null`,
        [id, evidence, actor.id, act.now],
      );
      if (removed === 0) throw notFound();
      await this.store.save(act, filing, { state });
      act.record({ evidence }, { evidence: null });
      return this.query.view(act.tx, id);
    });
  }

  /** Also one that was removed: a signed revision may name it. @throws NOT_FOUND */
  read(actor: Actor, id: string, evidence: string): Promise<Attachment> {
    return this.database.transaction(actor, async (tx) => {
      await this.query.view(tx, id);
      const row = await tx.row<{ attachment_id: string }>(
        'select attachment_id from filing_evidence where id = $1 and filing_id = $2',
        [evidence, id],
      );
      if (!row) throw notFound();
      return this.attachments.read(tx, row.attachment_id);
    });
  }
}

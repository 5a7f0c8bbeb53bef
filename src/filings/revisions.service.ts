import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Act } from '../audit/acts.service.js';
import { canonical } from '../numbers/canonical.js';
import type { Filing } from './filing.entity.js';
import type { Cell } from './filing.query.js';

/** 版次: what was signed, for ever. Hashed, and chained to the one before it (reliability 3.1). */
@Injectable()
export class Revisions {
  /**
   * Freezes the draft's cells as the next revision of the filing. Part of the caller's act.
   * @returns id, number and hash
   */
  async freeze(
    act: Act,
    filing: Filing,
    institution: string,
    figures: Readonly<Record<string, Cell>>,
    justifications: Readonly<Record<string, string>>,
  ): Promise<{ id: string; no: number; hash: string }> {
    const previous = await act.tx.row<{ no: number; hash: string }>(
      'select no, hash from revision where filing_id = $1 order by no desc limit 1',
      [filing.id],
    );
    const no = (previous?.no ?? 0) + 1;
    const filed = Object.entries(figures).filter(([, cell]) => cell.version > 0);
    const hash = createHash('sha256')
      .update(
        canonical({
          institution,
          form: filing.form,
          formVersion: filing.formVersion,
          period: filing.period,
          no,
          previous: previous?.hash ?? null,
          filedBy: filing.filledBy,
          signedBy: act.actor.id,
          submittedAt: act.now.toISOString(),
          justifications,
          figures: Object.fromEntries(
            filed.map(([code, { value, state, source }]) => [code, { value, state, source }]),
          ),
        }),
      )
      .digest('hex');
    const row = (await act.tx.row<{ id: string }>(
      `insert into revision (filing_id, institution_id, period, no, hash, previous_hash, filed_by, signed_by, submitted_at, justifications)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id`,
      [
        filing.id,
        filing.institutionId,
        filing.period,
        no,
        hash,
        previous?.hash ?? null,
        filing.filledBy ?? act.actor.id,
        act.actor.id,
        act.now,
        JSON.stringify(justifications),
      ],
    )) as { id: string };
    await act.tx.run(
      `insert into revision_cell (revision_id, metric, institution_id, value, state, source)
       select $1, metric, institution_id, value, state, source from filing_cell where filing_id = $2`,
      [row.id, filing.id],
    );
    return { id: row.id, no, hash };
  }
}

import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Act } from '../audit/acts.service.js';
import { canonical } from '../numbers/canonical.js';
import type { Filing } from './filing.entity.js';
import type { Cell } from './filing.query.js';

/** A draft that is signed. */
export interface SignedDraft {
  readonly filing: Filing;
  /** USCC. */
  readonly institution: string;
  readonly figures: Readonly<Record<string, Cell>>;
  readonly justifications: Readonly<Record<string, string>>;
}

export interface FrozenRevision {
  readonly id: string;
  readonly no: number;
  readonly hash: string;
}

/** 版次: what was signed, for ever. Hashed, and chained to the one before it (reliability 3.1). */
@Injectable()
export class Revisions {
  /**
   * Freezes the cells of these drafts as the next revision of each. Part of the caller's act.
   * @returns by filing id
   */
  async freeze(act: Act, drafts: readonly SignedDraft[]): Promise<Map<string, FrozenRevision>> {
    const ids = drafts.map(({ filing }) => filing.id);
    const latest = await act.tx.rows<{ filing_id: string; no: number; hash: string }>(
      'select distinct on (filing_id) filing_id, no, hash from revision where filing_id = any($1::uuid[]) order by filing_id, no desc',
      [ids],
    );
    const previous = new Map(latest.map((row) => [row.filing_id, row]));
    const frozen = drafts.map((draft) => {
      const { no, hash } = previous.get(draft.filing.id) ?? { no: 0, hash: null };
      return { draft, no: no + 1, previous: hash, hash: hashOf(act, draft, no + 1, hash) };
    });
    const rows = await act.tx.rows<{ id: string; filing_id: string; no: number; hash: string }>(
      `insert into revision (filing_id, institution_id, period, no, hash, previous_hash, filed_by, justifications, signed_by, submitted_at)
       select *, $9, $10 from unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::jsonb[])
       returning id, filing_id, no, hash`,
      [
        ids,
        drafts.map(({ filing }) => filing.institutionId),
        drafts.map(({ filing }) => filing.period),
        frozen.map(({ no }) => no),
        frozen.map(({ hash }) => hash),
        frozen.map((each) => each.previous),
        drafts.map(({ filing }) => filing.filledBy ?? act.actor.id),
        drafts.map(({ justifications }) => JSON.stringify(justifications)),
        act.actor.id,
        act.now,
      ],
    );
    await act.tx.run(
      `insert into revision_cell (revision_id, metric, institution_id, value, state, source)
       select r.id, c.metric, c.institution_id, c.value, c.state, c.source
       from unnest($1::uuid[], $2::uuid[]) as r (id, filing_id) join filing_cell c on c.filing_id = r.filing_id`,
      [rows.map((row) => row.id), rows.map((row) => row.filing_id)],
    );
    return new Map(rows.map(({ filing_id, ...revision }) => [filing_id, revision]));
  }
}

function hashOf(act: Act, draft: SignedDraft, no: number, previous: string | null): string {
  const { filing, institution, figures, justifications } = draft;
  const filed = Object.entries(figures).filter(([, cell]) => cell.version > 0);
  const content = canonical({
    institution,
    form: filing.form,
    formVersion: filing.formVersion,
    period: filing.period,
    no,
    previous,
    filedBy: filing.filledBy,
    signedBy: act.actor.id,
    submittedAt: act.now.toISOString(),
    justifications,
    figures: Object.fromEntries(filed.map(([code, { value, state, source }]) => [code, { value, state, source }])),
  });
  return createHash('sha256').update(content).digest('hex');
}

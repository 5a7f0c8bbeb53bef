import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Act } from '../audit/acts.service.js';
import { canonical } from '../numbers/canonical.js';
import type { Filing } from './filing.entity.js';
import type { Cell, FilingTableRow } from './filing.query.js';

/** How the figures of a revision came in, as far as known. */
export type Channel = 'grid' | 'import' | 'api' | 'file';

/** The workbook behind a revision that nobody signed in for. */
export interface ReceivedFile {
  /** Id of the original where it is kept. */
  readonly file: string;
  readonly fileName: string;
  readonly sha256: string;
  /** Who sent it, in the officer's words. */
  readonly sender: string;
  /** `2026-10-14`, in Shanghai. */
  readonly receivedOn: string;
  readonly note: string;
}

/** A draft that is signed. */
export interface SignedDraft {
  readonly filing: Filing;
  /** USCC, or the department's code. */
  readonly institution: string;
  readonly figures: Readonly<Record<string, Cell>>;
  readonly rows: readonly FilingTableRow[];
  readonly justifications: Readonly<Record<string, string>>;
  readonly evidence: readonly { readonly metric: string | null; readonly sha256: string }[];
  /** Until when it was due; null: no date, or an amendment, which is never late. */
  readonly due: Date | null;
  /** The waiver by which maker and checker are one person. */
  readonly waiverId: string | null;
  readonly channel: Channel;
  /** 收表: nobody signed in; whoever stands behind the figures is told as the workbook tells it. */
  readonly received?: { readonly from: ReceivedFile; readonly signedBy: string };
}

export interface FrozenRevision {
  readonly id: string;
  readonly no: number;
  readonly hash: string;
  /** Whether it came before its date; null: none was set. */
  readonly onTime: boolean | null;
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
    const rows = await act.tx.rows<FrozenRevision & { filing_id: string }>(
      `insert into revision (filing_id, institution_id, department, period, no, hash, previous_hash, filed_by, justifications,
         evidence, on_time, waiver_id, signed_by, channel, submitted_at)
       select *, $15 from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[], $8::text[],
         $9::jsonb[], $10::jsonb[], $11::bool[], $12::uuid[], $13::text[], $14::text[])
       returning id, filing_id, no, hash, on_time as "onTime"`,
      [
        ids,
        drafts.map(({ filing }) => filing.institutionId),
        drafts.map(({ filing }) => filing.department),
        drafts.map(({ filing }) => filing.period),
        frozen.map(({ no }) => no),
        frozen.map(({ hash }) => hash),
        frozen.map((each) => each.previous),
        drafts.map(({ filing }) => filing.filledBy ?? act.actor.id),
        drafts.map(({ justifications }) => JSON.stringify(justifications)),
        drafts.map(({ evidence }) => JSON.stringify(evidence)),
        drafts.map(({ due, received }) => (due === null ? null : filedAt(act, received?.from) < due)),
        drafts.map(({ waiverId }) => waiverId),
        drafts.map(({ received }) => received?.signedBy ?? act.actor.id),
        drafts.map(({ channel }) => channel),
        act.now,
      ],
    );
    await this.noteReceived(act, drafts, new Map(rows.map((row) => [row.filing_id, row.id])));
    await act.tx.run(
      `insert into revision_cell (revision_id, metric, institution_id, value, state, source)
       select r.id, c.metric, c.institution_id, c.value, c.state, c.source
       from unnest($1::uuid[], $2::uuid[]) as r (id, filing_id) join filing_cell c on c.filing_id = r.filing_id`,
      [rows.map((row) => row.id), rows.map((row) => row.filing_id)],
    );
    const withRows = drafts.filter((draft) => draft.rows.length > 0).map(({ filing }) => filing.id);
    if (withRows.length > 0)
      await act.tx.run(
        `insert into revision_row (revision_id, no, institution_id, subject, amounts)
         select r.id, w.no, w.institution_id, w.subject, w.amounts
         from unnest($1::uuid[], $2::uuid[]) as r (id, filing_id) join filing_row w on w.filing_id = r.filing_id
         where w.filing_id = any($3::uuid[])`,
        [rows.map((row) => row.id), rows.map((row) => row.filing_id), withRows],
      );
    return new Map(rows.map(({ filing_id, ...revision }) => [filing_id, revision]));
  }

  private async noteReceived(act: Act, drafts: readonly SignedDraft[], ids: ReadonlyMap<string, string>) {
    for (const { filing, received } of drafts) {
      if (!received) continue;
      const { file, fileName, sha256, sender, receivedOn, note } = received.from;
      await act.tx.run(
        `insert into receiving (revision_id, institution_id, file_id, file_name, sha256, sender, received_on, note, received_by, received_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          ids.get(filing.id),
          filing.institutionId,
          file,
          fileName,
          sha256,
          sender,
          receivedOn,
          note,
          act.actor.id,
          act.now,
        ],
      );
    }
  }
}

/** A workbook is filed when it came, not when an officer came to it. */
const filedAt = (act: Act, from: ReceivedFile | undefined): Date =>
  from === undefined ? act.now : new Date(`${from.receivedOn}T00:00:00+08:00`);

function hashOf(act: Act, draft: SignedDraft, no: number, previous: string | null): string {
  const { filing, institution, figures, rows, justifications, evidence, waiverId, received } = draft;
  const filed = Object.entries(figures).filter(([, cell]) => cell.version > 0);
  const content = canonical({
    institution,
    form: filing.form,
    formVersion: filing.formVersion,
    period: filing.period,
    no,
    previous,
    filedBy: filing.filledBy,
    signedBy: received?.signedBy ?? act.actor.id,
    submittedAt: act.now.toISOString(),
    justifications,
    // Left out where there are none, so that the hashes of earlier revisions stay what they are.
    ...(rows.length > 0 ? { rows: rows.map(({ subject, amounts }) => ({ subject, amounts })) } : {}),
    ...(evidence.length > 0 ? { evidence: evidence.map(({ metric, sha256 }) => ({ metric, sha256 })) } : {}),
    ...(waiverId === null ? {} : { waiver: waiverId }),
    ...(received === undefined
      ? {}
      : {
          received: {
            by: act.actor.id,
            sha256: received.from.sha256,
            sender: received.from.sender,
            on: received.from.receivedOn,
          },
        }),
    figures: Object.fromEntries(filed.map(([code, { value, state, source }]) => [code, { value, state, source }])),
  });
  return createHash('sha256').update(content).digest('hex');
}

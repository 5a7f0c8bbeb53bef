import { Inject, Injectable } from '@nestjs/common';
import type { Channel } from '../filings/revisions.service.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { People } from '../identity/people.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { canonical } from '../numbers/canonical.js';
import { Database, type Tx } from '../platform/database.service.js';
import { notFound } from '../problems/problems.js';
import { type SeenNode, type SeenRecord, seenByOwner, seenByStaff } from '../scoring/disclosure/seen.js';
import { type Explanation, explain } from '../scoring/explain/explanation.js';
import { checkScheme } from '../scoring/scheme/check-scheme.js';
import type { InputUse, NodeRecord, ResultRecord } from '../scoring/types.js';
import { EvaluationQuery } from './evaluation.query.js';
import { holdsFullBundle, RunKeys, saltedHash, saltOf } from './run-keys.service.js';

/** The filed cell behind one input: who filed it, who signed, who accepted it. */
export interface FiledCell {
  readonly id: string;
  readonly no: number;
  readonly hash: string;
  readonly filing: string;
  readonly filedBy: string;
  readonly signedBy: string;
  readonly submittedAt: string;
  readonly acceptedBy: string | null;
  readonly acceptedAt: string | null;
  /** Where the figure was taken from, as the cell states it. */
  readonly source: string | null;
  /** 补录: filed as history, by a date of its own. */
  readonly backfill: boolean;
  readonly channel: Channel;
  /** 收表: SHA-256 of the workbook behind it, who took it over, who sent it and when; null: somebody signed in. */
  readonly fileHash: string | null;
  readonly fileName: string | null;
  readonly sender: string | null;
  readonly receivedBy: string | null;
  /** `2026-10-14`. */
  readonly receivedOn: string | null;
}

/**
 * A value that is not told, as SHA-256(salt ‖ value): whoever is told both later can check that it was this one. Those
 * who hold the full bundle see the salt, to tell it when it may be told.
 */
interface Commitment {
  readonly hash: string;
  readonly salt?: string;
}

export interface ResultView extends Omit<SeenRecord, 'nodes'> {
  /** Id of the evaluation. */
  readonly evaluation: string;
  /** How many of its cohort have a rank. */
  readonly cohortSize: number;
  readonly nodes: readonly (Omit<SeenNode, 'inputs'> & {
    /** Least and greatest of those compared with, of a sealed evaluation. */
    readonly committed: { readonly min: Commitment; readonly max: Commitment } | null;
    readonly inputs: readonly (Omit<InputUse, 'revision'> & {
      readonly title: string;
      readonly unit: string | null;
      readonly revision: FiledCell | null;
      /** 系统统计: counted by the system itself (lateness, returns), filed by nobody. */
      readonly system: boolean;
    })[];
  })[];
}

/** Why a total is what it is, of one institution. */
export interface ExplanationView extends Explanation {
  readonly institution: string;
}

interface CellRow {
  readonly id: string;
  readonly no: number;
  readonly hash: string;
  readonly filing_id: string;
  readonly filed_by: string;
  readonly signed_by: string;
  readonly submitted_at: Date;
  readonly accepted_by: string | null;
  readonly accepted_at: Date | null;
  readonly sources: Record<string, string>;
  readonly backfill: boolean;
  readonly channel: Channel;
  readonly sha256: string | null;
  readonly file_name: string | null;
  readonly sender: string | null;
  readonly received_by: string | null;
  readonly received_on: string | null;
}

/** The trace of one result, from the rank down to the cell that was filed and who accepted it (design 1). */
@Injectable()
export class ResultQuery {
  constructor(
    private readonly database: Database,
    private readonly evaluations: EvaluationQuery,
    private readonly keys: RunKeys,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /** @throws NOT_FOUND for what is absent or not the actor's */
  async one(actor: Actor, id: string, institution: string): Promise<ResultView> {
    const { evaluation, record, cells } = await this.read(actor, id, institution);
    const isOwner = actor.institutionId !== null;
    const seen = isOwner ? seenByOwner(record, evaluation) : seenByStaff(record);
    const isCommitted = evaluation.disclosure === 'sealed' && (isOwner || holdsFullBundle(actor));
    const key = isCommitted ? await this.keys.of(id) : null;
    const part = evaluation.cohorts.find((cohort) => cohort.code === record.cohort);
    return {
      ...seen,
      evaluation: id,
      cohortSize: part?.ranked ?? 0,
      nodes: seen.nodes.map((node, i) => ({
        ...node,
        committed: key && committed(key, record, record.nodes[i] as NodeRecord, !isOwner),
        inputs: node.inputs.map((input) => ({
          ...input,
          title: this.catalogue.metrics.get(input.metric)?.title ?? input.metric,
          unit: this.catalogue.metrics.get(input.metric)?.unit ?? null,
          revision: input.revision === null ? null : (cells.get(input.revision)?.(input.metric) ?? null),
          system:
            input.revision === null &&
            input.value !== null &&
            this.catalogue.metrics.get(input.metric)?.kind === 'counted',
        })),
      })),
    };
  }

  /**
   * An institution is told what its own record says, open or sealed: the parts of the gap to the next rank are what one
   * other institution got for each indicator, and the ranking does not show it that one's row either.
   * @throws NOT_FOUND for what is absent or not the actor's
   */
  explanation(actor: Actor, id: string, institution: string): Promise<ExplanationView> {
    return this.database.transaction(actor, async (tx) => {
      const { document, metrics } = await this.evaluations.entity(tx, id);
      const own = await recordOf(tx, id, institution);
      const grades = checkScheme(document, metrics).scheme?.grades ?? [];
      if (actor.institutionId !== null)
        return { institution, ...explain(own, [own], grades, { disclosure: 'sealed' }) };
      const cohort = await tx.rows<{ record: ResultRecord }>(
        'select record from result where evaluation_id = $1 and cohort = $2 order by position',
        [id, own.cohort ?? ''],
      );
      return {
        institution,
        ...explain(
          own,
          cohort.map(({ record }) => record),
          grades,
          'staff',
        ),
      };
    });
  }

  private read(actor: Actor, id: string, institution: string) {
    return this.database.transaction(actor, async (tx) => {
      const evaluation = await this.evaluations.view(tx, id);
      const record = await recordOf(tx, id, institution);
      const hashes = record.nodes.flatMap((node) => node.inputs.map((input) => input.revision));
      const cells = await this.cells(
        tx,
        hashes.filter((hash) => hash !== null),
      );
      return { evaluation, record, cells };
    });
  }

  private async cells(tx: Tx, hashes: readonly string[]): Promise<Map<string, (metric: string) => FiledCell>> {
    const rows = await tx.rows<CellRow>(
      `select r.id, r.no, r.hash, r.filing_id, r.filed_by, r.signed_by, r.submitted_at, a.accepted_by, a.accepted_at,
         coalesce((select jsonb_object_agg(c.metric, c.source) from revision_cell c
           where c.revision_id = r.id and c.source is not null), '{}') as sources, o.kind = 'backfill' as backfill,
         r.channel, v.sha256, v.file_name, v.sender, v.received_by, v.received_on::text as received_on
       from revision r join filing f on f.id = r.filing_id join obligation o on o.id = f.obligation_id
       left join acceptance a on a.revision_id = r.id left join receiving v on v.revision_id = r.id where r.hash = any($1)`,
      [[...new Set(hashes)]],
    );
    const people = rows.flatMap((row) => [row.filed_by, row.signed_by, row.accepted_by ?? '', row.received_by ?? '']);
    const names = await People.names(tx, people);
    const name = (id: string): string => names.get(id) ?? id;
    return new Map(
      rows.map((row) => [
        row.hash,
        (metric: string): FiledCell => ({
          id: row.id,
          no: row.no,
          hash: row.hash,
          filing: row.filing_id,
          filedBy: name(row.filed_by),
          signedBy: name(row.signed_by),
          submittedAt: row.submitted_at.toISOString(),
          acceptedBy: row.accepted_by && name(row.accepted_by),
          acceptedAt: row.accepted_at?.toISOString() ?? null,
          source: row.sources[metric] ?? null,
          backfill: row.backfill,
          channel: row.channel,
          fileHash: row.sha256,
          fileName: row.file_name,
          sender: row.sender,
          receivedBy: row.received_by && name(row.received_by),
          receivedOn: row.received_on,
        }),
      ]),
    );
  }
}

/** @throws NOT_FOUND */
async function recordOf(tx: Tx, id: string, institution: string): Promise<ResultRecord> {
  const row = await tx.row<{ record: ResultRecord }>(
    `select r.record from result r join evaluation_institution i using (evaluation_id, institution_id)
     where r.evaluation_id = $1 and i.code = $2`,
    [id, institution],
  );
  if (!row) throw notFound();
  return row.record;
}

/** The same for everybody who is compared with the same values, so that they can see that all were given the same. */
function committed(
  key: Buffer,
  { cohort }: ResultRecord,
  { code, normalisation }: NodeRecord,
  withSalt: boolean,
): ResultView['nodes'][number]['committed'] {
  const { min, max } = normalisation?.statistics ?? {};
  if (min == null || max == null) return null;
  const over = normalisation?.parameters.over === 'all' ? null : cohort;
  const commit = (name: string, value: string): Commitment => {
    const salt = saltOf(key, canonical([over, code, name]));
    return { hash: saltedHash(salt, value), ...(withSalt ? { salt } : {}) };
  };
  return { min: commit('min', min), max: commit('max', max) };
}

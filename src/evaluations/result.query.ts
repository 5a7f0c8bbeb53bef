import { Inject, Injectable } from '@nestjs/common';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { People } from '../identity/people.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { notFound } from '../problems/problems.js';
import type { InputUse, NodeRecord, ResultRecord } from '../scoring/types.js';
import { EvaluationQuery } from './evaluation.query.js';

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
}

export interface ResultView extends Omit<ResultRecord, 'nodes'> {
  /** Id of the evaluation. */
  readonly evaluation: string;
  /** How many of its cohort have a rank. */
  readonly cohortSize: number;
  readonly nodes: readonly (Omit<NodeRecord, 'inputs' | 'normalisation'> & {
    readonly normalisation: (Omit<Normalisation, 'statistics'> & Partial<Normalisation>) | null;
    readonly inputs: readonly (Omit<InputUse, 'revision'> & {
      readonly title: string;
      readonly unit: string | null;
      readonly revision: FiledCell | null;
    })[];
  })[];
}

type Normalisation = NonNullable<NodeRecord['normalisation']>;

const withoutStatistics = ({ method, parameters }: Normalisation): Omit<Normalisation, 'statistics'> => ({
  method,
  parameters,
});

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
}

/** The trace of one result, from the rank down to the cell that was filed and who accepted it (design 1). */
@Injectable()
export class ResultQuery {
  constructor(
    private readonly database: Database,
    private readonly evaluations: EvaluationQuery,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /** @throws NOT_FOUND for what is absent or not the actor's */
  one(actor: Actor, id: string, institution: string): Promise<ResultView> {
    return this.database.transaction(actor, async (tx) => {
      const evaluation = await this.evaluations.view(tx, id);
      const row = await tx.row<{ record: ResultRecord }>(
        `select r.record from result r join evaluation_institution i using (evaluation_id, institution_id)
         where r.evaluation_id = $1 and i.code = $2`,
        [id, institution],
      );
      if (!row) throw notFound();
      const { record } = row;
      const hashes = record.nodes.flatMap((node) => node.inputs.map((input) => input.revision));
      const cells = await this.cells(
        tx,
        hashes.filter((hash) => hash !== null),
      );
      const part = evaluation.cohorts.find((cohort) => cohort.code === record.cohort);
      const isStaff = actor.institutionId === null;
      return {
        ...record,
        evaluation: id,
        cohortSize: part?.ranked ?? 0,
        nodes: record.nodes.map((node) => ({
          ...node,
          // Minimum, maximum and mean of a small cohort give a rival's figure away (reliability 3.12).
          normalisation: node.normalisation && (isStaff ? node.normalisation : withoutStatistics(node.normalisation)),
          inputs: node.inputs.map((input) => ({
            ...input,
            title: this.catalogue.metrics.get(input.metric)?.title ?? input.metric,
            unit: this.catalogue.metrics.get(input.metric)?.unit ?? null,
            revision: input.revision === null ? null : (cells.get(input.revision)?.(input.metric) ?? null),
          })),
        })),
      };
    });
  }

  private async cells(tx: Tx, hashes: readonly string[]): Promise<Map<string, (metric: string) => FiledCell>> {
    const rows = await tx.rows<CellRow>(
      `select r.id, r.no, r.hash, r.filing_id, r.filed_by, r.signed_by, r.submitted_at, a.accepted_by, a.accepted_at,
         coalesce((select jsonb_object_agg(c.metric, c.source) from revision_cell c
           where c.revision_id = r.id and c.source is not null), '{}') as sources
       from revision r left join acceptance a on a.revision_id = r.id where r.hash = any($1)`,
      [[...new Set(hashes)]],
    );
    const people = rows.flatMap((row) => [row.filed_by, row.signed_by, row.accepted_by ?? '']);
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
        }),
      ]),
    );
  }
}

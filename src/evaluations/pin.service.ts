import { Injectable } from '@nestjs/common';
import type { Act } from '../audit/acts.service.js';
import { firstDay, lastDay } from '../calendar/period.js';
import type { Tx } from '../platform/database.service.js';
import type { MetricCatalogue } from '../scoring/types.js';

/** The pin as it travels to the scoring thread: texts only, so that nothing turns into a number on the way. */
export interface PinnedInput {
  readonly document: string;
  readonly metrics: MetricCatalogue;
  readonly period: string;
  readonly institutions: readonly {
    readonly code: string;
    readonly name: string;
    readonly type: string | null;
    readonly flags: readonly string[];
    readonly attributes: Readonly<Record<string, string>>;
  }[];
  /** Institution, period, metric, value, hash of the revision. */
  readonly figures: readonly (readonly [string, string, string, string, string | null])[];
  /** Institution, node, assessor, score. */
  readonly assessments: readonly (readonly [string, string, string, string])[];
}

/** What to pin. */
export interface PinOrder {
  readonly evaluationId: string;
  readonly scheme: string;
  /** Codes that this version has assessed: points given for a node of another version are not its. */
  readonly assessed: readonly string[];
  /** Metrics that the scheme reads: counts of the system (lateness, returns) are pinned where they are read. */
  readonly read: readonly string[];
  readonly register: string;
  /** null: institutions of every type take part. */
  readonly types: readonly string[] | null;
  /** `2025` or `2025Q4`. */
  readonly period: string;
  /** The last quarter of the evaluated period. */
  readonly lastQuarter: string;
  readonly cutOff: Date;
}

/**
 * Freezes what an evaluation is made from, in the transaction that starts it (design 7, reliability 3.6). Workers read
 * the pin and never the observations: what is filed or amended later never mixes in.
 */
@Injectable()
export class Pin {
  /** @returns the number of figures pinned */
  async freeze(act: Act, order: PinOrder): Promise<number> {
    const { tx } = act;
    await tx.run(
      `insert into evaluation_institution (evaluation_id, institution_id, code, name, type, flags, attributes)
       select $1, i.id, i.uscc, i.name, t.type,
         coalesce((select jsonb_agg(distinct f.flag) from institution_flag f
           where f.institution_id = i.id and f.state = 'confirmed' and f.valid_from <= $4 and (f.valid_to is null or f.valid_to >= $3)), '[]'),
         i.attributes
       from institution i
       join institution_type t on t.institution_id = i.id and t.valid_from <= $4 and (t.valid_to is null or t.valid_to >= $4)
       where i.register = $2 and ($5::text[] is null or t.type = any($5))`,
      [
        order.evaluationId,
        order.register,
        firstDay(order.period),
        lastDay(order.period),
        order.types && [...order.types],
      ],
    );
    const figures = await tx.run(
      `insert into evaluation_figure (evaluation_id, institution_id, period, metric, value, revision_id)
       select $1, institution_id, period, metric, value, revision_id from (
         select distinct on (o.institution_id, o.period, o.metric) o.institution_id, o.period, o.metric, o.value, o.revision_id
         from observation o
         join evaluation_institution i on i.evaluation_id = $1 and i.institution_id = o.institution_id
         left join revision r on r.id = o.revision_id
         where o.period <= $2 and o.in_force_from <= $3
           -- a count of the system is no filing: alone in a quarter it would pass for one in quarters_filed
           and (o.origin <> 'system' or (o.metric = any($4::text[]) and exists (
             select 1 from observation f where f.institution_id = o.institution_id and f.period = o.period and f.origin = 'filed')))
         order by o.institution_id, o.period, o.metric, o.in_force_from desc, r.no desc nulls last) latest
       where value is not null`,
      [order.evaluationId, order.lastQuarter, order.cutOff, [...order.read]],
    );
    await tx.run(
      `insert into evaluation_assessment (evaluation_id, institution_id, node, assessor, score)
       select $1, a.institution_id, a.node, a.assessor, a.score
       from assessment a join evaluation_institution i on i.evaluation_id = $1 and i.institution_id = a.institution_id
       where a.scheme = $2 and a.period = $3 and a.node = any($4::text[])`,
      [order.evaluationId, order.scheme, order.period, order.assessed],
    );
    return figures;
  }

  /** The code under which an institution takes part; null for one that does not. */
  async codeOf(tx: Tx, evaluationId: string, institutionId: string | null): Promise<string | null> {
    const row = await tx.row<{ code: string }>(
      'select code from evaluation_institution where evaluation_id = $1 and institution_id = $2',
      [evaluationId, institutionId],
    );
    return row?.code ?? null;
  }

  /** Reads a pin back; the order of rows says nothing and changes nothing. */
  async read(tx: Tx, evaluationId: string): Promise<PinnedInput> {
    const evaluation = (await tx.row<{ document: string; metrics: MetricCatalogue; period: string }>(
      'select document, metrics, period from evaluation where id = $1',
      [evaluationId],
    )) as { document: string; metrics: MetricCatalogue; period: string };
    const institutions = await tx.rows<PinnedInput['institutions'][number] & { institution_id: string }>(
      `select institution_id, code, name, type, flags, attributes from evaluation_institution
       where evaluation_id = $1 order by code`,
      [evaluationId],
    );
    const codes = new Map(institutions.map((institution) => [institution.institution_id, institution.code]));
    const code = (id: string): string => codes.get(id) as string;
    const figures = await tx.rows<{
      institution_id: string;
      period: string;
      metric: string;
      value: string;
      hash: string | null;
    }>(
      `select f.institution_id, f.period, f.metric, trim_scale(f.value)::text as value, r.hash
       from evaluation_figure f left join revision r on r.id = f.revision_id where f.evaluation_id = $1
       order by f.institution_id, f.period, f.metric`,
      [evaluationId],
    );
    const assessments = await tx.rows<{ institution_id: string; node: string; assessor: string; score: string }>(
      `select institution_id, node, assessor, trim_scale(score)::text as score
       from evaluation_assessment where evaluation_id = $1 order by institution_id, node, assessor`,
      [evaluationId],
    );
    return {
      ...evaluation,
      institutions: institutions.map(({ institution_id: _, ...institution }) => institution),
      figures: figures.map((row) => [code(row.institution_id), row.period, row.metric, row.value, row.hash]),
      assessments: assessments.map((row) => [code(row.institution_id), row.node, row.assessor, row.score]),
    };
  }
}

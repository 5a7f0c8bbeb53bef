import { Injectable } from '@nestjs/common';
import { EvaluationQuery } from '../evaluations/evaluation.query.js';
import { COMPUTED } from '../evaluations/evaluation-states.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { defused } from '../platform/spreadsheet-text.js';
import { DomainError, notFound } from '../problems/problems.js';
import type { Reversal } from '../scoring/robustness/reversals.js';
import type { Neighbours, RankInterval, WithoutIndicator } from '../scoring/robustness/robustness.js';
import { INTERVALS_HEADER, intervalRows } from '../scoring/robustness/robustness.js';
import { csv } from '../scoring/tables.js';

export type AnalysisState = 'queued' | 'running' | 'computed' | 'failed' | 'cancelled';

/** One question to the robustness of an evaluation, and how far its answer is. */
export interface AnalysisView {
  readonly id: string;
  readonly evaluation: string;
  readonly replications: number;
  readonly weights: number;
  readonly seed: number;
  readonly state: AnalysisState;
  readonly progress: { readonly step: string; readonly done: number; readonly total: number };
  readonly error: string | null;
  readonly requestedAt: string;
}

export interface IntervalItem extends RankInterval {
  readonly name: string;
  /** Whether the next one in the ranking is behind for sure; for staff, null at the end of a cohort. */
  readonly next: Pick<Neighbours, 'overtaken' | 'separable' | 'lines'> | null;
}

/** Of the latest analysis that is computed; numbers are null and the list empty as long as there is none. */
export interface RobustnessPage extends Page<IntervalItem> {
  readonly seed: number | null;
  readonly replications: number | null;
  readonly weights: number | null;
  /** The latest question, computed or not; for staff. */
  readonly latest: AnalysisView | null;
}

type Finding = { readonly indicator: WithoutIndicator; readonly reversal: Reversal };

interface Row extends Omit<AnalysisView, 'progress' | 'requestedAt'> {
  readonly step: string;
  readonly done: number;
  readonly total: number;
  readonly requested_at: Date;
}

const COLUMNS = `id, evaluation_id as evaluation, replications, weights::float8 as weights, seed::float8 as seed, state,
  step, done, total, error, requested_at`;

const viewOf = ({ step, done, total, requested_at: requestedAt, ...row }: Row): AnalysisView => ({
  ...row,
  progress: { step, done, total },
  requestedAt: requestedAt.toISOString(),
});

/** Reads analyses; an institution sees the interval of its own row, once its result is published. */
@Injectable()
export class AnalysisQuery {
  constructor(
    private readonly database: Database,
    private readonly evaluations: EvaluationQuery,
  ) {}

  async view(tx: Tx, id: string): Promise<AnalysisView & { readonly version: number }> {
    const row = await tx.row<Row & { version: number }>(`select ${COLUMNS}, version from analysis where id = $1`, [id]);
    if (!row) throw notFound();
    const { version, ...rest } = row;
    return { ...viewOf(rest), version };
  }

  /** @throws NOT_FOUND, EVALUATION_NOT_COMPUTED */
  async computed(tx: Tx, evaluation: string): Promise<{ readonly ranks: boolean }> {
    const { state, ranks } = await this.evaluations.entity(tx, evaluation);
    if (!COMPUTED.includes(state))
      throw new DomainError('EVALUATION_NOT_COMPUTED', 409, '评价尚未完成，不能分析或试算');
    return { ranks };
  }

  /** The latest question about an evaluation. @throws NOT_FOUND when there is none */
  async latest(tx: Tx, evaluation: string): Promise<AnalysisView & { readonly version: number }> {
    const row = await tx.row<{ id: string }>(
      'select id from analysis where evaluation_id = $1 order by requested_at desc, id limit 1',
      [evaluation],
    );
    if (!row) throw notFound();
    return this.view(tx, row.id);
  }

  list(actor: Actor, evaluation: string, filter: PageQuery & { cohort?: string | undefined }): Promise<RobustnessPage> {
    const list = `robustness:${evaluation}:${filter.cohort ?? ''}`;
    const request = pageRequest(filter, list);
    return this.database.transaction(actor, async (tx) => {
      const { ranks } = await this.computed(tx, evaluation);
      const isStaff = actor.institutionId === null;
      // An interval of ranks is told to whom the rank is told.
      const analysis = isStaff || ranks ? await this.answered(tx, evaluation) : null;
      const rows = analysis
        ? await this.rows(tx, analysis.id, filter.cohort, request.after?.[0] ?? null, request.limit + 1, isStaff)
        : [];
      const page = pageOf(rows, request, list, ({ position }) => [position]);
      const latest = isStaff
        ? await tx.row<Row>(
            `select ${COLUMNS} from analysis where evaluation_id = $1 order by requested_at desc, id limit 1`,
            [evaluation],
          )
        : null;
      return {
        seed: analysis?.seed ?? null,
        replications: analysis?.replications ?? null,
        weights: analysis?.weights ?? null,
        latest: latest && viewOf(latest),
        items: page.items.map(({ position: _, ...item }) => item),
        next: page.next,
      };
    });
  }

  /** rank_intervals.csv of the command line; `forExcel` as everywhere. */
  csv(actor: Actor, evaluation: string, forExcel: boolean): Promise<string> {
    return this.database.transaction(actor, async (tx) => {
      await this.computed(tx, evaluation);
      const analysis = await this.answered(tx, evaluation);
      const items = analysis ? await this.rows(tx, analysis.id, undefined, null, null, true) : [];
      const rows = intervalRows(items);
      if (!forExcel) return csv([INTERVALS_HEADER, ...rows]);
      const named = rows.map(([cohort = '', institution = '', ...rest], i) =>
        [cohort, institution, items[i]?.name ?? '', ...rest].map(defused),
      );
      return `\uFEFF${csv([EXCEL_HEADER, ...named])}`;
    });
  }

  /** What is found over all institutions: ranks without an indicator, orders turned round by who leaves. */
  findings<K extends keyof Finding>(
    actor: Actor,
    evaluation: string,
    kind: K,
    query: PageQuery,
  ): Promise<Page<Finding[K]>> {
    const list = `${kind}:${evaluation}`;
    const request = pageRequest(query, list);
    return this.database.transaction(actor, async (tx) => {
      await this.computed(tx, evaluation);
      const analysis = await this.answered(tx, evaluation);
      const rows = await tx.rows<{ position: number; finding: Finding[K] }>(
        `select position, finding from analysis_finding where analysis_id = $1 and kind = $2
           and ($3::int is null or position > $3) order by position limit $4`,
        [analysis?.id ?? null, kind, request.after?.[0] ?? null, request.limit + 1],
      );
      const page = pageOf(rows, request, list, ({ position }) => [position]);
      return { items: page.items.map(({ finding }) => finding), next: page.next };
    });
  }

  /** The latest that is computed. */
  private answered(tx: Tx, evaluation: string): Promise<(Row & { readonly id: string }) | null> {
    return tx.row<Row>(
      `select ${COLUMNS} from analysis where evaluation_id = $1 and state = 'computed'
       order by computed_at desc, id limit 1`,
      [evaluation],
    );
  }

  private async rows(
    tx: Tx,
    analysis: string,
    cohort: string | undefined,
    after: string | number | null,
    limit: number | null,
    isStaff: boolean,
  ): Promise<(IntervalItem & { readonly position: number })[]> {
    const rows = await tx.rows<{ position: number; interval: RankInterval; name: string }>(
      `select n.position, n.interval, i.name from analysis_interval n
       join analysis a on a.id = n.analysis_id
       join evaluation_institution i on i.evaluation_id = a.evaluation_id and i.institution_id = n.institution_id
       where n.analysis_id = $1 and ($2::text is null or n.interval ->> 'cohort' = $2)
         and ($3::int is null or n.position > $3) order by n.position limit $4`,
      [analysis, cohort ?? null, after, limit],
    );
    const neighbours = isStaff
      ? await tx.rows<{ finding: Neighbours }>(
          `select finding from analysis_finding where analysis_id = $1 and kind = 'next' and finding ->> 'upper' = any($2)`,
          [analysis, rows.map(({ interval }) => interval.institution)],
        )
      : [];
    const next = new Map(neighbours.map(({ finding }) => [finding.upper, finding]));
    return rows.map(({ position, interval, name }) => {
      const { overtaken, separable, lines } = next.get(interval.institution) ?? {};
      const isThere = overtaken !== undefined && separable !== undefined && lines !== undefined;
      return { position, ...interval, name, next: isThere ? { overtaken, separable, lines } : null };
    });
  }
}

const EXCEL_HEADER = [
  '分组',
  '统一社会信用代码',
  '机构',
  '名次',
  '5%分位',
  '中位名次',
  '95%分位',
  '最好',
  '最差',
  '保持公布名次的比例',
];

import { Injectable } from '@nestjs/common';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { defused } from '../platform/spreadsheet-text.js';
import { DomainError } from '../problems/problems.js';
import { seenByOwner } from '../scoring/disclosure/seen.js';
import { csv, RANKING_HEADER, rankingRows } from '../scoring/tables.js';
import type { ResultRecord, ResultStatus } from '../scoring/types.js';
import type { Evaluation } from './evaluation.entity.js';
import { EvaluationQuery } from './evaluation.query.js';
import { COMPUTED } from './evaluation-states.js';
import { type ScorePart, scoreParts } from './score-parts.js';

export interface RankingItem {
  readonly cohort: string | null;
  readonly rank: number | null;
  readonly tied: boolean;
  readonly institution: string;
  readonly name: string;
  readonly score: string | null;
  readonly grade: string | null;
  readonly status: ResultStatus;
  readonly reason: string;
  readonly previousRank: number | null;
  /** Ranks under other weights and methods, of the latest analysis; null until robustness is computed. */
  readonly interval: RankingInterval | null;
  readonly parts: readonly ScorePart[];
}

export interface RankingInterval {
  readonly p5: number;
  readonly median: number;
  readonly p95: number;
  readonly min: number;
  readonly max: number;
  readonly shareAtRank: string;
  /** For staff: whether the next one is behind for sure, and which lines run between; null at the end of a cohort. */
  readonly next: { readonly separable: boolean; readonly lines: readonly string[] } | null;
}

/** Published and in force. */
const TOLD = ['provisional', 'final'];

/** 排名: who stands where, with what the total is made of. */
@Injectable()
export class RankingQuery {
  constructor(
    private readonly database: Database,
    private readonly evaluations: EvaluationQuery,
  ) {}

  /** An institution sees its own row alone, whatever the disclosure. @throws NOT_FOUND, EVALUATION_NOT_COMPUTED */
  list(actor: Actor, id: string, filter: PageQuery & { cohort?: string | undefined }): Promise<Page<RankingItem>> {
    const list = `ranking:${id}:${filter.cohort ?? ''}`;
    const request = pageRequest(filter, list);
    return this.database.transaction(actor, async (tx) => {
      const evaluation = await this.computed(tx, id);
      const previous = await this.previous(tx, evaluation);
      const seen = (record: ResultRecord): ResultRecord =>
        actor.institutionId === null ? record : seenByOwner(record, evaluation.disclosure);
      const rows = await tx.rows<{
        position: number;
        record: ResultRecord;
        previous: number | null;
        interval: RankingInterval | null;
      }>(
        `select r.position, r.record, p.rank as previous, n.interval from result r
         left join analysis_interval n on n.institution_id = r.institution_id and n.analysis_id = (
           select id from analysis where evaluation_id = $1 and state = 'computed' order by computed_at desc, id limit 1)
         left join result p on p.evaluation_id = $4::uuid and p.institution_id = r.institution_id and p.cohort = r.cohort
         where r.evaluation_id = $1 and ($2::text is null or r.cohort = $2) and ($3::int is null or r.position > $3)
         order by r.position limit $5`,
        [id, filter.cohort ?? null, request.after?.[0] ?? null, previous, request.limit + 1],
      );
      const page = pageOf(rows, request, list, (row) => [row.position]);
      const next = await this.next(tx, id);
      return {
        items: page.items.map((row) =>
          itemOf(
            seen(row.record),
            row.previous,
            row.interval && { ...row.interval, next: next.get(row.record.institution) ?? null },
          ),
        ),
        next: page.next,
      };
    });
  }

  /**
   * ranking.csv of the command line, byte for byte.
   * @param forExcel with a byte order mark, the basis below, and texts that a spreadsheet would take for formulas defused
   */
  csv(actor: Actor, id: string, forExcel: boolean): Promise<string> {
    return this.database.transaction(actor, async (tx) => {
      const evaluation = await this.computed(tx, id);
      const results = await this.evaluations.records(tx, id);
      const rows = rankingRows({ results });
      if (!forExcel) return csv([RANKING_HEADER, ...rows]);
      // A blank row keeps what stands below out of sorting and filtering.
      const below = [[''], ...basisRows(evaluation)].map((row) => EXCEL_HEADER.map((_, i) => row[i] ?? ''));
      return `\uFEFF${csv([EXCEL_HEADER, ...[...rows, ...below].map((row) => row.map(defused))])}`;
    });
  }

  /** What the latest analysis says of each one and the next in the ranking. Of others' places, so for staff alone. */
  private async next(tx: Tx, id: string): Promise<ReadonlyMap<string, RankingInterval['next']>> {
    if (tx.actor.institutionId !== null) return new Map();
    const rows = await tx.rows<{ upper: string; separable: boolean; lines: string[] }>(
      `select finding ->> 'upper' as upper, (finding ->> 'separable')::boolean as separable, finding -> 'lines' as lines
       from analysis_finding where kind = 'next' and analysis_id = (
         select id from analysis where evaluation_id = $1 and state = 'computed' order by computed_at desc, id limit 1)`,
      [id],
    );
    return new Map(rows.map(({ upper, ...next }) => [upper, next]));
  }

  private async computed(tx: Tx, id: string): Promise<Evaluation> {
    const evaluation = await this.evaluations.entity(tx, id);
    if (!COMPUTED.includes(evaluation.state))
      throw new DomainError('EVALUATION_NOT_COMPUTED', 409, '评价尚未完成，还没有排名');
    return evaluation;
  }

  /** The evaluation of the same scheme for the period before, the latest that counts. */
  private async previous(tx: Tx, { scheme, period }: Evaluation): Promise<string | null> {
    const earlier = await tx.row<{ id: string }>(
      `select id from evaluation where scheme = $1 and period < $2 and length(period) = length($2) and state = any($3)
       order by period desc, started_at desc limit 1`,
      // What an institution stood at is told to it when it is published, not before.
      [scheme, period, tx.actor.institutionId === null ? ['computed', 'verified', ...TOLD] : TOLD],
    );
    return earlier?.id ?? null;
  }
}

/** The columns of ranking.csv as an officer calls them. */
const EXCEL_HEADER = ['分组', '名次', '统一社会信用代码', '机构', '总分', '等次', '状态', '原因'];

/** On what the ranking rests, below the table: the scheme, its number and days, what the start was warned of. */
function basisRows(evaluation: Evaluation): string[][] {
  const { scheme, version, documentNumber, effectiveFrom, effectiveTo } = evaluation;
  const days =
    effectiveFrom === null ? [] : [['施行', `${effectiveFrom} 起${effectiveTo === null ? '' : `，${effectiveTo} 止`}`]];
  return [
    ['方案', `${evaluation.title}（${scheme} v${version}）`],
    ...(documentNumber === null ? [] : [['文号', documentNumber]]),
    ...days,
    ['核验码', evaluation.hash ?? ''],
    ...evaluation.schemeWarnings.map(({ message }) => ['提示', message]),
  ];
}

const itemOf = (record: ResultRecord, previousRank: number | null, interval: RankingInterval | null): RankingItem => ({
  cohort: record.cohort,
  rank: record.rank,
  tied: record.tied,
  institution: record.institution,
  name: record.name,
  score: record.score,
  grade: record.grade,
  status: record.status,
  reason: record.reason,
  previousRank,
  interval: interval && {
    p5: interval.p5,
    median: interval.median,
    p95: interval.p95,
    min: interval.min,
    max: interval.max,
    shareAtRank: interval.shareAtRank,
    next: interval.next,
  },
  parts: scoreParts(record),
});

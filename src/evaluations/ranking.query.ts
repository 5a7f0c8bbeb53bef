import { Injectable } from '@nestjs/common';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { defused } from '../platform/spreadsheet-text.js';
import { DomainError } from '../problems/problems.js';
import { seenByOwner } from '../scoring/disclosure/seen.js';
import { checkScheme } from '../scoring/scheme/check-scheme.js';
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
  list(
    actor: Actor,
    id: string,
    filter: PageQuery & { cohort?: string | undefined; as?: 'published' | undefined },
  ): Promise<Page<RankingItem>> {
    const list = `ranking:${id}:${filter.cohort ?? ''}:${filter.as ?? ''}`;
    const request = pageRequest(filter, list);
    return this.database.transaction(actor, async (tx) => {
      const evaluation = await this.computed(tx, id);
      const isOwner = actor.institutionId !== null;
      if (!isOwner && filter.as === 'published' && !evaluation.ranks) {
        const records = (await this.evaluations.records(tx, id)).filter(
          ({ cohort }) => filter.cohort === undefined || cohort === filter.cohort,
        );
        const rows = byGrade(evaluation, records).map((record, position) => ({ position, record }));
        const page = pageOf(rows.slice(wholeOf(request.after?.[0])), request, list, ({ position }) => [position + 1]);
        return { items: page.items.map(({ record }) => itemOf(record, null, null)), next: page.next };
      }
      const isGraded = isOwner && !evaluation.ranks;
      const previous = isGraded ? null : await this.previous(tx, evaluation);
      const seen = (record: ResultRecord): ResultRecord => (isOwner ? seenByOwner(record, evaluation) : record);
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
            isGraded ? null : row.interval && { ...row.interval, next: next.get(row.record.institution) ?? null },
          ),
        ),
        next: page.next,
      };
    });
  }

  /**
   * ranking.csv of the command line, byte for byte.
   * @param excel with a byte order mark, the basis below, and texts that a spreadsheet would take for formulas defused
   * @param as    `published`: what goes on paper; of an evaluation published by grades without ranks and totals
   */
  csv(
    actor: Actor,
    id: string,
    { excel, as }: { excel?: '1' | undefined; as?: 'published' | undefined },
  ): Promise<string> {
    return this.database.transaction(actor, async (tx) => {
      const evaluation = await this.computed(tx, id);
      const stored = await this.evaluations.records(tx, id);
      const results = as === 'published' && !evaluation.ranks ? byGrade(evaluation, stored) : stored;
      const rows = rankingRows({ results });
      if (excel === undefined) return csv([RANKING_HEADER, ...rows]);
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
    const isStaff = tx.actor.institutionId === null;
    const earlier = await tx.row<{ id: string }>(
      `select id from evaluation where scheme = $1 and period < $2 and length(period) = length($2) and state = any($3) and ($4 or ranks)
       order by period desc, started_at desc limit 1`,
      // What an institution stood at is told to it when it is published, not before.
      [scheme, period, isStaff ? ['computed', 'verified', ...TOLD] : TOLD, isStaff],
    );
    return earlier?.id ?? null;
  }
}

/** A cursor's place in a list that is made whole; texts are places of other lists. */
const wholeOf = (after: string | number | undefined): number => (typeof after === 'number' ? after : 0);

/**
 * What is told of all on paper when grades alone are published: cohort, grade, name; no rank, no total, nothing by which
 * a rank could be put together again.
 */
function byGrade({ document, metrics }: Evaluation, records: readonly ResultRecord[]): readonly ResultRecord[] {
  const { scheme } = checkScheme(document, metrics);
  const place = ({ cohort, grade, status }: ResultRecord): readonly [number, number] => {
    const inCohort = scheme?.cohorts.findIndex(({ code }) => code === cohort) ?? -1;
    const inGrade = scheme?.grades.findIndex(({ code }) => code === grade) ?? -1;
    const last = Number.MAX_SAFE_INTEGER;
    return [inCohort === -1 ? last : inCohort, status !== 'ranked' || inGrade === -1 ? last : inGrade];
  };
  return records
    .map((record) => ({ record, at: place(record) }))
    .sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1] || a.record.name.localeCompare(b.record.name, 'zh-Hans-CN'))
    .map(({ record }) => ({
      ...record,
      rank: null,
      tied: false,
      score: null,
      base: null,
      nodes: [],
      adjustments: [],
      reason: record.status === 'ranked' ? '' : record.reason,
    }));
}

/** The columns of ranking.csv as an officer calls them. */
const EXCEL_HEADER = ['分组', '名次', '统一社会信用代码', '机构', '总分', '等次', '状态', '原因'];

/** On what the ranking rests, below the table: the scheme, its number and days, what the start was warned of. */
function basisRows(evaluation: Evaluation): string[][] {
  const { scheme, version, documentNumber, effectiveFrom, effectiveTo, ranks } = evaluation;
  const days =
    effectiveFrom === null ? [] : [['施行', `${effectiveFrom} 起${effectiveTo === null ? '' : `，${effectiveTo} 止`}`]];
  return [
    ['方案', `${evaluation.title}（${scheme} v${version}）`],
    ...(documentNumber === null ? [] : [['文号', documentNumber]]),
    ...days,
    ['核验码', evaluation.hash ?? ''],
    ...(ranks ? [] : [['公布方式', '只公布等次，不公布名次']]),
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

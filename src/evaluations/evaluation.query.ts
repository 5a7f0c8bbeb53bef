import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { periodTitle } from '../calendar/period.js';
import { People } from '../identity/people.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { plain } from '../numbers/decimal.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { notFound, type Violation } from '../problems/problems.js';
import { alwaysGivenAway } from '../scoring/disclosure/given-away.js';
import type { Disclosure } from '../scoring/disclosure/seen.js';
import { checkScheme } from '../scoring/scheme/check-scheme.js';
import type { Scheme } from '../scoring/scheme/scheme.js';
import type { ResultRecord } from '../scoring/types.js';
import { Evaluation } from './evaluation.entity.js';
import {
  type EvaluationAction,
  type EvaluationFacts,
  type EvaluationState,
  evaluationStates,
  PUBLISHED,
} from './evaluation-states.js';
import { recordsOf } from './runs.service.js';

/** interfaces.md, Evaluation. */
export interface EvaluationView {
  readonly id: string;
  readonly scheme: string;
  readonly version: number;
  readonly title: string;
  readonly period: string;
  readonly periodTitle: string;
  readonly state: EvaluationState;
  readonly cutOff: string;
  readonly disclosure: Disclosure;
  /** 公布名次; false: institutions and papers are told grades alone. Chosen at publication. */
  readonly ranks: boolean;
  /** For staff: what by the scheme alone keeps a sealed evaluation from being published. */
  readonly disclosureIssues: readonly Violation[];
  /** What it must always be called when it does not stand for the district; else null. */
  readonly label: string | null;
  /** 文号 and days of effect of the scheme, as they were at the start. */
  readonly documentNumber: string | null;
  readonly effectiveFrom: string | null;
  readonly effectiveTo: string | null;
  /** What the start was warned of about the scheme: printed with every result. */
  readonly schemeWarnings: readonly Violation[];
  readonly progress: { readonly step: string; readonly done: number; readonly total: number };
  readonly cohorts: readonly {
    readonly code: string;
    readonly title: string;
    readonly state: string;
    readonly size: number;
    readonly ranked: number | null;
  }[];
  readonly hash: string | null;
  readonly counts: Readonly<Record<string, number>>;
  /** `min` in points, plain; null: none stated. */
  readonly grades: readonly { readonly code: string; readonly min: string | null }[];
  readonly startedBy: string;
  readonly startedAt: string;
  readonly verifiedBy: string | null;
  readonly error: string | null;
  readonly actions: readonly EvaluationAction[];
}

const PUBLISHED_FIGURES = '公开数据方法演示';
const TRIAL = '试算';

/** Reads evaluations as pages and programs see them. */
@Injectable()
export class EvaluationQuery {
  constructor(private readonly database: Database) {}

  one(actor: Actor, id: string): Promise<EvaluationView> {
    return this.database.transaction(actor, (tx) => this.view(tx, id));
  }

  list(actor: Actor, query: PageQuery): Promise<Page<EvaluationView>> {
    const request = pageRequest(query, 'evaluations', 2);
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<{ id: string; at: string }>(
        `select id, started_at::text as at from evaluation
         where ($1::text is null or (started_at, id) < ($1::timestamptz, $2::uuid)) and ($3::text[] is null or state = any($3))
         order by started_at desc, id desc limit $4`,
        [...(request.after ?? [null, null]), actor.institutionId === null ? null : [...PUBLISHED], request.limit + 1],
      );
      const page = pageOf(rows, request, 'evaluations', (row) => [row.at, row.id]);
      const found = await tx.manager.findBy(Evaluation, { id: In(page.items.map((row) => row.id)) });
      const views = new Map((await this.views(tx, found)).map((view) => [view.id, view]));
      return { items: page.items.flatMap((row) => views.get(row.id) ?? []), next: page.next };
    });
  }

  /** @throws NOT_FOUND for what is absent, and for an institution also what is not published */
  async entity(tx: Tx, id: string): Promise<Evaluation> {
    const evaluation = await tx.manager.findOneBy(Evaluation, { id });
    if (!evaluation || (tx.actor.institutionId !== null && !PUBLISHED.includes(evaluation.state))) throw notFound();
    return evaluation;
  }

  facts(evaluation: Evaluation): EvaluationFacts {
    return {
      startedBy: evaluation.startedBy,
      isOfficial: evaluation.register === 'district',
      isTrial: evaluation.trial,
    };
  }

  records(tx: Tx, id: string): Promise<ResultRecord[]> {
    return recordsOf(tx, id);
  }

  async view(tx: Tx, id: string): Promise<EvaluationView> {
    const [view] = await this.views(tx, [await this.entity(tx, id)]);
    return view as EvaluationView;
  }

  /** As many queries for many as for one. */
  private async views(tx: Tx, evaluations: readonly Evaluation[]): Promise<EvaluationView[]> {
    const parts = await tx.rows<EvaluationView['cohorts'][number] & { evaluation: string }>(
      `select evaluation_id as evaluation, cohort as code, title, state, size, ranked
       from evaluation_part where evaluation_id = any($1::uuid[]) order by position`,
      [evaluations.map(({ id }) => id)],
    );
    const names = await People.names(
      tx,
      evaluations.flatMap(({ startedBy, verifiedBy }) => [startedBy, verifiedBy ?? '']),
    );
    const name = (user: string): string => names.get(user) ?? user;
    const told = (evaluation: Evaluation): EvaluationView => {
      const { scheme = null } = checkScheme(evaluation.document, evaluation.metrics);
      return {
        id: evaluation.id,
        scheme: evaluation.scheme,
        version: evaluation.version,
        title: evaluation.title,
        period: evaluation.period,
        periodTitle: periodTitle(evaluation.period),
        state: evaluation.state,
        cutOff: evaluation.cutOff.toISOString(),
        disclosure: evaluation.disclosure,
        ranks: evaluation.ranks,
        disclosureIssues: tx.actor.institutionId === null ? issuesOf(evaluation, scheme) : [],
        label: evaluation.register !== 'district' ? PUBLISHED_FIGURES : evaluation.trial ? TRIAL : null,
        documentNumber: evaluation.documentNumber,
        effectiveFrom: evaluation.effectiveFrom,
        effectiveTo: evaluation.effectiveTo,
        schemeWarnings: evaluation.schemeWarnings,
        progress: { step: evaluation.step, done: evaluation.done, total: evaluation.total },
        cohorts: parts
          .filter((part) => part.evaluation === evaluation.id)
          .map(({ evaluation: _, ...cohort }) => cohort),
        hash: evaluation.hash,
        counts: evaluation.counts,
        grades: gradesOf(scheme),
        startedBy: name(evaluation.startedBy),
        startedAt: evaluation.startedAt.toISOString(),
        verifiedBy: evaluation.verifiedBy === null ? null : name(evaluation.verifiedBy),
        error: evaluation.error,
        actions: evaluationStates.actions(evaluation.state, tx.actor, this.facts(evaluation)),
      };
    };
    return evaluations.map(told);
  }
}

const gradesOf = (scheme: Scheme | null): EvaluationView['grades'] =>
  (scheme?.grades ?? []).map(({ code, min }) => ({ code, min: min && plain(min) }));

const issuesOf = ({ disclosure }: Evaluation, scheme: Scheme | null): readonly Violation[] =>
  disclosure === 'sealed' && scheme ? alwaysGivenAway(scheme) : [];

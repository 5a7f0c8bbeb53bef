import { Inject, Injectable } from '@nestjs/common';
import { Acts } from '../audit/acts.service.js';
import { Pin } from '../evaluations/pin.service.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { parseFigure, plain } from '../numbers/decimal.js';
import { Database, systemActor } from '../platform/database.service.js';
import { DomainError, notFound, type Violation } from '../problems/problems.js';
import type { Attribution, Slice } from '../scoring/explain/attribution.js';
import type { Grid, Improvement, Improvements } from '../scoring/what-if/smallest-change.js';
import type { RobustnessDto, WhatIfDto } from './analyses.dto.js';
import { AnalysisQuery, type AnalysisView } from './analysis.query.js';
import { QUEUE } from './analysis-runs.service.js';
import { AnalysisThreads, type Tried } from './analysis-threads.service.js';

/** Reads past the row filter of an institution that asks about itself; what it is told is decided in the core. */
const ANALYST = systemActor('analysis');

export interface ImprovementsView extends Omit<Improvements, 'items'> {
  readonly items: readonly (Improvement & { readonly title: string; readonly unit: string | null })[];
}

export interface AttributionItem extends Attribution {
  readonly name: string;
}

/** The acts on analyses. */
@Injectable()
export class Analyses {
  constructor(
    private readonly acts: Acts,
    private readonly database: Database,
    private readonly pin: Pin,
    private readonly query: AnalysisQuery,
    private readonly threads: AnalysisThreads,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /**
   * Asks the queue for the robustness of a computed evaluation. The same question again is the same analysis; one that
   * failed or was cancelled is asked anew.
   * @throws NOT_FOUND, EVALUATION_NOT_COMPUTED
   */
  start(
    actor: Actor,
    evaluation: string,
    { replications = 1000, weights = 0.1, seed = 1 }: RobustnessDto,
  ): Promise<AnalysisView> {
    return this.acts.perform(
      { action: 'evaluation.robustness', actor, subject: evaluation, creates: true },
      async (act) => {
        await this.query.computed(act.tx, evaluation);
        const asked = await act.tx.row<{ id: string }>(
          `insert into analysis (evaluation_id, replications, weights, seed, state, total, requested_by, requested_at)
         values ($1, $2, $3, $4, 'queued', $2, $5, $6)
         on conflict (evaluation_id, replications, weights, seed) do update
           set state = 'queued', step = '', done = 0, error = null, epoch = analysis.epoch + 1,
             version = analysis.version + 1, requested_by = $5, requested_at = $6
           where analysis.state in ('failed', 'cancelled')
         returning id`,
          [evaluation, replications, weights, seed, actor.id, act.now],
        );
        if (asked) await act.enqueue(QUEUE, 'robustness', { analysis: asked.id });
        const { id } = (asked ??
          (await act.tx.row<{ id: string }>(
            'select id from analysis where evaluation_id = $1 and replications = $2 and weights = $3 and seed = $4',
            [evaluation, replications, weights, seed],
          ))) as { id: string };
        act.record(null, { analysis: id, replications, weights, seed });
        const { version: _, ...view } = await this.query.view(act.tx, id);
        return view;
      },
    );
  }

  /** Stops what is under way. @throws NOT_FOUND, ROBUSTNESS_ENDED */
  cancel(actor: Actor, evaluation: string): Promise<AnalysisView> {
    return this.acts.perform({ action: 'evaluation.robustness-cancel', actor, subject: evaluation }, async (act) => {
      await this.query.computed(act.tx, evaluation);
      const { id } = await this.query.latest(act.tx, evaluation);
      const stopped = await act.tx.run(
        `update analysis set state = 'cancelled', epoch = epoch + 1, version = version + 1
         where id = $1 and state in ('queued', 'running')`,
        [id],
      );
      if (stopped === 0) throw new DomainError('ROBUSTNESS_ENDED', 409, '分析已结束，无需取消');
      act.record(null, { analysis: id });
      const { version: _, ...view } = await this.query.view(act.tx, id);
      return view;
    });
  }

  /**
   * What would move if some figures or weights were others. Nothing is stored. An institution may try single figures
   * of its own that are compared with nobody, and is told its own score alone.
   * @throws NOT_FOUND, EVALUATION_NOT_COMPUTED, WHAT_IF_REFUSED, SCHEME_REFUSED, TABLE_REFUSED
   */
  async whatIf(actor: Actor, evaluation: string, dto: WhatIfDto): Promise<Tried> {
    const own = await this.asker(
      actor,
      evaluation,
      dto.set.map(({ institution }) => institution),
    );
    const set = readSet(dto);
    const weights = readWeights(dto.weights ?? {}, own);
    const pin = await this.database.transaction(ANALYST, (tx) => this.pin.read(tx, evaluation));
    return this.threads.short('what-if', { pin, set, weights, own });
  }

  /**
   * 如何达到: what one figure of an institution alone would have to be, for a rank or the next grade. Nothing is stored.
   * An institution is told of itself, only through figures that are compared with nobody, and no rank.
   * @throws NOT_FOUND, EVALUATION_NOT_COMPUTED
   */
  async improvements(actor: Actor, evaluation: string, institution: string): Promise<ImprovementsView> {
    const own = await this.asker(actor, evaluation, [institution]);
    const pin = await this.database.transaction(ANALYST, (tx) => this.pin.read(tx, evaluation));
    if (!pin.institutions.some(({ code }) => code === institution)) throw notFound();
    const grids = Object.fromEntries(
      [...this.catalogue.metrics.values()].map(({ code, decimals, kind }): [string, Grid] => [
        code,
        { decimals, most: kind === 'attribute' ? '1' : null },
      ]),
    );
    const found = await this.threads.short('improvements', { pin, institution, isOwn: own !== null, grids });
    return {
      ...found,
      items: found.items.map((item) => ({
        ...item,
        title: this.catalogue.metrics.get(item.metric)?.title ?? item.metric,
        unit: this.catalogue.metrics.get(item.metric)?.unit ?? null,
      })),
    };
  }

  /**
   * Why totals changed from one evaluation to another, for the institutions of both, by code. For staff.
   * @param limit one more than the page holds; null: all
   * @throws NOT_FOUND, EVALUATION_NOT_COMPUTED, SCHEME_REFUSED, TABLE_REFUSED
   */
  async attribution(actor: Actor, evaluation: string, against: string, slice: Slice): Promise<AttributionItem[]> {
    // What moved of others is nobody's but the bureau's, guard or no guard.
    if (actor.institutionId !== null) throw notFound();
    const { before, after } = await this.database.transaction(actor, async (tx) => {
      for (const id of [evaluation, against]) await this.query.computed(tx, id);
      return { before: await this.pin.read(tx, against), after: await this.pin.read(tx, evaluation) };
    });
    const names = new Map(after.institutions.map(({ code, name }) => [code, name]));
    const found = await this.threads.short('attribution', { before, after, slice });
    return found.map((each) => ({ ...each, name: names.get(each.institution) ?? each.institution }));
  }

  /**
   * The code of the institution that asks, of itself alone; null: staff.
   * @throws NOT_FOUND, EVALUATION_NOT_COMPUTED
   */
  private asker(actor: Actor, evaluation: string, about: readonly string[]): Promise<string | null> {
    return this.database.transaction(actor, async (tx) => {
      await this.query.computed(tx, evaluation);
      if (actor.institutionId === null) return null;
      const code = await this.pin.codeOf(tx, evaluation, actor.institutionId);
      // Another's code and one that does not exist read alike.
      if (code === null || about.some((institution) => institution !== code)) throw notFound();
      return code;
    });
  }
}

const refused = (violations: readonly Violation[]): DomainError =>
  new DomainError('WHAT_IF_REFUSED', 422, `试算的改动有 ${violations.length} 处不对`, violations);

function readSet({ set }: WhatIfDto): { institution: string; period: string; metric: string; value: string | null }[] {
  const faults: Violation[] = [];
  const read = set.map(({ institution, period, metric, value }, i) => {
    const figure = value === null ? null : parseFigure(value);
    if (typeof figure === 'string')
      faults.push({
        path: `set[${i}].value`,
        rule: figure,
        found: value ?? '',
        expected: '-?数字(.数字)?，小数点前至多 16 位、后至多 12 位',
        message: '数值写法不对',
      });
    return { institution, period, metric, value: figure === null || typeof figure === 'string' ? null : plain(figure) };
  });
  if (faults.length > 0) throw refused(faults);
  return read;
}

function readWeights(weights: Readonly<Record<string, unknown>>, own: string | null): Record<string, string> {
  const entries = Object.entries(weights);
  if (own !== null && entries.length > 0)
    throw refused([
      {
        path: 'weights',
        rule: 'sealed',
        found: entries.map(([node]) => node).join('、'),
        expected: '不写',
        message: '机构不能试算权重',
      },
    ]);
  // Whatever is no text or number becomes a text that is no weight, and is refused as such.
  return Object.fromEntries(
    entries.map(([node, weight]) => [node, typeof weight === 'string' ? weight : JSON.stringify(weight)]),
  );
}

import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type Act, Acts } from '../audit/acts.service.js';
import { OnBehalf } from '../audit/on-behalf.service.js';
import { dayOf } from '../calendar/day.js';
import { quarterCode, windowQuarters } from '../calendar/period.js';
import type { District } from '../district/district.js';
import { DISTRICT } from '../district/district-file.service.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Obligations } from '../obligations/obligations.service.js';
import { Database, type Tx } from '../platform/database.service.js';
import { DomainError, notFound } from '../problems/problems.js';
import { Scheme } from '../schemes/scheme.entity.js';
import { warningsFor } from '../schemes/scheme.query.js';
import { yieldsTrial } from '../schemes/scheme-states.js';
import { checkScheme } from '../scoring/scheme/check-scheme.js';
import { assessedCodes } from '../scoring/scheme/scheme.js';
import { Evaluation } from './evaluation.entity.js';
import { EvaluationQuery, type EvaluationView } from './evaluation.query.js';
import { COMPUTED, type EvaluationAction, evaluationStates } from './evaluation-states.js';
import type { StartEvaluationDto } from './evaluations.dto.js';
import { Pin, type PinnedInput } from './pin.service.js';
import { holdsFullBundle, REDACTOR, RunKeys, saltOf } from './run-keys.service.js';
import { QUEUE, tellEvent } from './runs.service.js';
import { ScoringThread } from './scoring-thread.service.js';

const refused = (code: string, message: string, path: string, found: string, expected: string): DomainError =>
  new DomainError(code, 422, message, [{ path, rule: code, found, expected, message }]);

/** The acts on an evaluation. */
@Injectable()
export class Evaluations implements OnModuleInit {
  constructor(
    private readonly acts: Acts,
    private readonly database: Database,
    private readonly pin: Pin,
    private readonly query: EvaluationQuery,
    private readonly obligations: Obligations,
    private readonly scoring: ScoringThread,
    private readonly papers: OnBehalf,
    private readonly keys: RunKeys,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
    @Inject(DISTRICT) private readonly district: District,
  ) {}

  /** The leading group decides on paper in many a district (design 7, 代录). */
  onModuleInit(): void {
    const byLeader = { role: 'leader', department: 'leading_group' } as const;
    const subject = async (tx: Tx, id: string) => {
      const { title, periodTitle } = await this.query.view(tx, id);
      return { title: `${title} ${periodTitle}`, institutionId: null };
    };
    this.papers.register({
      ...byLeader,
      action: 'evaluation.finalise',
      title: '评价定稿',
      subject,
      perform: (actor, id) => this.finalise(actor, id),
    });
    this.papers.register({
      ...byLeader,
      action: 'evaluation.annul',
      title: '评价作废',
      subject,
      perform: (actor, id, body) => this.annul(actor, id, body.reason ?? ''),
    });
  }

  /**
   * Pins figures, institutions, assessments and the scheme's text, and asks the queue, all in one transaction.
   * @throws SCHEME_UNKNOWN, SCHEME_REFUSED, PERIOD_INVALID, PERIOD_UNKNOWN, CUT_OFF_FUTURE, EVALUATION_NO_FIGURES; then nothing is queued
   */
  start(actor: Actor, dto: StartEvaluationDto): Promise<EvaluationView> {
    return this.acts.perform({ action: 'evaluation.create', actor, creates: true }, async (act) => {
      const scheme = await act.tx.manager.findOneBy(Scheme, { code: dto.scheme, version: dto.version });
      if (!scheme)
        throw refused(
          'SCHEME_UNKNOWN',
          '没有这一版评价方案',
          'scheme',
          `${dto.scheme}@${dto.version}`,
          '已登记的方案与版本',
        );
      const metrics = this.catalogue.facts();
      const checked = checkScheme(scheme.document, metrics);
      if (!checked.scheme) throw new DomainError('SCHEME_REFUSED', 422, '评价方案未通过检查', checked.errors);
      const quarters = windowQuarters(dto.period, scheme.cadence);
      const lastQuarter = quarterCode(quarters.at(-1) as number);
      if (!(await this.obligations.isOpen(act.tx, lastQuarter)))
        throw refused(
          'PERIOD_UNKNOWN',
          `报告期“${dto.period}”不存在或尚未开放`,
          'period',
          dto.period,
          '已开放的报告期',
        );
      const cutOff = dto.cutOff === undefined ? act.now : new Date(dto.cutOff);
      if (!(cutOff <= act.now))
        throw refused(
          'CUT_OFF_FUTURE',
          '截止时刻不得晚于现在',
          'cutOff',
          dto.cutOff ?? '',
          `≤ ${act.now.toISOString()}`,
        );
      const row = (await act.tx.row<{ id: string }>(
        `insert into evaluation (scheme, version, title, period, state, cut_off, disclosure, register, document, metrics,
           started_by, started_at, trial, document_number, effective_from, effective_to, scheme_warnings)
         values ($1, $2, $3, $4, 'queued', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) returning id`,
        [
          scheme.code,
          scheme.version,
          scheme.title,
          dto.period,
          cutOff,
          dto.disclosure ?? this.district.disclosure,
          scheme.register,
          scheme.document,
          JSON.stringify(metrics),
          actor.id,
          act.now,
          yieldsTrial(scheme.state),
          scheme.documentNumber,
          scheme.effectiveFrom,
          scheme.effectiveTo,
          JSON.stringify(warningsFor(scheme, dto.period, dayOf(act.now))),
        ],
      )) as { id: string };
      act.subject = row.id;
      await RunKeys.make(act.tx, row.id);
      const figures = await this.pin.freeze(act, {
        evaluationId: row.id,
        scheme: scheme.code,
        assessed: assessedCodes(checked.scheme),
        read: checked.scheme.inputs.map(({ metric }) => metric),
        register: scheme.register,
        types: checked.scheme.institutionTypes,
        period: dto.period,
        lastQuarter,
        cutOff,
      });
      if (figures === 0)
        throw refused(
          'EVALUATION_NO_FIGURES',
          '参评机构在截止时刻前没有已采纳的数据',
          'period',
          dto.period,
          '有已采纳数据的报告期',
        );
      await act.enqueue(QUEUE, 'plan', { evaluation: row.id });
      await tellEvent(act.tx, row.id, 'state', { state: 'queued' });
      act.record(null, { scheme: `${scheme.code}@${scheme.version}`, period: dto.period, figures });
      return this.query.view(act.tx, row.id);
    });
  }

  requeue(actor: Actor, id: string): Promise<EvaluationView> {
    return this.move(actor, id, 'requeue', '', async (act, evaluation) => {
      await act.tx.run(
        `update evaluation set error = null, hash = null, done = 0, total = 0, step = '', epoch = epoch + 1 where id = $1`,
        [evaluation.id],
      );
      await act.enqueue(QUEUE, 'plan', { evaluation: evaluation.id });
      return {};
    });
  }

  /** A late result of a cancelled evaluation is not stored: its epoch is over. */
  cancel(actor: Actor, id: string): Promise<EvaluationView> {
    return this.move(actor, id, 'cancel', '', async (act, evaluation) => {
      await act.tx.run('update evaluation set epoch = epoch + 1 where id = $1', [evaluation.id]);
      return {};
    });
  }

  /** Another person recomputes everything from the pin. @throws EVALUATION_DIFFERS when the hash is another */
  async verify(actor: Actor, id: string): Promise<EvaluationView> {
    const { pin, hash } = await this.database.transaction(actor, async (tx) => {
      const evaluation = await this.query.entity(tx, id);
      evaluationStates.next(evaluation.state, 'verify', actor, this.query.facts(evaluation));
      return { pin: await this.pin.read(tx, id), hash: evaluation.hash };
    });
    const { hash: again } = await this.scoring.run({ task: 'verify', pin });
    if (again !== hash)
      throw new DomainError('EVALUATION_DIFFERS', 409, `复算不一致：核验码应为 ${hash}，复算得 ${again}`);
    return this.move(actor, id, 'verify', '', async (act, evaluation) => {
      await act.tx.run('update evaluation set verified_by = $2 where id = $1', [evaluation.id, actor.id]);
      return {};
    });
  }

  /**
   * Shows everybody his own result; sealed only if nobody's own points give another's figures away (reliability 3.12).
   * @param ranks false: institutions and papers are told grades alone; staff see ranks all the same
   * @throws DISCLOSURE_SEALED
   */
  async publish(actor: Actor, id: string, ranks = true): Promise<EvaluationView> {
    const sealed = await this.database.transaction(actor, async (tx) => {
      const evaluation = await this.query.entity(tx, id);
      evaluationStates.next(evaluation.state, 'publish', actor, this.query.facts(evaluation));
      return evaluation.disclosure === 'sealed' ? await this.pin.read(tx, id) : null;
    });
    if (sealed) {
      const { givenAway = [] } = await this.scoring.run({ task: 'disclose', pin: sealed });
      if (givenAway.length > 0)
        throw new DomainError(
          'DISCLOSURE_SEALED',
          422,
          `不能以“封闭”方式公布：${givenAway.length} 处可由本机构得分推出他人数值`,
          givenAway,
        );
    }
    return this.move(actor, id, 'publish', '', async (act, evaluation) => {
      await act.tx.manager.update(Evaluation, { id: evaluation.id }, { ranks });
      return ranks ? {} : { ranks };
    });
  }

  finalise = (actor: Actor, id: string): Promise<EvaluationView> => this.move(actor, id, 'finalise');
  annul = (actor: Actor, id: string, reason: string): Promise<EvaluationView> => this.move(actor, id, 'annul', reason);

  /**
   * The bundle of a computed evaluation, made again from the pin and the stored results: the full one for those with
   * the right to it, for all others a redacted one.
   * @throws NOT_FOUND, EVALUATION_NOT_COMPUTED
   */
  async bundle(actor: Actor, id: string): Promise<{ readonly text: string; readonly isFull: boolean }> {
    const { hash, disclosure, ranks } = await this.database.transaction(actor, async (tx) => {
      const evaluation = await this.query.entity(tx, id);
      if (!COMPUTED.includes(evaluation.state))
        throw new DomainError('EVALUATION_NOT_COMPUTED', 409, '评价尚未完成，还没有存证包');
      return evaluation;
    });
    const isFull = holdsFullBundle(actor);
    // Leaves are made from everybody's rows, so they are read past the row filter of whoever asks.
    const { pin, records, own } = await this.database.transaction(isFull ? actor : REDACTOR, async (tx) => ({
      pin: await this.pin.read(tx, id),
      records: await this.query.records(tx, id),
      own: await this.pin.codeOf(tx, id, actor.institutionId),
    }));
    const redaction = isFull ? {} : { redaction: { disclosure, ranks, own, salts: await this.salts(id, pin) } };
    const { bundle = '', hash: made } = await this.scoring.run({ task: 'bundle', pin, records, ...redaction });
    if (made !== hash) throw new Error(`bundle of evaluation ${id} no longer has its hash`);
    return { text: bundle, isFull };
  }

  private async salts(id: string, { institutions }: PinnedInput): Promise<Record<string, string>> {
    const key = await this.keys.of(id);
    return Object.fromEntries(institutions.map(({ code }) => [code, saltOf(key, code)]));
  }

  private move(
    actor: Actor,
    id: string,
    action: EvaluationAction,
    reason = '',
    work: (act: Act, evaluation: Evaluation) => Promise<object> = async () => ({}),
  ): Promise<EvaluationView> {
    const options = { action: `evaluation.${action}`, actor, subject: id, ...(reason === '' ? {} : { reason }) };
    return this.acts.perform(options, async (act) => {
      const evaluation = await act.tx.manager.findOne(Evaluation, {
        where: { id },
        lock: { mode: 'pessimistic_write' },
      });
      if (!evaluation) throw notFound();
      const state = evaluationStates.next(evaluation.state, action, actor, this.query.facts(evaluation), reason);
      const chosen = await work(act, evaluation);
      await act.tx.manager.update(Evaluation, { id }, { state });
      await tellEvent(act.tx, id, 'state', { state });
      if (state === 'cancelled') await tellEvent(act.tx, id, 'end', { state, hash: null });
      act.record({ state: evaluation.state }, { state, ...chosen });
      return this.query.view(act.tx, id);
    });
  }
}

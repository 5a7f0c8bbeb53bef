import { Injectable } from '@nestjs/common';
import { type Act, type ActedOn, Acts } from '../audit/acts.service.js';
import { dayBefore, dayOf, isDay } from '../calendar/day.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { DomainError, notFound } from '../problems/problems.js';
import { Scheme } from './scheme.entity.js';
import { type ReplyView, SchemeQuery, type SchemeView } from './scheme.query.js';
import { replyStale, schemeDates, schemeExists, schemeRefused, schemeStale } from './scheme-errors.js';
import { documentText, SchemeReading } from './scheme-reading.service.js';
import { type SchemeAction, schemeStates } from './scheme-states.js';
import type { ConsultDto, IssueDto, ReplyDto, SettleReplyDto } from './schemes.dto.js';

/** The acts on versions of scheme documents; no arithmetic. */
@Injectable()
export class Schemes {
  constructor(
    private readonly acts: Acts,
    private readonly query: SchemeQuery,
    private readonly reading: SchemeReading,
  ) {}

  /**
   * Stores a document as a draft version.
   * @throws SCHEME_REFUSED with every fault; SCHEME_EXISTS
   */
  create(actor: Actor, document: unknown, register = 'district'): Promise<SchemeView> {
    return this.acts.perform({ action: 'scheme.create', actor, creates: true }, async (act) => {
      const checked = this.reading.read(document);
      if (!checked.scheme) throw schemeRefused(checked.errors);
      const { code, version, title, cadence } = checked.scheme;
      const rows = await act.tx.rows(
        `insert into scheme (code, version, title, cadence, register, state, document, created_by, created_at)
         values ($1, $2, $3, $4, $5, 'draft', $6, $7, $8) on conflict do nothing returning code`,
        [code, version, title || code, cadence, register, documentText(document), act.actor.id, act.now],
      );
      if (rows.length === 0) throw schemeExists(code, version);
      act.subject = `${code}@${version}`;
      act.record(null, { code, version, title: title || code, cadence, state: 'draft' });
      return this.query.view(act.tx, code, version);
    });
  }

  /** 征求意见 from one day to another. @throws SCHEME_DATES, SCHEME_STALE, SCHEME_REFUSED */
  consult(
    actor: Actor,
    code: string,
    version: number,
    lifeVersion: number,
    { opensOn, closesOn, whom }: ConsultDto,
  ): Promise<SchemeView> {
    requireDays({ opensOn, closesOn });
    if (opensOn > closesOn) throw schemeDates('closesOn', closesOn, `≥ ${opensOn}`, '截止日不得早于开始日');
    return this.move(actor, code, version, 'consult', lifeVersion, '', () => ({
      opensOn,
      closesOn,
      consultedWhom: whom ?? null,
    }));
  }

  /**
   * Another officer reviews it, straight from draft or after the consultation.
   * @param lifeVersion null: whatever its state is now
   * @throws NOT_FOUND, SCHEME_REFUSED, SCHEME_STALE
   */
  review(actor: Actor, code: string, version: number, lifeVersion: number | null = null): Promise<SchemeView> {
    return this.move(actor, code, version, 'review', lifeVersion, '', (act) => ({
      reviewedBy: act.actor.id,
      reviewedAt: act.now,
    }));
  }

  /**
   * Issues a reviewed version under its document number. An earlier version that would still hold on its first day
   * ends on the eve: two versions of one scheme are never in effect together.
   * @throws SCHEME_DATES, SCHEME_STALE, SCHEME_REFUSED
   */
  issue(
    actor: Actor,
    code: string,
    version: number,
    lifeVersion: number,
    { documentNumber, effectiveFrom, effectiveTo }: IssueDto,
  ): Promise<SchemeView> {
    requireDays({ effectiveFrom, ...(effectiveTo === undefined ? {} : { effectiveTo }) });
    if (effectiveTo !== undefined && effectiveTo < effectiveFrom)
      throw schemeDates('effectiveTo', effectiveTo, `≥ ${effectiveFrom}`, '施行止日不得早于施行日');
    const change = { documentNumber, effectiveFrom, effectiveTo: effectiveTo ?? null };
    return this.move(
      actor,
      code,
      version,
      'issue',
      lifeVersion,
      '',
      (act) => ({ ...change, issuedBy: act.actor.id, issuedAt: act.now }),
      (act) => this.endEarlier(act, code, version, effectiveFrom),
    );
  }

  /** @throws SCHEME_DATES when another version begins on the same day or later */
  private async endEarlier(act: Act, code: string, version: number, from: string): Promise<readonly ActedOn[]> {
    const others = await act.tx.rows<{ version: number; from: string; to: string | null }>(
      `select version, effective_from::text as "from", effective_to::text as "to" from scheme
       where code = $1 and version <> $2 and state = 'issued' and (effective_to is null or effective_to >= $3::date)
       order by version for update`,
      [code, version, from],
    );
    const later = others.find((other) => other.from >= from);
    if (later)
      throw schemeDates(
        'effectiveFrom',
        from,
        `晚于 ${later.from}`,
        `第 ${later.version} 版自 ${later.from} 起施行；施行日应晚于它，或先废止第 ${later.version} 版`,
      );
    const eve = dayBefore(from);
    for (const other of others)
      await act.tx.run(
        'update scheme set effective_to = $3, life_version = life_version + 1 where code = $1 and version = $2',
        [code, other.version, eve],
      );
    return others.map((other) => ({
      subject: `${code}@${other.version}`,
      institutionId: null,
      before: { effectiveTo: other.to },
      after: { effectiveTo: eve, replacedBy: version },
    }));
  }

  /** @throws SCHEME_REFUSED without a reason, SCHEME_STALE */
  retire(actor: Actor, code: string, version: number, lifeVersion: number, reason: string): Promise<SchemeView> {
    return this.move(actor, code, version, 'retire', lifeVersion, reason, (act) => ({
      retiredBy: act.actor.id,
      retiredAt: act.now,
      retireReason: reason.trim(),
    }));
  }

  private move(
    actor: Actor,
    code: string,
    version: number,
    action: SchemeAction,
    lifeVersion: number | null,
    reason: string,
    change: (act: Act) => Partial<Scheme>,
    beside: (act: Act) => Promise<readonly ActedOn[]> = async () => [],
  ): Promise<SchemeView> {
    const subject = `${code}@${version}`;
    const options = { action: `scheme.${action}`, actor, subject, ...(reason === '' ? {} : { reason }) };
    return this.acts.perform(options, async (act) => {
      const scheme = await lock(act, code, version);
      if (lifeVersion !== null && scheme.lifeVersion !== lifeVersion) throw schemeStale();
      const state = schemeStates.next(scheme.state, action, actor, await this.query.facts(act.tx, scheme), reason);
      const others = await beside(act);
      const after = { state, ...change(act) };
      await act.tx.manager.update(Scheme, { code, version }, { ...after, lifeVersion: scheme.lifeVersion + 1 });
      act.recordEach([{ subject, institutionId: null, before: { state: scheme.state }, after }, ...others]);
      return this.query.view(act.tx, code, version);
    });
  }

  /** Notes what somebody said while the scheme is consulted on; late answers too, as long as nobody has reviewed it. */
  reply(actor: Actor, code: string, version: number, { from, receivedOn, content }: ReplyDto): Promise<ReplyView> {
    requireDays({ receivedOn });
    return this.acts.perform({ action: 'scheme.reply', actor, creates: true }, async (act) => {
      const scheme = await lock(act, code, version);
      requireConsultation(scheme);
      if (scheme.opensOn !== null && receivedOn < scheme.opensOn)
        throw schemeDates('receivedOn', receivedOn, `≥ ${scheme.opensOn}`, '收到日期早于征求意见开始日');
      const today = dayOf(act.now);
      if (receivedOn > today) throw schemeDates('receivedOn', receivedOn, `≤ ${today}`, '收到日期不得晚于今天');
      const row = await act.tx.row<{ id: string }>(
        `insert into scheme_reply (code, version, "from", received_on, content, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7) returning id`,
        [code, version, from, receivedOn, content, actor.id, act.now],
      );
      const { id } = row as { id: string };
      act.subject = `${code}@${version}`;
      act.record(null, { reply: id, from });
      return this.query.reply(act.tx, id);
    });
  }

  /** Says whether a reply is adopted, and why. @throws NOT_FOUND, REPLY_STALE, SCHEME_NOT_CONSULTED */
  settle(
    actor: Actor,
    code: string,
    version: number,
    id: string,
    editVersion: number,
    { outcome, reason }: SettleReplyDto,
  ): Promise<ReplyView> {
    const subject = `${code}@${version}`;
    return this.acts.perform({ action: 'scheme.settle', actor, subject }, async (act) => {
      requireConsultation(await lock(act, code, version));
      const before = await act.tx.row<{ outcome: string | null; reason: string | null; edit_version: number }>(
        'select outcome, reason, edit_version from scheme_reply where id = $1 and code = $2 and version = $3 for update',
        [id, code, version],
      );
      if (!before) throw notFound();
      if (before.edit_version !== editVersion) throw replyStale();
      await act.tx.run(
        `update scheme_reply set outcome = $2, reason = $3, settled_by = $4, settled_at = $5, edit_version = edit_version + 1
         where id = $1`,
        [id, outcome, reason, actor.id, act.now],
      );
      act.record({ reply: id, outcome: before.outcome, reason: before.reason }, { reply: id, outcome, reason });
      return this.query.reply(act.tx, id);
    });
  }
}

async function lock(act: Act, code: string, version: number): Promise<Scheme> {
  const scheme = await act.tx.manager.findOne(Scheme, {
    where: { code, version },
    lock: { mode: 'pessimistic_write' },
  });
  if (!scheme) throw notFound();
  return scheme;
}

function requireConsultation({ state }: Scheme): void {
  if (state !== 'consultation')
    throw new DomainError('SCHEME_NOT_CONSULTED', 409, '方案不在征求意见，不能登记或处理意见');
}

/** @throws SCHEME_DATES naming the first that is no day */
function requireDays(days: Readonly<Record<string, string>>): void {
  for (const [path, day] of Object.entries(days))
    if (!isDay(day)) throw schemeDates(path, day, '存在的日期，如 2026-01-31', `“${day}”不是一个日期`);
}

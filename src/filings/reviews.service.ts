import { Injectable } from '@nestjs/common';
import { type Act, Acts } from '../audit/acts.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Conduct } from '../obligations/conduct.service.js';
import { DomainError, type Violation } from '../problems/problems.js';
import type { Check } from '../rules/check-filing.js';
import { Drafts } from './drafts.service.js';
import type { Filing } from './filing.entity.js';
import { FilingQuery, type FilingView } from './filing.query.js';
import { receiverAccepts } from './filing-errors.js';
import { FilingNotices } from './filing-notices.service.js';
import { filingStates } from './filing-states.js';
import { FilingStore } from './filing-store.service.js';
import type { ReturnFilingDto } from './filings.dto.js';
import { Observations } from './observations.service.js';
import { ReviewRules } from './review-rules.service.js';
import { riskOf, secondPersonWhy } from './risk.js';

/** What became of a bulk acceptance, by filing id. */
export interface BulkOutcome {
  readonly accepted: readonly string[];
  /** Accepted by the reviewer, waiting for a second person. */
  readonly second: readonly string[];
}

/** 审核: the bureau's acts on a submitted filing. It returns with reasons and never touches a figure. */
@Injectable()
export class Reviews {
  constructor(
    private readonly acts: Acts,
    private readonly query: FilingQuery,
    private readonly store: FilingStore,
    private readonly drafts: Drafts,
    private readonly observations: Observations,
    private readonly conduct: Conduct,
    private readonly notices: FilingNotices,
    private readonly rules: ReviewRules,
  ) {}

  /** Takes a submitted filing, so that two reviewers do not read the same. @throws FILING_STALE, FILING_REFUSED */
  claim(actor: Actor, id: string, version: number): Promise<FilingView> {
    return this.acts.perform({ action: 'filing.claim', actor, subject: id }, async (act) => {
      const filing = await this.store.hold(act, id, version);
      const before = { state: filing.state };
      const state = filingStates.next(filing.state, 'claim', actor, await this.store.facts(act, filing));
      await this.store.save(act, filing, { state, claimedBy: actor.id, claimedAt: act.now });
      const { checks, revision } = await this.query.view(act.tx, id);
      await this.assess(act, filing, checks, revision?.onTime === false);
      act.record(before, { state, claimedBy: actor.id });
      return this.query.view(act.tx, id);
    });
  }

  /** Gives it back to the queue. @throws FILING_STALE, FILING_REFUSED */
  release(actor: Actor, id: string, version: number): Promise<FilingView> {
    return this.acts.perform({ action: 'filing.release', actor, subject: id }, async (act) => {
      const filing = await this.store.hold(act, id, version);
      const before = { state: filing.state, claimedBy: filing.claimedBy };
      const state = filingStates.next(filing.state, 'release', actor, await this.store.facts(act, filing));
      await this.store.save(act, filing, { state, claimedBy: null, claimedAt: null });
      act.record(before, { state, claimedBy: null });
      return this.query.view(act.tx, id);
    });
  }

  /**
   * The revision comes into force and its figures become observations, or a second person is asked first (design 7).
   * @throws FILING_STALE, FILING_REFUSED, JUSTIFICATION_REFUSED while a justification stands refused
   */
  accept(actor: Actor, id: string, version: number): Promise<FilingView> {
    return this.acts.perform({ action: 'filing.accept', actor, subject: id }, async (act) => {
      const filing = await this.store.hold(act, id, version);
      const before = { state: filing.state, inForce: filing.inForceId };
      const after = await this.acceptHeld(act, filing);
      act.record(before, after);
      return this.query.view(act.tx, id);
    });
  }

  /**
   * Accepts many at once: only filings without an open flag, all of them or none.
   * @throws FILINGS_FLAGGED naming every one that needs a look of its own; FILING_STALE, FILING_REFUSED
   */
  acceptAll(actor: Actor, wanted: readonly { readonly id: string; readonly version: number }[]): Promise<BulkOutcome> {
    return this.acts.perform({ action: 'filing.accept', actor }, async (act) => {
      const filings = await this.store.holdAll(
        act,
        wanted.map(({ id }) => id),
      );
      const versions = new Map(wanted.map(({ id, version }) => [id, version]));
      const flagged: Violation[] = [];
      for (const filing of filings) {
        if (filing.version !== versions.get(filing.id))
          throw new DomainError('FILING_STALE', 412, '所选报表中有的已被他人修改，请刷新后重试');
        const { checks } = await this.query.view(act.tx, filing.id);
        const flags = checks.filter(({ severity }) => severity !== 'inform').map(({ rule }) => rule);
        if (flags.length > 0 || (filing.risk ?? 0) >= this.rules.second.confirmAtRisk)
          flagged.push({
            path: filing.id,
            rule: 'FILINGS_FLAGGED',
            found: flags.length > 0 ? flags.join('、') : `风险分 ${filing.risk}`,
            expected: '没有待看的标记',
            message: '此报表须单独审核',
          });
      }
      if (flagged.length > 0)
        throw new DomainError('FILINGS_FLAGGED', 422, `${flagged.length} 份报表有待看的标记，不能批量采纳`, flagged);
      const things = [];
      const second: string[] = [];
      for (const filing of filings) {
        const before = { state: filing.state, inForce: filing.inForceId };
        if (filing.state === 'submitted')
          await this.store.save(act, filing, {
            state: filingStates.next(filing.state, 'claim', actor, await this.store.facts(act, filing)),
            claimedBy: actor.id,
            claimedAt: act.now,
          });
        const after = await this.acceptHeld(act, filing);
        if (filing.firstAcceptedBy !== null) second.push(filing.id);
        things.push({ subject: filing.id, institutionId: filing.institutionId, before, after });
      }
      act.recordEach(things);
      const accepted = filings.map(({ id }) => id).filter((id) => !second.includes(id));
      return { accepted, second };
    });
  }

  /** The second person agrees: the revision comes into force. @throws FILING_STALE, FILING_REFUSED */
  confirm(actor: Actor, id: string, version: number): Promise<FilingView> {
    return this.acts.perform({ action: 'filing.confirm', actor, subject: id }, async (act) => {
      const filing = await this.store.hold(act, id, version);
      const before = { state: filing.state, inForce: filing.inForceId };
      const state = filingStates.next(filing.state, 'confirm', actor, await this.store.facts(act, filing));
      await this.bringIntoForce(act, filing, filing.firstAcceptedBy as string, actor.id);
      await this.store.save(act, filing, { ...SETTLED, state, inForceId: filing.revisionId });
      act.record(before, { state, inForce: filing.revisionId });
      return this.query.view(act.tx, id);
    });
  }

  /** The second person does not agree: back to the reviewer. @throws FILING_STALE, FILING_REFUSED */
  decline(actor: Actor, id: string, version: number, reason: string): Promise<FilingView> {
    return this.acts.perform({ action: 'filing.decline', actor, subject: id, reason }, async (act) => {
      const filing = await this.store.hold(act, id, version);
      const before = { firstAcceptedBy: filing.firstAcceptedBy };
      const facts = await this.store.facts(act, filing);
      const state = filingStates.next(filing.state, 'decline', actor, facts, reason);
      await this.drafts.noteReturn(act, filing, 'decline', { reason, message: reason });
      await this.store.save(act, filing, { state, firstAcceptedBy: null, firstAcceptedAt: null, secondWhy: null });
      act.record(before, { firstAcceptedBy: null });
      return this.query.view(act.tx, id);
    });
  }

  /** Back to the institution, or inside it from checker to filer. @throws FILING_STALE, FILING_REFUSED */
  return(actor: Actor, id: string, version: number, dto: ReturnFilingDto): Promise<FilingView> {
    return this.acts.perform({ action: 'filing.return', actor, subject: id, reason: dto.reason }, async (act) => {
      const filing = await this.store.hold(act, id, version);
      const before = { state: filing.state, revision: filing.revisionId };
      const isInternal = filing.state === 'internal_review';
      const facts = await this.store.facts(act, filing);
      const state = filingStates.next(filing.state, 'return', actor, facts, dto.reason);
      await this.drafts.noteReturn(act, filing, isInternal ? 'internal' : 'return', dto);
      await this.store.save(act, filing, { state, claimedBy: null, claimedAt: null });
      if (!isInternal) await this.conduct.observe(act, filing.institutionId, filing.period);
      await this.notices.tell(act, filing, 'returned', `${dto.reason}：${dto.message}`);
      act.record(before, { state, cells: dto.cells, message: dto.message });
      return this.query.view(act.tx, id);
    });
  }

  /** Whether an explanation holds. @throws FILING_STALE, FILING_REFUSED, JUSTIFICATION_UNKNOWN */
  rule(
    actor: Actor,
    id: string,
    version: number,
    dto: { readonly key: string; readonly ruling: 'upheld' | 'refused'; readonly note?: string | undefined },
  ): Promise<FilingView> {
    return this.acts.perform({ action: 'filing.rule', actor, subject: id }, async (act) => {
      const filing = await this.store.hold(act, id, version);
      // Whoever may accept it may rule on it.
      filingStates.next(filing.state, 'accept', actor, await this.store.facts(act, filing));
      const given = await act.tx.row('select 1 from revision where id = $1 and justifications ? $2', [
        filing.revisionId,
        dto.key,
      ]);
      if (!given) throw new DomainError('JUSTIFICATION_UNKNOWN', 422, `所签报表没有“${dto.key}”的说明`);
      await act.tx.run(
        `insert into justification_ruling (revision_id, key, institution_id, ruling, note, ruled_by, ruled_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (revision_id, key) do update set ruling = excluded.ruling, note = excluded.note,
           ruled_by = excluded.ruled_by, ruled_at = excluded.ruled_at`,
        [filing.revisionId, dto.key, filing.institutionId, dto.ruling, dto.note ?? '', actor.id, act.now],
      );
      await this.store.save(act, filing, {});
      act.record(null, { key: dto.key, ruling: dto.ruling });
      return this.query.view(act.tx, id);
    });
  }

  /**
   * 不予采信: a figure that the institution does not correct counts as missing from now on; what was pinned stays.
   * @throws FILING_STALE, FILING_REFUSED, CELLS_INVALID, SET_ASIDE_ALREADY
   */
  setAside(actor: Actor, id: string, version: number, metric: string, reason: string): Promise<FilingView> {
    return this.acts.perform({ action: 'filing.set_aside', actor, subject: id, reason }, async (act) => {
      const filing = await this.store.hold(act, id, version);
      const facts = await this.store.facts(act, filing);
      const state = filingStates.next(filing.state, 'set_aside', actor, facts, reason);
      this.drafts.mustAsk(filing, [metric]);
      const made = await act.tx.rows(
        `insert into set_aside (revision_id, institution_id, metric, reason, set_by, set_at)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning 1`,
        [filing.inForceId, filing.institutionId, metric, reason, actor.id, act.now],
      );
      if (made.length === 0) throw new DomainError('SET_ASIDE_ALREADY', 409, '此数据已不予采信');
      await this.observations.withdraw(act, filing, metric);
      await this.notices.tell(act, filing, 'set_aside', reason);
      await this.store.save(act, filing, { state });
      act.record({ metric, revision: filing.inForceId }, { metric, setAside: true });
      return this.query.view(act.tx, id);
    });
  }

  /**
   * The risk of what was submitted, kept with the filing. Part of the caller's act.
   * @param checks as whoever acts may see them: peers speak to the bureau alone
   */
  async assess(act: Act, filing: Filing, checks: readonly Check[], late: boolean): Promise<void> {
    const { returns } = (await act.tx.row<{ returns: number }>(
      `select count(*)::int as returns from filing_return where filing_id = $1 and kind = 'return'`,
      [filing.id],
    )) as { returns: number };
    const { score, parts } = riskOf(
      {
        justified: checks.filter(({ severity }) => severity === 'justify').map(({ rule }) => rule),
        late,
        returns,
        isAmendment: filing.inForceId !== null,
        waiver: (await this.signedByWaiver(act, filing)) !== null,
        received: (await this.store.receiverOf(act, filing.revisionId)) !== null,
      },
      this.rules.points,
    );
    filing.risk = score;
    filing.riskParts = parts;
    await act.tx.run('update filing set risk = $2, risk_parts = $3 where id = $1', [
      filing.id,
      score,
      JSON.stringify(parts),
    ]);
  }

  private async acceptHeld(act: Act, filing: Filing): Promise<Record<string, unknown>> {
    const facts = await this.store.facts(act, filing);
    if (facts.receivedBy === act.actor.id && act.actor.roles.includes('reviewer')) throw receiverAccepts();
    const state = filingStates.next(filing.state, 'accept', act.actor, facts);
    const refused = await act.tx.rows<{ key: string }>(
      `select key from justification_ruling where revision_id = $1 and ruling = 'refused' order by key`,
      [filing.revisionId],
    );
    if (refused.length > 0)
      throw new DomainError(
        'JUSTIFICATION_REFUSED',
        409,
        `有 ${refused.length} 处说明未予认可（${refused.map(({ key }) => key).join('、')}），请退回或改判后再采纳`,
      );
    // Two people stood behind a received workbook already: who received it and who accepts it (decision 22).
    const { why, sampled } =
      facts.receivedBy === null ? await this.secondPerson(act, filing) : { why: [], sampled: false };
    if (why.length > 0) {
      await this.store.save(act, filing, {
        firstAcceptedBy: act.actor.id,
        firstAcceptedAt: act.now,
        secondWhy: why,
      });
      await this.notices.tell(act, filing, 'second', why.join('；'));
      return { state: filing.state, firstAcceptedBy: act.actor.id, why };
    }
    await this.bringIntoForce(act, filing, act.actor.id, null, sampled);
    await this.store.save(act, filing, { ...SETTLED, state, inForceId: filing.revisionId });
    return { state, inForce: filing.revisionId };
  }

  private async secondPerson(act: Act, filing: Filing): Promise<{ why: string[]; sampled: boolean }> {
    const { kind } = (await act.tx.row<{ kind: string }>('select kind from obligation where id = $1', [
      filing.obligationId,
    ])) as { kind: string };
    return secondPersonWhy(
      {
        risk: filing.risk ?? 0,
        amendedAfterCutOff: filing.amendedAfterCutOff,
        waiver: (await this.signedByWaiver(act, filing)) !== null,
        nth: kind === 'backfill' ? null : await this.nthOfPeriod(act, filing.period),
      },
      this.rules.second,
    );
  }

  /** Which acceptance of its period this one is, from 1; the period is held, so that two at once are two numbers. */
  private async nthOfPeriod(act: Act, period: string): Promise<number> {
    await act.tx.run('select 1 from reporting_period where period = $1 for no key update', [period]);
    const row = await act.tx.row<{ n: number }>(
      `select (
         (select count(*) from acceptance a join revision r on r.id = a.revision_id
          join filing f on f.id = r.filing_id join obligation o on o.id = f.obligation_id
          where r.period = $1 and o.kind <> 'backfill')
         + (select count(*) from filing f where f.period = $1 and f.first_accepted_by is not null))::int as n`,
      [period],
    );
    return (row?.n ?? 0) + 1;
  }

  private async signedByWaiver(act: Act, filing: Filing): Promise<string | null> {
    const row = await act.tx.row<{ waiver_id: string | null }>('select waiver_id from revision where id = $1', [
      filing.revisionId,
    ]);
    return row?.waiver_id ?? null;
  }

  private async bringIntoForce(
    act: Act,
    filing: Filing,
    acceptedBy: string,
    confirmedBy: string | null,
    sampled = false,
  ): Promise<void> {
    const revisionId = filing.revisionId as string; // submitted is only reached with one
    await act.tx.run(
      `insert into acceptance (revision_id, institution_id, accepted_by, accepted_at, confirmed_by, confirmed_at, sampled)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        revisionId,
        filing.institutionId,
        acceptedBy,
        filing.firstAcceptedAt ?? act.now,
        confirmedBy,
        confirmedBy === null ? null : act.now,
        sampled || (filing.secondWhy ?? []).some((why) => why.startsWith('抽样')),
      ],
    );
    await this.observations.bringIntoForce(act, [{ id: revisionId, earlierId: filing.inForceId }]);
    await this.conduct.observe(act, filing.institutionId, filing.period);
    await this.notices.tell(act, filing, 'accepted');
  }
}

const SETTLED = {
  firstAcceptedBy: null,
  firstAcceptedAt: null,
  secondWhy: null,
  amendedAfterCutOff: false,
} satisfies Partial<Filing>;

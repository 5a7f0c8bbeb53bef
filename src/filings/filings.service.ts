import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type Act, Acts } from '../audit/acts.service.js';
import { OnBehalf } from '../audit/on-behalf.service.js';
import { SealQuery } from '../audit/seal.query.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { blockingViolations } from '../forms/check-filing.js';
import { Institutions } from '../institutions/institutions.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Obligations } from '../obligations/obligations.service.js';
import { notFound } from '../problems/problems.js';
import { Drafts } from './drafts.service.js';
import { Filing } from './filing.entity.js';
import { FilingQuery, type FilingView } from './filing.query.js';
import { filingBlocked, filingEmpty, filingExists, filingStale, formUnknown, periodUnknown } from './filing-errors.js';
import { type FilingAction, filingStates } from './filing-states.js';
import type { AmendFilingDto, CellChange, CreateFilingDto, ReturnFilingDto } from './filings.dto.js';
import { Observations } from './observations.service.js';
import { type FrozenRevision, Revisions } from './revisions.service.js';

/** What a submission leaves in the hands of whoever signed: the hash that the revision will always have. */
export interface Receipt {
  readonly hash: string;
  /** Root of the audit's last seal at that moment, hex; null before the first. */
  readonly root: string | null;
}

/** The acts on a filing, each told in order. */
@Injectable()
export class Filings implements OnModuleInit {
  constructor(
    private readonly acts: Acts,
    private readonly query: FilingQuery,
    private readonly drafts: Drafts,
    private readonly revisions: Revisions,
    private readonly observations: Observations,
    private readonly institutions: Institutions,
    private readonly obligations: Obligations,
    private readonly papers: OnBehalf,
    private readonly seals: SealQuery,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /** A small institution signs a printed form; an officer imports its figures and records the paper. */
  onModuleInit(): void {
    this.papers.register({
      action: 'filing.submit',
      title: '签署并提交报表',
      role: 'checker',
      department: null,
      subject: async (tx, id) => {
        const { institution, institutionName, formTitle, period } = await this.query.view(tx, id);
        const { id: institutionId } = await this.institutions.find(tx, institution);
        return { title: `${institutionName} ${formTitle} ${period}`, institutionId };
      },
      perform: async (actor, id) => {
        const { version } = await this.query.one(actor, id);
        return this.submit(actor, id, version, {});
      },
    });
  }

  /** An empty draft, with its obligation. @throws NOT_FOUND, FORM_UNKNOWN, PERIOD_UNKNOWN, FILING_EXISTS */
  create(actor: Actor, dto: CreateFilingDto): Promise<FilingView> {
    return this.acts.perform({ action: 'filing.create', actor, creates: true }, async (act) => {
      const institution = await this.institutions.find(act.tx, dto.institution);
      if (!(await this.obligations.isOpen(act.tx, dto.period))) throw periodUnknown(dto.period);
      const type = await this.institutions.typeIn(act.tx, institution.id, dto.period);
      const filer = { institutionId: institution.id, type };
      const form = await this.obligations.askedForm(act.tx, filer, dto.form, dto.period);
      if (form === null) {
        const asked = this.catalogue.formsOf({ type }, dto.period).map((each) => each.form);
        throw formUnknown(dto.form, asked.length === 0 ? '（该机构本期无报表）' : asked.join('、'));
      }
      const [made] = await this.drafts.open(act, [{ institutionId: institution.id, period: dto.period, form }]);
      if (!made) throw new Error('a draft was neither found nor made');
      if (!made.isNew) throw filingExists(made.id);
      act.subject = made.id;
      act.record(null, { state: 'draft', institution: dto.institution, period: dto.period, form: dto.form });
      return this.query.view(act.tx, made.id);
    });
  }

  /** Changes cells of a draft: all of them or none. @throws CELLS_INVALID, CELLS_STALE, FILING_REFUSED */
  edit(
    actor: Actor,
    id: string,
    version: number | null,
    changes: Readonly<Record<string, CellChange>>,
  ): Promise<FilingView> {
    return this.acts.perform({ action: 'filing.edit', actor, subject: id }, async (act) => {
      const filing = await lockFiling(act, id, version);
      const state = filingStates.next(filing.state, 'edit', actor, filing);
      const changed = await this.drafts.change(act, filing, changes);
      await this.save(act, filing, { state, filledBy: actor.id });
      act.record(null, { cells: changed });
      return this.query.view(act.tx, id);
    });
  }

  /** Freezes the draft as a revision. @throws FILING_EMPTY, FILING_BLOCKED, FILING_STALE, FILING_REFUSED */
  submit(
    actor: Actor,
    id: string,
    version: number,
    justifications: Readonly<Record<string, string>>,
  ): Promise<FilingView & { receipt: Receipt }> {
    return this.acts.perform({ action: 'filing.submit', actor, subject: id }, async (act) => {
      const filing = await lockFiling(act, id, version);
      const before = { state: filing.state, revision: filing.revisionId };
      const state = filingStates.next(filing.state, 'submit', actor, filing);
      const view = await this.query.view(act.tx, id);
      if (!Object.values(view.figures).some((cell) => cell.value !== null)) throw filingEmpty();
      const blocking = blockingViolations(view.checks);
      if (blocking.length > 0) throw filingBlocked(blocking);
      const draft = { filing, institution: view.institution, figures: view.figures, justifications };
      const revision = (await this.revisions.freeze(act, [draft])).get(id) as FrozenRevision;
      await this.save(act, filing, { state, revisionId: revision.id });
      act.record(before, { state, revision: revision.id, no: revision.no, hash: revision.hash });
      const root = await this.seals.lastRoot(act.tx);
      return { ...(await this.query.view(act.tx, id)), receipt: { hash: revision.hash, root } };
    });
  }

  /** The revision comes into force; its figures become observations. @throws FILING_STALE, FILING_REFUSED */
  accept(actor: Actor, id: string, version: number): Promise<FilingView> {
    return this.acts.perform({ action: 'filing.accept', actor, subject: id }, async (act) => {
      const filing = await lockFiling(act, id, version);
      const before = { state: filing.state, inForce: filing.inForceId };
      const state = filingStates.next(filing.state, 'accept', actor, filing);
      const revisionId = filing.revisionId as string; // submitted is only reached with one
      await act.tx.run(
        'insert into acceptance (revision_id, institution_id, accepted_by, accepted_at) values ($1, $2, $3, $4)',
        [revisionId, filing.institutionId, actor.id, act.now],
      );
      await this.observations.bringIntoForce(act, [{ id: revisionId, earlierId: filing.inForceId }]);
      await this.save(act, filing, { state, inForceId: revisionId });
      act.record(before, { state, inForce: revisionId });
      return this.query.view(act.tx, id);
    });
  }

  /** Back to the institution, or inside it from checker to filer. @throws FILING_STALE, FILING_REFUSED */
  return(actor: Actor, id: string, version: number, dto: ReturnFilingDto): Promise<FilingView> {
    return this.giveBack(actor, id, version, 'return', dto);
  }

  /** An accepted filing may be corrected; its revision stays in force until another is accepted. */
  amend(actor: Actor, id: string, version: number, dto: AmendFilingDto): Promise<FilingView> {
    return this.giveBack(actor, id, version, 'amend', { ...dto, message: dto.reason });
  }

  /** The acts that only move the state: pass on, withdraw, claim, release. @throws FILING_STALE, FILING_REFUSED */
  move(
    actor: Actor,
    id: string,
    version: number,
    action: 'pass' | 'withdraw' | 'claim' | 'release',
  ): Promise<FilingView> {
    return this.acts.perform({ action: `filing.${action}`, actor, subject: id }, async (act) => {
      const filing = await lockFiling(act, id, version);
      const before = { state: filing.state, claimedBy: filing.claimedBy };
      const state = filingStates.next(filing.state, action, actor, filing);
      await this.save(act, filing, { state, claimedBy: action === 'claim' ? actor.id : null });
      act.record(before, { state, claimedBy: filing.claimedBy });
      return this.query.view(act.tx, id);
    });
  }

  private giveBack(
    actor: Actor,
    id: string,
    version: number,
    kind: Extract<FilingAction, 'return' | 'amend'>,
    dto: ReturnFilingDto,
  ): Promise<FilingView> {
    const options = { action: `filing.${kind}`, actor, subject: id, reason: dto.reason };
    return this.acts.perform(options, async (act) => {
      const filing = await lockFiling(act, id, version);
      const before = { state: filing.state, revision: filing.revisionId };
      const state = filingStates.next(filing.state, kind, actor, filing, dto.reason);
      await this.drafts.noteReturn(act, filing, kind, dto);
      await this.save(act, filing, { state, claimedBy: null });
      act.record(before, { state, cells: dto.cells, message: dto.message });
      return this.query.view(act.tx, id);
    });
  }

  private async save(act: Act, filing: Filing, change: Partial<Filing>): Promise<void> {
    Object.assign(filing, change, { version: filing.version + 1, changedAt: act.now });
    const { id, ...columns } = filing;
    await act.tx.manager.update(Filing, { id }, columns);
  }
}

/** The filing, held until the act ends. @param version null: no precondition. @throws NOT_FOUND, FILING_STALE */
async function lockFiling(act: Act, id: string, version: number | null): Promise<Filing> {
  const filing = await act.tx.manager.findOne(Filing, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!filing) throw notFound();
  if (version !== null && filing.version !== version) throw filingStale();
  act.institutionId = filing.institutionId;
  return filing;
}

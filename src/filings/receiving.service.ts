import { Inject, Injectable } from '@nestjs/common';
import { type Act, type ActedOn, Acts } from '../audit/acts.service.js';
import { dayOf, isDay } from '../calendar/day.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import type { Form } from '../forms/form.js';
import { Institutions } from '../institutions/institutions.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Obligations } from '../obligations/obligations.service.js';
import { DomainError, notFound } from '../problems/problems.js';
import type { Check } from '../rules/check-filing.js';
import { openViolation } from '../rules/open-checks.js';
import { Drafts } from './drafts.service.js';
import type { Filing } from './filing.entity.js';
import { type CellState, FilingQuery, type FilingView } from './filing.query.js';
import { filingBlocked, filingEmpty, formUnknown, periodUnknown } from './filing-errors.js';
import { filingStates } from './filing-states.js';
import { FilingStore } from './filing-store.service.js';
import type { CellChange } from './filings.dto.js';
import { Reviews } from './reviews.service.js';
import { type FrozenRevision, type ReceivedFile, Revisions } from './revisions.service.js';

/** What a workbook says of one form, institution and quarter. */
export interface ReceivedFigures {
  readonly institutionId: string;
  /** Code of the form. */
  readonly form: string;
  readonly period: string;
  /** `backfill`: history, without a date of its own, and with a reason. */
  readonly kind: 'regular' | 'backfill';
  /** Code → plain decimal in the metric's unit, or why there is none. What it leaves out becomes blank. */
  readonly figures: ReadonlyMap<string, { readonly value: string | null; readonly state: CellState }>;
  readonly source: ReceivedFile;
  /** Why history is filed now; null for `regular`. */
  readonly reason: string | null;
}

export interface Received {
  readonly filing: FilingView;
  readonly revision: FrozenRevision;
  /** For the audit entry of the caller's act `filing.receive`: `act.recordEach([done, …])`. */
  readonly done: ActedOn;
}

/** What receiving would find, with nothing kept of it. */
export interface Rehearsed {
  readonly checks: readonly Check[];
  /** Cells that somebody had filled in before and that the workbook would change. */
  readonly overwritten: number;
}

/** Carries the outcome of a rehearsal out of a transaction that is to be rolled back. */
class RolledBack extends Error {
  constructor(readonly outcome: Rehearsed) {
    super('a rehearsal keeps nothing');
  }
}

/** 收表: a workbook that an institution sent becomes its submitted revision; the officer who takes it over edits no cell. */
@Injectable()
export class Receiving {
  constructor(
    private readonly acts: Acts,
    private readonly query: FilingQuery,
    private readonly store: FilingStore,
    private readonly drafts: Drafts,
    private readonly revisions: Revisions,
    private readonly reviews: Reviews,
    private readonly institutions: Institutions,
    private readonly obligations: Obligations,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /**
   * Opens the filing where there is none, writes every cell as the workbook states it and submits the revision. Rules
   * that block refuse; those that ask for an explanation stay open for whoever reviews. Part of the caller's act: the
   * caller, an act `filing.receive`, records `done`.
   * @throws NOT_FOUND, PERIOD_UNKNOWN, FORM_UNKNOWN, OBLIGATION_CLOSED, CELLS_INVALID, FILING_EMPTY, FILING_BLOCKED,
   *   FILING_REFUSED (submitted or accepted already), RECEIVED_ON, BACKFILL_REASON
   */
  async receive(act: Act, given: ReceivedFigures): Promise<Received> {
    const { source } = given;
    receivedDay(source.receivedOn, act.now);
    const { filing, view } = await this.fill(act, given);
    const before = { state: filing.state, revision: filing.revisionId };
    const state = filingStates.next(filing.state, 'receive', act.actor, await this.store.facts(act, filing));
    if (!Object.values(view.figures).some((cell) => cell.value !== null)) throw filingEmpty();
    const blocks = view.checks.filter(({ severity }) => severity === 'block');
    if (blocks.length > 0) throw filingBlocked(blocks.map(openViolation));
    filing.filledBy = `${source.sender.trim() || view.institutionName}（工作簿）`;
    const due = await this.store.dueOf(act, filing);
    const frozen = await this.revisions.freeze(act, [
      {
        filing,
        institution: view.institution ?? '',
        figures: view.figures,
        rows: [],
        justifications: {},
        evidence: view.evidence,
        due,
        waiverId: null,
        channel: 'file',
        received: { from: source, signedBy: `${view.institutionName}（以工作簿报送，见盖章页）` },
      },
    ]);
    const revision = frozen.get(filing.id) as FrozenRevision;
    await this.store.save(act, filing, { state, revisionId: revision.id, claimedBy: null, claimedAt: null });
    // Explanations of an earlier revision explain these figures no more.
    await act.tx.run('delete from filing_justification where filing_id = $1', [filing.id]);
    await this.reviews.assess(act, filing, view.checks, revision.onTime === false);
    const after = {
      state,
      revision: revision.id,
      no: revision.no,
      hash: revision.hash,
      channel: 'file',
      file: source.sha256,
    };
    return {
      filing: await this.query.view(act.tx, filing.id),
      revision,
      done: { subject: filing.id, institutionId: filing.institutionId, before, after },
    };
  }

  /**
   * What `receive` would find, by doing it and keeping nothing.
   * @throws as `receive` does for institution, form, period, obligation and cells
   */
  async rehearse(actor: Actor, given: ReceivedFigures): Promise<Rehearsed> {
    try {
      return await this.acts.perform({ action: 'filing.receive', actor }, async (act) => {
        const { view, overwritten } = await this.fill(act, given);
        throw new RolledBack({ checks: view.checks, overwritten });
      });
    } catch (error) {
      if (error instanceof RolledBack) return error.outcome;
      throw error;
    }
  }

  private async fill(
    act: Act,
    given: ReceivedFigures,
  ): Promise<{ filing: Filing; view: FilingView; overwritten: number }> {
    const { institutionId, period } = given;
    const form = await this.formOf(act, given);
    if (given.kind === 'backfill') {
      if (!given.reason?.trim()) throw new DomainError('BACKFILL_REASON', 422, '补录须写明原因');
      await this.obligations.openPeriods(act, [period]);
      await this.obligations.ensure(act, [{ institutionId, period, form }], { due: null, reason: given.reason });
    }
    const [opened] = await this.drafts.open(act, [{ institutionId, period, form }]);
    if (!opened) throw new Error('a draft was neither found nor made');
    const filing = await this.store.hold(act, opened.id, null);
    // Who may receive, and in which state, is told before any cell is touched.
    if (act.actor.roles.length > 0)
      filingStates.next(filing.state, 'receive', act.actor, await this.store.facts(act, filing));
    const { [filing.id]: cells = {} } = Object.fromEntries(await this.query.figures(act.tx, [filing]));
    const changes: Record<string, CellChange> = {};
    let overwritten = 0;
    for (const [code, cell] of Object.entries(cells)) {
      const wanted = given.figures.get(code) ?? { value: null, state: 'blank' as const };
      const isSame = cell.value === wanted.value && cell.state === wanted.state;
      if (cell.state !== 'blank' && !isSame) overwritten++;
      if (cell.state === 'blank' && wanted.state === 'blank') continue;
      changes[code] = { value: wanted.value, state: wanted.state, version: cell.version };
    }
    for (const [code, { value, state }] of given.figures)
      if (!(code in cells)) changes[code] = { value, state, version: 0 }; // refused below, by name
    await this.drafts.change(act, filing, changes, `收表：${given.source.fileName}`.slice(0, 200));
    return { filing, view: await this.query.view(act.tx, filing.id), overwritten };
  }

  private async formOf(act: Act, { institutionId, form: code, period, kind }: ReceivedFigures): Promise<Form> {
    const found = await act.tx.row<{ id: string }>('select id from institution where id = $1', [institutionId]);
    if (!found) throw notFound();
    if (kind === 'backfill') {
      const form = this.catalogue.formInForce(code, period);
      if (!form || form.filer.department !== null || form.kind !== 'metrics')
        throw formUnknown(code, '机构填报的统计表');
      return form;
    }
    if (!(await this.obligations.isOpen(act.tx, period))) throw periodUnknown(period);
    const type = await this.institutions.typeIn(act.tx, institutionId, period);
    const form = await this.obligations.askedForm(act.tx, { institutionId, type }, code, period);
    if (form === null || form.kind !== 'metrics') {
      const asked = this.catalogue.formsOf({ type }, period).map((each) => each.form);
      throw formUnknown(code, asked.length === 0 ? '（本期无报表）' : asked.join('、'));
    }
    return form;
  }
}

/** The day on which something came. @throws RECEIVED_ON */
export function receivedDay(day: string, now: Date): string {
  if (isDay(day) && day <= dayOf(now)) return day;
  const message = isDay(day) ? '收到日期不得晚于今天' : '收到日期应为存在的日期';
  throw new DomainError('RECEIVED_ON', 422, message, [
    { path: 'receivedOn', rule: 'RECEIVED_ON', found: day, expected: `≤ ${dayOf(now)}`, message },
  ]);
}

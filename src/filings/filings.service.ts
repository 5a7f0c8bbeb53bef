import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type Act, Acts } from '../audit/acts.service.js';
import { OnBehalf } from '../audit/on-behalf.service.js';
import { SealQuery } from '../audit/seal.query.js';
import { quarterCode, quarterIndex } from '../calendar/period.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import type { InstitutionType } from '../forms/metric.js';
import { Institutions } from '../institutions/institutions.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Obligations } from '../obligations/obligations.service.js';
import { notFound } from '../problems/problems.js';
import { openChecks, openViolation } from '../rules/open-checks.js';
import { type CellWrite, type DraftChange, Drafts } from './drafts.service.js';
import type { Filing } from './filing.entity.js';
import { FilingQuery, type FilingTableRow, type FilingView } from './filing.query.js';
import { filingBlocked, filingEmpty, filingExists, formUnknown, periodUnknown } from './filing-errors.js';
import { FilingNotices } from './filing-notices.service.js';
import { rowsOf } from './filing-rows.js';
import { filingStates } from './filing-states.js';
import { FilingStore } from './filing-store.service.js';
import type { CreateFilingDto } from './filings.dto.js';
import { Reviews } from './reviews.service.js';
import { type Channel, type FrozenRevision, Revisions, type SignedDraft } from './revisions.service.js';

/** What a submission leaves in the hands of whoever signed: the hash that the revision will always have. */
export interface Receipt {
  readonly hash: string;
  /** Root of the audit's last seal at that moment, hex; null before the first. */
  readonly root: string | null;
}

/** The institution's acts on its filing, each told in order. */
@Injectable()
export class Filings implements OnModuleInit {
  constructor(
    private readonly acts: Acts,
    private readonly query: FilingQuery,
    private readonly store: FilingStore,
    private readonly drafts: Drafts,
    private readonly revisions: Revisions,
    private readonly reviews: Reviews,
    private readonly notices: FilingNotices,
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
        const { id: institutionId } = await this.institutions.find(tx, institution ?? '');
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
      const filer = await this.filerOf(act, dto);
      if (!(await this.obligations.isOpen(act.tx, dto.period))) throw periodUnknown(dto.period);
      const form = await this.obligations.askedForm(act.tx, filer, dto.form, dto.period);
      if (form === null) {
        const asked = this.catalogue.formsOf(filer, dto.period).map((each) => each.form);
        throw formUnknown(dto.form, asked.length === 0 ? '（本期无报表）' : asked.join('、'));
      }
      const place = 'department' in filer ? { institutionId: null, ...filer } : { institutionId: filer.institutionId };
      const [made] = await this.drafts.open(act, [{ ...place, period: dto.period, form }]);
      if (!made) throw new Error('a draft was neither found nor made');
      if (!made.isNew) throw filingExists(made.id);
      act.subject = made.id;
      const { institution, department, period } = dto;
      act.record(null, { state: 'draft', institution, department, period, form: dto.form });
      return this.query.view(act.tx, made.id);
    });
  }

  /** The rows of a request, checked against the filing's form. @throws ROWS_INVALID, NOT_FOUND */
  async rowsOf(actor: Actor, id: string, given: readonly unknown[]): Promise<FilingTableRow[]> {
    const { form, formVersion } = await this.query.one(actor, id);
    return rowsOf(given, this.catalogue.formAt(form, formVersion)?.rows?.amounts ?? null);
  }

  /** Changes cells of a draft: all of them or none. @throws CELLS_INVALID, CELLS_STALE, FILING_REFUSED */
  edit(actor: Actor, id: string, version: number | null, change: DraftChange): Promise<FilingView> {
    return this.acts.perform({ action: 'filing.edit', actor, subject: id }, async (act) => {
      const filing = await this.store.hold(act, id, version);
      const state = filingStates.next(filing.state, 'edit', actor, filing);
      const cells = await this.drafts.change(act, filing, change.figures);
      const texts = await this.drafts.justify(act, filing, change.justifications);
      if (change.rows !== null) await this.drafts.replaceRows(act, filing, change.rows);
      await this.store.save(act, filing, { state, ...(cells > 0 || change.rows ? { filledBy: actor.id } : {}) });
      act.record(null, { cells, ...(texts > 0 ? { justifications: texts } : {}) });
      return this.query.view(act.tx, id);
    });
  }

  /** 零报: explicit zeros in every cell that is still blank. @throws FILING_STALE, FILING_REFUSED */
  fileNil(actor: Actor, id: string, version: number): Promise<FilingView> {
    return this.fillBlanks(actor, id, version, 'nil', async (_act, _filing, blank) =>
      blank.map((metric) => ({ metric, value: '0', source: '零报' })),
    );
  }

  /**
   * Stocks of the quarter before, as they were accepted, into cells that are still blank; the source says so.
   * @param metrics codes; null: all
   * @throws FILING_STALE, FILING_REFUSED, CELLS_INVALID
   */
  prefill(actor: Actor, id: string, version: number, metrics: readonly string[] | null): Promise<FilingView> {
    return this.fillBlanks(actor, id, version, 'prefill', async (act, filing, blank) => {
      this.drafts.mustAsk(filing, metrics ?? []);
      const before = quarterCode(quarterIndex(filing.period) - 1);
      const wanted = blank.filter(
        (code) => this.catalogue.metrics.get(code)?.kind === 'stock' && (metrics === null || metrics.includes(code)),
      );
      const last = await act.tx.rows<{ metric: string; value: string | null }>(
        `select distinct on (metric) metric, trim_scale(value)::text as value from observation
         where (institution_id = $1 or department = $2) and period = $3
           and metric = any($4::text[]) order by metric, in_force_from desc`,
        [filing.institutionId, filing.department, before, wanted],
      );
      return last.flatMap(({ metric, value }) =>
        value === null ? [] : [{ metric, value, source: `预填：${before}` }],
      );
    });
  }

  /** Freezes the draft as a revision. @throws FILING_EMPTY, FILING_BLOCKED, FILING_STALE, FILING_REFUSED */
  submit(
    actor: Actor,
    id: string,
    version: number,
    justifications: Readonly<Record<string, string | null>>,
  ): Promise<FilingView & { receipt: Receipt }> {
    return this.acts.perform({ action: 'filing.submit', actor, subject: id }, async (act) => {
      const filing = await this.store.hold(act, id, version);
      const before = { state: filing.state, revision: filing.revisionId };
      const facts = await this.store.facts(act, filing);
      const state = filingStates.next(filing.state, 'submit', actor, facts);
      await this.drafts.justify(act, filing, justifications);
      const view = await this.query.view(act.tx, id);
      if (view.rows.length === 0 && !Object.values(view.figures).some((cell) => cell.value !== null))
        throw filingEmpty();
      const texts = Object.fromEntries(Object.entries(view.justifications).map(([key, { text }]) => [key, text]));
      const open = openChecks(view.checks, texts);
      if (open.length > 0) throw filingBlocked(open.map(openViolation));
      const isOwnWork = filing.filledBy === actor.id;
      const draft: SignedDraft = {
        filing,
        institution: view.institution ?? view.department ?? '',
        figures: view.figures,
        rows: view.rows,
        justifications: texts,
        evidence: view.evidence,
        due: await this.store.dueOf(act, filing),
        waiverId: isOwnWork ? await this.store.waiverOf(act, filing.institutionId) : null,
        channel: await this.channelOf(act, id),
      };
      const revision = (await this.revisions.freeze(act, [draft])).get(id) as FrozenRevision;
      await this.store.save(act, filing, { state, revisionId: revision.id });
      await this.reviews.assess(act, filing, view.checks, revision.onTime === false);
      act.record(before, { state, revision: revision.id, no: revision.no, hash: revision.hash });
      const root = await this.seals.lastRoot(act.tx);
      return { ...(await this.query.view(act.tx, id)), receipt: { hash: revision.hash, root } };
    });
  }

  /** The acts that only move the state inside the institution: pass on, withdraw. @throws FILING_STALE, FILING_REFUSED */
  move(actor: Actor, id: string, version: number, action: 'pass' | 'withdraw'): Promise<FilingView> {
    return this.acts.perform({ action: `filing.${action}`, actor, subject: id }, async (act) => {
      const filing = await this.store.hold(act, id, version);
      const before = { state: filing.state };
      const state = filingStates.next(filing.state, action, actor, filing);
      await this.store.save(act, filing, { state, claimedBy: null, claimedAt: null });
      if (action === 'pass') await this.notices.tell(act, filing, 'passed');
      act.record(before, { state });
      return this.query.view(act.tx, id);
    });
  }

  /** Who is to file. @throws NOT_FOUND for what is absent or not the actor's */
  private async filerOf(
    act: Act,
    { institution, department, period }: CreateFilingDto,
  ): Promise<{ institutionId: string; type: InstitutionType | null } | { department: string }> {
    if (institution === undefined) {
      if (department === undefined || department !== act.actor.department) throw notFound();
      return { department };
    }
    if (act.actor.institutionId === null) throw notFound();
    const { id: institutionId } = await this.institutions.find(act.tx, institution);
    return { institutionId, type: await this.institutions.typeIn(act.tx, institutionId, period) };
  }

  private fillBlanks(
    actor: Actor,
    id: string,
    version: number,
    how: 'nil' | 'prefill',
    values: (
      act: Act,
      filing: Filing,
      blank: readonly string[],
    ) => Promise<readonly { metric: string; value: string; source: string }[]>,
  ): Promise<FilingView> {
    return this.acts.perform({ action: 'filing.edit', actor, subject: id }, async (act) => {
      const filing = await this.store.hold(act, id, version);
      const state = filingStates.next(filing.state, 'edit', actor, filing);
      const { sections, figures } = await this.query.view(act.tx, id);
      const blank = sections
        .flatMap((section) => section.metrics)
        .filter((code) => (figures[code]?.state ?? 'blank') === 'blank');
      const writes = (await values(act, filing, blank)).map(
        (cell): CellWrite => ({
          filingId: id,
          institutionId: filing.institutionId,
          state: 'value',
          ...cell,
        }),
      );
      await this.drafts.write(act, writes);
      await this.store.save(act, filing, { state, filledBy: actor.id });
      act.record(null, { [how]: writes.length });
      return this.query.view(act.tx, id);
    });
  }

  /** How a draft's figures came: by a program, by an import of a file, else typed. */
  private async channelOf(act: Act, id: string): Promise<Channel> {
    if (act.actor.token) return 'api';
    const imported = await act.tx.row(
      `select 1 from import where state = 'committed' and institution_id is not distinct from $2 and places @> $1::jsonb limit 1`,
      [JSON.stringify([{ filing: id }]), act.actor.institutionId],
    );
    return imported ? 'import' : 'grid';
  }
}

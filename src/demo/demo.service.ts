import { Inject, Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import { Assessments } from '../assessments/assessments.service.js';
import { type Act, Acts } from '../audit/acts.service.js';
import { dayOf } from '../calendar/day.js';
import { quarterCode, quarterIndex } from '../calendar/period.js';
import { workingDayAfter } from '../calendar/working-days.js';
import { EvaluationQuery, type EvaluationView } from '../evaluations/evaluation.query.js';
import { Evaluations } from '../evaluations/evaluations.service.js';
import { FilingQuery, type FilingView } from '../filings/filing.query.js';
import { FilingBatches } from '../filings/filing-batches.service.js';
import { Filings } from '../filings/filings.service.js';
import { Reviews } from '../filings/reviews.service.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { People } from '../identity/people.service.js';
import { Sessions } from '../identity/sessions.service.js';
import { Imports } from '../imports/imports.service.js';
import { readImport } from '../imports/read-import.js';
import { Institutions } from '../institutions/institutions.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { DueChanges } from '../obligations/due-changes.service.js';
import { ObligationQuery } from '../obligations/obligation.query.js';
import { Obligations } from '../obligations/obligations.service.js';
import { Database, systemActor, type Tx } from '../platform/database.service.js';
import { DomainError } from '../problems/problems.js';
import { SchemeQuery } from '../schemes/scheme.query.js';
import { Schemes } from '../schemes/schemes.service.js';
import { demoFiles } from './demo-files.service.js';
import type { DemoOpenState } from './demo-rows.js';

const DEMO = systemActor('demo');
const MARK = 'demonstration';
const FIRST_PUBLISHED = '2020Q1';
export const OPEN_QUARTER = '2026Q3';
/** The invented people have their roles whatever day GREENRANK_NOW says it is. */
const SINCE = new Date('2020-01-01T00:00:00+08:00');

/** What the invented institutions say where a rule wants an explanation. */
const EXPLANATION = '演示数据：已与台账和归属证明核对';

/** A filing on its way. */
type Walked = Pick<FilingView, 'id' | 'state' | 'version' | 'period'>;

interface Pair {
  readonly filer: Actor;
  readonly checker: Actor;
}

/**
 * Loads the invented district through the services that everybody uses, no SQL of its own beside the mark; each step
 * looks first at what is there, so that a killed first start is continued by the next.
 */
@Injectable()
export class Demo {
  constructor(
    private readonly database: Database,
    private readonly acts: Acts,
    private readonly people: People,
    private readonly sessions: Sessions,
    private readonly institutions: Institutions,
    private readonly obligations: Obligations,
    private readonly obligation: ObligationQuery,
    private readonly dueChanges: DueChanges,
    private readonly imports: Imports,
    private readonly filings: Filings,
    private readonly batches: FilingBatches,
    private readonly reviews: Reviews,
    private readonly filing: FilingQuery,
    private readonly schemes: Schemes,
    private readonly scheme: SchemeQuery,
    private readonly assessments: Assessments,
    private readonly evaluations: Evaluations,
    private readonly evaluation: EvaluationQuery,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /** `loaded`, `loading` (a first start was cut off), or null: not a demonstration. */
  private mark(): Promise<string | null> {
    return this.database.transaction(DEMO, async (tx) => {
      const row = await tx.row<{ value: string }>('select value from setting where key = $1', [MARK]);
      return row?.value ?? null;
    });
  }

  /** Official mode never runs on invented figures. @throws DEMO_DATABASE */
  async refuseMarked(): Promise<void> {
    if ((await this.mark()) !== null)
      throw new DomainError(
        'DEMO_DATABASE',
        409,
        '此数据库装的是演示数据，不能用于正式环境。请用 GREENRANK_DATA（或 DATABASE_URL）换一个。',
      );
  }

  /** Loads what is missing. @returns false when the database holds real data and stays as it is */
  async load(tell: (step: string) => void): Promise<boolean> {
    const mark = await this.mark();
    if (mark === 'loaded') return true;
    if (mark === null && !(await this.isEmpty())) return false;
    await this.setMark('loading');
    tell('正在装入示范区机构与账号');
    await this.register();
    tell('正在登记评价方案');
    await this.loadSchemes();
    await this.openLastQuarter();
    await this.fileAll(tell);
    tell('正在运行评价');
    await this.evaluate();
    await this.setMark('loaded');
    return true;
  }

  usernames(): string[] {
    return demoFiles.accounts().map((account) => account.username);
  }

  setPassword(password: string): Promise<void> {
    return this.people.setPassword(this.usernames(), password);
  }

  private isEmpty(): Promise<boolean> {
    return this.database.transaction(DEMO, async (tx) => (await tx.row('select 1 from institution limit 1')) === null);
  }

  private async setMark(value: string): Promise<void> {
    await this.acts.perform({ action: 'demo.mark', actor: DEMO }, async (act) => {
      await act.tx.run(
        'insert into setting (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value',
        [MARK, value],
      );
      act.record(null, { demonstration: value });
    });
  }

  private async register(): Promise<void> {
    await this.acts.perform({ action: 'demo.register', actor: DEMO }, async (act) => {
      if ((await act.tx.row('select 1 from institution limit 1')) !== null) return;
      await this.obligations.openPeriods(act, quarters(FIRST_PUBLISHED, OPEN_QUARTER));
      const ids = new Map<string, string>();
      for (const { institution: uscc, name, type, opened_on: openedOn, segment } of demoFiles.institutions()) {
        const attributes = { segment, opened_on: openedOn };
        const entry = { uscc, name, type, typeFrom: openedOn, openedOn, register: 'district', attributes };
        ids.set(uscc, await this.institutions.add(act, entry, true));
      }
      for (const { institution: uscc, name, type, type_from: typeFrom, segment } of demoFiles.published()) {
        const entry = { uscc, name, type, typeFrom, openedOn: null, register: 'published', attributes: { segment } };
        ids.set(uscc, await this.institutions.add(act, entry, true));
      }
      for (const { institution, flag, from, until, evidence } of demoFiles.flags())
        await this.institutions.flag(act, ids.get(institution) as string, {
          flag,
          from,
          to: until === '' ? null : until,
          evidence,
          ...(flag === 'environmental_penalty' ? { department: 'ecology' } : {}),
        });
      await this.addAccounts(act, ids);
    });
  }

  /** The named accounts, and for every other institution a filer and a checker who act in records and never sign in. */
  private async addAccounts(act: Act, ids: ReadonlyMap<string, string>): Promise<void> {
    const named = demoFiles.accounts();
    for (const { username, name, roles, institution, department } of named)
      await this.people.addWithin(act, {
        username,
        name,
        roles,
        institutionId: institution === null ? null : (ids.get(institution) as string),
        department,
        password: null,
        from: SINCE,
      });
    for (const [uscc, institutionId] of ids) {
      for (const [role, title] of [
        ['filer', '填报人'],
        ['checker', '复核人'],
      ] as const) {
        if (named.some((account) => account.institution === uscc && account.roles.includes(role))) continue;
        const account = { username: `${uscc}-${role}`, name: `${title}${uscc.slice(-4)}`, roles: [role] };
        await this.people.addWithin(act, { ...account, institutionId, department: null, password: null, from: SINCE });
      }
    }
  }

  private async loadSchemes(): Promise<void> {
    const officer = await this.actor('officer');
    const { items } = await this.scheme.list(DEMO, { limit: '200' });
    for (const { scheme, version, label } of demoFiles.evaluations()) {
      const known = items.find((each) => each.code === scheme);
      const register = label === undefined ? 'district' : 'published';
      const { state } = known ?? (await this.schemes.create(DEMO, demoFiles.scheme(scheme), register));
      if (state === 'draft') await this.schemes.review(officer, scheme, version);
    }
    for (const { scheme, version, ...issue } of demoFiles.schemes()) {
      const { state, lifeVersion } = await this.scheme.one(officer, scheme, version);
      if (state === 'reviewed') await this.schemes.issue(officer, scheme, version, lifeVersion, issue);
    }
    const given = demoFiles.assessments();
    await this.acts.perform({ action: 'assessment.record', actor: DEMO }, async (act) => {
      const ids = await this.idsOf(act.tx);
      await this.assessments.record(
        act,
        given.map(({ institution, ...score }) => ({ ...score, institutionId: ids.get(institution) as string })),
      );
      act.record(null, { scores: given.length });
    });
  }

  /**
   * Everybody owes the open quarter. Where its date is over before the demonstration first starts, the bureau extends
   * it: a visitor meets a quarter that is being filed, whatever day it is.
   */
  private async openLastQuarter(): Promise<void> {
    const officer = await this.actor('officer');
    await this.obligations.generate(officer, OPEN_QUARTER);
    const filter = { period: OPEN_QUARTER, overdue: 'true', limit: '200' };
    const { items: late } = await this.obligation.list(officer, filter);
    const today = await this.database.transaction(DEMO, async ({ now }) => dayOf(now));
    const until = workingDayAfter(this.catalogue.calendars, today, 10).day;
    for (const { id } of late)
      await this.dueChanges.ask(officer, id, { kind: 'extension', until, reason: '演示：自首次启动之日顺延' });
  }

  /** The quarters of a file of figures are owed as history; what is owed already stays as it is. */
  private oweHistory(institution: string, periods: readonly string[]): Promise<void> {
    return this.acts.perform({ action: 'demo.owe', actor: DEMO }, async (act) => {
      const { id: institutionId } = await this.institutions.find(act.tx, institution);
      const places = [];
      for (const period of periods) {
        const type = await this.institutions.typeIn(act.tx, institutionId, period);
        if (type !== null) places.push({ institutionId, period, form: this.catalogue.formOfType(type) });
      }
      await this.obligations.ensure(act, places, { due: null, reason: '演示：历史数据一次装入' });
      act.record(null, { backfill: places.length });
    });
  }

  private async fileAll(tell: (step: string) => void): Promise<void> {
    const open = new Map(demoFiles.openQuarter().map((row) => [row.institution, row]));
    const institutions = demoFiles.institutions();
    let done = 0;
    await inParallel(institutions, 4, async ({ institution }) => {
      tell(`正在装入历史报表 ${++done}/${institutions.length}`);
      await this.fileInstitution(institution, demoFiles.figures(institution), open.get(institution));
    });
    const published = demoFiles.publishedFigures();
    for (const { institution } of demoFiles.published()) {
      const rows = published.filter((row) => row.institution === institution);
      const bytes = new TextEncoder().encode(stringify(rows, { header: true }));
      await this.fileInstitution(institution, { name: `公开数据-${institution}.csv`, bytes }, undefined);
    }
  }

  private async fileInstitution(
    institution: string,
    file: { name: string; bytes: Uint8Array } | null,
    open: DemoOpenState | undefined,
  ): Promise<void> {
    if (!file) return;
    const pair = await this.pairOf(institution);
    let filings = await this.filingsOf(pair.filer);
    if (filings.length === 0) {
      const context = { metrics: this.catalogue.metrics, allowDemoKeys: true };
      const reading = readImport(file, context);
      await this.oweHistory(institution, [...new Set(reading.rows.map((row) => row.period))]);
      const preview = await this.imports.previewReading(pair.filer, file, reading);
      if (preview.counts.problems > 0)
        throw new Error(`demonstration file ${file.name}: ${JSON.stringify(preview.issues.slice(0, 3))}`);
      await this.imports.commit(pair.filer, preview.id, { skip: false, clear: false });
      filings = await this.filingsOf(pair.filer);
    }
    const [reviewer, reviewer2] = [await this.actor('reviewer'), await this.actor('reviewer2')];
    const history = filings.filter((filing) => filing.period !== OPEN_QUARTER);
    await this.accept(history, pair.checker, reviewer, reviewer2);
    const current = filings.find((filing) => filing.period === OPEN_QUARTER);
    if (current && open) await this.bring(current, open, pair.checker, reviewer);
  }

  /** The quarters before, as far as a first start that was cut off had brought them. */
  private async accept(filings: readonly Walked[], checker: Actor, reviewer: Actor, reviewer2: Actor): Promise<void> {
    const ids = (states: readonly string[], half?: number): string[] =>
      filings
        .filter(
          ({ state, period }) => states.includes(state) && (half === undefined || quarterIndex(period) % 2 === half),
        )
        .map((filing) => filing.id);
    const drafts = ids(['draft']);
    if (drafts.length > 0) await this.batches.submit(checker, drafts, EXPLANATION);
    for (const [half, actor] of [reviewer, reviewer2].entries()) {
      const submitted = ids(['draft', 'submitted'], half);
      if (submitted.length > 0) await this.batches.claim(actor, submitted);
      const claimed = ids(['draft', 'submitted', 'under_review'], half);
      if (claimed.length > 0) await this.batches.accept(actor, claimed);
    }
  }

  /** Walks the open quarter's draft as far as it should have come. */
  private async bring(filing: Walked, open: DemoOpenState, checker: Actor, reviewer: Actor): Promise<void> {
    const wanted = open.state;
    if (wanted === 'untouched' || wanted === 'draft' || filing.state === wanted) return;
    let now: { id: string; state: string; version: number } = filing;
    if (now.state === 'draft') {
      const { checks } = await this.filing.one(checker, now.id);
      const soft = checks.filter((check) => check.severity === 'justify');
      const texts = Object.fromEntries(soft.map(({ rule }) => [rule, EXPLANATION]));
      now = await this.filings.submit(checker, now.id, now.version, texts);
    }
    if (wanted === 'submitted') return;
    if (now.state === 'submitted') now = await this.reviews.claim(reviewer, now.id, now.version);
    if (now.state !== 'under_review') return;
    if (wanted === 'accepted') {
      const { id, version, second } = await this.reviews.accept(reviewer, now.id, now.version);
      if (second) await this.reviews.confirm(await this.actor('officer'), id, version);
    } else
      await this.reviews.return(reviewer, now.id, now.version, {
        reason: '数据有误',
        message: open.reason === '' ? '请核对后重新提交' : open.reason,
        cells: open.cells.split(';').filter((cell) => cell !== ''),
      });
  }

  private async evaluate(): Promise<void> {
    const officer = await this.actor('officer');
    const there = (await this.evaluation.list(officer, { limit: '200' })).items;
    for (const { scheme, version, period } of demoFiles.evaluations()) {
      if (there.some((each) => each.scheme === scheme && each.period === period)) continue;
      await this.evaluations.start(officer, { scheme, version, period });
    }
    for (const evaluation of await this.waitForAll(officer)) await this.publish(evaluation, officer);
  }

  private async waitForAll(officer: Actor): Promise<EvaluationView[]> {
    for (;;) {
      const { items } = await this.evaluation.list(officer, { limit: '200' });
      const failed = items.find((evaluation) => evaluation.state === 'failed');
      if (failed) throw new Error(`demonstration evaluation ${failed.scheme}: ${failed.error}`);
      if (items.every(({ state }) => state !== 'queued' && state !== 'running')) return [...items].reverse();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** The district's evaluations are verified, published and final; the one of published figures is never official. */
  private async publish(evaluation: EvaluationView, officer: Actor): Promise<void> {
    if (evaluation.label !== null) return;
    const { id } = evaluation;
    if (evaluation.state === 'computed') await this.evaluations.verify(await this.actor('verifier'), id);
    const verified = await this.evaluation.one(officer, id);
    if (verified.state === 'verified') await this.evaluations.publish(officer, id);
    const published = await this.evaluation.one(officer, id);
    if (published.state === 'provisional') await this.evaluations.finalise(await this.actor('leader'), id);
  }

  private async filingsOf(filer: Actor) {
    const { items } = await this.filing.list(filer, { limit: '200' });
    return items as readonly Walked[];
  }

  private async pairOf(institution: string): Promise<Pair> {
    const named = (role: 'filer' | 'checker') =>
      demoFiles.accounts().find((account) => account.institution === institution && account.roles.includes(role))
        ?.username ?? `${institution}-${role}`;
    return { filer: await this.actor(named('filer')), checker: await this.actor(named('checker')) };
  }

  private async actor(username: string): Promise<Actor> {
    const actor = await this.sessions.actorNamed(username);
    if (!actor) throw new Error(`demonstration account ${username} is missing`);
    return actor;
  }

  private async idsOf(tx: Tx): Promise<Map<string, string>> {
    const rows = await tx.rows<{ id: string; uscc: string }>('select id, uscc from institution');
    return new Map(rows.map((row) => [row.uscc, row.id]));
  }
}

const quarters = (first: string, last: string): string[] => {
  const from = quarterIndex(first);
  return Array.from({ length: quarterIndex(last) - from + 1 }, (_, i) => quarterCode(from + i));
};

async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

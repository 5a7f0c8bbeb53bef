import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type Act, Acts } from '../audit/acts.service.js';
import { isQuarter, lastDay } from '../calendar/period.js';
import { Drafts, type OpenedDraft } from '../filings/drafts.service.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { type Form, formMetrics } from '../forms/form.js';
import type { InstitutionType } from '../forms/metric.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { requestContext } from '../platform/request-context.service.js';
import { SETTINGS, type Settings } from '../platform/settings.js';
import { DomainError, notFound } from '../problems/problems.js';
import { Templates } from '../templates/templates.service.js';
import { cleanWord } from './clean-text.js';
import { ImportQuery, type ImportView } from './import.query.js';
import { importNotClean } from './import-errors.js';
import type { ImportContext, ImportLayout, ImportReading, ImportRow, TemplateReading } from './import-reading.js';
import {
  type CurrentValue,
  type Place,
  type PlacedForm,
  type PlacedRow,
  type PlaceIssue,
  placeKey,
  placeRows,
} from './place-rows.js';
import { templateIssues, type WantedFiling } from './place-template.js';
import { Previews, type StoredIssue, type StoredPlace } from './previews.service.js';
import { readImportInThread } from './read-import.worker.js';

const LIFE_HOURS = 24;

export interface CommitAnswer {
  readonly filings: readonly {
    readonly id: string;
    readonly institution: string;
    readonly period: string;
    readonly changed: number;
  }[];
}

/** Of a place of the preview, by its number. */
interface KnownPlace {
  readonly form: string;
  /** null: nothing was committed there. */
  readonly filing: string | null;
}

interface StoredImport {
  readonly places: readonly KnownPlace[];
  readonly actor: string;
  readonly state: 'previewed' | 'committed' | 'undone';
  readonly problems: number;
  readonly answer: CommitAnswer | null;
  readonly cleared: boolean;
  readonly undo_answer: UndoAnswer | null;
  readonly created_at: Date;
}

/** What an undo brought back, and what it left as somebody had changed it since. */
export interface UndoAnswer {
  readonly filings: readonly {
    readonly id: string;
    readonly institution: string;
    readonly period: string;
    readonly undone: number;
    readonly kept: number;
  }[];
}

/** 导入: a file becomes a preview, and a preview becomes drafts; it never submits. */
@Injectable()
export class Imports {
  constructor(
    private readonly acts: Acts,
    private readonly database: Database,
    private readonly drafts: Drafts,
    private readonly previews: Previews,
    private readonly query: ImportQuery,
    private readonly templates: Templates,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Column headers of other systems, as the catalogue lists them. */
  private get aliases(): Record<string, string> {
    const metrics = [...this.catalogue.metrics.values()];
    return Object.fromEntries(metrics.flatMap(({ code, aliases }) => aliases.map((alias) => [alias, code])));
  }

  /**
   * Reads a file and says what it would change; stores the file and the preview, no figure.
   * @param filing the draft that a template is meant for, when the user says so
   * @throws IMPORT_… for a file that cannot be trusted as a whole; NOT_FOUND for a filing that is not the actor's
   */
  async preview(
    actor: Actor,
    file: { readonly name: string; readonly bytes: Uint8Array },
    layout?: ImportLayout,
    filing: string | null = null,
  ): Promise<ImportView> {
    const request = requestContext.getStore();
    // The request is the file and how it is to be read.
    if (request?.idempotency) request.idempotency.hash = `${sha256Of(file.bytes)} ${layout ?? ''} ${filing ?? ''}`;
    const wanted = filing === null ? null : await this.wantedFiling(actor, filing);
    const reading = await readImportInThread(file, await this.contextFor(actor, layout));
    return this.previewReading(actor, file, reading, wanted);
  }

  /** What the reader is told on behalf of this actor. */
  async contextFor(actor: Actor, layout?: ImportLayout): Promise<ImportContext> {
    return {
      ...(layout === undefined ? {} : { layout }),
      metrics: this.catalogue.metrics,
      allowDemoKeys: this.settings.demo,
      columns: { ...(await this.titlesOf(actor)), ...this.aliases },
    };
  }

  /** The preview of a file that was read already. */
  previewReading(
    actor: Actor,
    file: { readonly name: string; readonly bytes: Uint8Array },
    reading: ImportReading,
    wanted: WantedFiling | null = null,
  ): Promise<ImportView> {
    const sha256 = sha256Of(file.bytes);
    return this.acts.perform({ action: 'import.preview', actor, creates: true }, async (act) => {
      const places = await this.places(act.tx, reading.rows, reading.template);
      const current = await this.current(act.tx, places);
      const unfit = this.templateIssues(reading, places, wanted);
      const { placed, issues: placeIssues } = placeRows(unfit.length > 0 ? [] : reading.rows, places, current);
      const issues = [...unfit, ...placeIssues.map(asIssue)];
      const count = (kind: PlacedRow['kind']): number => placed.filter((row) => row.kind === kind).length;
      const problems = reading.issues.filter((issue) => issue.severity === 'problem').length + issues.length;
      const counts = {
        added: count('added'),
        changed: count('changed'),
        cleared: count('cleared'),
        unchanged: count('unchanged'),
        problems,
        warnings: reading.issues.length + issues.length - problems,
      };
      const row = (await act.tx.row<{ id: string }>(
        `insert into import (institution_id, actor, file_name, sha256, content, encoding, state, counts, template)
         values ($1, $2, $3, $4, $5, $6, 'previewed', $7, $8) returning id`,
        [
          actor.institutionId,
          actor.id,
          file.name.slice(0, 255),
          sha256,
          Buffer.from(file.bytes),
          reading.encoding,
          JSON.stringify(counts),
          reading.template && JSON.stringify(saidBy(reading.template)),
        ],
      )) as { id: string };
      act.subject = row.id;
      const forms = await this.previews.storeRows(act.tx, row.id, placed);
      await act.tx.run('update import set places = $2 where id = $1', [
        row.id,
        JSON.stringify(forms.map((form): KnownPlace => ({ form, filing: null }))),
      ]);
      await this.previews.storeIssues(act.tx, row.id, [...reading.issues, ...issues]);
      act.record(null, { file: file.name, sha256, counts });
      return this.query.view(act.tx, row.id);
    });
  }

  /**
   * Writes the preview's figures into drafts, all in one transaction; asked again it gives the same answer.
   * @throws NOT_FOUND, IMPORT_NOT_CLEAN, IMPORT_EXPIRED, IMPORT_STALE
   */
  commit(actor: Actor, id: string, how: { skip: boolean; clear: boolean }): Promise<CommitAnswer> {
    return this.acts.perform({ action: 'import.commit', actor, subject: id }, async (act) => {
      const stored = await act.tx.row<StoredImport>(
        `select actor, state, (counts->>'problems')::int as problems, answer, cleared, undo_answer, places, created_at
         from import where id = $1 for update`,
        [id],
      );
      if (!stored || stored.actor !== actor.id) throw notFound();
      if (stored.answer) {
        act.recordEach([]); // done before, and told before
        return stored.answer;
      }
      if (Date.now() - stored.created_at.getTime() > LIFE_HOURS * 3_600_000)
        throw new DomainError('IMPORT_EXPIRED', 409, '预览已超过24小时，请重新上传');
      if (stored.problems > 0 && !how.skip)
        throw importNotClean(stored.problems, await this.query.problems(act.tx, id));
      const answer = await this.write(act, id, how.clear, stored.places);
      await act.tx.run(
        `update import set state = 'committed', answer = $2, cleared = $3, committed_at = $4 where id = $1`,
        [id, JSON.stringify(answer), how.clear, act.now],
      );
      act.record({ state: 'previewed' }, { state: 'committed', filings: answer.filings.length });
      return answer;
    });
  }

  /**
   * Brings the cells that an import changed back to what they held before it, where nobody has changed them since; one
   * act, asked again it gives the same answer. Their versions rise: a page that shows the imported figures must ask.
   * @throws NOT_FOUND, IMPORT_NOT_COMMITTED, IMPORT_LOCKED when one of the filings is no draft any more
   */
  undo(actor: Actor, id: string): Promise<UndoAnswer> {
    return this.acts.perform({ action: 'import.undo', actor, subject: id }, async (act) => {
      const stored = await act.tx.row<StoredImport>(
        'select actor, state, answer, cleared, undo_answer, places from import where id = $1 for update',
        [id],
      );
      if (!stored || stored.actor !== actor.id) throw notFound();
      if (stored.undo_answer) {
        act.recordEach([]); // done before, and told before
        return stored.undo_answer;
      }
      if (stored.state !== 'committed' || !stored.answer)
        throw new DomainError('IMPORT_NOT_COMMITTED', 409, '这个文件还没有导入，没有可撤销的');
      const { filings } = stored.answer;
      const ids = filings.map((filing) => filing.id);
      const held = await act.tx.rows<{ state: string }>(
        'select state from filing where id = any($1::uuid[]) order by id for update',
        [ids],
      );
      if (held.some(({ state }) => state !== 'draft'))
        throw new DomainError('IMPORT_LOCKED', 409, '报表已提交复核或已提交，不能再撤销导入');
      const targets = stored.places.flatMap(({ filing }, place) =>
        filing === null ? [] : [{ place, filingId: filing }],
      );
      const outcome = await this.previews.undo(act, id, stored.cleared, targets);
      await act.tx.run(
        'update filing set version = version + 1, filled_by = $2, changed_at = $3 where id = any($1::uuid[])',
        [ids, act.actor.id, act.now],
      );
      const answer: UndoAnswer = {
        filings: filings.map(({ changed, ...filing }) => {
          const undone = outcome.get(filing.id) ?? 0;
          return { ...filing, undone, kept: changed - undone };
        }),
      };
      await act.tx.run(`update import set state = 'undone', undo_answer = $2, undone_at = $3 where id = $1`, [
        id,
        JSON.stringify(answer),
        act.now,
      ]);
      act.record({ state: 'committed' }, { state: 'undone', filings: filings.length });
      return answer;
    });
  }

  /** What a template says of itself against the draft that it would go into. */
  private templateIssues(
    { template }: ImportReading,
    places: ReadonlyMap<string, Place>,
    wanted: WantedFiling | null,
  ): StoredIssue[] {
    if (!template) return [];
    const { filer, period } = template.fields;
    const place = places.get(placeKey(filer.text, period.text));
    return templateIssues(template, place, (form, quarter) => this.templates.asked(form, quarter), wanted);
  }

  /** The version that an import opens an obligation with. @throws Error for a form that the preview could not know */
  private formIn(code: string, period: string): Form {
    const form = this.catalogue.formInForce(code, period) ?? this.catalogue.forms.get(code);
    if (!form) throw new Error(`no form ${code}`);
    return form;
  }

  private wantedFiling(actor: Actor, id: string): Promise<WantedFiling> {
    return this.database.transaction(actor, async (tx) => {
      const filing = await tx.row<WantedFiling>(
        `select i.uscc as filer, f.period, f.form from filing f join institution i on i.id = f.institution_id
         where f.id = $1`,
        [id],
      );
      if (!filing) throw notFound();
      return filing;
    });
  }

  /** Titles of the actor's own forms → codes: 绿色贷款余额 is a bank's metric and a micro-lender's. */
  private async titlesOf(actor: Actor): Promise<Record<string, string>> {
    if (actor.institutionId === null) return {};
    const types = await this.database.transaction(actor, (tx) =>
      tx.rows<{ type: InstitutionType }>(
        'select type from institution_type where institution_id = $1 order by valid_from',
        [actor.institutionId],
      ),
    );
    const metrics = types
      .flatMap(({ type }) => formMetrics(this.catalogue.formOfType(type)))
      .flatMap((code) => this.catalogue.metrics.get(code) ?? []);
    return Object.fromEntries(metrics.map(({ title, code }) => [cleanWord(title), code]));
  }

  /** The preview's rows stand in the database already: they go into the drafts without a way through this process. */
  private async write(act: Act, id: string, clear: boolean, known: readonly KnownPlace[]): Promise<CommitAnswer> {
    const places = await this.previews.places(act.tx, id, clear);
    if (places.length === 0) return { filings: [] };
    const formOf = (place: StoredPlace): string => (known[place.place] as KnownPlace).form;
    const opened = await this.drafts.open(
      act,
      places.map((place) => ({
        institutionId: place.institutionId,
        period: place.period,
        form: this.formIn(formOf(place), place.period),
      })),
    );
    const drafts = new Map(
      opened.map((draft) => [`${placeKey(draft.institutionId ?? '', draft.period)} ${draft.form}`, draft]),
    );
    const draftOf = (place: StoredPlace): OpenedDraft =>
      drafts.get(`${placeKey(place.institutionId, place.period)} ${formOf(place)}`) as OpenedDraft;
    const ids = opened.map((draft) => draft.id);
    const stale = (): DomainError =>
      new DomainError('IMPORT_STALE', 409, '预览之后报表有改动，请重新上传以查看新的对比');
    const held = await act.tx.rows<{ state: string }>(
      'select state from filing where id = any($1::uuid[]) order by id for update',
      [ids],
    );
    if (held.some(({ state }) => state !== 'draft' && state !== 'returned')) throw stale();
    const fresh = places.filter((place) => draftOf(place).isNew);
    const there = places.filter((place) => !draftOf(place).isNew);
    const targets = (some: readonly StoredPlace[]) =>
      some.map((place) => ({ place: place.place, filingId: draftOf(place).id }));
    if (!(await this.previews.intoNew(act.tx, id, clear, targets(fresh)))) throw stale();
    if (!(await this.previews.intoExisting(act.tx, id, clear, targets(there)))) throw stale();
    await act.tx.run(
      `update filing set version = version + 1, state = 'draft', filled_by = $2, changed_at = $3 where id = any($1::uuid[])`,
      [ids, act.actor.id, act.now],
    );
    const written = new Map(places.map((place) => [place.place, draftOf(place).id]));
    await act.tx.run('update import set places = $2 where id = $1', [
      id,
      JSON.stringify(known.map(({ form }, i): KnownPlace => ({ form, filing: written.get(i) ?? null }))),
    ]);
    return {
      filings: places.map((place) => ({
        id: draftOf(place).id,
        institution: place.institution,
        period: place.period,
        changed: place.figures,
      })),
    };
  }

  /** What stands at each institution and period that the file names. */
  private async places(
    tx: Tx,
    rows: readonly ImportRow[],
    template: TemplateReading | null,
  ): Promise<Map<string, Place>> {
    // A template says where it belongs even when no line of it could be read.
    const said =
      template && isQuarter(template.fields.period.text)
        ? [{ institution: template.fields.filer.text, period: template.fields.period.text }]
        : [];
    const pairs = [...new Map([...rows, ...said].map((row) => [placeKey(row.institution, row.period), row])).values()];
    const columns = [
      pairs.map((row) => row.institution),
      pairs.map((row) => row.period),
      pairs.map((row) => lastDay(row.period)),
    ];
    const found = await tx.rows<{
      uscc: string;
      period: string;
      institution_id: string;
      type: InstitutionType | null;
      is_open: boolean;
    }>(
      `select w.uscc, w.period, i.id as institution_id, t.type, p.period is not null as is_open
       from unnest($1::text[], $2::text[], $3::date[]) as w (uscc, period, last_day)
       join institution i on i.uscc = w.uscc
       left join institution_type t on t.institution_id = i.id and t.valid_from <= w.last_day and (t.valid_to is null or t.valid_to >= w.last_day)
       left join reporting_period p on p.period = w.period`,
      columns,
    );
    const owed = await tx.rows<{
      uscc: string;
      period: string;
      form: string;
      form_version: number;
      filing_id: string | null;
      state: string | null;
    }>(
      `select w.uscc, w.period, o.form, o.form_version, f.id as filing_id, f.state
       from unnest($1::text[], $2::text[]) as w (uscc, period)
       join institution i on i.uscc = w.uscc
       join obligation o on o.institution_id = i.id and o.period = w.period
       left join filing f on f.obligation_id = o.id`,
      columns.slice(0, 2),
    );
    const forms = new Map<string, Map<string, PlacedForm>>();
    for (const { uscc, period, type } of found)
      forms.set(
        placeKey(uscc, period),
        new Map(this.catalogue.formsOf({ type }, period).map((form) => [form.form, { form, filing: null }])),
      );
    for (const row of owed) {
      const form = this.catalogue.formAt(row.form, row.form_version) ?? this.catalogue.forms.get(row.form);
      const isEditable = row.state === 'draft' || row.state === 'returned';
      const filing = row.filing_id === null ? null : { id: row.filing_id, isEditable };
      if (form) forms.get(placeKey(row.uscc, row.period))?.set(row.form, { form, filing });
    }
    return new Map(
      found.map((row): [string, Place] => [
        placeKey(row.uscc, row.period),
        {
          institutionId: row.institution_id,
          isOpen: row.is_open,
          forms: [...(forms.get(placeKey(row.uscc, row.period))?.values() ?? [])].filter(
            ({ form }) => form.kind === 'metrics',
          ),
        },
      ]),
    );
  }

  private async current(tx: Tx, places: ReadonlyMap<string, Place>) {
    const filings = [...places.values()].flatMap(({ forms }) =>
      forms.flatMap(({ filing }) => (filing ? [filing.id] : [])),
    );
    const rows =
      filings.length === 0
        ? []
        : await tx.rows<{ filing_id: string; metric: string } & CurrentValue>(
            `select filing_id, metric, trim_scale(value)::text as value, state, source, version from filing_cell where filing_id = any($1::uuid[])`,
            [filings],
          );
    const cells = new Map(rows.map((row) => [`${row.filing_id} ${row.metric}`, row]));
    return (filing: string, metric: string): CurrentValue | undefined => cells.get(`${filing} ${metric}`);
  }
}

const saidBy = ({ fields }: TemplateReading): Record<string, string> => ({
  form: fields.form.text,
  version: fields.version.text,
  filer: fields.filer.text,
  period: fields.period.text,
});

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const asIssue = ({ code, row, message, expected }: PlaceIssue): StoredIssue => ({
  code,
  severity: 'problem',
  sheet: row.sheet,
  row: row.row,
  column: row.column,
  cell: row.cell,
  raw: row.raw,
  message,
  expected,
});

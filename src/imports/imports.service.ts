import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type Act, Acts } from '../audit/acts.service.js';
import { lastDay } from '../calendar/period.js';
import { Drafts, type OpenedDraft } from '../filings/drafts.service.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { formMetrics } from '../forms/form.js';
import type { InstitutionType } from '../forms/metric.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { requestContext } from '../platform/request-context.service.js';
import { SETTINGS, type Settings } from '../platform/settings.js';
import { DomainError, notFound } from '../problems/problems.js';
import { cleanWord } from './clean-text.js';
import { ImportQuery, type ImportView } from './import.query.js';
import { importNotClean } from './import-errors.js';
import type { ImportLayout, ImportReading, ImportRow } from './import-reading.js';
import { type CurrentValue, type Place, type PlacedRow, type PlaceIssue, placeKey, placeRows } from './place-rows.js';
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

interface StoredImport {
  readonly actor: string;
  readonly state: 'previewed' | 'committed';
  readonly problems: number;
  readonly answer: CommitAnswer | null;
  readonly created_at: Date;
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
   * @throws IMPORT_… for a file that cannot be trusted as a whole
   */
  async preview(
    actor: Actor,
    file: { readonly name: string; readonly bytes: Uint8Array },
    layout?: ImportLayout,
  ): Promise<ImportView> {
    const request = requestContext.getStore();
    // The request is the file and how it is to be read.
    if (request?.idempotency) request.idempotency.hash = `${sha256Of(file.bytes)} ${layout ?? ''}`;
    const reading = await readImportInThread(file, {
      ...(layout === undefined ? {} : { layout }),
      metrics: this.catalogue.metrics,
      allowDemoKeys: this.settings.demo,
      columns: { ...(await this.titlesOf(actor)), ...this.aliases },
    });
    return this.previewReading(actor, file, reading);
  }

  /** The preview of a file that was read already. */
  previewReading(
    actor: Actor,
    file: { readonly name: string; readonly bytes: Uint8Array },
    reading: ImportReading,
  ): Promise<ImportView> {
    const sha256 = sha256Of(file.bytes);
    return this.acts.perform({ action: 'import.preview', actor, creates: true }, async (act) => {
      const places = await this.places(act.tx, reading.rows);
      const current = await this.current(act.tx, places);
      const { placed, issues } = placeRows(reading.rows, places, current);
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
        `insert into import (institution_id, actor, file_name, sha256, content, encoding, state, counts)
         values ($1, $2, $3, $4, $5, $6, 'previewed', $7) returning id`,
        [
          actor.institutionId,
          actor.id,
          file.name.slice(0, 255),
          sha256,
          Buffer.from(file.bytes),
          reading.encoding,
          JSON.stringify(counts),
        ],
      )) as { id: string };
      act.subject = row.id;
      await this.previews.storeRows(act.tx, row.id, placed);
      await this.previews.storeIssues(act.tx, row.id, [...reading.issues, ...issues.map(asIssue)]);
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
        `select actor, state, (counts->>'problems')::int as problems, answer, created_at from import where id = $1 for update`,
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
      const answer = await this.write(act, id, how.clear);
      await act.tx.run(`update import set state = 'committed', answer = $2 where id = $1`, [
        id,
        JSON.stringify(answer),
      ]);
      act.record({ state: 'previewed' }, { state: 'committed', filings: answer.filings.length });
      return answer;
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
  private async write(act: Act, id: string, clear: boolean): Promise<CommitAnswer> {
    const places = await this.previews.places(act.tx, id, clear);
    if (places.length === 0) return { filings: [] };
    const opened = await this.drafts.open(
      act,
      places.map(({ institutionId, period, type }) => ({
        institutionId,
        period,
        form: this.catalogue.formOfType(type),
      })),
    );
    const drafts = new Map(opened.map((draft) => [placeKey(draft.institutionId ?? '', draft.period), draft]));
    const draftOf = (place: StoredPlace): OpenedDraft =>
      drafts.get(placeKey(place.institutionId, place.period)) as OpenedDraft;
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
    const targets = (some: readonly StoredPlace[]) => some.map((place) => ({ ...place, filingId: draftOf(place).id }));
    if (!(await this.previews.intoNew(act.tx, id, clear, targets(fresh)))) throw stale();
    if (!(await this.previews.intoExisting(act.tx, id, clear, targets(there)))) throw stale();
    await act.tx.run(
      `update filing set version = version + 1, state = 'draft', filled_by = $2, changed_at = $3 where id = any($1::uuid[])`,
      [ids, act.actor.id, act.now],
    );
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
  private async places(tx: Tx, rows: readonly ImportRow[]): Promise<Map<string, Place>> {
    const pairs = [...new Map(rows.map((row) => [placeKey(row.institution, row.period), row])).values()];
    const found = await tx.rows<{
      uscc: string;
      period: string;
      institution_id: string;
      type: InstitutionType | null;
      is_open: boolean;
      filing_id: string | null;
      state: string | null;
    }>(
      `select w.uscc, w.period, i.id as institution_id, t.type, p.period is not null as is_open, f.id as filing_id, f.state
       from unnest($1::text[], $2::text[], $3::date[]) as w (uscc, period, last_day)
       join institution i on i.uscc = w.uscc
       left join institution_type t on t.institution_id = i.id and t.valid_from <= w.last_day and (t.valid_to is null or t.valid_to >= w.last_day)
       left join reporting_period p on p.period = w.period
       left join filing f on f.institution_id = i.id and f.period = w.period`,
      [pairs.map((row) => row.institution), pairs.map((row) => row.period), pairs.map((row) => lastDay(row.period))],
    );
    return new Map(
      found.map((row): [string, Place] => [
        placeKey(row.uscc, row.period),
        {
          institutionId: row.institution_id,
          form: row.type === null ? null : this.catalogue.formOfType(row.type),
          isOpen: row.is_open,
          filing:
            row.filing_id === null
              ? null
              : { id: row.filing_id, isEditable: row.state === 'draft' || row.state === 'returned' },
        },
      ]),
    );
  }

  private async current(tx: Tx, places: ReadonlyMap<string, Place>) {
    const filings = [...places.values()].flatMap((place) => (place.filing ? [place.filing.id] : []));
    const rows =
      filings.length === 0
        ? []
        : await tx.rows<{ filing_id: string; metric: string } & CurrentValue>(
            `select filing_id, metric, trim_scale(value)::text as value, version from filing_cell where filing_id = any($1::uuid[])`,
            [filings],
          );
    const cells = new Map(rows.map((row) => [`${row.filing_id} ${row.metric}`, row]));
    return (filing: string, metric: string): CurrentValue | undefined => cells.get(`${filing} ${metric}`);
  }
}

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

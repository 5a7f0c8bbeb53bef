import { Inject, Injectable } from '@nestjs/common';
import { type ActedOn, Acts } from '../audit/acts.service.js';
import { dayOf } from '../calendar/day.js';
import { lastDay, quarterCode, quarterIndex } from '../calendar/period.js';
import { Receiving } from '../filings/receiving.service.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { formMetrics, isQuarterly, sectionsAsked } from '../forms/form.js';
import type { InstitutionType } from '../forms/metric.js';
import { People } from '../identity/people.service.js';
import { Aliases } from '../institutions/aliases.service.js';
import { Institutions } from '../institutions/institutions.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { requestContext } from '../platform/request-context.service.js';
import { SheetDraft, STYLES, workbookBytes } from '../platform/workbook-writer.js';
import { DomainError, notFound } from '../problems/problems.js';
import { checkFiling } from '../rules/check-filing.js';
import { MetricTitles } from '../trial/metric-titles.js';
import { type OwnFigure, readOwn } from '../trial/own-figures.js';
import { type OwnLayout, readLayout } from '../trial/own-header.js';
import type { OwnFile } from '../trial/own-sheet.js';
import { readOwnInThread } from '../trial/read-own.worker.js';
import type { BackfillChoices, BackfillReason } from './backfill.dto.js';
import { type BackfillIssue, issueOf, type PlannedPlace, planPlace, type Standing } from './backfill-plan.js';

interface UploadedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface BackfillPreview {
  readonly fileName: string;
  readonly sha256: string;
  readonly places: readonly PlannedPlace[];
  readonly issues: readonly BackfillIssue[];
  /** Names that the register does not know, with near ones: for questions. */
  readonly unknown: readonly {
    readonly name: string;
    readonly candidates: readonly { readonly uscc: string; readonly name: string }[];
  }[];
}

export interface BackfillAnswer {
  readonly id: string;
  readonly filings: readonly {
    readonly id: string;
    readonly institution: string;
    readonly institutionName: string;
    readonly period: string;
    readonly figures: number;
  }[];
  readonly skipped: number;
}

export interface BackfillItem {
  readonly id: string;
  readonly fileName: string;
  readonly sha256: string;
  readonly reason: string;
  readonly document: string;
  readonly sender: string;
  readonly receivedOn: string;
  readonly filings: number;
  readonly accepted: number;
  readonly keptBy: string;
  readonly keptAt: string;
}

/** A figure with the institution that it is of. */
interface Attributed {
  readonly institutionId: string;
  readonly figure: OwnFigure;
}

interface Plan {
  readonly preview: BackfillPreview;
  readonly ids: ReadonlyMap<string, string>;
}

/** More than twelve quarters of any district; each is a filing with its revision. */
const MOST_PLACES = 1_500;
const MOST_QUARTERS = 24;

/** 补录历史: a workbook of former quarters becomes obligations of kind backfill and submitted revisions. */
@Injectable()
export class Backfills {
  private readonly titles: MetricTitles;

  constructor(
    private readonly acts: Acts,
    private readonly database: Database,
    private readonly aliases: Aliases,
    private readonly institutions: Institutions,
    private readonly receiving: Receiving,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {
    this.titles = new MetricTitles([...catalogue.metrics.values()]);
  }

  /** What a file would bring in; nothing is kept. @throws IMPORT_… and OWN_TOO_BIG for the file, BACKFILL_TOO_MANY */
  async preview(actor: Actor, file: UploadedFile, choices: BackfillChoices): Promise<BackfillPreview> {
    const read = await readOwnInThread(file);
    return this.database.transaction(actor, async (tx) => (await this.plan(tx, read, choices)).preview);
  }

  /**
   * Everything that is ready, in one act: the workbook is kept, every institution and quarter becomes an obligation of
   * kind backfill with a submitted revision, received by this officer; another person accepts them.
   * @throws as `preview`, BACKFILL_NOT_CLEAN without `skip`, BACKFILL_NOTHING, and as `Receiving.receive`
   */
  async commit(
    actor: Actor,
    file: UploadedFile,
    choices: BackfillChoices,
    why: BackfillReason,
  ): Promise<BackfillAnswer> {
    const read = await readOwnInThread(file);
    // The request is the file and what is said of it.
    const request = requestContext.getStore();
    if (request?.idempotency) request.idempotency.hash = JSON.stringify([read.sha256, choices, why]);
    const options = { action: 'filing.receive', actor, creates: true, reason: why.reason } as const;
    return this.acts.perform(options, async (act) => {
      const { preview, ids } = await this.plan(act.tx, read, choices);
      const ready = preview.places.filter(({ verdict }) => verdict === 'ready');
      const left = preview.places.filter(({ verdict }) => verdict === 'conflict' || verdict === 'blocked');
      const problems = preview.issues.filter(({ isProblem }) => isProblem);
      if (!why.skip && left.length + problems.length > 0)
        throw new DomainError(
          'BACKFILL_NOT_CLEAN',
          422,
          `还有 ${left.length + problems.length} 处不能补录；可改好后重新上传，或只补录可收的`,
          [
            ...problems.map(({ sheet, place, raw, message }) => ({
              path: [sheet, place].filter((part) => part !== '').join('/'),
              rule: 'BACKFILL_NOT_CLEAN',
              found: raw,
              expected: '可补录的数字',
              message,
            })),
            ...left.map(({ institutionName, period, why: reason, verdict }) => ({
              path: `${institutionName} ${period}`,
              rule: 'BACKFILL_NOT_CLEAN',
              found: verdict,
              expected: '可收',
              message: reason,
            })),
          ].slice(0, 50),
        );
      if (ready.length === 0) throw new DomainError('BACKFILL_NOTHING', 422, '没有可以补录的数字');
      const kept = (await act.tx.row<{ id: string }>(
        `insert into backfill_file (file_name, sha256, content, choices, reason, document, sender, received_on, filings,
           kept_by, kept_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id`,
        [
          file.name.slice(0, 255),
          read.sha256,
          Buffer.from(file.bytes),
          JSON.stringify(choices),
          why.reason,
          why.document,
          why.sender,
          why.receivedOn,
          ready.length,
          act.actor.id,
          act.now,
        ],
      )) as { id: string };
      const source = {
        file: kept.id,
        fileName: file.name.slice(0, 255),
        sha256: read.sha256,
        sender: why.sender,
        receivedOn: why.receivedOn,
        note: `补录：${why.document}`,
      };
      const done: ActedOn[] = [];
      const filings: BackfillAnswer['filings'][number][] = [];
      // The oldest first, as the quarters came.
      for (const place of [...ready].sort((a, b) => (a.period < b.period ? -1 : a.period > b.period ? 1 : 0))) {
        const figures = place.figures.filter(({ outcome }) => outcome !== 'unasked');
        const received = await this.receiving.receive(act, {
          institutionId: ids.get(place.institution) as string,
          form: place.form,
          period: place.period,
          kind: 'backfill',
          figures: new Map(figures.map(({ metric, value }) => [metric, { value, state: 'value' }])),
          source,
          reason: why.reason,
        });
        done.push(received.done);
        const { institution, institutionName, period } = place;
        filings.push({ id: received.filing.id, institution, institutionName, period, figures: figures.length });
      }
      act.recordEach(done);
      return { id: kept.id, filings, skipped: left.length };
    });
  }

  /** Workbooks of history, the latest first. */
  list(actor: Actor, query: PageQuery): Promise<Page<BackfillItem>> {
    const request = pageRequest(query, 'backfills', 2);
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<Omit<BackfillItem, 'keptAt'> & { readonly kept_at: Date; readonly at: string }>(
        `select b.id, b.file_name as "fileName", b.sha256, b.reason, b.document, b.sender,
           b.received_on::text as "receivedOn", b.filings, b.kept_by as "keptBy", b.kept_at, b.kept_at::text as at,
           (select count(*)::int from receiving v join acceptance a on a.revision_id = v.revision_id
            where v.file_id = b.id) as accepted
         from backfill_file b
         where $1::text is null or (b.kept_at, b.id) < ($1::timestamptz, $2::uuid)
         order by b.kept_at desc, b.id desc limit $3`,
        [...(request.after ?? [null, null]), request.limit + 1],
      );
      const names = await People.names(
        tx,
        rows.map(({ keptBy }) => keptBy),
      );
      const page = pageOf(rows, request, 'backfills', ({ at, id }) => [at, id]);
      return {
        next: page.next,
        items: page.items.map(({ kept_at, at: _, ...row }) => ({
          ...row,
          keptBy: names.get(row.keptBy) ?? row.keptBy,
          keptAt: kept_at.toISOString(),
        })),
      };
    });
  }

  /** The workbook as it came. @throws NOT_FOUND */
  original(actor: Actor, id: string): Promise<{ name: string; bytes: Buffer; sha256: string }> {
    return this.database.transaction(actor, async (tx) => {
      const row = await tx.row<{ name: string; bytes: Buffer; sha256: string }>(
        'select file_name as name, content as bytes, sha256 from backfill_file where id = $1',
        [id],
      );
      if (!row) throw notFound();
      return row;
    });
  }

  /** A workbook to fill in: a row for each institution of a type and quarter, a column for each metric of its form. */
  template(
    actor: Actor,
    wanted: { readonly from: string; readonly to: string; readonly type: string; readonly institution?: string },
  ): Promise<{ name: string; bytes: Uint8Array }> {
    const count = quarterIndex(wanted.to) - quarterIndex(wanted.from) + 1;
    if (count < 1 || count > MOST_QUARTERS)
      throw new DomainError('PERIOD_INVALID', 422, `报告期应从早到晚，至多 ${MOST_QUARTERS} 个季度`, [
        {
          path: 'to',
          rule: 'PERIOD_INVALID',
          found: wanted.to,
          expected: `${wanted.from} 起至多 ${MOST_QUARTERS} 个季度`,
          message: '报告期范围不对',
        },
      ]);
    const form = this.catalogue.formOfType(wanted.type as InstitutionType);
    const metrics = formMetrics(form).flatMap((code) => this.catalogue.metrics.get(code) ?? []);
    const periods = Array.from({ length: count }, (_, i) => quarterCode(quarterIndex(wanted.from) + i));
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<{ uscc: string; name: string }>(
        `select i.uscc, i.name from institution i
         join institution_type t on t.institution_id = i.id and t.type = $1
           and t.valid_from <= $2 and (t.valid_to is null or t.valid_to >= $2)
         where i.register = 'district' and ($3::text is null or i.uscc = $3) and i.closed_on is null order by i.uscc`,
        [wanted.type, dayOf(tx.now), wanted.institution ?? null],
      );
      if (rows.length === 0) throw new DomainError('BACKFILL_NOTHING', 422, '名册里没有这一类型的机构');
      const sheet = new SheetDraft('历史数据', {
        columns: [22, 28, 10, ...metrics.map(() => 16)].map((width) => ({ width })),
        freezePane: { rows: 1, columns: 3 },
      });
      sheet.add(
        ['统一社会信用代码', '机构名称', '报告期', ...metrics.map(({ title, unit }) => `${title}（${unit}）`)],
        STYLES.head,
      );
      for (const { uscc, name } of rows) for (const period of periods) sheet.add([uscc, name, period], STYLES.code);
      const notes = new SheetDraft('说明', { columns: [{ width: 100 }] });
      for (const line of [
        '每家机构每季一行；没有的数字留空，不要填0。',
        '单位见表头，也可以改成别的单位，如（亿元）。',
        '不用的列可以删去；已采纳的数字不会被改动，不同的会列为冲突。',
        '补录以后由另一人审核采纳，评价的取数上注明“补录”。',
      ])
        notes.add([line], STYLES.text);
      const bytes = await workbookBytes([sheet, notes], { properties: { title: '补录历史', creator: '绿评' } });
      return { name: `补录_${form.title}_${wanted.from}-${wanted.to}.xlsx`, bytes };
    });
  }

  private async plan(tx: Tx, file: OwnFile, choices: BackfillChoices): Promise<Plan> {
    const issues: BackfillIssue[] = [];
    const sheets = file.sheets.filter((_, i) => choices.sheet === undefined || i === choices.sheet);
    const given = choices.institution === undefined ? null : await this.institutions.find(tx, choices.institution);
    const type = given ? await this.typeToday(tx, given.id) : null;
    const readings = sheets.map((sheet) => {
      const layout = this.layoutOf(sheet, choices, type);
      const period = choices.period ?? layout.period;
      return {
        sheet,
        reading: readOwn(sheet, layout, this.catalogue.metrics, { period, party: given?.name ?? null, type }),
      };
    });
    const texts = readings.flatMap(({ reading }) => reading.parties.flatMap((party) => party.texts));
    const chosen = [...new Set(Object.values(choices.names).flatMap((uscc) => uscc ?? []))];
    const matched = await this.aliases.match(tx, [...new Set([...texts, ...chosen])]);
    const attributed: Attributed[] = [];
    const unknown = new Map<string, BackfillPreview['unknown'][number]>();
    for (const { sheet, reading } of readings) {
      issues.push(...reading.leftOut.map((left) => issueOf(sheet.name, left)));
      const ids = new Map<string, string>();
      for (const { name, texts: called, row } of reading.parties) {
        if (given && name === given.name) {
          ids.set(name, given.id);
          continue;
        }
        if (Object.hasOwn(choices.names, name)) {
          const uscc = choices.names[name];
          const found = uscc ? matched.get(uscc) : undefined;
          if (found) ids.set(name, found.id);
          continue;
        }
        const found = called.flatMap((text) => matched.get(text) ?? [])[0];
        if (found) ids.set(name, found.id);
        else if (!unknown.has(name)) {
          const near = unknown.size < 60 ? await this.aliases.candidates(tx, name) : [];
          unknown.set(name, { name, candidates: near.map((each) => ({ uscc: each.uscc, name: each.name })) });
          const message = `名册里没有“${name}”，请指明是哪一家或不补录`;
          issues.push({ sheet: sheet.name, place: `第${row}行`, raw: name, message, isProblem: true });
        }
      }
      for (const figure of reading.figures) {
        const institutionId = ids.get(figure.party);
        if (institutionId === undefined) continue;
        const issue = (message: string): void => {
          issues.push({ sheet: sheet.name, place: figure.cell, raw: figure.raw, message, isProblem: true });
        };
        if (figure.period === null) issue('没有写明报告期');
        else if (lastDay(figure.period) >= dayOf(tx.now)) issue(`${figure.period} 还没有结束，不是历史`);
        else if (figure.metric.startsWith('OWN_')) {
          const message = '不是目录里的指标，不补录';
          issues.push({ sheet: sheet.name, place: figure.cell, raw: figure.raw, message, isProblem: false });
        } else attributed.push({ institutionId, figure });
      }
    }
    const { places, ids } = await this.places(tx, attributed, issues);
    return {
      ids,
      preview: { fileName: file.name, sha256: file.sha256, places, issues, unknown: [...unknown.values()] },
    };
  }

  private layoutOf(sheet: OwnFile['sheets'][number], choices: BackfillChoices, type: string | null): OwnLayout {
    const layout = readLayout(sheet, this.titles, { header: choices.header ?? undefined, type });
    if (choices.columns === undefined) return layout;
    const said = new Map(choices.columns.map((column) => [column.index, column]));
    return { ...layout, columns: layout.columns.map((column) => ({ ...column, ...said.get(column.index) })) };
  }

  private async typeToday(tx: Tx, institutionId: string): Promise<InstitutionType | null> {
    const row = await tx.row<{ type: InstitutionType }>(
      `select type from institution_type where institution_id = $1 order by valid_from desc limit 1`,
      [institutionId],
    );
    return row?.type ?? null;
  }

  private async places(
    tx: Tx,
    attributed: readonly Attributed[],
    issues: BackfillIssue[],
  ): Promise<{ places: PlannedPlace[]; ids: Map<string, string> }> {
    const grouped = new Map<string, Attributed[]>();
    for (const each of attributed) {
      const key = `${each.institutionId} ${each.figure.period}`;
      grouped.set(key, [...(grouped.get(key) ?? []), each]);
    }
    if (grouped.size > MOST_PLACES)
      throw new DomainError(
        'BACKFILL_TOO_MANY',
        422,
        `一次至多补录 ${MOST_PLACES} 张报表，文件里有 ${grouped.size} 张`,
      );
    const standings = await this.standings(
      tx,
      [...grouped.values()].map(([first]) => first as Attributed),
    );
    const places: PlannedPlace[] = [];
    const ids = new Map<string, string>();
    for (const [key, group] of grouped) {
      const standing = standings.get(key);
      const { figure } = group[0] as Attributed;
      if (!standing) {
        const message = `${figure.party} 在 ${figure.period} 没有要填的季度报表`;
        issues.push({ sheet: figure.sheet, place: figure.cell, raw: figure.raw, message, isProblem: true });
        continue;
      }
      ids.set(standing.institution, standing.institutionId);
      const figures = this.ofType(group, standing, issues);
      const place = planPlace(
        standing,
        figures,
        (metric) => this.catalogue.metrics.get(metric)?.title ?? metric,
        (values) => this.blocksOf(standing, values),
      );
      for (const { sheet, cell, raw, outcome } of place.figures)
        if (outcome === 'unasked')
          issues.push({
            sheet,
            place: cell,
            raw,
            message: `${standing.period} 的报表不含此指标，不补录`,
            isProblem: false,
          });
      places.push(place);
    }
    places.sort(
      (a, b) =>
        (a.institution < b.institution ? -1 : a.institution > b.institution ? 1 : 0) ||
        (a.period < b.period ? -1 : a.period > b.period ? 1 : 0),
    );
    return { places, ids };
  }

  /** A title that several types file has a code for each: the one that this institution's form asks counts. */
  private ofType(group: readonly Attributed[], standing: Standing, issues: BackfillIssue[]): OwnFigure[] {
    const seen = new Map<string, string>();
    return group.flatMap(({ figure }) => {
      const title = this.catalogue.metrics.get(figure.metric)?.title ?? '';
      const own = standing.asked.includes(figure.metric)
        ? figure.metric
        : (standing.asked.find((code) => {
            const metric = this.catalogue.metrics.get(code);
            return metric?.title === title && metric.unit === figure.unit;
          }) ?? figure.metric);
      const earlier = seen.get(own);
      if (earlier !== undefined) {
        const message = `与 ${earlier} 是同一机构、同一指标、同一期`;
        issues.push({ sheet: figure.sheet, place: figure.cell, raw: figure.raw, message, isProblem: true });
        return [];
      }
      seen.set(own, figure.cell);
      return [{ ...figure, metric: own }];
    });
  }

  private blocksOf({ period, asked }: Standing, figures: ReadonlyMap<string, string>): string[] {
    const subject = { period, figures, codes: asked, history: new Map(), peers: null };
    return checkFiling(subject, this.catalogue.rules, this.catalogue.metrics)
      .filter(({ severity }) => severity === 'block')
      .map(({ message }) => message);
  }

  private async standings(tx: Tx, wanted: readonly Attributed[]): Promise<Map<string, Standing>> {
    const columns = [
      wanted.map(({ institutionId }) => institutionId),
      wanted.map(({ figure }) => figure.period as string),
      wanted.map(({ figure }) => lastDay(figure.period as string)),
    ];
    // History may reach back before the type was recorded: then the earliest known one counts.
    const rows = await tx.rows<{
      id: string;
      uscc: string;
      name: string;
      period: string;
      type: InstitutionType | null;
    }>(
      `select i.id, i.uscc, i.name, w.period, coalesce(
           (select t.type from institution_type t where t.institution_id = i.id
              and t.valid_from <= w.last_day and (t.valid_to is null or t.valid_to >= w.last_day)),
           (select t.type from institution_type t where t.institution_id = i.id order by t.valid_from limit 1)) as type
       from unnest($1::uuid[], $2::text[], $3::date[]) as w (institution_id, period, last_day)
       join institution i on i.id = w.institution_id`,
      columns,
    );
    const owed = await tx.rows<{
      id: string;
      period: string;
      form: string;
      kind: string;
      state: string | null;
      is_over: boolean;
    }>(
      `select o.institution_id as id, o.period, o.form, o.kind, f.state,
         o.exempt_at is not null or o.closed_at is not null as is_over
       from obligation o left join filing f on f.obligation_id = o.id
       join unnest($1::uuid[], $2::text[]) as w (institution_id, period)
         on w.institution_id = o.institution_id and w.period = o.period`,
      columns.slice(0, 2),
    );
    const accepted = await tx.rows<{ id: string; period: string; metric: string; value: string | null }>(
      `select distinct on (o.institution_id, o.period, o.metric) o.institution_id as id, o.period, o.metric,
         trim_scale(o.value)::text as value
       from observation o join unnest($1::uuid[], $2::text[]) as w (institution_id, period)
         on w.institution_id = o.institution_id and w.period = o.period
       order by o.institution_id, o.period, o.metric, o.in_force_from desc`,
      columns.slice(0, 2),
    );
    const figuresOf = new Map<string, Map<string, string | null>>();
    for (const { id, period, metric, value } of accepted) {
      const key = `${id} ${period}`;
      figuresOf.set(key, (figuresOf.get(key) ?? new Map<string, string | null>()).set(metric, value));
    }
    const owedOf = new Map(owed.map((row) => [`${row.id} ${row.period} ${row.form}`, row]));
    const { metrics, editions } = this.catalogue;
    return new Map(
      rows.flatMap(({ id, uscc, name, period, type }): [string, Standing][] => {
        const form = type && this.catalogue.formsOf({ type }, period).find(isQuarterly);
        if (!form) return [];
        const there = owedOf.get(`${id} ${period} ${form.form}`);
        return [
          [
            `${id} ${period}`,
            {
              institutionId: id,
              institution: uscc,
              institutionName: name,
              period,
              form,
              asked: sectionsAsked(form, metrics, editions, period).flatMap((section) => section.metrics),
              state: there?.state ?? null,
              kind: there?.kind ?? null,
              isOver: there?.is_over ?? false,
              accepted: figuresOf.get(`${id} ${period}`) ?? new Map<string, string | null>(),
            },
          ],
        ];
      }),
    );
  }
}

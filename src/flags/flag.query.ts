import { Inject, Injectable } from '@nestjs/common';
import { minuteOf } from '../calendar/day.js';
import { firstDay, lastDay, periodTitle } from '../calendar/period.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { departmentTitle } from '../identity/departments.js';
import { People } from '../identity/people.service.js';
import { type Actor, isOfDepartment } from '../lifecycle/lifecycle.js';
import { Attachments } from '../platform/attachments.service.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { SheetDraft, STYLES, workbookBytes } from '../platform/workbook-writer.js';
import { notFound } from '../problems/problems.js';
import { checkScheme } from '../scoring/scheme/check-scheme.js';
import { type FlagReading, flagsRead } from '../scoring/scheme/scheme-reads.js';
import { FlagKinds } from './flag-kinds.service.js';
import { type FlagAction, type FlagState, flagStates } from './flag-states.js';

/** Where a version of a scheme reads a kind, and what that does there. */
export interface FlagUse extends Omit<FlagReading, 'flag'> {
  readonly scheme: string;
  readonly version: number;
  readonly schemeTitle: string;
}

export interface KindView {
  readonly code: string;
  readonly title: string;
  readonly note: string;
  readonly departments: readonly { readonly code: string; readonly title: string }[];
  /** In the latest version of each scheme that is not retired. */
  readonly uses: readonly FlagUse[];
}

interface Deed {
  readonly by: string;
  readonly at: string;
}

export interface FlagItem {
  readonly id: string;
  readonly institution: string;
  readonly institutionName: string;
  readonly kind: string;
  readonly kindTitle: string;
  /** Days, both included; null: still. */
  readonly from: string;
  readonly to: string | null;
  readonly department: { readonly code: string; readonly title: string };
  readonly document: string;
  readonly note: string;
  readonly evidence: { readonly fileName: string; readonly sha256: string } | null;
  readonly state: FlagState;
  readonly entered: Deed;
  readonly confirmed: Deed | null;
  readonly withdrawn: (Deed & { readonly reason: string }) | null;
  readonly actions: readonly FlagAction[];
}

export interface FlagView extends FlagItem {
  readonly uses: readonly FlagUse[];
  /** Evaluations of a period that it touches, in which this institution takes part. */
  readonly evaluations: readonly {
    readonly id: string;
    readonly title: string;
    readonly periodTitle: string;
    readonly state: string;
    /** Whether the pin has it; a pin never changes. */
    readonly carries: boolean;
    /** `predates`: it should carry it and does not; `outlives`: it carries what was withdrawn since. */
    readonly gap: 'predates' | 'outlives' | null;
  }[];
}

export interface FlagFilter extends PageQuery {
  readonly kind?: string | undefined;
  readonly state?: FlagState | undefined;
  readonly department?: string | undefined;
  /** Part of a name, a code or a document number. */
  readonly q?: string | undefined;
}

interface FlagRow {
  readonly id: string;
  readonly institution_id: string;
  readonly institution: string;
  readonly institutionName: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string | null;
  readonly department: string;
  readonly document: string;
  readonly note: string;
  readonly evidence: { readonly fileName: string; readonly sha256: string } | null;
  readonly state: FlagState;
  readonly entered_by: string;
  readonly entered_at: Date;
  readonly at: string;
  readonly confirmed_by: string | null;
  readonly confirmed_at: Date | null;
  readonly withdrawn_by: string | null;
  readonly withdrawn_at: Date | null;
  readonly reason: string | null;
}

const FLAG = `
  select f.id, f.institution_id, i.uscc as institution, i.name as "institutionName", f.flag as kind, f.valid_from::text as "from",
    f.valid_to::text as "to", f.department, f.document, f.evidence as note,
    case when a.id is not null then json_build_object('fileName', a.file_name, 'sha256', a.sha256) end as evidence,
    f.state, f.entered_by, f.entered_at, f.entered_at::text as at, f.confirmed_by, f.confirmed_at, f.withdrawn_by, f.withdrawn_at, f.reason
  from institution_flag f join institution i on i.id = f.institution_id left join attachment a on a.id = f.attachment_id`;
const MOST_EXPORTED = 10_000;

export const FLAG_STATE_TITLES: Readonly<Record<FlagState, string>> = {
  entered: '待确认',
  confirmed: '已确认',
  withdrawn: '已撤回',
};

/** The department whose flags alone this actor sees; null: all (the row filter binds institutions). */
const boundOf = (actor: Actor): string | null => (isOfDepartment(actor) ? (actor.department ?? '') : null);

/** Reads 处罚与事项: who carries what, since when, by whose word, and what it does. */
@Injectable()
export class FlagQuery {
  constructor(
    private readonly database: Database,
    private readonly kinds: FlagKinds,
    private readonly attachments: Attachments,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /** The latest first. */
  list(actor: Actor, filter: FlagFilter): Promise<Page<FlagItem>> {
    const { kind, state, department, q } = filter;
    const list = `flags:${JSON.stringify([kind, state, department, q])}`;
    const request = pageRequest(filter, list, 2);
    return this.database.transaction(actor, async (tx) => {
      const rows = await this.rows(tx, filter, request.after, request.limit + 1);
      const page = pageOf(rows, request, list, (row) => [row.at, row.id]);
      return { items: await this.views(tx, page.items), next: page.next };
    });
  }

  one(actor: Actor, id: string): Promise<FlagView> {
    return this.database.transaction(actor, (tx) => this.view(tx, id));
  }

  /** @throws NOT_FOUND for what is absent or not the actor's */
  async view(tx: Tx, id: string): Promise<FlagView> {
    const row = await tx.row<FlagRow>(`${FLAG} where f.id = $1 and ($2::text is null or f.department = $2)`, [
      id,
      boundOf(tx.actor),
    ]);
    if (!row) throw notFound();
    const [item] = (await this.views(tx, [row])) as [FlagItem];
    const isStaff = tx.actor.institutionId === null;
    return {
      ...item,
      uses: isStaff ? ((await this.uses(tx)).get(row.kind) ?? []) : [],
      evaluations: isStaff && !isOfDepartment(tx.actor) ? await this.evaluations(tx, row) : [],
    };
  }

  /** Kinds of the file, and what schemes read beside them. */
  kindList(actor: Actor): Promise<{ items: KindView[]; next: null }> {
    return this.database.transaction(actor, async (tx) => {
      const uses = actor.institutionId === null ? await this.uses(tx) : new Map<string, FlagUse[]>();
      const unknown = [...uses.keys()].filter((code) => this.kinds.of(code) === null);
      const items = [
        ...this.kinds.all,
        ...unknown.map((code) => ({
          code,
          title: code,
          note: '评价方案要读，但 config/flags.yaml 没有定义，不能登记',
          departments: [],
        })),
      ].map(({ departments, ...kind }) => ({
        ...kind,
        departments: departments.map((code) => ({ code, title: departmentTitle(code) })),
        uses: uses.get(kind.code) ?? [],
      }));
      return { items, next: null };
    });
  }

  /** @throws NOT_FOUND, also when there is none */
  evidence(actor: Actor, id: string) {
    return this.database.transaction(actor, async (tx) => {
      const row = await tx.row<{ attachment_id: string | null }>(
        'select attachment_id from institution_flag where id = $1 and ($2::text is null or department = $2)',
        [id, boundOf(actor)],
      );
      if (!row?.attachment_id) throw notFound();
      return this.attachments.read(tx, row.attachment_id);
    });
  }

  /** Same rows and order as the page, without its pages. */
  workbook(actor: Actor, filter: FlagFilter): Promise<Uint8Array> {
    return this.database.transaction(actor, async (tx) => {
      const items = await this.views(tx, await this.rows(tx, filter, null, MOST_EXPORTED));
      const titles = [
        '统一社会信用代码',
        '机构',
        '事项',
        '起日',
        '止日',
        '部门',
        '文号',
        '说明',
        '状态',
        '登记人',
        '登记时间',
        '确认人',
        '确认时间',
        '撤回人',
        '撤回时间',
        '撤回理由',
      ];
      const widths = [22, 28, 14, 12, 12, 18, 24, 40, 10, 14, 20, 24, 20, 14, 20, 30];
      const sheet = new SheetDraft('处罚与事项', {
        columns: widths.map((width) => ({ width })),
        freezePane: { rows: 1, columns: 2 },
        autoFilter: { range: `A1:P${items.length + 1}` },
      });
      sheet.add(titles, STYLES.head);
      for (const item of items)
        sheet.add(
          [
            item.institution,
            item.institutionName,
            item.kindTitle,
            item.from,
            item.to ?? '',
            item.department.title,
            item.document,
            item.note,
            FLAG_STATE_TITLES[item.state],
            item.entered.by,
            local(item.entered.at),
            item.confirmed?.by ?? '',
            local(item.confirmed?.at),
            item.withdrawn?.by ?? '',
            local(item.withdrawn?.at),
            item.withdrawn?.reason ?? '',
          ],
          STYLES.code,
        );
      return workbookBytes([sheet], { properties: { title: '处罚与事项', creator: '绿评' } });
    });
  }

  private rows(
    tx: Tx,
    { kind, state, department, q }: FlagFilter,
    after: readonly (string | number)[] | null,
    limit: number,
  ): Promise<FlagRow[]> {
    return tx.rows<FlagRow>(
      `${FLAG}
       where i.register = 'district' and ($1::text is null or f.flag = $1) and ($2::text is null or f.state = $2)
         and ($3::text is null or f.department = $3) and ($4::text is null or f.department = $4)
         and ($5::text is null or position($5 in i.name) > 0 or position(upper($5) in i.uscc) > 0 or position($5 in f.document) > 0)
         and ($6::timestamptz is null or (f.entered_at, f.id) < ($6, $7::uuid))
       order by f.entered_at desc, f.id desc limit $8`,
      [
        kind ?? null,
        state ?? null,
        department ?? null,
        boundOf(tx.actor),
        q ?? null,
        ...(after ?? [null, null]),
        limit,
      ],
    );
  }

  /** By the code of the kind. */
  private async uses(tx: Tx): Promise<Map<string, FlagUse[]>> {
    const schemes = await tx.rows<{ code: string; version: number; title: string; document: string }>(
      `select distinct on (code) code, version, title, document from scheme where register = 'district' and state <> 'retired'
       order by code, version desc`,
    );
    const uses = new Map<string, FlagUse[]>();
    for (const { code, version, title, document } of schemes) {
      const { scheme } = checkScheme(document, this.catalogue.facts());
      for (const { flag, ...use } of scheme ? flagsRead(scheme) : [])
        uses.set(flag, [...(uses.get(flag) ?? []), { ...use, scheme: code, version, schemeTitle: title }]);
    }
    return uses;
  }

  private async evaluations(tx: Tx, flag: FlagRow): Promise<FlagView['evaluations']> {
    const rows = await tx.rows<{ id: string; title: string; period: string; state: string; carries: boolean }>(
      `select e.id, e.title, e.period, e.state, i.flags ? $2 as carries
       from evaluation e join evaluation_institution i on i.evaluation_id = e.id and i.institution_id = $1
       where e.state not in ('failed', 'cancelled') order by e.started_at desc limit 200`,
      [flag.institution_id, flag.kind],
    );
    const touches = (period: string): boolean =>
      flag.from <= lastDay(period) && (flag.to === null || flag.to >= firstDay(period));
    return rows
      .filter(({ period }) => touches(period))
      .map(({ period, ...row }) => ({
        ...row,
        periodTitle: periodTitle(period),
        gap:
          flag.state === 'confirmed' && !row.carries
            ? 'predates'
            : flag.state === 'withdrawn' && row.carries
              ? 'outlives'
              : null,
      }));
  }

  private async views(tx: Tx, rows: readonly FlagRow[]): Promise<FlagItem[]> {
    const names = await People.names(
      tx,
      rows.flatMap((row) => [row.entered_by, row.confirmed_by ?? '', row.withdrawn_by ?? '']),
    );
    const deed = (by: string | null, at: Date | null): Deed | null =>
      by === null || at === null
        ? null
        : { by: names.get(by) ?? (by.startsWith('system') ? '系统' : by), at: at.toISOString() };
    return rows.map((row): FlagItem => {
      const withdrawn = deed(row.withdrawn_by, row.withdrawn_at);
      return {
        id: row.id,
        institution: row.institution,
        institutionName: row.institutionName,
        kind: row.kind,
        kindTitle: this.kinds.title(row.kind),
        from: row.from,
        to: row.to,
        department: { code: row.department, title: departmentTitle(row.department) },
        document: row.document,
        note: row.note,
        evidence: row.evidence,
        state: row.state,
        entered: deed(row.entered_by, row.entered_at) as Deed,
        confirmed: deed(row.confirmed_by, row.confirmed_at),
        withdrawn: withdrawn && { ...withdrawn, reason: row.reason ?? '' },
        actions: flagStates.actions(row.state, tx.actor, { department: row.department, enteredBy: row.entered_by }),
      };
    });
  }
}

const local = (at: string | undefined): string => (at === undefined ? '' : minuteOf(new Date(at)));

import { Inject, Injectable } from '@nestjs/common';
import { dayOf } from '../calendar/day.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { type Form, type FormSection, formMetrics, sectionsAsked } from '../forms/form.js';
import { departmentTitle } from '../identity/departments.js';
import { People } from '../identity/people.service.js';
import type { Actor, Role } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { notFound } from '../problems/problems.js';
import { type Check, checkFiling } from '../rules/check-filing.js';
import { openChecks, verdictOf } from '../rules/open-checks.js';
import { CheckContextQuery } from './check-context.query.js';
import { evidenceChecks } from './evidence-checks.js';
import { type FilingAction, type FilingState, filingStates } from './filing-states.js';
import type { Channel } from './revisions.service.js';
import type { RiskPart } from './risk.js';

export type CellState = 'value' | 'blank' | 'not_applicable' | 'not_available';

/** A cell of the draft. `value` is a plain decimal in the metric's unit, null unless the state is `value`. */
export interface Cell {
  readonly value: string | null;
  readonly state: CellState;
  /** Precondition of the next change; 0: never filled. */
  readonly version: number;
  readonly source: string | null;
}

/** A row of a row table: a subject and its amounts, plain decimals by code. */
export interface FilingTableRow {
  readonly subject: string;
  readonly amounts: Readonly<Record<string, string>>;
}

/** An explanation of a soft failure, and what the reviewer says of it. */
export interface Justification {
  readonly text: string;
  readonly by: string;
  readonly at: string;
  readonly ruling: 'upheld' | 'refused' | null;
  readonly note: string;
}

export interface EvidenceItem {
  readonly id: string;
  /** null: of the whole form. */
  readonly metric: string | null;
  readonly fileName: string;
  readonly sha256: string;
  readonly addedBy: string;
  readonly addedAt: string;
}

/** Why a filing is to be corrected. */
export interface Correction {
  readonly reason: string;
  readonly message: string;
  readonly cells: readonly string[];
  /** The new date, if one was set. */
  readonly due: string | null;
  readonly by: string;
  readonly at: string;
}

/** The workbook that a revision was received from. */
export interface ReceivedView {
  readonly by: string;
  readonly at: string;
  readonly sender: string;
  /** `2026-10-14`: the day it came. */
  readonly receivedOn: string;
  readonly fileName: string;
  readonly sha256: string;
}

/** interfaces.md, Filing. */
export interface FilingView {
  readonly id: string;
  readonly obligation: string;
  /** USCC; null: a department files it. */
  readonly institution: string | null;
  /** The institution's name, or the department's. */
  readonly institutionName: string;
  readonly department: string | null;
  readonly kind: 'regular' | 'backfill' | 'control';
  readonly form: string;
  readonly formVersion: number;
  readonly formTitle: string;
  readonly period: string;
  readonly state: FilingState;
  readonly version: number;
  readonly due: string | null;
  /** The calendar of that year is not announced yet: the date may move, nobody is late. */
  readonly provisional: boolean;
  /** Due, and not submitted yet; whether what was submitted came in time stands at the revision. */
  readonly overdue: boolean;
  readonly revision: {
    readonly id: string;
    readonly no: number;
    readonly hash: string;
    readonly filedBy: string;
    readonly signedBy: string;
    readonly submittedAt: string;
    /** null: there was no date to keep. */
    readonly onTime: boolean | null;
    readonly channel: Channel;
    /** 收表: the workbook behind it, and the officer who received it; null: somebody signed in. */
    readonly received: ReceivedView | null;
  } | null;
  readonly inForce: { readonly no: number; readonly acceptedBy: string; readonly acceptedAt: string } | null;
  readonly returned: Correction | null;
  readonly amendment: Correction | null;
  /** As asked in this period, in the order of the printed form. */
  readonly sections: readonly FormSection[];
  readonly figures: Readonly<Record<string, Cell>>;
  readonly rows: readonly FilingTableRow[];
  readonly filled: { readonly done: number; readonly of: number };
  readonly checks: readonly Check[];
  readonly justifications: Readonly<Record<string, Justification>>;
  readonly evidence: readonly EvidenceItem[];
  /** 不予采信. */
  readonly setAside: readonly {
    readonly metric: string;
    readonly reason: string;
    readonly by: string;
    readonly at: string;
  }[];
  readonly waiver: boolean;
  /** For staff; null for the institution. */
  readonly risk: { readonly score: number; readonly parts: readonly RiskPart[] } | null;
  readonly claimedBy: { readonly id: string; readonly name: string; readonly at: string | null } | null;
  /** 待确认. */
  readonly second: { readonly by: string; readonly at: string; readonly why: readonly string[] } | null;
  readonly maySubmit: boolean;
  /** One sentence: may be submitted, or may not. */
  readonly verdict: string;
  readonly actions: readonly FilingAction[];
}

export type FilingItem = Pick<
  FilingView,
  | 'id'
  | 'institution'
  | 'institutionName'
  | 'department'
  | 'kind'
  | 'form'
  | 'formTitle'
  | 'period'
  | 'state'
  | 'version'
  | 'due'
  | 'overdue'
  | 'revision'
  | 'second'
>;

/** A filing that waits for the bureau. */
export type QueueItem = FilingItem & {
  readonly risk: { readonly score: number; readonly parts: readonly RiskPart[] };
  readonly claimedBy: FilingView['claimedBy'];
  readonly ageHours: number;
};

/** A filing as its row or its entity names the version of the form. */
interface DraftForm {
  readonly id: string;
  readonly form: string;
  readonly form_version?: number;
  readonly formVersion?: number;
}

interface FilingRow {
  readonly id: string;
  readonly obligation_id: string;
  readonly institution_id: string | null;
  readonly institution: string | null;
  readonly institution_name: string | null;
  readonly department: string | null;
  readonly kind: FilingView['kind'];
  readonly form: string;
  readonly form_version: number;
  readonly period: string;
  readonly state: FilingState;
  readonly version: number;
  readonly due: Date | null;
  readonly provisional: boolean;
  readonly filled_by: string | null;
  readonly claimed_by: string | null;
  readonly claimed_at: Date | null;
  readonly risk: number | null;
  readonly risk_parts: readonly RiskPart[] | null;
  readonly first_accepted_by: string | null;
  readonly first_accepted_at: Date | null;
  readonly second_why: readonly string[] | null;
  readonly revision_id: string | null;
  readonly no: number | null;
  readonly hash: string | null;
  readonly filed_by: string | null;
  readonly signed_by: string | null;
  readonly submitted_at: Date | null;
  readonly on_time: boolean | null;
  readonly channel: Channel | null;
  readonly received_by: string | null;
  readonly received_at: Date | null;
  readonly sender: string | null;
  readonly received_on: string | null;
  readonly file_name: string | null;
  readonly sha256: string | null;
  readonly in_force_id: string | null;
  readonly in_force_no: number | null;
  readonly accepted_by: string | null;
  readonly accepted_at: Date | null;
  readonly waiver: boolean;
  readonly changed: string;
}

/** Fixed width, to the microsecond: sorts as text. */
const CHANGED = `to_char(f.changed_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS')`;

const FILING = `
  select f.id, f.obligation_id, f.institution_id, i.uscc as institution, i.name as institution_name, f.department, o.kind,
    f.form, f.form_version, f.period, f.state, f.version, o.due, o.provisional,
    f.filled_by, f.claimed_by, f.claimed_at, f.risk, f.risk_parts, f.first_accepted_by, f.first_accepted_at, f.second_why,
    f.revision_id, r.no, r.hash, r.filed_by, r.signed_by, r.submitted_at, r.on_time, r.channel,
    v.received_by, v.received_at, v.sender, v.received_on::text as received_on, v.file_name, v.sha256,
    f.in_force_id, g.no as in_force_no, a.accepted_by, a.accepted_at,
    exists (select 1 from checker_waiver w where w.institution_id = f.institution_id and w.ended_at is null
      and $1::date between w.valid_from and w.valid_to) as waiver,
    ${CHANGED} as changed
  from filing f
  left join institution i on i.id = f.institution_id
  join obligation o on o.id = f.obligation_id
  left join revision r on r.id = f.revision_id
  left join receiving v on v.revision_id = f.revision_id
  left join revision g on g.id = f.in_force_id
  left join acceptance a on a.revision_id = f.in_force_id`;

export interface FilingFilter extends PageQuery {
  readonly institution?: string | undefined;
  readonly period?: string | undefined;
  readonly state?: string | undefined;
}

const BUREAU: readonly Role[] = ['reviewer', 'officer', 'verifier', 'leader', 'auditor'];

/** Whether this actor is the bureau's: sees every filing, and the risk of each. The machine's own acts are, too. */
export const isBureau = (actor: Actor): boolean =>
  actor.institutionId === null && (actor.roles.length === 0 || actor.roles.some((role) => BUREAU.includes(role)));

/** The department whose filings alone this actor sees; null: no such bound (the row filter binds institutions). */
const ownDepartment = (actor: Actor): string | null =>
  actor.institutionId !== null || isBureau(actor) ? null : (actor.department ?? '');

/** Reads filings as pages and programs see them. */
@Injectable()
export class FilingQuery {
  constructor(
    private readonly database: Database,
    private readonly contexts: CheckContextQuery,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  one(actor: Actor, id: string): Promise<FilingView> {
    return this.database.transaction(actor, (tx) => this.view(tx, id));
  }

  list(actor: Actor, filter: FilingFilter): Promise<Page<FilingItem>> {
    const list = `filings:${filter.institution ?? ''}:${filter.period ?? ''}:${filter.state ?? ''}`;
    const request = pageRequest(filter, list, 3);
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<FilingRow>(
        `${FILING}
         where ($2::text is null or i.uscc = $2) and ($3::text is null or f.period = $3)
           and ($4::text is null or f.state = $4) and ($5::text is null or f.department = $5)
           and ($6::text is null or (f.period, coalesce(i.uscc, f.department), f.form) < ($6, $7, $8))
         order by f.period desc, coalesce(i.uscc, f.department) desc, f.form desc limit $9`,
        [
          dayOf(tx.now),
          filter.institution ?? null,
          filter.period ?? null,
          filter.state ?? null,
          ownDepartment(actor),
          ...(request.after ?? [null, null, null]),
          request.limit + 1,
        ],
      );
      const names = await this.names(tx, rows);
      const page = pageOf(rows, request, list, (row) => [
        row.period,
        row.institution ?? row.department ?? '',
        row.form,
      ]);
      return { items: page.items.map((row) => this.item(tx, row, names)), next: page.next };
    });
  }

  /** What waits for the bureau: the riskiest first, then the oldest. */
  queue(actor: Actor, filter: PageQuery & { readonly period?: string | undefined }): Promise<Page<QueueItem>> {
    const list = `queue:${filter.period ?? ''}`;
    const request = pageRequest(filter, list, 3);
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<FilingRow>(
        `${FILING}
         where f.state in ('submitted', 'under_review') and ($2::text is null or f.period = $2)
           and ($3::text is null or (-coalesce(f.risk, 0), ${CHANGED}, f.id::text) > ($3::int, $4, $5))
         order by -coalesce(f.risk, 0), ${CHANGED}, f.id::text limit $6`,
        [dayOf(tx.now), filter.period ?? null, ...(request.after ?? [null, null, null]), request.limit + 1],
      );
      const names = await this.names(tx, rows);
      const page = pageOf(rows, request, list, (row) => [`${-(row.risk ?? 0)}`, row.changed, row.id]);
      const items = page.items.map(
        (row): QueueItem => ({
          ...this.item(tx, row, names),
          risk: { score: row.risk ?? 0, parts: row.risk_parts ?? [] },
          claimedBy: claimOf(row, names),
          ageHours:
            row.submitted_at === null ? 0 : Math.floor((tx.now.getTime() - row.submitted_at.getTime()) / 3_600_000),
        }),
      );
      return { items, next: page.next };
    });
  }

  /** @throws NOT_FOUND for what is absent or not the actor's */
  async view(tx: Tx, id: string): Promise<FilingView> {
    const row = await tx.row<FilingRow>(`${FILING} where f.id = $2 and ($3::text is null or f.department = $3)`, [
      dayOf(tx.now),
      id,
      ownDepartment(tx.actor),
    ]);
    if (!row) throw notFound();
    const cells = await this.figures(tx, [row]);
    const figures = cells.get(id) as Record<string, Cell>;
    const given = await tx.rows<JustificationRow>(
      `select j.key, j.text, j.actor, j.at, u.ruling, u.note
       from filing_justification j left join justification_ruling u on u.revision_id = $2 and u.key = j.key
       where j.filing_id = $1 order by j.key`,
      [id, row.revision_id],
    );
    const notes = await tx.rows<CorrectionRow>(
      `select kind, reason, message, cells, due, returned_by, returned_at from filing_return
       where filing_id = $1 and kind <> 'decline' order by returned_at desc limit 1`,
      [id],
    );
    const evidence = await tx.rows<EvidenceRow>(
      `select e.id, e.metric, t.file_name, t.sha256, e.added_by, e.added_at
       from filing_evidence e join attachment t on t.id = e.attachment_id
       where e.filing_id = $1 and e.removed_at is null order by e.added_at, e.id`,
      [id],
    );
    const proved = new Set(evidence.flatMap(({ metric }) => metric ?? []));
    const checks = [
      ...((await this.checksOf(tx, [row], cells)).get(id) ?? []),
      ...evidenceChecks(this.formOf(row), valuesOf(figures), proved, this.catalogue.metrics),
    ];
    const aside = await tx.rows<{ metric: string; reason: string; set_by: string; set_at: Date }>(
      'select metric, reason, set_by, set_at from set_aside where revision_id = $1 order by metric',
      [row.in_force_id],
    );
    const rows = await tx.rows<FilingTableRow>(
      'select subject, amounts from filing_row where filing_id = $1 order by no',
      [id],
    );
    const names = await this.names(
      tx,
      [row],
      [
        ...given.map((each) => each.actor),
        ...notes.map((note) => note.returned_by),
        ...evidence.map((item) => item.added_by),
        ...aside.map((each) => each.set_by),
      ],
    );
    const name = (by: string): string => names.get(by) ?? by;
    const note = notes[0];
    const correction = note && correctionOf(note, name);
    const isOpen = row.state === 'draft' || row.state === 'internal_review';
    const sections = this.sections(row);
    const asked = sections.flatMap((section) => section.metrics);
    const done = asked.filter((code) => isFilled(figures[code])).length;
    const isEmpty = rows.length === 0 && !Object.values(figures).some((cell) => cell.value !== null);
    const texts = Object.fromEntries(given.map((each) => [each.key, each.text]));
    const open = openChecks(checks, texts);
    return {
      ...this.item(tx, row, names),
      obligation: row.obligation_id,
      formVersion: row.form_version,
      provisional: row.provisional,
      inForce:
        row.in_force_no === null
          ? null
          : {
              no: row.in_force_no,
              acceptedBy: name(row.accepted_by ?? ''),
              acceptedAt: (row.accepted_at as Date).toISOString(),
            },
      returned: correction && isReturn(note, row) ? correction : null,
      amendment: correction && isAmendment(note, row) ? correction : null,
      sections,
      figures,
      rows,
      filled: { done, of: asked.length },
      checks,
      justifications: Object.fromEntries(
        given.map(({ key, text, actor, at, ruling, note: remark }) => [
          key,
          { text, by: name(actor), at: at.toISOString(), ruling, note: remark ?? '' },
        ]),
      ),
      evidence: evidence.map((item) => ({
        id: item.id,
        metric: item.metric,
        fileName: item.file_name,
        sha256: item.sha256,
        addedBy: name(item.added_by),
        addedAt: item.added_at.toISOString(),
      })),
      setAside: aside.map((each) => ({
        metric: each.metric,
        reason: each.reason,
        by: name(each.set_by),
        at: each.set_at.toISOString(),
      })),
      waiver: row.waiver,
      risk: isBureau(tx.actor) && row.risk !== null ? { score: row.risk, parts: row.risk_parts ?? [] } : null,
      claimedBy: claimOf(row, names),
      maySubmit: isOpen && open.length === 0 && !isEmpty,
      verdict: verdictOf(open, isEmpty),
      actions: filingStates.actions(row.state, tx.actor, {
        filledBy: row.filled_by,
        claimedBy: row.claimed_by,
        firstAcceptedBy: row.first_accepted_by,
        receivedBy: row.received_by,
        waiver: row.waiver,
      }),
    };
  }

  /** The cells of drafts, every one that the form asks for, by filing id. */
  async figures(tx: Tx, filings: readonly DraftForm[]): Promise<Map<string, Record<string, Cell>>> {
    const cells = await tx.rows<{ filing_id: string; metric: string } & Cell>(
      `select filing_id, metric, trim_scale(value)::text as value, state, version, source
       from filing_cell where filing_id = any($1::uuid[])`,
      [filings.map((filing) => filing.id)],
    );
    const asked = filings.map((filing): [string, Record<string, Cell>] => {
      const form = this.formOf(filing);
      const empty: Cell = { value: null, state: 'blank', version: 0, source: null };
      return [filing.id, Object.fromEntries((form ? formMetrics(form) : []).map((metric) => [metric, empty]))];
    });
    const figures = new Map(asked);
    for (const { filing_id, metric, ...cell } of cells) {
      const filing = figures.get(filing_id);
      if (filing) filing[metric] = cell;
    }
    return figures;
  }

  /** What the rules say of drafts, beside what was accepted before them; by filing id. */
  async checksOf(
    tx: Tx,
    filings: readonly { readonly id: string; readonly form: string; readonly period: string }[],
    figures: ReadonlyMap<string, Readonly<Record<string, Cell>>>,
  ): Promise<Map<string, Check[]>> {
    const contexts = await this.contexts.of(tx, filings, isBureau(tx.actor));
    const checks = filings.map(({ id, period }): [string, Check[]] => {
      const cells = Object.entries(figures.get(id) ?? {});
      const values = cells.flatMap(([code, { value }]): [string, string][] => (value === null ? [] : [[code, value]]));
      const context = contexts.get(id) ?? { history: new Map(), peers: null };
      const subject = { period, figures: new Map(values), codes: cells.map(([code]) => code), ...context };
      return [id, checkFiling(subject, this.catalogue.rules, this.catalogue.metrics)];
    });
    return new Map(checks);
  }

  private sections(filing: FilingRow): FormSection[] {
    const form = this.formOf(filing);
    return form ? sectionsAsked(form, this.catalogue.metrics, this.catalogue.editions, filing.period) : [];
  }

  /** The version that its obligation was frozen with. */
  private formOf(filing: DraftForm): Form | null {
    return this.catalogue.formAt(filing.form, filing.form_version ?? filing.formVersion ?? 0);
  }

  private names(tx: Tx, rows: readonly FilingRow[], others: readonly string[] = []): Promise<Map<string, string>> {
    const ids = rows.flatMap((row) => [
      row.filed_by,
      row.signed_by,
      row.accepted_by,
      row.claimed_by,
      row.first_accepted_by,
      row.received_by,
    ]);
    return People.names(tx, [...ids.filter((id) => id !== null), ...others]);
  }

  private item(tx: Tx, row: FilingRow, names: ReadonlyMap<string, string>): FilingItem {
    const name = (id: string | null): string => names.get(id ?? '') ?? id ?? '';
    return {
      id: row.id,
      institution: row.institution,
      institutionName: row.institution_name ?? departmentTitle(row.department ?? ''),
      department: row.department,
      kind: row.kind,
      form: row.form,
      formTitle: this.formOf(row)?.title ?? row.form,
      period: row.period,
      state: row.state,
      version: row.version,
      due: row.due?.toISOString() ?? null,
      overdue:
        row.due !== null &&
        !row.provisional &&
        row.kind !== 'backfill' &&
        row.revision_id === null &&
        row.due <= tx.now,
      revision:
        row.revision_id === null || row.no === null || row.hash === null || row.submitted_at === null
          ? null
          : {
              id: row.revision_id,
              no: row.no,
              hash: row.hash,
              filedBy: name(row.filed_by),
              signedBy: name(row.signed_by),
              submittedAt: row.submitted_at.toISOString(),
              onTime: row.on_time,
              channel: row.channel ?? 'grid',
              received:
                row.received_by === null
                  ? null
                  : {
                      by: name(row.received_by),
                      at: row.received_at?.toISOString() ?? '',
                      sender: row.sender ?? '',
                      receivedOn: row.received_on ?? '',
                      fileName: row.file_name ?? '',
                      sha256: row.sha256 ?? '',
                    },
            },
      second:
        row.first_accepted_by === null || row.first_accepted_at === null
          ? null
          : {
              by: name(row.first_accepted_by),
              at: row.first_accepted_at.toISOString(),
              why: row.second_why ?? [],
            },
    };
  }
}

interface JustificationRow {
  readonly key: string;
  readonly text: string;
  readonly actor: string;
  readonly at: Date;
  readonly ruling: Justification['ruling'];
  readonly note: string | null;
}

interface CorrectionRow {
  readonly kind: 'return' | 'internal' | 'amend' | 'ask_amend' | 'refuse_amend';
  readonly reason: string;
  readonly message: string;
  readonly cells: string[];
  readonly due: Date | null;
  readonly returned_by: string;
  readonly returned_at: Date;
}

interface EvidenceRow {
  readonly id: string;
  readonly metric: string | null;
  readonly file_name: string;
  readonly sha256: string;
  readonly added_by: string;
  readonly added_at: Date;
}

const valuesOf = (figures: Readonly<Record<string, Cell>>): Map<string, string> =>
  new Map(
    Object.entries(figures).flatMap(([code, { value }]): [string, string][] => (value === null ? [] : [[code, value]])),
  );

const isFilled = (cell: Cell | undefined): boolean => cell !== undefined && cell.state !== 'blank';

const claimOf = (row: FilingRow, names: ReadonlyMap<string, string>): FilingView['claimedBy'] =>
  row.claimed_by === null
    ? null
    : {
        id: row.claimed_by,
        name: names.get(row.claimed_by) ?? row.claimed_by,
        at: row.claimed_at?.toISOString() ?? null,
      };

const correctionOf = (note: CorrectionRow, name: (id: string) => string): Correction => ({
  reason: note.reason,
  message: note.message,
  cells: note.cells,
  due: note.due?.toISOString() ?? null,
  by: name(note.returned_by),
  at: note.returned_at.toISOString(),
});

/** A note of a return stands beside the cells until they are signed again. */
const isReturn = (note: CorrectionRow | undefined, row: FilingRow): boolean =>
  (note?.kind === 'return' || note?.kind === 'internal') &&
  (row.state === 'returned' || row.state === 'draft' || row.state === 'internal_review') &&
  (row.submitted_at === null || row.submitted_at < note.returned_at);

const isAmendment = (note: CorrectionRow | undefined, row: FilingRow): boolean =>
  (note?.kind === 'amend' || note?.kind === 'ask_amend') &&
  (row.state === 'amendment_requested' || row.state === 'draft' || row.state === 'internal_review');

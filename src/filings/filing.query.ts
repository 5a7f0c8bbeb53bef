import { Inject, Injectable } from '@nestjs/common';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { formMetrics } from '../forms/form.js';
import { People } from '../identity/people.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { notFound } from '../problems/problems.js';
import { type Check, checkFiling } from '../rules/check-filing.js';
import { type CheckContext, CheckContextQuery } from './check-context.query.js';
import { type FilingAction, type FilingState, filingStates } from './filing-states.js';

export type CellState = 'value' | 'blank' | 'not_applicable' | 'not_available';

/** A cell of the draft. `value` is a plain decimal in the metric's unit, null unless the state is `value`. */
export interface Cell {
  readonly value: string | null;
  readonly state: CellState;
  /** Precondition of the next change; 0: never filled. */
  readonly version: number;
  readonly source: string | null;
}

/** interfaces.md, Filing. */
export interface FilingView {
  readonly id: string;
  readonly institution: string;
  readonly institutionName: string;
  readonly form: string;
  readonly formVersion: number;
  readonly formTitle: string;
  readonly period: string;
  readonly state: FilingState;
  readonly version: number;
  readonly due: string | null;
  readonly revision: {
    readonly id: string;
    readonly no: number;
    readonly hash: string;
    readonly filedBy: string;
    readonly signedBy: string;
    readonly submittedAt: string;
  } | null;
  readonly inForce: { readonly no: number; readonly acceptedBy: string; readonly acceptedAt: string } | null;
  readonly returned: {
    readonly reason: string;
    readonly message: string;
    readonly cells: readonly string[];
    /** The new date, if one was set. */
    readonly due: string | null;
  } | null;
  readonly figures: Readonly<Record<string, Cell>>;
  readonly checks: readonly Check[];
  readonly maySubmit: boolean;
  readonly actions: readonly FilingAction[];
}

export type FilingItem = Pick<
  FilingView,
  'id' | 'institution' | 'institutionName' | 'form' | 'formTitle' | 'period' | 'state' | 'version' | 'due' | 'revision'
>;

interface FilingRow {
  readonly id: string;
  readonly institution_id: string;
  readonly institution: string;
  readonly institution_name: string;
  readonly form: string;
  readonly form_version: number;
  readonly period: string;
  readonly state: FilingState;
  readonly version: number;
  readonly due: Date | null;
  readonly filled_by: string | null;
  readonly claimed_by: string | null;
  readonly revision_id: string | null;
  readonly no: number | null;
  readonly hash: string | null;
  readonly filed_by: string | null;
  readonly signed_by: string | null;
  readonly submitted_at: Date | null;
  readonly in_force_no: number | null;
  readonly accepted_by: string | null;
  readonly accepted_at: Date | null;
}

const FILING = `
  select f.id, f.institution_id, i.uscc as institution, i.name as institution_name, f.form, f.form_version, f.period, f.state, f.version,
    o.due, f.filled_by, f.claimed_by, f.revision_id, r.no, r.hash, r.filed_by, r.signed_by, r.submitted_at,
    g.no as in_force_no, a.accepted_by, a.accepted_at
  from filing f
  join institution i on i.id = f.institution_id
  join obligation o on o.id = f.obligation_id
  left join revision r on r.id = f.revision_id
  left join revision g on g.id = f.in_force_id
  left join acceptance a on a.revision_id = f.in_force_id`;

export interface FilingFilter extends PageQuery {
  readonly institution?: string | undefined;
  readonly period?: string | undefined;
  readonly state?: string | undefined;
}

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
         where ($1::text is null or i.uscc = $1) and ($2::text is null or f.period = $2)
           and ($3::text is null or f.state = $3)
           and ($4::text is null or (f.period, i.uscc, f.form) < ($4, $5, $6))
         order by f.period desc, i.uscc desc, f.form desc limit $7`,
        [
          filter.institution ?? null,
          filter.period ?? null,
          filter.state ?? null,
          ...(request.after ?? [null, null, null]),
          request.limit + 1,
        ],
      );
      const names = await this.names(tx, rows);
      const page = pageOf(rows, request, list, (row) => [row.period, row.institution, row.form]);
      return { items: page.items.map((row) => this.item(row, names)), next: page.next };
    });
  }

  /** @throws NOT_FOUND for what is absent or not the actor's */
  async view(tx: Tx, id: string): Promise<FilingView> {
    const row = await tx.row<FilingRow>(`${FILING} where f.id = $1`, [id]);
    if (!row) throw notFound();
    const figures = (await this.figures(tx, [row])).get(id) as Record<string, Cell>;
    const place = { institutionId: row.institution_id, department: null, form: row.form, period: row.period };
    const checks = this.checks(row.period, figures, await this.contexts.context(tx, place));
    const names = await this.names(tx, [row]);
    const facts = { filledBy: row.filled_by, claimedBy: row.claimed_by };
    const isOpen = row.state === 'draft' || row.state === 'internal_review';
    const lastReturn =
      row.state !== 'returned'
        ? null
        : await tx.row<{ reason: string; message: string; cells: string[]; due: Date | null }>(
            'select reason, message, cells, due from filing_return where filing_id = $1 order by returned_at desc limit 1',
            [id],
          );
    return {
      ...this.item(row, names),
      formVersion: row.form_version,
      inForce:
        row.in_force_no === null
          ? null
          : {
              no: row.in_force_no,
              acceptedBy: names.get(row.accepted_by ?? '') ?? row.accepted_by ?? '',
              acceptedAt: (row.accepted_at as Date).toISOString(),
            },
      returned: lastReturn && { ...lastReturn, due: lastReturn.due?.toISOString() ?? null },
      figures,
      checks,
      maySubmit:
        isOpen &&
        checks.every((check) => check.severity !== 'block') &&
        Object.values(figures).some((cell) => cell.value !== null),
      actions: filingStates.actions(row.state, tx.actor, facts),
    };
  }

  /** The cells of drafts, every one that the form asks for, by filing id. */
  async figures(
    tx: Tx,
    filings: readonly { readonly id: string; readonly form: string }[],
  ): Promise<Map<string, Record<string, Cell>>> {
    const cells = await tx.rows<{ filing_id: string; metric: string } & Cell>(
      `select filing_id, metric, trim_scale(value)::text as value, state, version, source
       from filing_cell where filing_id = any($1::uuid[])`,
      [filings.map((filing) => filing.id)],
    );
    const asked = filings.map(({ id, form: code }): [string, Record<string, Cell>] => {
      const form = this.catalogue.forms.get(code);
      const empty: Cell = { value: null, state: 'blank', version: 0, source: null };
      return [id, Object.fromEntries((form ? formMetrics(form) : []).map((metric) => [metric, empty]))];
    });
    const figures = new Map(asked);
    for (const { filing_id, metric, ...cell } of cells) {
      const filing = figures.get(filing_id);
      if (filing) filing[metric] = cell;
    }
    return figures;
  }

  /** What the rules say of a draft, beside what was accepted before it. */
  checks(period: string, figures: Readonly<Record<string, Cell>>, context: CheckContext): Check[] {
    const cells = Object.entries(figures);
    const values = cells.flatMap(([code, { value }]): [string, string][] => (value === null ? [] : [[code, value]]));
    const subject = { period, figures: new Map(values), codes: cells.map(([code]) => code), ...context };
    return checkFiling(subject, this.catalogue.rules, this.catalogue.metrics);
  }

  private names(tx: Tx, rows: readonly FilingRow[]): Promise<Map<string, string>> {
    const ids = rows.flatMap((row) => [row.filed_by, row.signed_by, row.accepted_by]);
    return People.names(
      tx,
      ids.filter((id) => id !== null),
    );
  }

  private item(row: FilingRow, names: ReadonlyMap<string, string>): FilingItem {
    const name = (id: string | null): string => names.get(id ?? '') ?? id ?? '';
    return {
      id: row.id,
      institution: row.institution,
      institutionName: row.institution_name,
      form: row.form,
      formTitle: this.catalogue.forms.get(row.form)?.title ?? row.form,
      period: row.period,
      state: row.state,
      version: row.version,
      due: row.due?.toISOString() ?? null,
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
            },
    };
  }
}

import { Inject, Injectable } from '@nestjs/common';
import type { Act } from '../audit/acts.service.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { formMetrics } from '../forms/form.js';
import { isYesOrNo } from '../forms/metric.js';
import { parseFigure, plain } from '../numbers/decimal.js';
import { type ObligationPlace, Obligations } from '../obligations/obligations.service.js';
import type { Violation } from '../problems/problems.js';
import type { Filing } from './filing.entity.js';
import type { CellState, FilingTableRow } from './filing.query.js';
import { cellsInvalid, cellsStale } from './filing-errors.js';
import type { CellChange, ReturnFilingDto } from './filings.dto.js';

/** What a request changes of a draft. */
export interface DraftChange {
  readonly figures: Readonly<Record<string, CellChange>>;
  /** By the key of a check, or its rule; null takes one back. */
  readonly justifications: Readonly<Record<string, string | null>>;
  /** All rows of a row table, replaced as a whole; null: not touched. */
  readonly rows: readonly FilingTableRow[] | null;
}

/** Why a note is written: a return by the bureau, one inside the institution, steps of an amendment, a second no. */
export type ReturnKind = 'return' | 'internal' | 'amend' | 'ask_amend' | 'refuse_amend' | 'decline';

export interface OpenedDraft {
  readonly id: string;
  readonly institutionId: string | null;
  readonly period: string;
  readonly form: string;
  readonly isNew: boolean;
}

/** One figure on its way into a draft, checked already. */
export interface CellWrite {
  readonly filingId: string;
  readonly institutionId: string | null;
  readonly metric: string;
  /** Plain decimal in the metric's unit. */
  readonly value: string | null;
  readonly state: CellState;
  readonly source: string | null;
}

interface CurrentCell {
  readonly metric: string;
  readonly value: string | null;
  readonly state: CellState;
  readonly version: number;
}

/** Drafts of filings: opening them, and changing their cells, by form or by import. Always part of the caller's act. */
@Injectable()
export class Drafts {
  constructor(
    private readonly obligations: Obligations,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /** Finds or makes the filings of these places, with their obligations. */
  async open(act: Act, places: readonly ObligationPlace[]): Promise<OpenedDraft[]> {
    const obligations = await this.obligations.ensure(act, places);
    const made = await act.tx.rows<{ id: string }>(
      `insert into filing (obligation_id, institution_id, department, form, form_version, period, state, filled_by, changed_at)
       select o.id, o.institution_id, o.department, o.form, o.form_version, o.period, 'draft', $2, $3
       from obligation o where o.id = any($1::uuid[]) order by o.id
       on conflict (obligation_id) do nothing returning id`,
      [obligations, act.actor.id, act.now],
    );
    const fresh = new Set(made.map((row) => row.id));
    const rows = await act.tx.rows<{ id: string; institution_id: string | null; period: string; form: string }>(
      'select id, institution_id, period, form from filing where obligation_id = any($1::uuid[])',
      [obligations],
    );
    return rows.map((row) => ({
      id: row.id,
      institutionId: row.institution_id,
      period: row.period,
      form: row.form,
      isNew: fresh.has(row.id),
    }));
  }

  /**
   * Changes cells of one draft.
   * @param source where all of them come from; null: typed
   * @returns how many changed
   * @throws CELLS_INVALID with every faulty cell; CELLS_STALE with theirs (found) and yours (expected)
   */
  async change(
    act: Act,
    filing: Filing,
    changes: Readonly<Record<string, CellChange>>,
    source: string | null = null,
  ): Promise<number> {
    const current = await act.tx.rows<CurrentCell>(
      'select metric, trim_scale(value)::text as value, state, version from filing_cell where filing_id = $1 for update',
      [filing.id],
    );
    const cells = new Map(current.map((cell) => [cell.metric, cell]));
    const form = this.catalogue.formAt(filing.form, filing.formVersion);
    const asked = new Set(form ? formMetrics(form) : []);
    const faults: Violation[] = [];
    const stale: Violation[] = [];
    const writes: CellWrite[] = [];
    for (const [code, change] of Object.entries(changes)) {
      const fault = asked.has(code) ? this.fault(code, change) : unknownCell(code, filing.form);
      if (fault) {
        faults.push(fault);
        continue;
      }
      const cell = cells.get(code);
      const version = change.version ?? 0;
      if (version !== (cell?.version ?? 0)) {
        stale.push({
          path: `figures.${code}`,
          rule: 'CELL_STALE',
          found: cell?.value ?? '（空）',
          expected: change.value ?? '（空）',
          message: '此单元格已被他人修改，请核对两个数后再保存',
        });
        continue;
      }
      const state = change.state ?? (change.value === null ? 'blank' : 'value');
      const value = change.value === null ? null : this.canonical(change.value);
      writes.push({
        filingId: filing.id,
        institutionId: filing.institutionId,
        metric: code,
        value,
        state,
        source,
      });
    }
    if (faults.length > 0) throw cellsInvalid(faults);
    if (stale.length > 0) throw cellsStale(stale);
    await this.write(act, writes);
    return writes.length;
  }

  /** Writes checked cells of any number of drafts in bulk, each with its entry in the history of changes. */
  async write(act: Act, writes: readonly CellWrite[]): Promise<void> {
    const size = 10_000;
    for (let from = 0; from < writes.length; from += size) {
      const chunk = writes.slice(from, from + size);
      const columns = [
        chunk.map((cell) => cell.filingId),
        chunk.map((cell) => cell.institutionId),
        chunk.map((cell) => cell.metric),
        chunk.map((cell) => cell.value),
        chunk.map((cell) => cell.state),
        chunk.map((cell) => cell.source),
      ];
      await act.tx.run(
        `with given as (
           select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::numeric[], $5::text[], $6::text[])
             as g (filing_id, institution_id, metric, value, state, source)),
         changed as (
           insert into cell_change (filing_id, institution_id, metric, before, after, state, actor, at)
           select g.filing_id, g.institution_id, g.metric, c.value, g.value, g.state, $7, $8
           from given g left join filing_cell c on c.filing_id = g.filing_id and c.metric = g.metric)
         insert into filing_cell (filing_id, institution_id, metric, value, state, source)
         select filing_id, institution_id, metric, value, state, source from given
         on conflict (filing_id, metric) do update
           set value = excluded.value, state = excluded.state, source = excluded.source, version = filing_cell.version + 1`,
        [...columns, act.actor.id, act.now],
      );
    }
  }

  /** Keeps explanations with the draft; an empty one is taken back. @returns how many were given */
  async justify(act: Act, filing: Filing, justifications: Readonly<Record<string, string | null>>): Promise<number> {
    const given = Object.entries(justifications);
    const kept = given.filter((entry): entry is [string, string] => (entry[1] ?? '').trim() !== '');
    const gone = given.filter(([, text]) => (text ?? '').trim() === '').map(([key]) => key);
    if (gone.length > 0)
      await act.tx.run('delete from filing_justification where filing_id = $1 and key = any($2::text[])', [
        filing.id,
        gone,
      ]);
    if (kept.length > 0)
      await act.tx.run(
        `insert into filing_justification (filing_id, institution_id, key, text, actor, at)
         select $1, $2, j.key, j.text, $5, $6 from unnest($3::text[], $4::text[]) as j (key, text)
         on conflict (filing_id, key) do update set text = excluded.text, actor = excluded.actor, at = excluded.at
           where filing_justification.text <> excluded.text`,
        [
          filing.id,
          filing.institutionId,
          kept.map(([key]) => key),
          kept.map(([, text]) => text),
          act.actor.id,
          act.now,
        ],
      );
    return given.length;
  }

  /** The rows of a row table, all of them anew. */
  async replaceRows(act: Act, filing: Filing, rows: readonly FilingTableRow[]): Promise<void> {
    await act.tx.run('delete from filing_row where filing_id = $1', [filing.id]);
    await act.tx.run(
      `insert into filing_row (filing_id, no, institution_id, subject, amounts)
       select $1, r.no, $2, r.subject, r.amounts from unnest($3::text[], $4::jsonb[]) with ordinality as r (subject, amounts, no)`,
      [filing.id, filing.institutionId, rows.map((row) => row.subject), rows.map((row) => JSON.stringify(row.amounts))],
    );
  }

  /** @throws CELLS_INVALID for a cell that the filing's form does not have */
  mustAsk(filing: Filing, codes: readonly string[]): void {
    const form = this.catalogue.formAt(filing.form, filing.formVersion);
    const asked = new Set(form ? formMetrics(form) : []);
    const unknown = codes.filter((code) => !asked.has(code));
    if (unknown.length > 0) throw cellsInvalid(unknown.map((code) => unknownCell(code, filing.form)));
  }

  /** Why a filing goes back, with the cells at fault. @throws CELLS_INVALID for a cell that its form does not have */
  async noteReturn(act: Act, filing: Filing, kind: ReturnKind, dto: ReturnFilingDto): Promise<void> {
    this.mustAsk(filing, dto.cells ?? []);
    await act.tx.run(
      `insert into filing_return (filing_id, revision_id, institution_id, kind, reason, message, cells, due, returned_by, returned_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        filing.id,
        filing.revisionId,
        filing.institutionId,
        kind,
        dto.reason,
        dto.message,
        JSON.stringify(dto.cells ?? []),
        dto.due ?? null,
        act.actor.id,
        act.now,
      ],
    );
  }

  private canonical(text: string): string {
    const figure = parseFigure(text);
    return typeof figure === 'string' ? text : plain(figure);
  }

  private fault(code: string, change: CellChange): Violation | null {
    const at = (rule: string, found: string, expected: string, message: string): Violation => ({
      path: `figures.${code}`,
      rule,
      found,
      expected,
      message,
    });
    if (change.value === null) {
      return change.state === 'value' ? at('CELL_STATE', 'value', '数字', '状态为“有值”的单元格须有数字') : null;
    }
    if (change.state !== undefined && change.state !== 'value')
      return at(
        'CELL_STATE',
        `${change.value} / ${change.state}`,
        '只填数字或只填状态',
        '有数字的单元格状态只能是“有值”',
      );
    const metric = this.catalogue.metrics.get(code);
    const unit = metric?.unit ?? '';
    const figure = parseFigure(change.value);
    if (figure === 'not-a-number')
      return at('CELL_NOT_NUMBER', change.value, `数字，单位${unit}，如 1234.56`, '不是数字：不带单位、逗号、指数');
    if (figure === 'range') return at('CELL_RANGE', change.value, '小数点前至多16位、后至多12位', '数字超出范围');
    if (metric && figure.decimalPlaces() > metric.decimals)
      return at('CELL_DECIMALS', change.value, `至多 ${metric.decimals} 位小数`, `该指标以${unit}计，小数位过多`);
    if (metric && !isYesOrNo(metric, change.value))
      return at('CELL_ATTRIBUTE', change.value, '1（是）或 0（否）', '该项只能填是（1）或否（0）');
    return null;
  }
}

const unknownCell = (code: string, form: string): Violation => ({
  path: `figures.${code}`,
  rule: 'CELL_METRIC',
  found: code,
  expected: `报表 ${form} 中的指标代码`,
  message: '本报表没有这个指标',
});

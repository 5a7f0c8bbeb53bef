import { Inject, Injectable } from '@nestjs/common';
import type { Act } from '../audit/acts.service.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { type Form, formMetrics } from '../forms/form.js';
import { isYesOrNo } from '../forms/metric.js';
import { parseFigure, plain } from '../numbers/decimal.js';
import { Obligations } from '../obligations/obligations.service.js';
import type { Violation } from '../problems/problems.js';
import type { Filing } from './filing.entity.js';
import type { CellState } from './filing.query.js';
import { cellsInvalid, cellsStale } from './filing-errors.js';
import type { CellChange, ReturnFilingDto } from './filings.dto.js';

/** Where a draft is wanted. */
export interface DraftPlace {
  readonly institutionId: string;
  readonly period: string;
  readonly form: Form;
}

export interface OpenedDraft {
  readonly id: string;
  readonly institutionId: string;
  readonly period: string;
  readonly isNew: boolean;
}

/** One figure on its way into a draft, checked already. */
export interface CellWrite {
  readonly filingId: string;
  readonly institutionId: string;
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
  async open(act: Act, places: readonly DraftPlace[]): Promise<OpenedDraft[]> {
    const obligations = await this.obligations.ensure(act, places);
    const made = await act.tx.rows<{ id: string }>(
      `insert into filing (obligation_id, institution_id, form, form_version, period, state, filled_by, changed_at)
       select o.id, o.institution_id, o.form, o.form_version, o.period, 'draft', $2, $3
       from obligation o where o.id = any($1::uuid[]) order by o.id
       on conflict (obligation_id) do nothing returning id`,
      [obligations, act.actor.id, act.now],
    );
    const fresh = new Set(made.map((row) => row.id));
    const rows = await act.tx.rows<{ id: string; institution_id: string; period: string }>(
      'select id, institution_id, period from filing where obligation_id = any($1::uuid[])',
      [obligations],
    );
    return rows.map((row) => ({
      id: row.id,
      institutionId: row.institution_id,
      period: row.period,
      isNew: fresh.has(row.id),
    }));
  }

  /**
   * Changes cells of one draft.
   * @returns how many changed
   * @throws CELLS_INVALID with every faulty cell; CELLS_STALE with theirs (found) and yours (expected)
   */
  async change(act: Act, filing: Filing, changes: Readonly<Record<string, CellChange>>): Promise<number> {
    const current = await act.tx.rows<CurrentCell>(
      'select metric, trim_scale(value)::text as value, state, version from filing_cell where filing_id = $1 for update',
      [filing.id],
    );
    const cells = new Map(current.map((cell) => [cell.metric, cell]));
    const form = this.catalogue.forms.get(filing.form);
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
        source: null,
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

  /** Why a filing goes back, with the cells at fault. @throws CELLS_INVALID for a cell that its form does not have */
  async noteReturn(act: Act, filing: Filing, kind: 'return' | 'amend', dto: ReturnFilingDto): Promise<void> {
    const form = this.catalogue.forms.get(filing.form);
    const asked = new Set(form ? formMetrics(form) : []);
    const unknown = (dto.cells ?? []).filter((code) => !asked.has(code));
    if (unknown.length > 0) throw cellsInvalid(unknown.map((code) => unknownCell(code, filing.form)));
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

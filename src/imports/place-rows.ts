import { type Form, formMetrics } from '../forms/form.js';
import type { CellState, ImportRow } from './import-reading.js';

/** A problem that only the register and the filings can tell. */
export type PlaceProblem = 'CELL_INSTITUTION' | 'CELL_PERIOD_CLOSED' | 'CELL_METRIC_FORM' | 'ROW_LOCKED';

/** A form that an institution is asked in a period, and its draft. */
export interface PlacedForm {
  /** The version that its obligation froze, else the one in force. */
  readonly form: Form;
  /** null: no filing yet. */
  readonly filing: { readonly id: string; readonly isEditable: boolean } | null;
}

/** What stands at one institution and period now. */
export interface Place {
  readonly institutionId: string;
  readonly isOpen: boolean;
  /** Those that ask for metrics; none: institutions of this type file nothing then. */
  readonly forms: readonly PlacedForm[];
}

export interface CurrentValue {
  readonly value: string | null;
  readonly state: CellState;
  readonly source: string | null;
  readonly version: number;
}

export type RowKind = 'added' | 'changed' | 'cleared' | 'unchanged';

/** One figure of the preview. */
export interface PlacedRow {
  readonly row: ImportRow;
  readonly institutionId: string;
  /** Code of the form that asks for the metric. */
  readonly form: string;
  readonly before: string | null;
  readonly beforeState: CellState;
  readonly beforeSource: string | null;
  readonly after: string | null;
  readonly afterState: CellState;
  readonly kind: RowKind;
  /** Version of the cell that the preview was made against. */
  readonly version: number;
}

export interface PlaceIssue {
  readonly code: PlaceProblem;
  readonly row: ImportRow;
  readonly message: string;
  readonly expected: string;
}

export const placeKey = (institution: string, period: string): string => `${institution} ${period}`;

/** 不适用 and 暂缺 say something: they are not cleared cells, and taking them away is a change to see. */
const kindOf = (before: CurrentValue, after: Pick<ImportRow, 'value' | 'state'>): RowKind => {
  if (before.state === after.state && before.value === after.value) return 'unchanged';
  if (after.state === 'blank') return 'cleared';
  return before.state === 'blank' ? 'added' : 'changed';
};

const UNFILLED: CurrentValue = { value: null, state: 'blank', source: null, version: 0 };

/**
 * Puts the figures that a file offers against what is registered and drafted.
 * @param places by `placeKey`; an institution that is not there or not the actor's has no entry
 * @param current cells by filing id and metric
 */
export function placeRows(
  rows: readonly ImportRow[],
  places: ReadonlyMap<string, Place>,
  current: (filingId: string, metric: string) => CurrentValue | undefined,
): { placed: PlacedRow[]; issues: PlaceIssue[] } {
  const placed: PlacedRow[] = [];
  const issues: PlaceIssue[] = [];
  const asked = new Map<Form, Set<string>>();
  const isAsked = (form: Form, metric: string): boolean => {
    const known = asked.get(form) ?? new Set(formMetrics(form));
    asked.set(form, known);
    return known.has(metric);
  };
  for (const row of rows) {
    const issue = (code: PlaceProblem, message: string, expected: string): void => {
      issues.push({ code, row, message, expected });
    };
    const place = places.get(placeKey(row.institution, row.period));
    if (!place)
      issue('CELL_INSTITUTION', `没有机构 ${row.institution}，或您无权填报`, '已登记的、本机构的统一社会信用代码');
    else if (!place.isOpen) issue('CELL_PERIOD_CLOSED', `报告期 ${row.period} 不存在或尚未开放`, '已开放的报告期');
    else {
      const at = place.forms.find(({ form }) => isAsked(form, row.metric));
      if (!at) {
        const forms = place.forms.map(({ form }) => form.form).join('、') || '（无）';
        issue('CELL_METRIC_FORM', `该机构的报表没有指标 ${row.metric}`, `报表 ${forms} 中的指标`);
        continue;
      }
      if (at.filing && !at.filing.isEditable) {
        issue('ROW_LOCKED', `${row.period} 的报表已提交或已采纳，不能导入`, '草稿或已退回的报表');
        continue;
      }
      const cell = (at.filing && current(at.filing.id, row.metric)) ?? UNFILLED;
      placed.push({
        row,
        institutionId: place.institutionId,
        form: at.form.form,
        before: cell.value,
        beforeState: cell.state,
        beforeSource: cell.source,
        after: row.value,
        afterState: row.state,
        kind: kindOf(cell, row),
        version: cell.version,
      });
    }
  }
  return { placed, issues };
}

import type { DataEncoding } from './csv-text.js';

/** How a table is laid out: a row per figure, or a row per institution and period with a column per metric. */
export type ImportLayout = 'long' | 'wide';

/** What the reader needs to know of a metric. */
export interface ImportMetric {
  readonly code: string;
  readonly title: string;
  readonly unit: string;
  readonly decimals: number;
  /** `stock`, `flow` …; `derived` is computed by schemes and never filed. */
  readonly kind: string;
  /** For the filing rule V04; the reader takes negative figures. */
  readonly mayBeNegative: boolean;
}

/** All that the reader is told. Plain data: it is copied into the reading thread. */
export interface ImportContext {
  readonly layout?: ImportLayout;
  /** By code. */
  readonly metrics: ReadonlyMap<string, ImportMetric>;
  /** Whether `DEMO-…` may stand for a USCC: in a database marked as demonstration. */
  readonly allowDemoKeys: boolean;
  /** Headers of the file → metric codes. A code or the Chinese title of one metric maps by itself. */
  readonly columns?: Readonly<Record<string, string>>;
}

/** What a cell says: a figure, nothing yet, or why there is none. Only templates of ours tell the last two. */
export type CellState = 'value' | 'blank' | 'not_applicable' | 'not_available';

/** One figure that the file offers. Its source row had no problem at all. */
export interface ImportRow {
  /** A clean USCC with a right check digit, or a `DEMO-…` key. */
  readonly institution: string;
  /** `2026Q3`; whether it is open is for the service to say. */
  readonly period: string;
  readonly metric: string;
  /** Plain decimal in the metric's unit and decimals; null unless `state` is `value`. */
  readonly value: string | null;
  readonly state: CellState;
  readonly sheet: string | null;
  /** 1 is the first row of the sheet, as Excel counts. */
  readonly row: number;
  /** `C`. */
  readonly column: string;
  /** `C2`. */
  readonly cell: string;
  /** As it stood in the file. */
  readonly raw: string;
  /** Where the figure comes from, by its own column; ≤ 200 characters. */
  readonly source: string | null;
}

export type CellProblem =
  | 'CELL_DAMAGED'
  | 'CELL_DATE'
  | 'CELL_FORMULA_ERROR'
  | 'CELL_FORMULA_NO_VALUE'
  | 'CELL_MERGED'
  | 'CELL_METRIC'
  | 'CELL_NOT_NUMBER'
  | 'CELL_PERCENT'
  | 'CELL_PERIOD'
  | 'CELL_PRECISION'
  | 'CELL_RANGE'
  | 'CELL_SOURCE'
  | 'CELL_TWICE'
  | 'CELL_UNIT'
  | 'CELL_USCC'
  | 'CELL_USCC_NUMBER'
  | 'ROW_DUPLICATE'
  | 'ROW_WIDTH';

export type ImportWarning =
  | 'W_COLUMN_IGNORED'
  | 'W_EMBEDDED_IGNORED'
  | 'W_FORMULA_VALUE'
  | 'W_HIDDEN_COLUMN'
  | 'W_HIDDEN_ROW'
  | 'W_HIDDEN_SHEET'
  | 'W_ROUNDED'
  | 'W_SCALED_FORMAT'
  | 'W_SHEET_IGNORED'
  | 'W_UNIT_CONVERTED';

/** One thing to say about one place of the file. A problem withholds its row; a warning does not. */
export interface ImportIssue {
  readonly code: CellProblem | ImportWarning;
  readonly severity: 'problem' | 'warning';
  readonly sheet: string | null;
  readonly row: number | null;
  readonly column: string | null;
  readonly cell: string | null;
  /** As it stood in the file, shortened, without characters that a database refuses. */
  readonly raw: string;
  readonly message: string;
  readonly expected: string;
}

/** What the hidden sheet of a template says, as it stands there, and where. */
export interface TemplateReading {
  readonly sheet: string;
  readonly fields: Readonly<
    Record<'form' | 'version' | 'filer' | 'period' | 'hash', { readonly row: number; readonly text: string }>
  >;
  /** Lines that could be read. */
  readonly filled: number;
}

export interface ImportReading {
  /** The encoding of the text; of a workbook always `utf-8`. */
  readonly encoding: DataEncoding;
  readonly layout: ImportLayout | 'template';
  /** Null for any other file. */
  readonly template: TemplateReading | null;
  readonly rows: readonly ImportRow[];
  /** In the order of the file: sheet, row, column. */
  readonly issues: readonly ImportIssue[];
}

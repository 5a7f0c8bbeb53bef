import type { CellState, ImportOutcome, ImportPreview, ImportRow } from '../api/filing-shapes.js';

/** A figure of the preview, with what its cell says when it has none. */
export interface PreviewRow extends ImportRow {
  readonly beforeState: CellState;
  readonly afterState: CellState;
}

export type ImportState = 'previewed' | 'committed' | 'undone';

export interface Preview extends Omit<ImportPreview, 'state' | 'rows'> {
  readonly sha256: string;
  readonly state: ImportState;
  readonly createdAt: string;
  readonly committedAt: string | null;
  readonly undoneAt: string | null;
  readonly rows: readonly PreviewRow[];
}

/** A line of the history. */
export interface ImportItem extends Omit<Preview, 'rows' | 'issues' | 'encoding'> {
  readonly by: string;
  /** Whether it is the reader's own: others' are only told of. */
  readonly mine: boolean;
  readonly filings: ImportOutcome['filings'];
}

export interface UndoOutcome {
  readonly filings: readonly {
    readonly id: string;
    readonly institution: string;
    readonly period: string;
    readonly undone: number;
    readonly kept: number;
  }[];
}

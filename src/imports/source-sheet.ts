import type { CellProblem } from './import-reading.js';
import type { NumberFormat } from './number-format.js';

/** A cell as the file holds it. Text is a bare string; undefined = the file has no such cell. */
export type SourceCell = string | MarkedCell | undefined;

/** A workbook's cell that is more than text. */
export interface MarkedCell {
  /** The stored text: of a number its digits as written, never a binary number. */
  readonly text: string;
  readonly nature: 'text' | 'number' | 'boolean' | 'error';
  readonly format: NumberFormat;
  /** Whether the text is the stored outcome of a formula. */
  readonly formula: boolean;
  /** What is wrong with the cell itself, whatever it should hold. */
  readonly fault: Extract<
    CellProblem,
    'CELL_DAMAGED' | 'CELL_FORMULA_NO_VALUE' | 'CELL_MERGED' | 'CELL_TWICE' | 'CELL_FORMULA_ERROR'
  > | null;
}

/** A row with anything in it. `cells[0]` is column A. */
export interface SourceRow {
  /** 1 = the first row of the sheet. */
  readonly number: number;
  readonly cells: SourceCell[];
  readonly hidden: boolean;
}

/** A table as it came from a file, rows ascending, blank ones left out. */
export interface SourceSheet {
  /** Null for CSV. */
  readonly name: string | null;
  readonly rows: readonly SourceRow[];
  /** Columns (0 = A) that Excel does not show. */
  readonly hiddenColumns: ReadonlySet<number>;
  /** Whether every row must be as wide as the header: CSV. */
  readonly rectangular: boolean;
}

export const textOf = (cell: SourceCell): string =>
  cell === undefined ? '' : typeof cell === 'string' ? cell : cell.text;

/** 0 → `A`, 26 → `AA`. */
export function columnName(index: number): string {
  let name = '';
  for (let rest = index; rest >= 0; rest = Math.floor(rest / 26) - 1)
    name = String.fromCharCode(65 + (rest % 26)) + name;
  return name;
}

const LAST_COLUMN = 16_384;
const LAST_ROW = 1_048_576;

/** `C2` → { column: 2, row: 2 }, or null when it is no reference that Excel knows. Called for every cell. */
export function cellAt(reference: string): { readonly column: number; readonly row: number } | null {
  let column = 0;
  let row = 0;
  let at = 0;
  for (; at < reference.length; at++) {
    const letter = reference.charCodeAt(at) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  const letters = at;
  for (; at < reference.length; at++) {
    const digit = reference.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9 || (row === 0 && digit === 0)) return null;
    row = row * 10 + digit;
  }
  const known = letters > 0 && letters < 4 && row > 0 && row <= LAST_ROW && column <= LAST_COLUMN;
  return known ? { column: column - 1, row } : null;
}

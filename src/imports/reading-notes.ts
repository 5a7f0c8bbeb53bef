import { shownRaw } from './clean-text.js';
import { FileRefused } from './import-errors.js';
import { IMPORT_LIMITS } from './import-limits.js';
import type { CellProblem, ImportIssue, ImportRow, ImportWarning } from './import-reading.js';
import { columnName, type SourceCell, type SourceSheet, textOf } from './source-sheet.js';

/** One row of the file under way: what it would offer, and whether anything in it is at fault. */
export interface RowUnderway {
  readonly sheetIndex: number;
  readonly sheet: SourceSheet;
  readonly number: number;
  readonly cells: readonly SourceCell[];
  readonly offered: ImportRow[];
  faulty: boolean;
  duplicate: boolean;
}

type Note = ImportIssue & { readonly order: readonly [sheet: number, row: number, column: number] };

export interface Remark {
  readonly code: CellProblem | ImportWarning;
  readonly message: string;
  readonly expected: string;
}

/** Collects what is to be said; a fault never ends the reading, so that none hides another. */
export class ReadingNotes {
  private readonly notes: Note[] = [];

  /** About the file or a whole sheet. */
  file(code: ImportWarning, sheet: string | null, raw: string, message: string, expected: string): void {
    const place = { sheet, row: null, column: null, cell: null };
    this.add({ code, severity: 'warning', ...place, raw: shownRaw(raw), message, expected, order: [-1, 0, 0] });
  }

  /** About a cell of the header, or of a row that is offered all the same. */
  warn(row: Pick<RowUnderway, 'sheetIndex' | 'sheet' | 'number' | 'cells'>, column: number, remark: Remark): void {
    this.cell('warning', row, column, remark);
  }

  /** Withholds the row. */
  problem(row: RowUnderway, column: number, remark: Remark): void {
    row.faulty = true;
    this.cell('problem', row, column, remark);
  }

  private cell(
    severity: ImportIssue['severity'],
    { sheetIndex, sheet, number, cells }: Pick<RowUnderway, 'sheetIndex' | 'sheet' | 'number' | 'cells'>,
    column: number,
    { code, message, expected }: Remark,
  ): void {
    const letter = columnName(column);
    const place = { sheet: sheet.name, row: number, column: letter, cell: `${letter}${number}` };
    const raw = shownRaw(textOf(cells[column]));
    this.add({ code, severity, ...place, raw, message, expected, order: [sheetIndex, number, column] });
  }

  private add(note: Note): void {
    if (this.notes.length >= IMPORT_LIMITS.issues) {
      const expected = `≤ ${IMPORT_LIMITS.issues} 处`;
      throw new FileRefused(
        'IMPORT_ISSUES',
        '问题和提示过多，请检查是否选错了文件',
        `超过 ${IMPORT_LIMITS.issues} 处`,
        expected,
      );
    }
    this.notes.push(note);
  }

  /** In the order of the file. */
  issues(): readonly ImportIssue[] {
    const sorted = this.notes.sort(({ order: a }, { order: b }) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
    return sorted.map(({ order: _, ...issue }) => issue);
  }
}

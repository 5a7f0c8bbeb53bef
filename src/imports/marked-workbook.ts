import type { Cell, CellStyle } from 'hucre/xlsx';
import { Decimal, plain } from '../numbers/decimal.js';
import { address, faultyStyle, plainStyle, SheetDraft, STYLES, workbookBytes } from '../platform/workbook-writer.js';
import { FORM_SHEET, PROBLEM_COLUMNS, PROBLEM_SHEET } from '../templates/template-mark.js';
import {
  type TemplateContents,
  type TemplateMarks,
  templateRows,
  templateSheets,
} from '../templates/template-workbook.js';
import { storable } from './clean-text.js';
import type { ImportIssueView } from './import.query.js';
import { type ImportFile, sourceSheets } from './read-import.js';
import { cellAt, type SourceCell, type SourceSheet, textOf } from './source-sheet.js';

/** Name of the one sheet of a CSV, which has none. */
const CSV_SHEET = '数据';
/** Beyond so many cells only the header and the faulty rows are written, at their addresses. */
const MOST_CELLS = 200_000;
/** A note is a drawing of its own; more of them and no spreadsheet opens the file in good time. */
const MOST_NOTES = 2_000;
const MOST_LISTED = 20_000;

export type MarkedIssue = Pick<ImportIssueView, 'sheet' | 'row' | 'column' | 'cell' | 'raw' | 'message' | 'expected'>;

type Written = { readonly value: string | number | boolean | null; readonly numFmt?: string };

/** A number that a binary number holds as it was stored; else its digits as text. */
const asNumber = (text: string): number | string => {
  const value = /^-?[0-9.]+(?:[eE][+-]?[0-9]+)?$/.test(text) ? new Decimal(text) : null;
  if (!value?.isFinite()) return text;
  const number = value.toNumber();
  return Number.isFinite(number) && new Decimal(number).eq(value) ? number : text;
};

/**
 * A cell as it is written again, so that it means on the way back what it meant before: numbers stay numbers, under a
 * format of the same kind, and texts texts. A formula leaves its outcome.
 */
function written(cell: SourceCell): Written {
  if (cell === undefined) return { value: null };
  if (typeof cell === 'string') return { value: storable(cell) };
  if (cell.nature === 'boolean') return { value: cell.text === 'TRUE' };
  if (cell.nature !== 'number') return { value: storable(cell.text) };
  const value = asNumber(cell.text);
  switch (cell.format) {
    case 'percent':
      return { value, numFmt: '0.00%' };
    case 'date':
      return { value, numFmt: 'yyyy-mm-dd' };
    case 'scaled':
      return { value, numFmt: '#,##0.00,' };
    default:
      return { value };
  }
}

/** The issues of one sheet by cell, those of one cell together. */
function notesOf(issues: readonly MarkedIssue[], isOfSheet: (issue: MarkedIssue) => boolean): Map<string, string> {
  const notes = new Map<string, string>();
  for (const issue of issues) {
    if (!isOfSheet(issue) || issue.cell === null) continue;
    const before = notes.get(issue.cell);
    notes.set(issue.cell, `${before === undefined ? '' : `${before}\n`}${issue.message}；应为：${issue.expected}`);
  }
  return notes;
}

/** Links lead to sheets that are there and shown; the place of others is only told. */
function problemSheet(issues: readonly MarkedIssue[], names: ReadonlyMap<string, string>, isCut: boolean): SheetDraft {
  const sheet = new SheetDraft(PROBLEM_SHEET, {
    columns: [8, 20, 8, 8, 12, 30, 60, 50].map((width) => ({ width })),
    freezePane: { rows: 1 },
    view: { tabColor: { rgb: 'A8071A' } },
  });
  sheet.add(PROBLEM_COLUMNS, STYLES.head);
  for (const [i, issue] of issues.slice(0, MOST_LISTED).entries()) {
    const name = names.get(issue.sheet);
    const row = sheet.add([i + 1, name ?? issue.sheet, issue.row, issue.column, ''], STYLES.text);
    const cell = issue.cell ?? '';
    if (name !== undefined && cell !== '')
      sheet.put(row, 5, cell, STYLES.link, {
        hyperlink: { target: '', location: `'${name.replaceAll("'", "''")}'!${cell}`, tooltip: '到这一格' },
      });
    else sheet.put(row, 5, cell, STYLES.text);
    sheet.put(row, 6, issue.raw, STYLES.text);
    sheet.put(row, 7, issue.message, STYLES.text);
    sheet.put(row, 8, issue.expected, STYLES.text);
  }
  const remarks = [
    issues.length === 0 ? '没有问题。' : `共 ${issues.length} 处；改好标红的格，保存后整个上传，本表不会被读取。`,
    ...(issues.length > MOST_LISTED ? [`只列前 ${MOST_LISTED} 处。`] : []),
    ...(isCut ? ['文件很大：只写出表头和有问题的行，位置与原文件相同；其余的行仍在您的原文件中。'] : []),
  ];
  sheet.add([]);
  for (const remark of remarks) {
    const row = sheet.rowCount + 1;
    sheet.put(row, 1, '', STYLES.text);
    sheet.put(row, 7, remark, STYLES.text);
  }
  return sheet;
}

/** A name that a spreadsheet takes, and no other sheet has. */
function sheetName(name: string, taken: Set<string>): string {
  const clean =
    storable(name)
      .replace(/[[\]:*?/\\]/g, '_')
      .replace(/^'|'$/g, '_')
      .slice(0, 31) || CSV_SHEET;
  let free = clean;
  for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${clean.slice(0, 27)}(${n})`;
  taken.add(free.toLowerCase());
  return free;
}

function markedSheet(source: SourceSheet, name: string, notes: ReadonlyMap<string, string>, only: boolean): SheetDraft {
  const sheet = new SheetDraft(name);
  const faultyRows = new Set([...notes.keys()].map((cell) => cellAt(cell)?.row ?? 0));
  const rest = new Map(notes);
  let left = MOST_NOTES;
  const put = (row: number, column: number, cell: SourceCell): void => {
    const { value, numFmt } = written(cell);
    const at = address(row, column);
    const note = rest.get(at);
    rest.delete(at);
    if (note === undefined && value === null) return;
    const style: CellStyle | undefined =
      note === undefined ? (numFmt === undefined ? undefined : plainStyle(numFmt)) : faultyStyle(numFmt);
    const more: Partial<Cell> = note !== undefined && left-- > 0 ? { comment: { author: '绿评', text: note } } : {};
    sheet.put(row, column, value, style, more);
  };
  for (const [i, { number, cells }] of source.rows.entries()) {
    if (only && i > 0 && !faultyRows.has(number)) continue;
    for (const [index, cell] of cells.entries()) put(number, index + 1, cell);
  }
  // What is wrong may be that a cell is not there.
  for (const at of [...rest.keys()]) {
    const place = cellAt(at);
    if (place) put(place.row, place.column + 1, undefined);
  }
  return sheet;
}

/** What stands on the form at each code; null when a line does not stand where the template has it. */
function filledAt(form: SourceSheet | undefined, contents: TemplateContents): Map<string, Written> | null {
  if (!form) return null;
  const rows = templateRows(contents.sections);
  const headers = (form.rows[0]?.cells ?? []).map((cell) => textOf(cell));
  if (!headers[0]?.startsWith('指标代码') || !headers[3]?.startsWith('本期')) return null;
  const filled = new Map<string, Written>();
  for (const { number, cells } of form.rows.slice(1)) {
    const code = textOf(cells[0]).trim();
    if (code === '') continue;
    if (rows.get(code) !== number) return null;
    filled.set(code, writtenFigure(cells[3]));
  }
  return filled;
}

/** In the template's own cells the number format is ours: what another one meant goes out as text. */
function writtenFigure(cell: SourceCell): Written {
  if (typeof cell === 'object' && cell.nature === 'number' && cell.format !== 'plain') {
    if (cell.format === 'percent') return { value: `${plain(new Decimal(cell.text).times(100))}%` };
    if (cell.format === 'date') return { value: `${cell.text}（日期）` };
  }
  return written(cell);
}

/**
 * The user's workbook again, its faulty cells red with a note each, and a first sheet that lists them with links. A
 * template of ours is rebuilt, with what was filled in at the same addresses; of any other file the cells that were
 * read are written again at theirs.
 * @param issues problems alone, in the order of the file
 * @param contents of a template that is known; null for any other file
 * @throws DomainError as `readImport`
 */
export function markedWorkbook(
  file: ImportFile,
  issues: readonly MarkedIssue[],
  contents: TemplateContents | null,
): Promise<Uint8Array> {
  const { sheets } = sourceSheets(file);
  const filled =
    contents &&
    filledAt(
      sheets.find(({ name }) => name === FORM_SHEET),
      contents,
    );
  if (contents && filled) {
    const marks: TemplateMarks = { faults: notesOf(issues, ({ sheet }) => sheet === FORM_SHEET), filled };
    const list = problemSheet(issues, new Map([[FORM_SHEET, FORM_SHEET]]), false);
    return workbookBytes([list, ...templateSheets(contents, marks)]);
  }
  const taken = new Set([PROBLEM_SHEET]);
  const names = new Map(sheets.map(({ name }) => [name ?? '', sheetName(name ?? CSV_SHEET, taken)]));
  const isCut =
    sheets.reduce((sum, { rows }) => sum + rows.reduce((n, { cells }) => n + cells.length, 0), 0) > MOST_CELLS;
  return workbookBytes([
    problemSheet(issues, names, isCut),
    ...sheets.map((source) => {
      const notes = notesOf(issues, ({ sheet }) => sheet === (source.name ?? ''));
      return markedSheet(source, names.get(source.name ?? '') as string, notes, isCut);
    }),
  ]);
}

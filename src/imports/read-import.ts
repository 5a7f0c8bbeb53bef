import { DICTIONARY_SHEET, PROBLEM_COLUMNS, PROBLEM_SHEET } from '../templates/template-mark.js';
import { cleanText } from './clean-text.js';
import { readCsv } from './csv-table.js';
import type { DataEncoding } from './csv-text.js';
import { fileKind } from './file-kind.js';
import { hasKeyColumns } from './header.js';
import { FileRefused, importRefused } from './import-errors.js';
import type { ImportContext, ImportReading } from './import-reading.js';
import { SheetReader } from './read-sheet.js';
import { readTemplate } from './read-template.js';
import { ReadingNotes } from './reading-notes.js';
import { type SourceSheet, textOf } from './source-sheet.js';
import { readWorkbook } from './workbook.js';

export interface ImportFile {
  /** As uploaded; its extension must fit the contents. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface Source {
  readonly sheets: readonly SourceSheet[];
  readonly meta: SourceSheet | null;
  readonly encoding: DataEncoding;
}

function sourceOf({ name, bytes }: ImportFile, notes: ReadingNotes): Source {
  if (fileKind(name, bytes) === 'csv') {
    const { sheet, encoding } = readCsv(bytes);
    return { sheets: [sheet], meta: null, encoding };
  }
  const { sheets, hiddenSheets, meta, embedded } = readWorkbook(bytes);
  for (const hidden of hiddenSheets) {
    if (meta && hidden === DICTIONARY_SHEET) continue;
    notes.file('W_HIDDEN_SHEET', hidden, hidden, `隐藏的工作表“${hidden}”不导入`, '取消隐藏后重新上传，或忽略');
  }
  for (const entry of embedded)
    notes.file('W_EMBEDDED_IGNORED', null, entry, '嵌入的文件不打开、不导入', '没有嵌入文件');
  return { sheets: sheets.filter((sheet) => !isProblemList(sheet)), meta, encoding: 'utf-8' };
}

/** The list of problems that a marked workbook begins with: it says what was wrong, and is no table to read. */
const isProblemList = ({ name, rows }: SourceSheet): boolean =>
  name === PROBLEM_SHEET && PROBLEM_COLUMNS.every((title, i) => cleanText(textOf(rows[0]?.cells[i])) === title);

/** The sheets with a table to read. Several are read as one; without any, the first one is, and says what it lacks. */
function sheetsToRead(sheets: readonly SourceSheet[], notes: ReadingNotes): readonly SourceSheet[] {
  const filled = sheets.filter(({ rows }) => rows.length > 0);
  const tables = filled.filter(hasKeyColumns);
  if (tables.length === 0) {
    const first = filled[0];
    if (!first) throw new FileRefused('IMPORT_EMPTY', '文件里没有内容', '没有内容', '表头和数据');
    return [first];
  }
  for (const { name } of filled.filter((sheet) => !tables.includes(sheet))) {
    notes.file(
      'W_SHEET_IGNORED',
      name,
      name ?? '',
      `工作表“${name}”没有机构和报告期两列，不导入`,
      '表头含 institution、period',
    );
  }
  return tables;
}

function read(file: ImportFile, context: ImportContext): ImportReading {
  const notes = new ReadingNotes();
  const { sheets, meta, encoding } = sourceOf(file, notes);
  if (meta) {
    const { rows, template } = readTemplate(sheets, meta, context, notes);
    return { encoding, layout: 'template', template, rows, issues: notes.issues() };
  }
  const reader = new SheetReader(context, notes);
  const layouts = sheetsToRead(sheets, notes).map((sheet, index) => reader.read(sheet, index));
  if (reader.rowCount === 0) throw new FileRefused('IMPORT_NO_ROWS', '只有表头，没有数据', '0 行', '至少一行数据');
  return { encoding, layout: layouts[0] ?? 'wide', template: null, rows: reader.offered(), issues: notes.issues() };
}

/**
 * Reads an uploaded .csv or .xlsx into figures and issues; knows no database. A faulty cell withholds its row and
 * hides no other fault; what cannot be trusted as a whole is refused. Figures stay text and decimals throughout.
 * @throws DomainError 422 IMPORT_…, the place in its violation's path (file, sheet or zip entry, cell)
 */
export function readImport(file: ImportFile, context: ImportContext): ImportReading {
  try {
    return read(file, context);
  } catch (error) {
    if (error instanceof FileRefused) throw importRefused(file.name, error);
    throw error;
  }
}

/** All that a file says, as bare cells, without the list of problems of a marked workbook. @throws as `readImport` */
export function sourceSheets(file: ImportFile): Source {
  try {
    return sourceOf(file, new ReadingNotes());
  } catch (error) {
    if (error instanceof FileRefused) throw importRefused(file.name, error);
    throw error;
  }
}

/** The first sheet with anything in it, as bare cells: for tables that hold no figures. @throws as `readImport` */
export function sheetOf(file: ImportFile): SourceSheet {
  const filled = sourceSheets(file).sheets.find(({ rows }) => rows.length > 0);
  if (filled) return filled;
  throw importRefused(file.name, new FileRefused('IMPORT_EMPTY', '文件里没有内容', '没有内容', '表头和数据'));
}

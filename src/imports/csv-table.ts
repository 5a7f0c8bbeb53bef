import { isBlank } from './clean-text.js';
import { readRecords } from './csv-records.js';
import { csvText, type DataEncoding } from './csv-text.js';
import { FileRefused } from './import-errors.js';
import { IMPORT_LIMITS } from './import-limits.js';
import { columnName, type SourceRow, type SourceSheet } from './source-sheet.js';

const SEPARATORS = [',', ';', '\t'] as const;
const SEP_LINE = /^sep=([,;\t])(?:\r\n|\n|\r|$)/i;
/** Enough of the first line to see by what it is separated. */
const HEAD = 64 * 1024;

/** The separator that the first line with anything in it holds most often; quoted text does not count. */
function separatorOf(text: string): string {
  const start = Math.max(0, text.search(/[^\r\n]/));
  const [line = ''] = text
    .slice(start, start + HEAD)
    .replace(/"[^"]*"/g, '')
    .split(/[\r\n]/, 1);
  const counts = SEPARATORS.map((separator) => line.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ',';
}

function checkField(length: number, row: number, index: number): void {
  if (index < IMPORT_LIMITS.columns && length <= IMPORT_LIMITS.cellCharacters) return;
  const place = { cell: `${columnName(index)}${row}` };
  if (length > IMPORT_LIMITS.cellCharacters) {
    const expected = `≤ ${IMPORT_LIMITS.cellCharacters} 个字符`;
    throw new FileRefused('IMPORT_FIELD_LENGTH', '单元格内容过长', `${length} 个字符`, expected, place);
  }
  const found = `超过 ${IMPORT_LIMITS.columns} 列`;
  throw new FileRefused('IMPORT_COLUMNS', '列数过多', found, `≤ ${IMPORT_LIMITS.columns} 列`, place);
}

function tooMany(code: 'IMPORT_ROWS' | 'IMPORT_CELLS', what: string, most: number): FileRefused {
  return new FileRefused(code, `文件超过 ${most} ${what}，请分成几个文件`, `超过 ${most} ${what}`, `≤ ${most} ${what}`);
}

/**
 * A CSV text as a table: separators `,` `;` tab, found in the header or told by a line `sep=;`. Rows are counted as
 * Excel counts: blank ones count, a `sep=` line and line breaks in quotes do not.
 * @throws FileRefused IMPORT_CSV_QUOTE, IMPORT_ROWS, IMPORT_COLUMNS, IMPORT_CELLS, IMPORT_FIELD_LENGTH and those of
 *   `csvText`
 */
export function readCsv(bytes: Uint8Array): { readonly sheet: SourceSheet; readonly encoding: DataEncoding } {
  const { text, encoding } = csvText(bytes);
  const told = SEP_LINE.exec(text);
  const body = told ? text.slice(told[0].length) : text;
  const rows: SourceRow[] = [];
  let kept = 0;
  const fault = readRecords(body, told?.[1] ?? separatorOf(body), {
    field: checkField,
    record(fields, number) {
      if (fields.every(isBlank)) return;
      rows.push({ number, cells: fields, hidden: false });
      kept += fields.length;
      // The header and the rows below it.
      if (rows.length > IMPORT_LIMITS.dataRows + 1) throw tooMany('IMPORT_ROWS', '行数据', IMPORT_LIMITS.dataRows);
      if (kept > IMPORT_LIMITS.cells) throw tooMany('IMPORT_CELLS', '个单元格', IMPORT_LIMITS.cells);
    },
  });
  if (fault) {
    const cell = `${columnName(fault.field)}${fault.record}`;
    const expected = '引号成对；字段内的引号写两个';
    throw new FileRefused('IMPORT_CSV_QUOTE', `从 ${cell} 起的引号有误：${fault.what}`, fault.what, expected, { cell });
  }
  return { sheet: { name: null, rows, hiddenColumns: new Set(), rectangular: true }, encoding };
}

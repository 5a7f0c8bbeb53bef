import { FileRefused } from './import-errors.js';
import { IMPORT_LIMITS } from './import-limits.js';
import type { NumberFormat } from './number-format.js';
import {
  cellAt,
  columnName,
  type MarkedCell,
  type SourceCell,
  type SourceRow,
  type SourceSheet,
  textOf,
} from './source-sheet.js';
import { unescapeText } from './workbook-parts.js';
import { readXml, type XmlAttributes } from './xml-part.js';

interface OpenCell {
  readonly row: number;
  readonly column: number;
  readonly type: string;
  readonly style: string | undefined;
  formula: boolean;
  /** Null until a value element is there, be it empty. */
  value: string | null;
  inline: string;
}

interface OpenRow {
  readonly number: number;
  readonly cells: SourceCell[];
  hidden: boolean;
}

interface Area {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** Cells of merged areas looked at. A table to be read has hardly any. */
const MOST_MERGED = 1_000_000;

const mark = (
  text: string,
  { nature = 'text', format = 'plain', formula = false, fault = null }: Partial<MarkedCell>,
): MarkedCell => ({ text, nature, format, formula, fault });

function areaOf(reference: string): Area | null {
  const [first = '', last = first] = reference.split(':');
  const from = cellAt(first);
  const to = cellAt(last);
  return from && to && { top: from.row, left: from.column, bottom: to.row, right: to.column };
}

/** One worksheet, read in one pass; cells are placed by their reference, whatever order they stand in. */
export class WorksheetReader {
  private readonly rows = new Map<number, OpenRow>();
  private readonly merges: Area[] = [];
  private readonly hiddenColumns = new Set<number>();
  private row: OpenRow = { number: 0, cells: [], hidden: false };
  private cell: OpenCell | null = null;
  private nextColumn = 0;
  private cellCount = 0;

  constructor(
    private readonly sheet: string,
    private readonly entry: string,
    private readonly strings: readonly string[],
    private readonly formats: readonly NumberFormat[],
  ) {}

  /** @throws FileRefused IMPORT_XML_…, IMPORT_ROWS, IMPORT_COLUMNS, IMPORT_CELLS, IMPORT_MERGED, IMPORT_FIELD_LENGTH */
  read(bytes: Uint8Array): SourceSheet {
    readXml(this.entry, bytes, {
      open: (name, attributes, path) => this.open(name, attributes, path),
      text: (text, path) => this.text(text, path),
      close: (name, path) => {
        if (name === 'c' && this.cell && path.length === 3) this.endCell(this.cell);
      },
    });
    const rows = [...this.rows.values()]
      .filter(({ cells }) =>
        cells.some((cell) => textOf(cell).trim() !== '' || (typeof cell === 'object' && cell.fault)),
      )
      .sort((a, b) => a.number - b.number);
    this.markMerged(rows);
    return { name: this.sheet, rows, hiddenColumns: this.hiddenColumns, rectangular: false };
  }

  private open(name: string, attributes: XmlAttributes, path: readonly string[]): void {
    const parent = path[path.length - 1];
    if (path.length === 2 && parent === 'sheetData' && name === 'row') this.openRow(attributes);
    else if (path.length === 3 && parent === 'row' && name === 'c') this.openCell(attributes);
    else if (this.cell && parent === 'c' && path.length === 4) {
      if (name === 'f') this.cell.formula = true;
      if (name === 'v' || name === 'is') this.cell.value ??= '';
    } else if (path.length === 2 && parent === 'mergeCells' && name === 'mergeCell') {
      const area = areaOf(attributes.ref ?? '');
      if (area) this.merges.push(area);
    } else if (path.length === 2 && parent === 'cols' && name === 'col') this.hideColumns(attributes);
  }

  private damaged(found: string): FileRefused {
    return new FileRefused('IMPORT_XML_DAMAGED', '工作表的行列编号有误', found, '编号与所在行一致', {
      sheet: this.sheet,
    });
  }

  private openRow({ r, hidden }: XmlAttributes): void {
    if (r !== undefined && !/^[1-9][0-9]{0,6}$/.test(r)) throw this.damaged(r);
    const number = r === undefined ? this.row.number + 1 : Number.parseInt(r, 10);
    this.row = this.rows.get(number) ?? { number, cells: [], hidden: false };
    this.row.hidden ||= hidden === '1' || hidden === 'true';
    this.nextColumn = 0;
  }

  private openCell({ r, t = 'n', s }: XmlAttributes): void {
    const place = r === undefined ? { row: this.row.number, column: this.nextColumn } : cellAt(r);
    if (!place || place.row !== this.row.number) throw this.damaged(r ?? '');
    const { row, column } = place;
    this.nextColumn = column + 1;
    this.cell = { row, column, type: t, style: s, formula: false, value: null, inline: '' };
  }

  private text(text: string, path: readonly string[]): void {
    if (!this.cell) return;
    const last = path[path.length - 1];
    if (last === 'v' && path.length === 5) this.cell.value = (this.cell.value ?? '') + text;
    else if (last === 't' && path[4] === 'is' && !path.includes('rPh')) this.cell.inline += text;
  }

  private endCell(open: OpenCell): void {
    this.cell = null;
    const cell = this.sourceCell(open);
    if (cell === undefined) return;
    const place = { sheet: this.sheet, cell: `${columnName(open.column)}${open.row}` };
    if (open.row > IMPORT_LIMITS.dataRows + 1) {
      throw new FileRefused(
        'IMPORT_ROWS',
        '数据超过 200,000 行',
        `第 ${open.row} 行`,
        `≤ ${IMPORT_LIMITS.dataRows} 行`,
        place,
      );
    }
    if (open.column >= IMPORT_LIMITS.columns) {
      throw new FileRefused(
        'IMPORT_COLUMNS',
        '列数过多',
        `第 ${open.column + 1} 列`,
        `≤ ${IMPORT_LIMITS.columns} 列`,
        place,
      );
    }
    const text = textOf(cell);
    if (text.length > IMPORT_LIMITS.cellCharacters) {
      const expected = `≤ ${IMPORT_LIMITS.cellCharacters} 个字符`;
      throw new FileRefused('IMPORT_FIELD_LENGTH', '单元格内容过长', `${text.length} 个字符`, expected, place);
    }
    if (++this.cellCount > IMPORT_LIMITS.cells) {
      const found = `超过 ${IMPORT_LIMITS.cells} 个`;
      throw new FileRefused('IMPORT_CELLS', '单元格过多，请分成几个文件', found, `≤ ${IMPORT_LIMITS.cells} 个`, place);
    }
    const { number, cells } = this.row;
    if (!this.rows.has(number)) this.rows.set(number, this.row);
    const before = cells[open.column];
    cells[open.column] = before === undefined ? cell : mark(textOf(before), { fault: 'CELL_TWICE' });
  }

  /** @returns undefined for a cell without content, such as one that is only coloured */
  private sourceCell({ type, style, formula, value, inline }: OpenCell): SourceCell {
    if (formula && (value === null || (value === '' && type !== 'str')))
      return mark('', { formula, fault: 'CELL_FORMULA_NO_VALUE' });
    if (value === null) return undefined;
    switch (type) {
      case 's': {
        const text = /^[0-9]{1,9}$/.test(value) ? this.strings[Number.parseInt(value, 10)] : undefined;
        if (text === undefined) return mark(value, { fault: 'CELL_DAMAGED' });
        return formula ? mark(text, { formula }) : text;
      }
      case 'inlineStr':
      case 'str': {
        const text = unescapeText(type === 'str' ? value : inline);
        if (formula) return mark(text, { formula });
        return text === '' ? undefined : text;
      }
      case 'b':
        return mark(value === '1' || value === 'true' ? 'TRUE' : 'FALSE', { nature: 'boolean', formula });
      case 'e':
        return mark(value, { nature: 'error', formula, fault: 'CELL_FORMULA_ERROR' });
      case 'd':
        return mark(value, { nature: 'number', format: 'date', formula });
      case 'n': {
        if (value.trim() === '') return undefined;
        const format = (style === undefined ? undefined : this.formats[Number.parseInt(style, 10)]) ?? 'plain';
        return mark(value.trim(), { nature: 'number', format, formula });
      }
      default:
        return mark(value, { fault: 'CELL_DAMAGED' });
    }
  }

  private hideColumns({ min = '', max = '', hidden }: XmlAttributes): void {
    if (hidden !== '1' && hidden !== 'true') return;
    const last = Math.min(Number.parseInt(max, 10), IMPORT_LIMITS.columns);
    for (let column = Number.parseInt(min, 10); column >= 1 && column <= last; column++)
      this.hiddenColumns.add(column - 1);
  }

  /** A covered cell says nothing of its own: whether the value above it is meant, only its author knows. */
  private markMerged(rows: readonly SourceRow[]): void {
    const lastRow = rows[rows.length - 1]?.number ?? 0;
    const width = rows.reduce((widest, { cells }) => Math.max(widest, cells.length), 0);
    let covered = 0;
    for (const { top, left, bottom, right } of this.merges) {
      for (let number = top; number <= Math.min(bottom, lastRow); number++) {
        const cells = this.rows.get(number)?.cells;
        if (++covered > MOST_MERGED) throw this.tooManyMerges();
        if (!cells) continue;
        for (let column = left; column <= Math.min(right, width - 1); column++) {
          if (++covered > MOST_MERGED) throw this.tooManyMerges();
          if (number !== top || column !== left) cells[column] = mark(textOf(cells[column]), { fault: 'CELL_MERGED' });
        }
      }
    }
  }

  private tooManyMerges(): FileRefused {
    const found = `${this.merges.length} 处合并`;
    return new FileRefused('IMPORT_MERGED', '合并单元格过多，请取消合并后重新上传', found, '不合并单元格', {
      sheet: this.sheet,
    });
  }
}

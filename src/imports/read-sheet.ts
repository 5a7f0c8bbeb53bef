import { isQuarter, quarterIndex } from '../calendar/period.js';
import { cleanUscc, isUscc } from '../institutions/uscc.js';
import { Decimal } from '../numbers/decimal.js';
import { cleanText, cleanWord, isBlank, isStorable, shownRaw } from './clean-text.js';
import { type Header, type LongHeader, MetricNames, readHeader, type WideHeader } from './header.js';
import { FileRefused } from './import-errors.js';
import { IMPORT_LIMITS } from './import-limits.js';
import type { ImportContext, ImportLayout, ImportMetric, ImportRow } from './import-reading.js';
import { CELL_FAULTS, readFigure } from './read-figure.js';
import type { ReadingNotes, RowUnderway } from './reading-notes.js';
import { columnName, type SourceCell, type SourceSheet, textOf } from './source-sheet.js';
import { unitFactor } from './units.js';

/** Keys of institutions whose real code is not known, in a demonstration only. */
const DEMO_KEY = /^DEMO-[A-Z0-9][A-Z0-9-]{0,31}$/;
const ONE_TO_ONE = new Decimal(1);

/** More than a file can hold of institutions and metrics together, and of quarters: their product is below 2^53. */
const MOST_NUMBERS = 2 ** 18;
const QUARTERS = 2 ** 16;

interface FigureKey {
  readonly institution: string;
  readonly period: string;
  readonly metric: string;
}

/** Where one figure stands and whose it is. */
interface Figure {
  readonly column: number;
  readonly metric: ImportMetric;
  readonly factor: Decimal;
  readonly unit: string | null;
  readonly source: string | null;
}

/** The same for every row of a wide table. */
const wideFigures = ({ metrics }: WideHeader): readonly Figure[] =>
  metrics.map(({ index, metric, factor, unit }) => ({ column: index, metric, factor, unit, source: null }));

/** Reads tables of one file, row by row; rows are offered only when the whole file is through (`offered`). */
export class SheetReader {
  private readonly names: MetricNames;
  private readonly done: RowUnderway[] = [];
  /** The row that has a figure's key, over all sheets. The number packs institution, period and metric. */
  private readonly holders = new Map<number, RowUnderway>();
  private readonly numbers = new Map<string, number>();
  /** What a text was found to be, since few different ones stand in many rows. */
  private readonly institutions = new Map<string, string | null>();
  private readonly periods = new Map<string, string | null>();
  private figures = 0;

  constructor(
    private readonly context: ImportContext,
    private readonly notes: ReadingNotes,
  ) {
    this.names = new MetricNames(context);
  }

  /** Data rows read so far, of all sheets. */
  get rowCount(): number {
    return this.done.length;
  }

  /** The figures of the rows without a problem, in the order of the file. */
  offered(): readonly ImportRow[] {
    return this.done.flatMap(({ faulty, offered }) => (faulty ? [] : offered));
  }

  /** @throws FileRefused IMPORT_HEADER_MISSING, IMPORT_HEADER_DUPLICATE, IMPORT_ROWS, IMPORT_FIGURES, IMPORT_ISSUES */
  read(sheet: SourceSheet, sheetIndex: number): ImportLayout {
    const header = readHeader(sheet, this.context.layout, this.names);
    this.warnOfColumns(sheet, sheetIndex, header);
    const wide = header.layout === 'wide' ? wideFigures(header) : [];
    for (const { number, cells, hidden } of sheet.rows.slice(1)) {
      const row = { sheetIndex, sheet, number, cells, offered: [], faulty: false, duplicate: false };
      this.done.push(row);
      if (this.done.length > IMPORT_LIMITS.dataRows) {
        const found = `超过 ${IMPORT_LIMITS.dataRows} 行`;
        throw new FileRefused('IMPORT_ROWS', '数据超过 200,000 行', found, `≤ ${IMPORT_LIMITS.dataRows} 行`);
      }
      if (hidden) {
        const remark = {
          code: 'W_HIDDEN_ROW',
          message: '此行在 Excel 中被隐藏，仍然读取',
          expected: '取消隐藏后核对',
        } as const;
        this.notes.warn(row, 0, remark);
      }
      if (sheet.rectangular && !this.fitsHeader(row, header)) continue;
      this.readRow(row, header, wide);
    }
    return header.layout;
  }

  private warnOfColumns(sheet: SourceSheet, sheetIndex: number, header: Header): void {
    const cells = sheet.rows[0]?.cells ?? [];
    const row: RowUnderway = {
      sheetIndex,
      sheet,
      number: header.row,
      cells,
      offered: [],
      faulty: false,
      duplicate: false,
    };
    for (const { index, reason, problem } of header.ignored) {
      const message = `此列不导入：${reason}`;
      const expected = '指标代码或指标名称，及可换算的单位';
      if (problem) this.notes.problem(row, index, { code: problem, message, expected });
      else this.notes.warn(row, index, { code: 'W_COLUMN_IGNORED', message, expected: '指标代码或指标名称' });
    }
    for (const index of sheet.hiddenColumns) {
      if (index >= header.width || header.ignored.some((column) => column.index === index)) continue;
      const message = '此列在 Excel 中被隐藏，仍然读取';
      this.notes.warn(row, index, { code: 'W_HIDDEN_COLUMN', message, expected: '取消隐藏后核对' });
    }
  }

  /** Fewer fields, or more of them than blanks, and nobody knows which one is missing. */
  private fitsHeader(row: RowUnderway, { width }: Header): boolean {
    const { cells } = row;
    if (cells.length >= width && cells.slice(width).every((cell) => isBlank(textOf(cell)))) return true;
    const message = `此行有 ${cells.length} 个字段，表头有 ${width} 个`;
    this.notes.problem(row, 0, { code: 'ROW_WIDTH', message, expected: `${width} 个字段` });
    return false;
  }

  private readRow(row: RowUnderway, header: Header, wide: readonly Figure[]): void {
    const institution = this.institution(row, header.institution);
    const period = this.period(row, header.period);
    const figures = header.layout === 'long' ? this.longFigures(row, header) : wide;
    this.figures += figures.length;
    if (this.figures > IMPORT_LIMITS.figures) {
      const expected = `≤ ${IMPORT_LIMITS.figures} 个`;
      throw new FileRefused('IMPORT_FIGURES', '数值过多，请分成几个文件', `超过 ${IMPORT_LIMITS.figures} 个`, expected);
    }
    for (const { column, metric, factor, unit, source } of figures) {
      const { value, problem, warnings } = readFigure(row.cells[column], metric, factor, unit);
      for (const warning of warnings) this.notes.warn(row, column, warning);
      if (problem) this.notes.problem(row, column, problem);
      if (institution === null || period === null) continue;
      this.claim(row, { institution, period, metric: metric.code }, header);
      if (problem) continue;
      const letter = columnName(column);
      row.offered.push({
        institution,
        period,
        metric: metric.code,
        value,
        state: value === null ? 'blank' : 'value',
        sheet: row.sheet.name,
        row: row.number,
        column: letter,
        cell: `${letter}${row.number}`,
        raw: shownRaw(textOf(row.cells[column])),
        source,
      });
    }
  }

  /** A number per institution and metric, in the order of their first coming. */
  private numberOf(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    this.numbers.set(text, this.numbers.size);
    return this.numbers.size - 1;
  }

  /** Two rows for one figure: neither is offered, since nobody knows which one is meant. */
  private claim(row: RowUnderway, key: FigureKey, header: Header): void {
    const { institution, period, metric } = key;
    const packed =
      (this.numberOf(institution) * MOST_NUMBERS + this.numberOf(metric)) * QUARTERS + quarterIndex(period);
    const holder = this.holders.get(packed);
    if (holder === undefined) this.holders.set(packed, row);
    else if (holder !== row) for (const each of [holder, row]) this.tellDuplicate(each, key, header);
  }

  private tellDuplicate(row: RowUnderway, { institution, period, metric }: FigureKey, header: Header): void {
    if (row.duplicate) return;
    row.duplicate = true;
    const what = header.layout === 'wide' ? `${institution} ${period}` : `${institution} ${period} ${metric}`;
    const message = `${what} 在文件中出现不止一次，无法确定取哪一行`;
    this.notes.problem(row, header.institution, { code: 'ROW_DUPLICATE', message, expected: '只出现一次' });
  }

  private longFigures(row: RowUnderway, header: LongHeader): readonly Figure[] {
    const source = this.source(row, header.source);
    const name = this.word(row, header.metric);
    if (name === null) return [];
    const metric = this.names.find(name);
    if (typeof metric === 'string') {
      const message = name === '' ? '缺少指标代码' : metric;
      this.notes.problem(row, header.metric, { code: 'CELL_METRIC', message, expected: '指标代码，如 BK_GL_BAL' });
      return [];
    }
    const unit = header.unit < 0 ? '' : this.word(row, header.unit);
    if (unit === null) return [];
    const factor = unit === '' ? ONE_TO_ONE : unitFactor(unit, metric.unit);
    if (!factor) {
      const message = `单位“${unit}”不能换算为“${metric.title}”的${metric.unit}`;
      this.notes.problem(row, header.unit, { code: 'CELL_UNIT', message, expected: metric.unit });
    }
    // The figure is looked at all the same: a wrong unit must not hide a wrong figure.
    return [{ column: header.value, metric, factor: factor ?? ONE_TO_ONE, unit: factor ? unit || null : null, source }];
  }

  /** Text of a cell that must be whole; null when the cell itself is at fault, which is then said. */
  private whole(row: RowUnderway, column: number): string | null {
    const cell: SourceCell = row.cells[column];
    if (typeof cell !== 'object') return cell ?? '';
    if (cell.fault) {
      const [message, expected] = CELL_FAULTS[cell.fault];
      this.notes.problem(row, column, { code: cell.fault, message, expected });
      return null;
    }
    if (cell.formula) {
      this.notes.warn(row, column, {
        code: 'W_FORMULA_VALUE',
        message: '取公式的计算结果',
        expected: '直接填写，或确认结果',
      });
    }
    return cell.text;
  }

  private word(row: RowUnderway, column: number): string | null {
    const text = this.whole(row, column);
    return text === null ? null : cleanWord(text);
  }

  private institution(row: RowUnderway, column: number): string | null {
    const text = this.whole(row, column);
    if (text === null) return null;
    const cell: SourceCell = row.cells[column];
    if (typeof cell === 'object' && cell.nature === 'number') {
      const message = '信用代码存成了数值，末尾几位已经丢失，请改为文本格式重新填写';
      this.notes.problem(row, column, {
        code: 'CELL_USCC_NUMBER',
        message,
        expected: '文本格式的 18 位统一社会信用代码',
      });
      return null;
    }
    let key = this.institutions.get(text);
    if (key === undefined) {
      const code = cleanUscc(cleanText(text));
      key = isUscc(code) || (this.context.allowDemoKeys && DEMO_KEY.test(code)) ? code : null;
      this.institutions.set(text, key);
    }
    if (key === null) {
      const message = isBlank(text) ? '缺少统一社会信用代码' : '不是有效的统一社会信用代码（位数、字符或校验码不对）';
      this.notes.problem(row, column, { code: 'CELL_USCC', message, expected: '18 位统一社会信用代码' });
    }
    return key;
  }

  private period(row: RowUnderway, column: number): string | null {
    const text = this.whole(row, column);
    if (text === null) return null;
    const cell: SourceCell = row.cells[column];
    let period = this.periods.get(text);
    if (period === undefined) {
      const word = cleanWord(text).toUpperCase();
      period = isQuarter(word) ? word : null;
      this.periods.set(text, period);
    }
    if (period === null) {
      const date = typeof cell === 'object' && cell.format === 'date';
      const message = date ? '报告期不能是日期' : isBlank(text) ? '缺少报告期' : '报告期写法不对';
      this.notes.problem(row, column, { code: 'CELL_PERIOD', message, expected: '年份加季度，如 2026Q3' });
    }
    return period;
  }

  private source(row: RowUnderway, column: number): string | null {
    if (column < 0) return null;
    const whole = this.whole(row, column);
    if (whole === null) return null;
    const text = cleanText(whole);
    if (text.length <= IMPORT_LIMITS.sourceCharacters && isStorable(text)) return text === '' ? null : text;
    const message = text.length > IMPORT_LIMITS.sourceCharacters ? '来源说明过长' : '来源说明含有无法保存的字符';
    const expected = `≤ ${IMPORT_LIMITS.sourceCharacters} 个字符的文字`;
    this.notes.problem(row, column, { code: 'CELL_SOURCE', message, expected });
    return null;
  }
}

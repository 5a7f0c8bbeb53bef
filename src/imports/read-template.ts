import { isQuarter } from '../calendar/period.js';
import { cleanUscc, isUscc } from '../institutions/uscc.js';
import { Decimal } from '../numbers/decimal.js';
import {
  FORM_SHEET,
  GUIDE_SHEETS,
  MARK_FIELDS,
  type MarkField,
  NOT_APPLICABLE,
  NOT_AVAILABLE,
  TEMPLATE_FORMAT,
} from '../templates/template-mark.js';
import { cleanText, cleanWord, isBlank, shownRaw } from './clean-text.js';
import { MetricNames } from './header.js';
import { FileRefused } from './import-errors.js';
import type { CellState, ImportContext, ImportRow, TemplateReading } from './import-reading.js';
import { CELL_FAULTS, readFigure } from './read-figure.js';
import type { ReadingNotes, RowUnderway } from './reading-notes.js';
import { columnName, type SourceCell, type SourceSheet, textOf } from './source-sheet.js';
import { unitFactor } from './units.js';

const ONE_TO_ONE = new Decimal(1);
const DEMO_KEY = /^DEMO-[A-Z0-9][A-Z0-9-]{0,31}$/;
const DEPARTMENT = /^[a-z][a-z_]{1,40}$/;

/** How a cell says that it has no figure; people also write the words. */
const STATES: ReadonlyMap<string, CellState> = new Map([
  [NOT_APPLICABLE, 'not_applicable'],
  ['不适用', 'not_applicable'],
  [NOT_AVAILABLE, 'not_available'],
  ['暂缺', 'not_available'],
]);

/** Whether a workbook's sheet `_meta` says that it is a template of ours. */
export const isTemplateMark = (sheet: SourceSheet): boolean =>
  cleanText(textOf(sheet.rows[0]?.cells[0])) === TEMPLATE_FORMAT;

interface Columns {
  readonly code: number;
  readonly unit: number;
  readonly present: number;
}

/** The columns of 填报表, wherever they stand. @throws FileRefused IMPORT_HEADER_MISSING */
function columnsOf(sheet: SourceSheet): Columns {
  const first = sheet.rows[0];
  const headers = (first?.cells ?? []).map((cell) => cleanWord(textOf(cell)));
  const find = (title: string): number => {
    const index = headers.findIndex((header) => header.startsWith(title));
    if (index >= 0) return index;
    const place = { sheet: sheet.name, cell: `A${first?.number ?? 1}` };
    const found = headers.filter((header) => header !== '').join('、');
    throw new FileRefused('IMPORT_HEADER_MISSING', `表头缺少“${title}”列`, found, '重新下载模板，不改动表头', place);
  };
  return { code: find('指标代码'), unit: find('单位'), present: find('本期') };
}

/**
 * Reads a template of ours: a line per metric, whose filer and period stand in `_meta`. Whether these are the right
 * ones is for the service to say; here they are only read. A faulty line withholds itself alone.
 * @throws FileRefused IMPORT_HEADER_MISSING, IMPORT_EMPTY, IMPORT_ISSUES
 */
export function readTemplate(
  sheets: readonly SourceSheet[],
  meta: SourceSheet,
  context: ImportContext,
  notes: ReadingNotes,
): { readonly rows: readonly ImportRow[]; readonly template: TemplateReading } {
  const form = sheets.find(({ name }) => name === FORM_SHEET);
  if (!form || form.rows.length === 0)
    throw new FileRefused('IMPORT_EMPTY', `模板里没有工作表“${FORM_SHEET}”`, '没有', '重新下载模板');
  for (const { name, rows } of sheets)
    if (rows.length > 0 && name !== FORM_SHEET && !GUIDE_SHEETS.includes(name ?? ''))
      notes.file('W_SHEET_IGNORED', name, name ?? '', `模板以外的工作表“${name}”不导入`, `填在“${FORM_SHEET}”里`);
  const mark = markOf(meta);
  const filer = filerOf(mark.fields.filer.text, context);
  const period = isQuarter(mark.fields.period.text) ? mark.fields.period.text : null;
  const faulty = (field: MarkField, message: string, expected: string): void => {
    const { row, text } = mark.fields[field];
    const cells: SourceCell[] = [field, text];
    const at: RowUnderway = {
      sheetIndex: -1,
      sheet: meta,
      number: row,
      cells,
      offered: [],
      faulty: false,
      duplicate: false,
    };
    notes.problem(at, 1, { code: field === 'filer' ? 'CELL_USCC' : 'CELL_PERIOD', message, expected });
  };
  if (filer === null) faulty('filer', '模板里的填报单位代码被改动或损坏', '重新下载模板');
  if (period === null) faulty('period', '模板里的报告期被改动或损坏', '重新下载模板，如 2026Q3');
  const lines = new TemplateLines(form, columnsOf(form), sheets.indexOf(form), new MetricNames(context), notes);
  const read = lines.read();
  const rows = filer === null || period === null ? [] : read.map((line) => ({ ...line, institution: filer, period }));
  return { rows, template: { ...mark, filled: read.length } };
}

function markOf(meta: SourceSheet): Omit<TemplateReading, 'filled'> {
  const field = (name: MarkField) => {
    const found = meta.rows.find(({ cells }) => cleanText(textOf(cells[0])) === name);
    const row = found?.number ?? MARK_FIELDS.indexOf(name) + 2;
    return { row, text: shownRaw(cleanText(textOf(found?.cells[1]))) };
  };
  return {
    sheet: meta.name ?? '',
    fields: {
      form: field('form'),
      version: field('version'),
      filer: field('filer'),
      period: field('period'),
      hash: field('hash'),
    },
  };
}

function filerOf(text: string, { allowDemoKeys }: ImportContext): string | null {
  if (DEPARTMENT.test(text)) return text;
  const code = cleanUscc(text);
  return isUscc(code) || (allowDemoKeys && DEMO_KEY.test(code)) ? code : null;
}

type Line = Omit<ImportRow, 'institution' | 'period'>;

class TemplateLines {
  private readonly holders = new Map<string, RowUnderway>();

  constructor(
    private readonly sheet: SourceSheet,
    private readonly columns: Columns,
    private readonly sheetIndex: number,
    private readonly names: MetricNames,
    private readonly notes: ReadingNotes,
  ) {}

  read(): readonly Line[] {
    const { sheet, sheetIndex } = this;
    const lines: { readonly row: RowUnderway; readonly line: Line }[] = [];
    for (const { number, cells } of sheet.rows.slice(1)) {
      const row: RowUnderway = { sheetIndex, sheet, number, cells, offered: [], faulty: false, duplicate: false };
      const line = this.line(row);
      if (line) lines.push({ row, line });
    }
    return lines.filter(({ row }) => !row.faulty).map(({ line }) => line);
  }

  private line(row: RowUnderway): Line | null {
    const { code, present } = this.columns;
    const cell = row.cells[present];
    const name = cleanWord(textOf(row.cells[code]));
    if (name === '') {
      // The head of a section, or a sum: its formula is ours.
      const isOwn = isBlank(textOf(cell)) || (typeof cell === 'object' && cell.formula);
      if (!isOwn)
        this.notes.problem(row, code, { code: 'CELL_METRIC', message: '缺少指标代码', expected: '模板中的指标代码' });
      return null;
    }
    const metric = this.names.find(name);
    if (typeof metric === 'string') {
      this.notes.problem(row, code, { code: 'CELL_METRIC', message: metric, expected: '模板中的指标代码' });
      return null;
    }
    this.claim(row, metric.code);
    const letter = columnName(present);
    const place = {
      metric: metric.code,
      sheet: row.sheet.name,
      row: row.number,
      column: letter,
      cell: `${letter}${row.number}`,
      raw: shownRaw(textOf(cell)),
      source: null,
    };
    const fault = typeof cell === 'object' ? cell.fault : null;
    const state = fault === null ? STATES.get(cleanWord(textOf(cell))) : undefined;
    if (state !== undefined) return { ...place, value: null, state };
    const value = this.figure(row, metric);
    return row.faulty ? null : { ...place, value, state: value === null ? 'blank' : 'value' };
  }

  private figure(row: RowUnderway, metric: Parameters<typeof readFigure>[1]): string | null {
    const stated = cleanWord(textOf(row.cells[this.columns.unit]));
    const factor = stated === '' ? ONE_TO_ONE : unitFactor(stated, metric.unit);
    if (!factor) {
      const message = `单位“${stated}”不能换算为“${metric.title}”的${metric.unit}`;
      this.notes.problem(row, this.columns.unit, { code: 'CELL_UNIT', message, expected: metric.unit });
    }
    const cell = row.cells[this.columns.present];
    const { value, problem, warnings } = readFigure(cell, metric, factor ?? ONE_TO_ONE, factor ? stated || null : null);
    for (const warning of warnings) this.notes.warn(row, this.columns.present, warning);
    if (problem) this.notes.problem(row, this.columns.present, withStates(problem));
    return value;
  }

  /** A metric stands once; of two lines nobody knows which one is meant. */
  private claim(row: RowUnderway, metric: string): void {
    const holder = this.holders.get(metric);
    if (!holder) this.holders.set(metric, row);
    else
      for (const each of [holder, row])
        if (!each.duplicate) {
          each.duplicate = true;
          const message = `${metric} 在模板中出现不止一次，无法确定取哪一行`;
          this.notes.problem(each, this.columns.code, { code: 'ROW_DUPLICATE', message, expected: '只出现一次' });
        }
  }
}

const withStates = <T extends { readonly code: string; readonly expected: string }>(problem: T): T =>
  problem.code === 'CELL_NOT_NUMBER' || problem.code in CELL_FAULTS
    ? { ...problem, expected: `${problem.expected}；不适用填 ${NOT_APPLICABLE}，暂缺填 ${NOT_AVAILABLE}` }
    : problem;

import { isQuarter, isYear } from '../../calendar/period.js';
import { type Decimal, parseFigure } from '../../numbers/decimal.js';
import type { Violation } from '../../problems/problems.js';
import type { Figures } from '../types.js';
import { FigureTable } from './figure-table.js';
import { readTable, type TableRow, tableFault } from './table.js';

const LONG = 'institution,period,metric,value';
const HEADER = `${LONG}，或 institution,period,指标…`;
const FIGURE_RULE = '-?digits(.digits)?，小数点前至多 16 位、后至多 12 位';

export interface ReadFigures {
  readonly figures: Figures;
  /** Every institution that stands in the data, also with empty cells only; in the order of the file. */
  readonly institutions: readonly string[];
  readonly faults: readonly Violation[];
}

/**
 * Figures as a table, long or wide. An empty cell states nothing. Whether two rows state the same figure, whether the
 * institution is known and the period fits the cadence is looked at by `prepare`, for every source alike.
 * @param name the file's name, for messages
 */
export function readFigures(text: string, name: string): ReadFigures {
  const faults: Violation[] = [];
  const figures = new FigureTable(name);
  const institutions = new Set<string>();
  const table = readTable(text, name, HEADER, faults);
  if (!table) return { figures, institutions: [], faults };
  const long = table.header.join(',') === LONG;
  if (!long && (table.header[0] !== 'institution' || table.header[1] !== 'period'))
    faults.push(tableFault(`${name}:1`, 'header', table.header.join(','), HEADER, '表头不对'));
  else if (!long && table.header.includes('', 2))
    faults.push(tableFault(`${name}:1`, 'header', table.header.join(','), HEADER, '有一列没有指标代码'));
  else
    for (const row of table.rows) {
      const [institution = '', period = ''] = row.cells;
      if (!knownRow(row, institution, period, faults)) continue;
      institutions.add(institution);
      const cells = long ? [[row.cells[2] ?? '', row.cells[3] ?? ''] as const] : wideCells(table.header, row.cells);
      for (const [metric, cell] of cells) {
        const value = readCell(cell, metric, row, faults);
        if (value) figures.add(institution, period, metric, value, row.line);
      }
    }
  return { figures, institutions: [...institutions], faults };
}

const wideCells = (header: readonly string[], cells: readonly string[]): (readonly [string, string])[] =>
  header.slice(2).map((metric, i) => [metric, cells[i + 2] ?? ''] as const);

function knownRow(row: TableRow, institution: string, period: string, faults: Violation[]): boolean {
  if (institution === '') faults.push(tableFault(row.at, 'institution', '', '机构代码', '没有机构代码'));
  const fits = isQuarter(period) || isYear(period);
  if (!fits) faults.push(tableFault(row.at, 'period', period, '2025Q3 或 2025', '没有这个报告期'));
  return institution !== '' && fits;
}

function readCell(cell: string, metric: string, row: TableRow, faults: Violation[]): Decimal | null {
  if (metric === '') faults.push(tableFault(row.at, 'metric', '', '指标代码', '没有指标代码'));
  if (cell === '' || metric === '') return null;
  const value = parseFigure(cell);
  if (typeof value !== 'string') return value;
  const what = value === 'range' ? '数字太长' : '不是数字';
  faults.push(tableFault(row.at, 'figure', cell, FIGURE_RULE, `${metric} 的数值${what}`));
  return null;
}

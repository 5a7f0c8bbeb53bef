import type { Violation } from '../../problems/problems.js';
import { parseCsv } from './csv.js';

/** A table as read: every row has as many cells as the header. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  readonly cells: readonly string[];
  readonly line: number;
  /** `data.csv:12` */
  readonly at: string;
}

/** Adds a fault of a table; `at` is file and line. */
export function tableFault(at: string, rule: string, found: string, expected: string, message: string): Violation {
  return { path: at, rule, found, expected, message };
}

/**
 * @param name   the file's name, for messages
 * @param faults receives what is wrong; rows with a fault are left out
 * @returns      null when there is no usable header
 */
export function readTable(text: string, name: string, expected: string, faults: Violation[]): Table | null {
  const { rows, faults: broken } = parseCsv(text);
  for (const fault of broken)
    faults.push(tableFault(`${name}:${fault.line}`, 'csv', fault.found, '成对的引号', '引号不成对'));
  const [first, ...rest] = rows;
  if (!first) {
    faults.push(tableFault(`${name}:1`, 'header', '', expected, '文件是空的'));
    return null;
  }
  const header = first.cells;
  for (const [i, column] of header.entries())
    if (header.indexOf(column) < i)
      faults.push(tableFault(`${name}:1`, 'double-column', column, '每列一次', `列 ${column} 重复`));
  const whole = rest.filter((row) => row.cells.length === header.length);
  for (const row of rest)
    if (row.cells.length !== header.length)
      faults.push(
        tableFault(`${name}:${row.line}`, 'cells', `${row.cells.length} 格`, `${header.length} 格`, '格数与表头不同'),
      );
  return { header, rows: whole.map(({ cells, line }) => ({ cells, line, at: `${name}:${line}` })) };
}

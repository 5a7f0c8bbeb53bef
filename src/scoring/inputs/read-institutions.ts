import type { Violation } from '../../problems/problems.js';
import type { Institution } from '../types.js';
import { readTable, tableFault } from './table.js';

const FIXED = ['institution', 'name', 'type'];
const FLAGS = 'flags';
const HEADER = 'institution,name,type[,flags][,其他列…]';

/** @param name the file's name, for messages */
export function readInstitutions(
  text: string,
  name: string,
): { institutions: readonly Institution[]; faults: readonly Violation[] } {
  const faults: Violation[] = [];
  const institutions: Institution[] = [];
  const table = readTable(text, name, HEADER, faults);
  if (!table) return { institutions, faults };
  if (FIXED.some((column, i) => table.header[i] !== column)) {
    faults.push(tableFault(`${name}:1`, 'header', table.header.join(','), HEADER, '表头不对'));
    return { institutions, faults };
  }
  for (const { cells, at } of table.rows) {
    const cell = (column: string): string => cells[table.header.indexOf(column)] ?? '';
    const code = cell('institution');
    if (code === '') {
      faults.push(tableFault(at, 'institution', '', '机构代码', '没有机构代码'));
      continue;
    }
    const others = table.header.filter((column) => column !== FLAGS && !FIXED.includes(column));
    institutions.push({
      code,
      name: cell('name'),
      type: cell('type'),
      flags: table.header.includes(FLAGS) ? splitFlags(cell(FLAGS)) : [],
      attributes: Object.fromEntries(others.map((column) => [column, cell(column)])),
      at,
    });
  }
  return { institutions, faults };
}

/** Separated by `;`, blanks around them do not count. */
const splitFlags = (cell: string): readonly string[] =>
  cell
    .split(';')
    .map((flag) => flag.trim())
    .filter((flag) => flag !== '');

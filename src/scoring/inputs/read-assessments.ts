import { parseFigure } from '../../numbers/decimal.js';
import type { Violation } from '../../problems/problems.js';
import type { Assessment } from '../types.js';
import { readTable, tableFault } from './table.js';

const HEADER = 'institution,node,assessor,score';

/** An empty score is no row. @param name the file's name, for messages */
export function readAssessments(
  text: string,
  name: string,
): { assessments: readonly Assessment[]; faults: readonly Violation[] } {
  const faults: Violation[] = [];
  const assessments: Assessment[] = [];
  const table = readTable(text, name, HEADER, faults);
  if (!table) return { assessments, faults };
  if (table.header.join(',') !== HEADER) {
    faults.push(tableFault(`${name}:1`, 'header', table.header.join(','), HEADER, '表头不对'));
    return { assessments, faults };
  }
  for (const { cells, at } of table.rows) {
    const [institution = '', node = '', assessor = '', written = ''] = cells;
    if (written === '') continue;
    const score = parseFigure(written);
    if (typeof score === 'string')
      faults.push(tableFault(at, 'score', written, '-?digits(.digits)?', `${node} 的评分不是数字`));
    else if (assessor === '') faults.push(tableFault(at, 'assessor', '', '部门 或 部门/人', '没有评分人'));
    else assessments.push({ institution, node, assessor, score, at });
  }
  return { assessments, faults };
}

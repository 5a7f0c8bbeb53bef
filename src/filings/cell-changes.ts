import { DomainError, type Violation } from '../problems/problems.js';
import type { CellState } from './filing.query.js';
import { cellsInvalid } from './filing-errors.js';
import type { CellChange } from './filings.dto.js';

const STATES: readonly string[] = ['value', 'blank', 'not_applicable', 'not_available'] satisfies CellState[];
const MOST_CELLS = 2_000;
const LONGEST_JUSTIFICATION = 500;
/** The code of a rule and of a metric. */
const LONGEST_KEY = 80;

/**
 * The `figures` of a request, shape checked: a figure is a text, since a JSON number may have lost digits on its way.
 * @throws CELLS_INVALID with every faulty cell
 */
export function cellChanges(figures: Readonly<Record<string, unknown>>): Record<string, CellChange> {
  const faults: Violation[] = [];
  const changes: [string, CellChange][] = [];
  const entries = Object.entries(figures);
  if (entries.length > MOST_CELLS)
    throw cellsInvalid([
      {
        path: 'figures',
        rule: 'CELLS_TOO_MANY',
        found: `${entries.length}`,
        expected: `至多 ${MOST_CELLS} 格`,
        message: '一次修改的单元格过多',
      },
    ]);
  for (const [code, change] of entries) {
    const fault = (part: string, found: unknown, expected: string): void => {
      const path = part === '' ? `figures.${code}` : `figures.${code}.${part}`;
      const text = typeof found === 'number' ? String(found) : (JSON.stringify(found) ?? '（缺）');
      faults.push({
        path,
        rule: 'CELL_SHAPE',
        found: text.slice(0, 200),
        expected,
        message: `单元格写法有误：应为${expected}`,
      });
    };
    if (typeof change !== 'object' || change === null || Array.isArray(change)) {
      fault('', change, '{ value, state?, version }');
      continue;
    }
    const { value, state, version, ...others } = change as Record<string, unknown>;
    if (value !== null && typeof value !== 'string') fault('value', value, '文本形式的数字（带引号）或 null');
    if (state !== undefined && (typeof state !== 'string' || !STATES.includes(state)))
      fault('state', state, STATES.join('、'));
    if (version !== undefined && (!Number.isSafeInteger(version) || (version as number) < 0))
      fault('version', version, '非负整数');
    for (const key of Object.keys(others)) fault(key, others[key], 'value、state、version 之一');
    changes.push([code, change as CellChange]);
  }
  if (faults.length > 0) throw cellsInvalid(faults);
  return Object.fromEntries(changes);
}

/**
 * The `justifications` of a request, shape checked: a text for each rule or check; null takes one back.
 * @throws JUSTIFICATIONS_INVALID with every faulty one
 */
export function justificationsOf(given: Readonly<Record<string, unknown>> = {}): Record<string, string | null> {
  const faults: Violation[] = [];
  const texts: [string, string | null][] = [];
  for (const [key, text] of Object.entries(given)) {
    const isText = text === null || (typeof text === 'string' && text.length <= LONGEST_JUSTIFICATION);
    if (isText && key.length <= LONGEST_KEY) texts.push([key, text]);
    else
      faults.push({
        path: `justifications.${key}`.slice(0, 200),
        rule: 'JUSTIFICATION',
        found: JSON.stringify(text).slice(0, 200),
        expected: `至多 ${LONGEST_JUSTIFICATION} 个字符的文字`,
        message: '说明应为文字',
      });
  }
  if (faults.length > 0) throw new DomainError('JUSTIFICATIONS_INVALID', 422, '说明未通过校验', faults);
  return Object.fromEntries(texts);
}

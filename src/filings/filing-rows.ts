import { parseFigure, plain } from '../numbers/decimal.js';
import { DomainError, type Violation } from '../problems/problems.js';
import type { FilingTableRow } from './filing.query.js';

const MOST_ROWS = 2_000;
const LONGEST_SUBJECT = 200;

/** What a row table asks of each subject. */
export interface AskedAmount {
  readonly code: string;
  readonly decimals: number;
}

/**
 * The `rows` of a request, checked against the form: a subject and its amounts, plain decimals as texts.
 * @param asked null: the form is no row table
 * @throws ROWS_INVALID with every fault
 */
export function rowsOf(given: readonly unknown[], asked: readonly AskedAmount[] | null): FilingTableRow[] {
  const faults: Violation[] = [];
  const fault = (path: string, found: unknown, expected: string): void => {
    const text = (JSON.stringify(found) ?? '（缺）').slice(0, 200);
    faults.push({ path, rule: 'ROWS', found: text, expected, message: `行表写法有误：应为${expected}` });
  };
  if (asked === null) {
    if (given.length > 0) fault('rows', given.length, '没有行：本报表不是行表');
  } else if (given.length > MOST_ROWS) fault('rows', given.length, `至多 ${MOST_ROWS} 行`);
  const rows = faults.length > 0 ? [] : given.flatMap((row, i) => readRow(row, `rows[${i}]`, asked ?? [], fault));
  if (faults.length > 0) throw new DomainError('ROWS_INVALID', 422, `${faults.length} 处行表内容有误`, faults);
  return rows;
}

function readRow(
  row: unknown,
  path: string,
  asked: readonly AskedAmount[],
  fault: (path: string, found: unknown, expected: string) => void,
): FilingTableRow[] {
  const { subject, amounts, ...others } = (typeof row === 'object' && row !== null ? row : {}) as Record<
    string,
    unknown
  >;
  if (typeof subject !== 'string' || subject.trim() === '' || subject.length > LONGEST_SUBJECT) {
    fault(`${path}.subject`, subject, `至多 ${LONGEST_SUBJECT} 个字符的主体`);
    return [];
  }
  for (const key of Object.keys(others)) fault(`${path}.${key}`, others[key], 'subject、amounts 之一');
  if (typeof amounts !== 'object' || amounts === null || Array.isArray(amounts)) {
    fault(`${path}.amounts`, amounts, '金额代码 → 文本形式的数字');
    return [];
  }
  const read = Object.entries(amounts).flatMap(([code, text]): [string, string][] => {
    const amount = asked.find((each) => each.code === code);
    const figure = typeof text === 'string' ? parseFigure(text) : 'not-a-number';
    if (!amount) fault(`${path}.amounts.${code}`, code, asked.map((each) => each.code).join('、'));
    else if (typeof figure === 'string' || figure.decimalPlaces() > amount.decimals)
      fault(`${path}.amounts.${code}`, text, `数字，至多 ${amount.decimals} 位小数`);
    else return [[code, plain(figure)]];
    return [];
  });
  return [{ subject: subject.trim(), amounts: Object.fromEntries(read) }];
}

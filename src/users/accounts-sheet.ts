import { departmentNamed } from '../identity/departments.js';
import { type SourceSheet, textOf } from '../imports/source-sheet.js';
import { ROLE_TITLES, ROLES, type Role } from '../lifecycle/lifecycle.js';
import type { Violation } from '../problems/problems.js';

/** One row of the workbook of accounts. */
export interface AccountRow {
  /** As Excel counts. */
  readonly line: number;
  readonly username: string;
  readonly name: string;
  readonly roles: Role[];
  readonly institution?: string;
  readonly department?: string;
  readonly to?: string;
}

/** Columns of the template, in its order. */
export const ACCOUNT_COLUMNS = ['用户名', '姓名', '角色', '机构', '部门', '止日'] as const;
type Column = (typeof ACCOUNT_COLUMNS)[number];

const REQUIRED: readonly Column[] = ['用户名', '姓名', '角色'];
export const USERNAME = /^[A-Za-z0-9][A-Za-z0-9._-]{1,63}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads accounts: roles by Chinese title or code, several parted by 、 or commas; the institution by USCC, the
 * department by title or code. A faulty row hides no other.
 */
export function readAccounts(sheet: SourceSheet): { rows: AccountRow[]; faults: Violation[] } {
  const [header, ...lines] = sheet.rows;
  const titles = header?.cells.map((cell) => textOf(cell).trim()) ?? [];
  const faults: Violation[] = REQUIRED.filter((column) => !titles.includes(column)).map((column) => ({
    path: `第${header?.number ?? 1}行`,
    rule: 'COLUMN_MISSING',
    found: titles.join('、'),
    expected: column,
    message: `表头缺少“${column}”列，请用模板`,
  }));
  if (faults.length > 0) return { rows: [], faults };
  const rows = lines.flatMap(({ number, cells }) => {
    const at = (column: Column): string => textOf(cells[titles.indexOf(column)]).trim();
    const fault = (column: Column, expected: string, message: string): void => {
      faults.push({ path: `第${number}行 ${column}`, rule: 'CELL', found: at(column), expected, message });
    };
    const before = faults.length;
    if (!USERNAME.test(at('用户名'))) fault('用户名', '2–64 个字母、数字、点、下划线或连字符', '用户名不合要求');
    if (at('姓名') === '' || at('姓名').length > 64) fault('姓名', '1–64 个字符', '姓名为空或过长');
    const roles = at('角色')
      .split(/[、,，;；\s]+/)
      .filter((text) => text !== '')
      .map(roleNamed);
    if (roles.length === 0 || roles.includes(null))
      fault('角色', Object.values(ROLE_TITLES).join('、'), '角色不认识或为空');
    const department = at('部门') === '' ? undefined : departmentNamed(at('部门'));
    if (department === null) fault('部门', '已登记的部门', `没有部门“${at('部门')}”`);
    if (at('止日') !== '' && !(DAY.test(at('止日')) && !Number.isNaN(Date.parse(at('止日')))))
      fault('止日', '如 2027-12-31', '止日不是日期');
    if (faults.length > before) return [];
    const row: AccountRow = {
      line: number,
      username: at('用户名'),
      name: at('姓名'),
      roles: roles as Role[],
      ...(at('机构') === '' ? {} : { institution: at('机构') }),
      ...(department ? { department } : {}),
      ...(at('止日') === '' ? {} : { to: at('止日') }),
    };
    return [row];
  });
  return { rows, faults };
}

const roleNamed = (text: string): Role | null =>
  ROLES.find((role) => role === text || ROLE_TITLES[role] === text) ?? null;

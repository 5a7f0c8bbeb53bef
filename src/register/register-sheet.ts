import { isDay } from '../calendar/day.js';
import { INSTITUTION_TYPE_TITLES, INSTITUTION_TYPES, type InstitutionType } from '../forms/metric.js';
import { cleanText, shownRaw, storable } from '../imports/clean-text.js';
import { columnName, type SourceCell, type SourceSheet, textOf } from '../imports/source-sheet.js';
import { cleanUscc, isUscc } from '../institutions/uscc.js';
import type { Role } from '../lifecycle/lifecycle.js';
import { USERNAME } from '../users/accounts-sheet.js';

/** Columns of the template, in its order; those of attributes that schemes read stand after 别名. */
export const REGISTER_COLUMNS = [
  '统一社会信用代码',
  '机构名称',
  '类型',
  '类型起日',
  '开业日',
  '别名',
  '变更生效日',
  '变更文号',
  '联系人',
  '电话',
  '邮箱',
  '填报人用户名',
  '填报人姓名',
  '复核人用户名',
  '复核人姓名',
] as const;
export type RegisterColumn = (typeof REGISTER_COLUMNS)[number];
export const ATTRIBUTE = '属性：';

const REQUIRED: readonly RegisterColumn[] = ['统一社会信用代码', '机构名称', '类型'];
const DEMO_KEY = /^DEMO-[A-Z0-9]{2,12}$/;
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,180}\.[^\s@]{2,32}$/;
const PHONE = /^\+?[0-9][0-9 ()转-]{4,31}$/;
export const MOST_ROWS = 2000;

export interface RegisterAccount {
  readonly username: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

/** One line of the register. Empty cells are null: they change nothing. */
export interface RegisterRow {
  /** As Excel counts. */
  readonly line: number;
  readonly uscc: string;
  readonly name: string;
  readonly type: InstitutionType;
  readonly typeFrom: string | null;
  readonly openedOn: string | null;
  readonly aliases: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  /** Day and document of a rename or change of type. */
  readonly changeOn: string | null;
  readonly document: string | null;
  readonly contact: { readonly name: string | null; readonly phone: string | null; readonly email: string | null };
  readonly accounts: readonly RegisterAccount[];
}

/** One thing wrong in one cell; its row is withheld, every other row is not. */
export interface RegisterProblem {
  readonly line: number;
  /** `B7`; null when the column is missing. */
  readonly cell: string | null;
  readonly column: string;
  readonly rule: string;
  readonly found: string;
  readonly expected: string;
  readonly message: string;
}

export interface RegisterReading {
  readonly rows: readonly RegisterRow[];
  readonly problems: readonly RegisterProblem[];
  /** Column of each title (0 = A), for problems that only the register can tell. */
  readonly columns: Readonly<Record<string, number>>;
  /** Titles that mean nothing here and are not read. */
  readonly ignored: readonly string[];
}

/**
 * Reads the workbook of the register.
 * @param attributes columns that schemes read of an institution, such as `segment`
 * @param allowDemoKeys whether `DEMO-…` may stand for a USCC
 */
export function readRegister(
  sheet: SourceSheet,
  attributes: readonly string[],
  allowDemoKeys: boolean,
): RegisterReading {
  const [header, ...lines] = sheet.rows;
  const titles = (header?.cells ?? []).map((cell) => cleanText(textOf(cell)).replaceAll('*', ''));
  const columns = Object.fromEntries(
    titles.flatMap((title, i): [string, number][] => (title === '' ? [] : [[aliasOf(title), i]])),
  );
  const known = new Set<string>([...REGISTER_COLUMNS, ...attributes.map((each) => `${ATTRIBUTE}${each}`)]);
  const ignored = Object.keys(columns).filter((title) => !known.has(title));
  const missing = REQUIRED.filter((column) => columns[column] === undefined).map((column) => ({
    line: header?.number ?? 1,
    cell: null,
    column,
    rule: 'COLUMN_MISSING',
    found: titles.filter((title) => title !== '').join('、'),
    expected: column,
    message: `表头缺少“${column}”列，请用模板`,
  }));
  if (missing.length > 0) return { rows: [], problems: missing, columns, ignored };
  const reader = new LineReader(columns, attributes, allowDemoKeys);
  const rows = lines
    .filter(({ cells }) => cells.some((cell) => cleanText(textOf(cell)) !== ''))
    .flatMap(({ number, cells }) => reader.read(number, cells) ?? []);
  return { rows: reader.withoutTwice(rows), problems: reader.problems, columns, ignored };
}

/** 简称, 别名/简称 as people write the header. */
const aliasOf = (title: string): string => (['简称', '别名/简称', '别名（简称）'].includes(title) ? '别名' : title);

class LineReader {
  readonly problems: RegisterProblem[] = [];
  private line = 0;
  private cells: readonly SourceCell[] = [];

  constructor(
    private readonly columns: Readonly<Record<string, number>>,
    private readonly attributes: readonly string[],
    private readonly allowDemoKeys: boolean,
  ) {}

  read(line: number, cells: readonly SourceCell[]): RegisterRow | null {
    this.line = line;
    this.cells = cells;
    const before = this.problems.length;
    const uscc = cleanUscc(this.at('统一社会信用代码'));
    if (uscc === '') this.fault('统一社会信用代码', 'USCC_MISSING', '18 位代码', '缺少统一社会信用代码');
    else if (!isUscc(uscc) && !(this.allowDemoKeys && DEMO_KEY.test(uscc)))
      this.fault('统一社会信用代码', 'USCC_INVALID', '18 位，校验位正确（GB 32100-2015）', '统一社会信用代码不正确');
    const name = this.at('机构名称');
    if (name.length < 2 || name.length > 128) this.fault('机构名称', 'NAME', '2 至 128 个字', '机构名称为空或过长');
    const type = typeNamed(this.at('类型'));
    if (type === null)
      this.fault('类型', 'TYPE', Object.values(INSTITUTION_TYPE_TITLES).join('、'), '没有这种机构类型');
    const row = {
      line,
      uscc,
      name,
      type: type ?? 'bank',
      typeFrom: this.day('类型起日'),
      openedOn: this.day('开业日'),
      aliases: this.list('别名'),
      attributes: this.attributesOf(),
      changeOn: this.day('变更生效日'),
      document: this.orNull('变更文号'),
      contact: this.contact(),
      accounts: this.accounts(),
    };
    return this.problems.length > before ? null : row;
  }

  /** A code or a username that stands in two lines is wrong in the second. */
  withoutTwice(rows: readonly RegisterRow[]): RegisterRow[] {
    const codes = new Map<string, number>();
    const people = new Map<string, RegisterRow>();
    return rows.filter((row) => {
      this.line = row.line;
      const first = codes.get(row.uscc);
      codes.set(row.uscc, first ?? row.line);
      const shared = row.accounts.find(({ username }) => people.has(username));
      for (const { username } of row.accounts) people.set(username, people.get(username) ?? row);
      if (first !== undefined)
        this.report('统一社会信用代码', 'ROW_TWICE', row.uscc, '每家机构一行', `与第 ${first} 行是同一家机构`);
      else if (shared)
        this.report(
          '填报人用户名',
          'USERNAME_TWICE',
          shared.username,
          '每人一个用户名',
          `用户名与第 ${people.get(shared.username)?.line} 行重复`,
        );
      return first === undefined && !shared;
    });
  }

  private at(column: string): string {
    const index = this.columns[column];
    return index === undefined ? '' : storable(cleanText(textOf(this.cells[index])));
  }

  private orNull(column: string): string | null {
    return this.at(column) || null;
  }

  private list(column: string): string[] {
    return [
      ...new Set(
        this.at(column)
          .split(/[、;；\n]+/)
          .map((text) => text.trim()),
      ),
    ].filter((text) => text !== '');
  }

  /** A day as people write it, or as Excel stores it: its number since 1899-12-30. */
  private day(column: RegisterColumn): string | null {
    const index = this.columns[column];
    const cell = index === undefined ? undefined : this.cells[index];
    const text = cleanText(textOf(cell));
    if (text === '') return null;
    const isStored = typeof cell === 'object' && cell.nature === 'number' && cell.format === 'date';
    const day = isStored && /^\d{1,5}(\.\d+)?$/.test(text) ? storedDay(text) : writtenDay(text);
    if (day === null) this.fault(column, 'DAY', '如 2026-07-01', `${column}不是日期`);
    return day;
  }

  private attributesOf(): Record<string, string> {
    return Object.fromEntries(
      this.attributes.flatMap((each): [string, string][] => {
        const text = this.at(`${ATTRIBUTE}${each}`);
        return text === '' ? [] : [[each, text]];
      }),
    );
  }

  private contact(): RegisterRow['contact'] {
    const [name, phone, email] = [this.orNull('联系人'), this.orNull('电话'), this.orNull('邮箱')];
    if (phone !== null && !PHONE.test(phone)) this.fault('电话', 'PHONE', '如 023-65000000', '电话写法不对');
    if (email !== null && !EMAIL.test(email)) this.fault('邮箱', 'EMAIL', '如 name@example.cn', '邮箱写法不对');
    return { name, phone, email };
  }

  /** One person who fills and checks is asked for once, with both roles. */
  private accounts(): RegisterAccount[] {
    const filer = this.person('填报人', 'filer');
    const checker = this.person('复核人', 'checker');
    if (filer && checker && filer.username === checker.username) {
      if (filer.name !== checker.name) this.fault('复核人姓名', 'USERNAME_TWICE', filer.name, '同一用户名写了两个姓名');
      return [{ ...filer, roles: ['filer', 'checker'] }];
    }
    return [filer, checker].filter((each) => each !== null);
  }

  private person(title: '填报人' | '复核人', role: Role): RegisterAccount | null {
    const [username, name] = [this.at(`${title}用户名`), this.at(`${title}姓名`)];
    if (username === '' && name === '') return null;
    if (!USERNAME.test(username))
      this.fault(`${title}用户名`, 'USERNAME', '2–64 个字母、数字、点、下划线或连字符', `${title}用户名不合要求`);
    if (name === '' || name.length > 64) this.fault(`${title}姓名`, 'PERSON', '1–64 个字', `${title}姓名为空或过长`);
    return { username, name, roles: [role] };
  }

  private fault(column: RegisterColumn, rule: string, expected: string, message: string): void {
    this.report(column, rule, shownRaw(this.at(column)), expected, message);
  }

  private report(column: RegisterColumn, rule: string, found: string, expected: string, message: string): void {
    const cell = cellOf(this.columns, column, this.line);
    this.problems.push({ line: this.line, cell, column, rule, found, expected, message });
  }
}

/** `B7`; null for a column that the sheet lacks. */
export const cellOf = (columns: Readonly<Record<string, number>>, column: string, line: number): string | null => {
  const index = columns[column];
  return index === undefined ? null : `${columnName(index)}${line}`;
};

const typeNamed = (text: string): InstitutionType | null =>
  INSTITUTION_TYPES.find((type) => type === text || INSTITUTION_TYPE_TITLES[type] === text) ?? null;

const FIRST_STORED = Date.UTC(1899, 11, 30);
const storedDay = (text: string): string | null => {
  const days = Number.parseInt(text, 10);
  return days < 61 ? null : new Date(FIRST_STORED + days * 86_400_000).toISOString().slice(0, 10);
};

/** 2026-07-01, 2026/7/1, 2026.7.1, 2026年7月1日, 20260701. */
function writtenDay(text: string): string | null {
  const parts =
    /^(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?(?: 00:00:00)?$/.exec(text) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (!parts) return null;
  const [, year = '', month = '', date = ''] = parts;
  const day = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
  return isDay(day) ? day : null;
}

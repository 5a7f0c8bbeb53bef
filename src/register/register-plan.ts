import { INSTITUTION_TYPE_TITLES, type InstitutionType } from '../forms/metric.js';
import { foldName } from '../institutions/institution-name.js';
import { ROLE_TITLES, type Role } from '../lifecycle/lifecycle.js';
import {
  cellOf,
  type RegisterAccount,
  type RegisterColumn,
  type RegisterProblem,
  type RegisterReading,
  type RegisterRow,
} from './register-sheet.js';

export interface KnownInstitution {
  readonly id: string;
  readonly uscc: string;
  readonly name: string;
  readonly openedOn: string | null;
  readonly closedOn: string | null;
  readonly type: InstitutionType | null;
  readonly typeFrom: string | null;
  /** Day of the latest rename. */
  readonly renamedOn: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  readonly contact: { readonly name: string | null; readonly phone: string | null; readonly email: string | null };
}

/** What stands, as far as a workbook can speak of it. */
export interface KnownRegister {
  readonly institutions: ReadonlyMap<string, KnownInstitution>;
  /** Folded names, former names and aliases → USCC. */
  readonly names: ReadonlyMap<string, string>;
  /** Username → USCC of its institution (null: of a department) and roles. */
  readonly accounts: ReadonlyMap<string, { readonly uscc: string | null; readonly roles: readonly Role[] }>;
  /** Username → USCC, of what is asked for and not decided. */
  readonly asked: ReadonlyMap<string, string>;
  readonly today: string;
}

export interface Change {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** What one line comes to. */
export interface PlannedRow {
  readonly row: RegisterRow;
  readonly kind: 'added' | 'changed' | 'unchanged';
  /** For people; empty when nothing changes. */
  readonly changes: readonly Change[];
  /** Said beside it, without stopping it. */
  readonly notes: readonly string[];
  readonly rename: boolean;
  readonly typeChange: boolean;
  /** Aliases that are new. */
  readonly learn: readonly string[];
  /** Accounts to ask for. */
  readonly ask: readonly RegisterAccount[];
}

/** 新增 变更 不变 有问题, line by line: pure, so that preview and commit cannot differ. */
export function planRegister(
  { rows, problems: read, columns }: Pick<RegisterReading, 'rows' | 'problems' | 'columns'>,
  known: KnownRegister,
): { planned: PlannedRow[]; problems: RegisterProblem[] } {
  const problems = [...read];
  const names = new Map(known.names);
  const planned = rows.flatMap((row) => {
    const before = problems.length;
    const report = (column: RegisterColumn, rule: string, found: string, expected: string, message: string): void => {
      const cell = cellOf(columns, column, row.line);
      problems.push({ line: row.line, cell, column, rule, found, expected, message });
    };
    const line = planLine(row, known, names, report);
    if (problems.length > before) return [];
    for (const text of [row.name, ...line.learn]) names.set(foldName(text), row.uscc);
    return [line];
  });
  return { planned, problems: problems.sort((a, b) => a.line - b.line) };
}

type Report = (column: RegisterColumn, rule: string, found: string, expected: string, message: string) => void;

function planLine(
  row: RegisterRow,
  known: KnownRegister,
  names: ReadonlyMap<string, string>,
  report: Report,
): PlannedRow {
  const held = known.institutions.get(row.uscc) ?? null;
  const ask = accountsToAsk(row, known, report);
  const learn = aliasesToLearn(row, names, report);
  const changes = held ? changesOf(row, held, known.today, names, report) : addition(row, names, report);
  changes.push(
    ...learn.map((alias) => ({ what: '别名', before: '', after: alias })),
    ...ask.map(({ username, name, roles }) => ({
      what: '申请账号',
      before: '',
      after: `${username}（${name}，${roles.map((role) => ROLE_TITLES[role]).join('、')}）`,
    })),
  );
  if (held && held.closedOn !== null && changes.length > 0)
    report('统一社会信用代码', 'CLOSED', `${held.closedOn} 关闭`, '存续的机构', '该机构已经关闭，不能再变更');
  return {
    row,
    kind: held ? (changes.length > 0 ? 'changed' : 'unchanged') : 'added',
    changes,
    notes: notesOf(row),
    rename: held !== null && isOtherName(row.name, held.name),
    typeChange: held !== null && row.type !== held.type,
    learn,
    ask,
  };
}

/** Spelling with other brackets or blanks is no rename. */
const isOtherName = (one: string, other: string): boolean => foldName(one) !== foldName(other);

function addition(row: RegisterRow, names: ReadonlyMap<string, string>, report: Report): Change[] {
  if (row.typeFrom === null && row.openedOn === null)
    report('类型起日', 'TYPE_FROM_MISSING', '', '如 2015-06-01', '新机构须写类型起日或开业日');
  const taken = names.get(foldName(row.name));
  if (taken !== undefined)
    report('机构名称', 'NAME_TAKEN', row.name, `${taken} 之外的名称`, `该名称已指代码为 ${taken} 的机构，请核对代码`);
  const from = row.typeFrom ?? row.openedOn ?? '';
  const after = `${row.name}，${INSTITUTION_TYPE_TITLES[row.type]}，${from} 起`;
  return [{ what: '机构', before: '', after }, ...factsOf(row, null)];
}

function changesOf(
  row: RegisterRow,
  held: KnownInstitution,
  today: string,
  names: ReadonlyMap<string, string>,
  report: Report,
): Change[] {
  const changes: Change[] = [];
  const isTypeChange = row.type !== held.type;
  if (isOtherName(row.name, held.name)) {
    changes.push({ what: '更名', before: held.name, after: row.name });
    eventStands(row, row.changeOn, today, report, '更名');
    if (row.changeOn !== null && held.renamedOn !== null && row.changeOn <= held.renamedOn)
      report('变更生效日', 'EVENT_ORDER', row.changeOn, `晚于 ${held.renamedOn}`, '早于已登记的更名');
    const taken = names.get(foldName(row.name));
    if (taken !== undefined && taken !== row.uscc)
      report('机构名称', 'NAME_TAKEN', row.name, `${taken} 之外的名称`, `该名称已指代码为 ${taken} 的机构`);
  }
  if (isTypeChange) {
    const on = changeDay(row);
    const after = `${INSTITUTION_TYPE_TITLES[row.type]}（${on ?? ''} 起）`;
    changes.push({ what: '变更类型', before: held.type ? INSTITUTION_TYPE_TITLES[held.type] : '', after });
    eventStands(row, on, today, report, '变更类型');
    if (on !== null && held.typeFrom !== null && on <= held.typeFrom)
      report('变更生效日', 'EVENT_ORDER', on, `晚于 ${held.typeFrom}`, '早于已登记的类型起日');
  } else if (row.typeFrom !== null && row.typeFrom !== held.typeFrom)
    report('类型起日', 'TYPE_FROM', row.typeFrom, held.typeFrom ?? '', '与已登记的类型起日不同；类型没有变，起日不改');
  return [...changes, ...factsOf(row, held)];
}

/** What may be filled or corrected without an event; empty cells say nothing. */
function factsOf(row: RegisterRow, held: KnownInstitution | null): Change[] {
  const facts: [string, string | null | undefined, string | null][] = [
    ['开业日', held?.openedOn, row.openedOn],
    ...Object.entries(row.attributes).map(([key, text]): [string, string | undefined, string] => [
      `属性 ${key}`,
      held?.attributes[key],
      text,
    ]),
    ['联系人', held?.contact.name, row.contact.name],
    ['电话', held?.contact.phone, row.contact.phone],
    ['邮箱', held?.contact.email, row.contact.email],
  ];
  return facts.flatMap(([what, before, after]) =>
    after !== null && after !== before ? [{ what, before: before ?? '', after }] : [],
  );
}

/** Of a change of type: its own day, else the day from which the new type holds. */
export const changeDay = (row: RegisterRow): string | null => row.changeOn ?? row.typeFrom;

/** A name or type changes by a dated event with its document, never by a cell alone. */
function eventStands(row: RegisterRow, on: string | null, today: string, report: Report, what: string): void {
  if (on === null)
    report(
      '变更生效日',
      'EVENT_DAY',
      '',
      '如 2026-07-01',
      `与名册不同即为${what}：须写变更生效日；不是${what}请照名册改回`,
    );
  else if (on > today) report('变更生效日', 'EVENT_AHEAD', on, '今天或更早的日期', `${what}须在生效之后登记`);
  if (row.document === null)
    report('变更文号', 'EVENT_DOCUMENT', '', '批复或登记通知书的文号', `与名册不同即为${what}：须写变更文号`);
}

function aliasesToLearn(row: RegisterRow, names: ReadonlyMap<string, string>, report: Report): string[] {
  return row.aliases.filter((alias) => {
    const folded = foldName(alias);
    const taken = names.get(folded);
    if (folded.length < 2 || alias.length > 128 || /^[0-9A-Z]{18}$/.test(folded))
      report('别名', 'ALIAS_UNFIT', alias, '2 至 128 个字的名称', '别名太短、太长或是代码');
    else if (taken !== undefined && taken !== row.uscc)
      report('别名', 'ALIAS_TAKEN', alias, '只指一家机构的名称', `“${alias}”已指代码为 ${taken} 的机构`);
    return taken === undefined && folded !== foldName(row.name);
  });
}

function accountsToAsk(row: RegisterRow, { accounts, asked }: KnownRegister, report: Report): RegisterAccount[] {
  return row.accounts.filter(({ username, roles }) => {
    const column = roles.includes('filer') ? '填报人用户名' : '复核人用户名';
    const held = accounts.get(username);
    const wanted = asked.get(username);
    if (held && held.uscc !== row.uscc)
      report(column, 'USERNAME_TAKEN', username, '没有人用的用户名', '该用户名已属于别的单位的人');
    else if (held && !roles.every((role) => held.roles.includes(role)))
      report(column, 'ROLE_ELSEWHERE', username, '已有账号的现有角色', '该账号已有，角色请由安全管理员在“用户”页授予');
    else if (wanted !== undefined && wanted !== row.uscc)
      report(column, 'USERNAME_TAKEN', username, '没有人申请的用户名', '该用户名已由别的机构申请');
    return !held && wanted === undefined;
  });
}

function notesOf({ accounts }: RegisterRow): string[] {
  if (accounts.some(({ roles }) => roles.length > 1))
    return ['填报和复核是同一人：须先由经办人批准“一人机构豁免”，否则不能签署提交'];
  if (accounts.length === 1)
    return [accounts[0]?.roles.includes('filer') ? '没有复核人：填好的报表无人签署' : '没有填报人'];
  return [];
}

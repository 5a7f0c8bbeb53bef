import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { DomainError } from '../problems/problems.js';
import type { ColumnRole, OwnColumn, OwnLayout } from '../trial/own-header.js';

/** What a person said of a sheet; whatever is left out is recognised. */
export interface BackfillChoices {
  /** Of all sheets, the only one to be read; undefined: all. */
  readonly sheet?: number;
  readonly header?: OwnLayout['header'];
  readonly columns?: readonly Pick<OwnColumn, 'index' | 'role' | 'metric' | 'unit' | 'period'>[];
  /** Of a sheet without quarters. */
  readonly period?: string;
  /** USCC of the institution that a sheet without names is of. */
  readonly institution?: string;
  /** USCC by the name in the sheet; null: not to be filed. */
  readonly names: Readonly<Record<string, string | null>>;
}

/** Why and whence. */
export interface BackfillReason {
  readonly reason: string;
  /** The document that the figures come from. */
  readonly document: string;
  readonly sender: string;
  /** `2026-10-14` */
  readonly receivedOn: string;
  /** Leaves out places that are not ready. */
  readonly skip: boolean;
}

const ROLES: readonly ColumnRole[] = ['name', 'code', 'period', 'figure', 'metric', 'value', 'unit', 'skip'];

const refused = (path: string, found: unknown, expected: string): DomainError =>
  new DomainError('BACKFILL_INVALID', 422, `${path}应为${expected}`, [
    { path, rule: 'BACKFILL_INVALID', found: String(found).slice(0, 100), expected, message: `${path}应为${expected}` },
  ]);

function json(text: string | undefined, path: string): Record<string, unknown> {
  if (text === undefined || text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // told below
  }
  throw refused(path, text, ' JSON 对象');
}

const isWhole = (value: unknown, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;

/** The field `choices` of the upload: a form carries texts alone. @throws BACKFILL_INVALID */
export function choicesOf(text: string | undefined): BackfillChoices {
  const { sheet, header, columns, period, institution, names = {} } = json(text, 'choices');
  if (sheet !== undefined && !isWhole(sheet, 1_000)) throw refused('sheet', sheet, '工作表的序号');
  if (period !== undefined && !(typeof period === 'string' && /^\d{4}Q[1-4]$/.test(period)))
    throw refused('period', period, '报告期，如 2025Q4');
  if (institution !== undefined && typeof institution !== 'string')
    throw refused('institution', institution, '统一社会信用代码');
  const span = header as { first?: unknown; last?: unknown } | null | undefined;
  if (span && !(isWhole(span.first, 2_000_000) && isWhole(span.last, 2_000_000)))
    throw refused('header', JSON.stringify(span), '表头的首行和末行');
  if (columns !== undefined && !(Array.isArray(columns) && columns.length <= 500 && columns.every(isColumn)))
    throw refused('columns', JSON.stringify(columns), '各列的用途、指标、单位和期');
  const named = Object.entries(names as Record<string, unknown>);
  if (named.length > 10_000 || named.some(([, uscc]) => uscc !== null && typeof uscc !== 'string'))
    throw refused('names', JSON.stringify(names), '表中名称 → 统一社会信用代码');
  return {
    names: Object.fromEntries(named) as Record<string, string | null>,
    ...(sheet === undefined ? {} : { sheet }),
    ...(header === undefined ? {} : { header: header as OwnLayout['header'] }),
    ...(columns === undefined ? {} : { columns: columns as NonNullable<BackfillChoices['columns']> }),
    ...(period === undefined ? {} : { period: period as string }),
    ...(institution === undefined || institution === '' ? {} : { institution: institution as string }),
  };
}

function isColumn(value: unknown): boolean {
  const { index, role, metric, unit, period } = (value ?? {}) as Record<string, unknown>;
  return (
    isWhole(index, 20_000) &&
    ROLES.includes(role as ColumnRole) &&
    (metric === null || (typeof metric === 'string' && metric.length <= 64)) &&
    typeof unit === 'string' &&
    unit.length <= 16 &&
    typeof period === 'string' &&
    /^(?:|-[0-9]{1,2}|year-start|\d{4}Q[1-4])$/.test(period)
  );
}

/** The field `why` of the upload. @throws BACKFILL_INVALID */
export function reasonOf(text: string | undefined): BackfillReason {
  const { reason, document, sender, receivedOn, skip = false } = json(text, 'why');
  const needed = (value: unknown, path: string, what: string): string => {
    const words = typeof value === 'string' ? value.trim() : '';
    if (words.length < 2 || words.length > 500) throw refused(path, value, what);
    return words;
  };
  if (typeof receivedOn !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(receivedOn))
    throw refused('receivedOn', receivedOn, '收到日期，如 2026-10-14');
  return {
    reason: needed(reason, 'reason', '补录原因（2–500字）'),
    document: needed(document, 'document', '数据来源文件（2–500字）'),
    sender: typeof sender === 'string' ? sender.trim().slice(0, 100) : '',
    receivedOn,
    skip: skip === true,
  };
}

const QUARTER = /^\d{4}Q[1-4]$/;

export class BackfillTemplateDto {
  @ApiProperty({ example: '2024Q3' })
  @Matches(QUARTER, { message: '报告期应写作 2024Q3' })
  from!: string;

  @ApiProperty({ example: '2026Q2' })
  @Matches(QUARTER, { message: '报告期应写作 2026Q2' })
  to!: string;

  @ApiProperty({ example: 'bank', description: '机构类型' })
  @Matches(/^[a-z_]{1,40}$/, { message: '机构类型' })
  type!: string;

  @ApiProperty({ required: false, description: '只要一家的：统一社会信用代码' })
  @IsOptional()
  @Matches(/^[0-9A-Z-]{1,40}$/, { message: '统一社会信用代码' })
  institution?: string;
}

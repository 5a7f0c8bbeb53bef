import { Decimal } from '../numbers/decimal.js';
import { cleanText, cleanWord } from './clean-text.js';
import { FileRefused } from './import-errors.js';
import type { CellProblem, ImportContext, ImportLayout, ImportMetric } from './import-reading.js';
import { columnName, type SourceSheet, textOf } from './source-sheet.js';
import { unitFactor } from './units.js';

/** A column of the wide layout: the figures of one metric. */
export interface MetricColumn {
  readonly index: number;
  readonly metric: ImportMetric;
  /** The unit in the header, `绿色贷款余额（亿元）`; null when it states none. */
  readonly unit: string | null;
  readonly factor: Decimal;
}

/** A column that is not read, and why. */
export interface IgnoredColumn {
  readonly index: number;
  readonly header: string;
  readonly reason: string;
  /** Set when the column is meant to be a metric's and cannot be read: its figures must not get lost unnoticed. */
  readonly problem: Extract<CellProblem, 'CELL_METRIC' | 'CELL_UNIT'> | null;
}

interface CommonHeader {
  /** Number of the header's row. */
  readonly row: number;
  readonly width: number;
  readonly institution: number;
  readonly period: number;
  readonly ignored: readonly IgnoredColumn[];
}

export interface WideHeader extends CommonHeader {
  readonly layout: 'wide';
  readonly metrics: readonly MetricColumn[];
}

export interface LongHeader extends CommonHeader {
  readonly layout: 'long';
  readonly metric: number;
  readonly value: number;
  /** −1 when the file has no such column; the same for `source`. */
  readonly unit: number;
  readonly source: number;
}

export type Header = WideHeader | LongHeader;

/** Headers by which a column is known; the first that the file has counts. */
const KEY_HEADERS = {
  institution: ['institution', 'uscc', '统一社会信用代码', '机构代码', '机构'],
  period: ['period', '报告期'],
  metric: ['metric', '指标代码', '统计指标', '指标'],
  value: ['value', '数值', '指标值'],
  unit: ['unit', '单位'],
  source: ['source', '来源'],
} as const;
type Key = keyof typeof KEY_HEADERS;

/** Looks a header or a cell up among the metrics: by the caller's mapping, by code, by a title that only one has. */
export class MetricNames {
  private readonly byTitle = new Map<string, ImportMetric | null>();

  constructor(private readonly context: ImportContext) {
    for (const metric of context.metrics.values()) {
      const title = cleanWord(metric.title);
      this.byTitle.set(title, this.byTitle.has(title) ? null : metric);
    }
  }

  /** @returns the metric, or why there is none */
  find(name: string): ImportMetric | string {
    const { columns, metrics } = this.context;
    const code = columns && Object.hasOwn(columns, name) ? (columns[name] as string) : name;
    const metric = metrics.get(code) ?? metrics.get(code.toUpperCase()) ?? this.byTitle.get(code);
    if (metric === null) return `“${name}”是多个指标的名称，请改用指标代码`;
    if (metric === undefined) return `“${name}”不是已知的指标`;
    return metric.kind === 'derived' || metric.kind === 'counted' ? `“${metric.title}”由系统推算，不报送` : metric;
  }

  /** Whether several metrics have this title, and the caller's mapping does not choose one. */
  isAmbiguous(name: string): boolean {
    const { columns } = this.context;
    return this.byTitle.get(name) === null && !(columns && Object.hasOwn(columns, name));
  }
}

const WITH_UNIT = /^(.+?)\(([^()]+)\)$/;

/** `绿色贷款余额（亿元）` → the metric and its factor; parentheses that are part of a title are tried first. */
function metricColumn(
  index: number,
  header: string,
  names: MetricNames,
): MetricColumn | Pick<IgnoredColumn, 'reason' | 'problem'> {
  const metric = names.find(header);
  if (typeof metric !== 'string') return { index, metric, unit: null, factor: new Decimal(1) };
  const [, written, unit] = WITH_UNIT.exec(header) ?? [];
  const title = written?.trim();
  const titled = title === undefined ? metric : names.find(title);
  if (typeof titled === 'string' || unit === undefined) {
    const ambiguous = names.isAmbiguous(title ?? header);
    return { reason: ambiguous ? `${titled}` : metric, problem: ambiguous ? 'CELL_METRIC' : null };
  }
  const factor = unitFactor(unit.trim(), titled.unit);
  return factor
    ? { index, metric: titled, unit: unit.trim(), factor }
    : { reason: `“${titled.title}”的单位应为${titled.unit}，不是${unit}`, problem: 'CELL_UNIT' };
}

const missing = (sheet: SourceSheet, row: number, found: readonly string[], what: string): FileRefused =>
  new FileRefused(
    'IMPORT_HEADER_MISSING',
    `表头缺少${what}`,
    found
      .filter((header) => header !== '')
      .slice(0, 20)
      .join('、'),
    '表头含 institution（统一社会信用代码）、period（报告期）及指标列，或 metric、value 两列',
    { sheet: sheet.name, cell: `A${row}` },
  );

function duplicate(sheet: SourceSheet, row: number, index: number, header: string): FileRefused {
  const cell = `${columnName(index)}${row}`;
  const place = { sheet: sheet.name, cell };
  return new FileRefused(
    'IMPORT_HEADER_DUPLICATE',
    `表头“${header}”重复，无法确定取哪一列`,
    header,
    '每列只出现一次',
    place,
  );
}

/** Column of a key: of the strongest name that the file has; that name may stand once. */
function keyColumn(sheet: SourceSheet, row: number, headers: readonly string[], key: Key): number {
  const lower = headers.map((header) => header.toLowerCase());
  for (const name of KEY_HEADERS[key]) {
    const first = lower.indexOf(name);
    if (first < 0) continue;
    const second = lower.indexOf(name, first + 1);
    if (second >= 0) throw duplicate(sheet, row, second, headers[second] as string);
    return first;
  }
  return -1;
}

/** Whether the first row names both keys, so that the sheet is meant to be read. */
export function hasKeyColumns(sheet: SourceSheet): boolean {
  const words = (sheet.rows[0]?.cells ?? []).map((cell) => cleanWord(textOf(cell)).toLowerCase());
  const has = (key: Key): boolean => KEY_HEADERS[key].some((name) => words.includes(name));
  return has('institution') && has('period');
}

/**
 * What each column of a sheet holds, by its first row.
 * @param layout  as asked; without it a table with `metric` and `value` is long
 * @throws FileRefused IMPORT_HEADER_MISSING, IMPORT_HEADER_DUPLICATE
 */
export function readHeader(sheet: SourceSheet, layout: ImportLayout | undefined, names: MetricNames): Header {
  const first = sheet.rows[0];
  const row = first?.number ?? 1;
  const cells = first?.cells ?? [];
  // In a sheet, cells may stand beyond the last header; of a CSV such rows are refused one by one.
  const widest = sheet.rectangular
    ? cells.length
    : sheet.rows.reduce((most, each) => Math.max(most, each.cells.length), 0);
  const headers = Array.from({ length: widest }, (_, index) => cleanWord(textOf(cells[index])));
  const twice = cells.findIndex((cell) => typeof cell === 'object' && cell.fault === 'CELL_TWICE');
  if (twice >= 0) throw duplicate(sheet, row, twice, headers[twice] as string);
  const column = (key: Key): number => keyColumn(sheet, row, headers, key);
  const required = (key: Key, title: string): number => {
    const index = column(key);
    if (index < 0) throw missing(sheet, row, headers, `“${title}”列`);
    return index;
  };
  const common = {
    row,
    width: headers.length,
    institution: required('institution', 'institution（统一社会信用代码）'),
    period: required('period', 'period（报告期）'),
  };
  const hasContent = (index: number): boolean =>
    headers[index] !== '' || sheet.rows.some(({ cells }) => cleanText(textOf(cells[index])) !== '');
  const ignored: IgnoredColumn[] = [];
  const ignore = (index: number, reason: string, problem: IgnoredColumn['problem'] = null): void => {
    if (hasContent(index)) ignored.push({ index, header: headers[index] ?? '', reason, problem });
  };
  const keys = [common.institution, common.period];
  const rest = (used: readonly number[]): number[] =>
    headers.map((_, index) => index).filter((index) => !used.includes(index));
  if (layout === 'long' || (layout === undefined && column('metric') >= 0 && column('value') >= 0)) {
    const metric = required('metric', 'metric（指标代码）');
    const value = required('value', 'value（数值）');
    const [unit, source] = [column('unit'), column('source')];
    for (const index of rest([...keys, metric, value, unit, source])) ignore(index, '不是长表的列');
    return { ...common, layout: 'long', metric, value, unit, source, ignored };
  }
  const metrics: MetricColumn[] = [];
  for (const index of rest(keys)) {
    const header = headers[index] as string;
    const found = header === '' ? { reason: '没有表头', problem: null } : metricColumn(index, header, names);
    if ('reason' in found) ignore(index, found.reason, found.problem);
    else if (metrics.some(({ metric }) => metric.code === found.metric.code))
      throw duplicate(sheet, row, index, header);
    else metrics.push(found);
  }
  if (metrics.length === 0) throw missing(sheet, row, headers, '可识别的指标列');
  return { ...common, layout: 'wide', metrics, ignored };
}

import { isQuarter } from '../calendar/period.js';
import { cleanText, cleanWord, isBlank, shownRaw } from '../imports/clean-text.js';
import type { ImportIssue, ImportMetric, ImportRow } from '../imports/import-reading.js';
import { readFigure } from '../imports/read-figure.js';
import { columnName, type SourceCell, type SourceSheet, textOf } from '../imports/source-sheet.js';
import { unitFactor } from '../imports/units.js';
import { cleanUscc, isUscc } from '../institutions/uscc.js';
import { Decimal } from '../numbers/decimal.js';

/** The beginning of a sheet that is no template of ours: a form of one institution is never longer. */
export interface ForeignSheet {
  readonly name: string;
  readonly rows: readonly { readonly number: number; readonly cells: readonly SourceCell[] }[];
}

const ROWS = 400;
const COLUMNS = 24;
const LONGEST = 300;
/** Above the table stand title, institution, quarter and unit. */
const HEAD_ROWS = 15;

export const firstCells = ({ name, rows }: SourceSheet): ForeignSheet => ({
  name: name ?? '',
  rows: rows.slice(0, ROWS).map(({ number, cells }) => ({
    number,
    cells: cells
      .slice(0, COLUMNS)
      .map((cell) => (textOf(cell).length > LONGEST ? textOf(cell).slice(0, LONGEST) : cell)),
  })),
});

const headTexts = (sheets: readonly ForeignSheet[]): string[] =>
  sheets.flatMap(({ name, rows }) => [
    name,
    ...rows.slice(0, HEAD_ROWS).flatMap(({ cells }) => cells.map((cell) => cleanText(textOf(cell)))),
  ]);

/** Whatever may name the institution: codes that are true to their check digit, and texts as people write names. */
export function namesIn(sheets: readonly ForeignSheet[], fileName: string): { usccs: string[]; texts: string[] } {
  const said = headTexts(sheets).filter((text) => text !== '');
  const usccs = said.flatMap((text) => text.match(/[0-9A-Z]{18}/gi) ?? []).map(cleanUscc);
  // 填报单位：甲行; 甲行绿色贷款统计表.
  const texts = said
    .flatMap((text) => [
      text,
      ...text.split(/[：:]/).slice(1),
      ...text.split(/绿色|统计表|情况表|报表|20\d\d年?/).slice(0, 1),
    ])
    .map(cleanText);
  const ofFile = fileName.replace(/\.[^.]*$/, '');
  return {
    usccs: [...new Set(usccs.filter(isUscc))],
    texts: [...new Set([...texts, ofFile, ...ofFile.split(/[-_－—\s（(]/)].filter((text) => /^.{2,60}$/.test(text)))],
  };
}

const QUARTERS: Readonly<Record<string, string>> = {
  一: '1',
  二: '2',
  三: '3',
  四: '4',
  '1': '1',
  '2': '2',
  '3': '3',
  '4': '4',
};
const MONTHS: Readonly<Record<string, string>> = {
  '3': '1',
  '03': '1',
  '6': '2',
  '06': '2',
  '9': '3',
  '09': '3',
  '12': '4',
};

/** The quarters that a workbook speaks of, `2026Q3`: 2026年第三季度, 2026年三季度, 2026年9月末, 2026Q3. */
export function quartersIn(sheets: readonly ForeignSheet[], fileName: string): string[] {
  const found = [fileName, ...headTexts(sheets)].flatMap((raw) => {
    const text = cleanWord(raw);
    return [
      ...[...text.matchAll(/(20\d\d)\s*Q([1-4])/gi)].map(([, year, quarter]) => `${year}Q${quarter}`),
      ...[...text.matchAll(/(20\d\d)\s*年\s*第?\s*([一二三四1-4])\s*季/g)].map(
        ([, year, quarter]) => `${year}Q${QUARTERS[quarter as string]}`,
      ),
      ...[...text.matchAll(/(20\d\d)\s*年\s*(0?[369]|12)\s*月/g)].map(
        ([, year, month]) => `${year}Q${MONTHS[month as string]}`,
      ),
    ];
  });
  return [...new Set(found.filter(isQuarter))];
}

interface Table {
  readonly sheet: ForeignSheet;
  readonly header: number;
  readonly names: readonly number[];
  readonly unit: number;
  readonly value: number;
  /** Stated for the whole column or sheet; null: by line, or the metric's own. */
  readonly stated: string | null;
}

const NAME = /^(指标代码|代码|指标名称|指标|统计指标|项目|项目名称)$/;
const VALUE = /^(本期|本季|期末|数值|金额|报告期|指标值)/;
const UNIT_WORDS = /(万亿元|亿元|千万元|百万元|万元|千元|元)/;

function tableOf(sheet: ForeignSheet): Table | null {
  for (const [at, { cells }] of sheet.rows.slice(0, HEAD_ROWS).entries()) {
    const headers = cells.map((cell) => cleanWord(textOf(cell)));
    const names = headers.flatMap((header, i) => (NAME.test(header) ? [i] : []));
    const value = headers.findIndex((header) => VALUE.test(header));
    if (names.length === 0 || value < 0) continue;
    const above = sheet.rows.slice(0, at).flatMap((row) => row.cells.map((cell) => cleanWord(textOf(cell))));
    const stated =
      UNIT_WORDS.exec(headers[value] ?? '')?.[1] ??
      above.flatMap((text) => UNIT_WORDS.exec(/单位[：:].*/.exec(text)?.[0] ?? '')?.[1] ?? [])[0] ??
      null;
    return {
      sheet,
      header: at,
      names,
      unit: headers.findIndex((header) => /^(计量)?单位$/.test(header)),
      value,
      stated,
    };
  }
  return null;
}

/** One figure a line, without institution and quarter, which stand elsewhere. */
export type ForeignLine = Omit<ImportRow, 'institution' | 'period'>;

/**
 * Reads a form that an institution drew up itself: a column of metrics by code or title, one with the figures. Titles
 * are those of the form that it owes. null: no table of this kind.
 */
export function foreignLines(
  sheets: readonly ForeignSheet[],
  metrics: readonly ImportMetric[],
): { readonly lines: readonly ForeignLine[]; readonly issues: readonly ImportIssue[] } | null {
  const table = sheets.map(tableOf).find((found) => found !== null);
  if (!table) return null;
  const byName = new Map(
    metrics.flatMap((metric) => [metric.code, cleanWord(metric.title)].map((name) => [name, metric] as const)),
  );
  const lines = new Map<string, ForeignLine>();
  const issues: ImportIssue[] = [];
  for (const { number, cells } of table.sheet.rows.slice(table.header + 1)) {
    const cell = cells[table.value];
    const place = (column: number) => ({
      sheet: table.sheet.name,
      row: number,
      column: columnName(column),
      cell: `${columnName(column)}${number}`,
    });
    const issue = (
      column: number,
      code: ImportIssue['code'],
      message: string,
      expected: string,
      severity: ImportIssue['severity'],
    ) => issues.push({ ...place(column), code, severity, raw: shownRaw(textOf(cells[column])), message, expected });
    const said = table.names.map((column) =>
      cleanWord(textOf(cells[column])).replace(/^[\d.、一二三四五六七八九十（）()]+(?=\D)/, ''),
    );
    const metric = [...table.names.map((column) => cleanWord(textOf(cells[column]))), ...said].flatMap(
      (name) => byName.get(name) ?? [],
    )[0];
    if (!metric) {
      // A head of a section has no figure; a figure without a metric must not get lost.
      if (!isBlank(textOf(cell)) && said.some((name) => name !== ''))
        issue(table.names[0] as number, 'CELL_METRIC', '不是该机构报表的指标', '报表中的指标代码或名称', 'problem');
      continue;
    }
    if (lines.has(metric.code)) {
      issue(
        table.names[0] as number,
        'ROW_DUPLICATE',
        `“${metric.title}”出现不止一次，无法确定取哪一行`,
        '只出现一次',
        'problem',
      );
      continue;
    }
    const own = table.unit < 0 ? '' : cleanWord(textOf(cells[table.unit]));
    const stated = own !== '' ? own : /元$/.test(metric.unit) ? table.stated : null;
    const factor = stated === null ? new Decimal(1) : unitFactor(stated, metric.unit);
    if (!factor)
      issue(
        table.unit,
        'CELL_UNIT',
        `单位“${stated}”不能换算为“${metric.title}”的${metric.unit}`,
        metric.unit,
        'problem',
      );
    const { value, problem, warnings } = readFigure(cell, metric, factor ?? new Decimal(1), stated);
    for (const each of warnings) issue(table.value, each.code, each.message, each.expected, 'warning');
    if (problem) issue(table.value, problem.code, problem.message, problem.expected, 'problem');
    lines.set(metric.code, {
      ...place(table.value),
      metric: metric.code,
      value,
      state: value === null ? 'blank' : 'value',
      raw: shownRaw(textOf(cell)),
      source: null,
    });
  }
  return lines.size === 0 ? null : { lines: [...lines.values()], issues };
}

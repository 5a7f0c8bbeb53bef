import { isQuarter } from '../calendar/period.js';
import { cleanText, cleanWord } from '../imports/clean-text.js';
import { columnName, textOf } from '../imports/source-sheet.js';
import { unitFactor } from '../imports/units.js';
import { cleanUscc, isUscc } from '../institutions/uscc.js';
import { MetricTitles } from './metric-titles.js';
import { headerPeriod } from './own-period.js';
import type { OwnCell, OwnRow, OwnSheet } from './own-sheet.js';

/** What a column is for. `metric`, `value`, `unit` make the long layout: a row per figure. */
export type ColumnRole = 'name' | 'code' | 'period' | 'figure' | 'metric' | 'value' | 'unit' | 'skip';

/** What a column is taken for; a person may change all of it but place and header. */
export interface OwnColumn {
  /** 0 = A. */
  readonly index: number;
  /** `C` */
  readonly letter: string;
  /** All header rows of the column together. */
  readonly header: string;
  readonly role: ColumnRole;
  /** Code of the catalogue; null: a figure of the sheet's own. */
  readonly metric: string | null;
  /** The unit that the figures stand in; empty: none is known. */
  readonly unit: string;
  /** A quarter, `-4` (quarters before the sheet's), `year-start`; empty: the sheet's period. */
  readonly period: string;
  /** More is worse: 不良. */
  readonly lower: boolean;
  /** A share or a growth rate: the product computes those itself. */
  readonly ratio: boolean;
  /** Why it is left out, or what should be looked at; empty: nothing. */
  readonly remark: string;
}

/** How a sheet is read. Row numbers as Excel counts. */
export interface OwnLayout {
  /** First and last row of the header; null: none was found. */
  readonly header: { readonly first: number; readonly last: number } | null;
  readonly columns: readonly OwnColumn[];
  /** The quarter that a title above the table or the sheet's name speaks of; null: neither does. */
  readonly period: string | null;
}

const NAME_HEADER =
  /^(?:(?:金融|填报|报送|银行|保险|证券|参评|被评价?)?(?:机构|单位|银行|公司|企业|行社|主体)(?:名称|全称|简称|名)?|名称|全称|简称|行名|机构简称)$/;
const CODE_HEADER = /^(?:uscc|institution|统一社会信用代码|社会信用代码|信用代码|机构代码|统一信用代码)$/;
const PERIOD_HEADER = /^(?:period|报告期|报告期间|所属期|期间|季度|时间|年月|数据时间|数据日期|期次|统计时间)$/;
const METRIC_HEADER = /^(?:metric|指标|指标名称|指标代码|统计指标|项目|科目)$/;
const VALUE_HEADER = /^(?:value|数值|指标值|数据|本期数|期末数|金额)$/;
const UNIT_HEADER = /^(?:unit|单位|计量单位)$/;
const SERIAL_HEADER = /^(?:序号|编号|行次|no)$/;
const RANK_HEADER = /排名|名次|位次|得分|等次|总分/;
const RATIO_HEADER = /占比|比例|比重|比率|增速|增幅|增长率|同比|环比|不良率|收益率|百分比|份额/;
const INCREASE_HEADER = /比年初|较年初|比上年|较上年|比上季|较上季|增减|增加额|变动/;
const LOWER_IS_BETTER = /不良|逾期|违约|处罚|迟报|风险/;
const MONEY_UNIT = /(?:万亿|千万|百万|亿|万|千)?元/;
/** 单位：亿元、% states the money first. */
const UNIT_LINE = /(?:金额|计量)?单位[:：]?(?:人民币)?[:：]?((?:万亿|千万|百万|亿|万|千)?元|户|笔|家)/;
const FIGURE_LIKE = /^[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?%?$/;
/** Rows looked at for a header: what stands above it is titles. */
const HEAD_ROWS = 30;
const MOST_HEADER_ROWS = 4;

const wordOf = (cell: OwnCell | undefined): string => cleanWord(textOf(cell ?? undefined)).replace(/\s+/g, '');
const isCovered = (cell: OwnCell | undefined): boolean =>
  typeof cell === 'object' && cell !== null && cell.fault === 'CELL_MERGED';

/** Whether a cell holds a number, as a number or as text. */
export const isFigure = (cell: OwnCell | undefined): boolean =>
  typeof cell === 'object' && cell !== null && cell.nature === 'number'
    ? cell.format !== 'date'
    : FIGURE_LIKE.test(wordOf(cell));

const textsOf = (row: OwnRow): string[] =>
  row.cells.flatMap((cell) => (isFigure(cell) || wordOf(cell) === '' ? [] : [wordOf(cell)]));
const figuresOf = (row: OwnRow): number => row.cells.filter(isFigure).length;

const KNOWN_UNIT =
  /^(?:(?:万亿|千万|百万|亿|万|千|百)?(?:元|户|笔|件|只|个|人|次|场|项|吨|吨标准煤)|家|%|个百分点|倍)$/;
const isUnit = (text: string): boolean => KNOWN_UNIT.test(text);

/** How much a row looks like a header: known words count, figures speak against it. */
function headerScore(row: OwnRow, titles: MetricTitles): number {
  const words = textsOf(row);
  if (words.length < 2) return -1;
  let score = 0;
  for (const word of words) {
    const bare = withoutUnit(word).text;
    if (NAME_HEADER.test(bare) || CODE_HEADER.test(bare.toLowerCase())) score += 4;
    else if (PERIOD_HEADER.test(bare.toLowerCase()) || METRIC_HEADER.test(bare) || VALUE_HEADER.test(bare)) score += 3;
    else if (SERIAL_HEADER.test(bare.toLowerCase())) score += 2;
    else if (titles.find(headerPeriod(bare).rest, null)?.isGuess === false) score += 3;
    else if (RATIO_HEADER.test(bare) || RANK_HEADER.test(bare) || isUnit(word)) score += 1;
    else score += 0.2;
  }
  return score - 1.5 * figuresOf(row);
}

/**
 * Finds header rows and proposes what each column is. Titles above, units beside them, totals and notes below do not
 * matter; merged headers stand over every column that they cover.
 * @param header  rows that somebody chose; undefined: to be found
 * @param type    of most institutions in the sheet, when that is known
 */
export function readLayout(
  sheet: OwnSheet,
  titles: MetricTitles,
  { header, type = null }: { header?: OwnLayout['header'] | undefined; type?: string | null } = {},
): OwnLayout {
  const span = header === undefined ? findHeader(sheet, titles) : header;
  const body = sheet.rows.filter(({ number }) => span === null || number > span.last);
  const heads = span ? sheet.rows.filter(({ number }) => number >= span.first && number <= span.last) : [];
  const width = sheet.rows.reduce((widest, { cells }) => Math.max(widest, cells.length), 0);
  const headers = headerTexts(heads, width);
  const above = span ? sheet.rows.filter(({ number }) => number <= span.last) : sheet.rows.slice(0, HEAD_ROWS);
  const sheetUnit = unitLine(above);
  const columns = headers.flatMap((text, index) => {
    const cells = body.map(({ cells }) => cells[index] ?? null);
    const filled = cells.filter((cell) => wordOf(cell) !== '');
    if (text === '' && filled.length === 0) return [];
    return [columnOf(index, text, filled, { titles, type, sheetUnit })];
  });
  const titlesAbove = sheet.rows.filter(({ number }) => span !== null && number < span.first);
  const said = [...titlesAbove.flatMap(({ cells }) => cells.map(wordOf)), sheet.name];
  return { header: span, columns: settled(columns, body), period: titlePeriod(said) };
}

/** A bare year in a title is no quarter. */
function titlePeriod(texts: readonly string[]): string | null {
  for (const text of texts) {
    const { period } = headerPeriod(text);
    if (isQuarter(period) && /季|Q[1-4]|月|年末|年底|年度|[-/.][0-9]/i.test(text)) return period;
  }
  return null;
}

function findHeader(sheet: OwnSheet, titles: MetricTitles): OwnLayout['header'] {
  const head = sheet.rows.slice(0, HEAD_ROWS);
  const scores = head.map((row) => headerScore(row, titles));
  const best = scores.indexOf(Math.max(...scores));
  const row = head[best];
  if (!row || (scores[best] ?? 0) < 1) return null;
  let [first, last] = [best, best];
  const isPart = (at: number): boolean => {
    const each = head[at];
    if (!each || figuresOf(each) > 0) return false;
    return textsOf(each).filter((word) => !UNIT_LINE.test(word)).length >= 2;
  };
  while (last - first + 1 < MOST_HEADER_ROWS && goesOn(head[last + 1], row)) last++;
  while (last - first + 1 < MOST_HEADER_ROWS && isPart(first - 1)) first--;
  // The row of 栏次 (甲, 1, 2, 3) belongs to the head too.
  const next = head[last + 1];
  if (next && isColumnNumbers(next)) last++;
  return { first: (head[first] as OwnRow).number, last: (head[last] as OwnRow).number };
}

/** Whether a row without figures goes on with the header: it has no name of its own, or holds units alone. */
function goesOn(row: OwnRow | undefined, header: OwnRow): boolean {
  if (!row || figuresOf(row) > 0) return false;
  const texts = textsOf(row);
  if (texts.length > 0 && texts.every((word) => isUnit(word.replace(/[()]/g, '')))) return true;
  const named = header.cells.findIndex((cell) => {
    const word = withoutUnit(wordOf(cell)).text;
    return NAME_HEADER.test(word) || CODE_HEADER.test(word.toLowerCase());
  });
  const cell = row.cells[named];
  const isNamed = named >= 0 && wordOf(cell) !== '' && !isCovered(cell);
  return !isNamed && texts.length >= 2 && row.cells.some(isCovered);
}

/** 甲 乙 1 2 3: the numbers of the columns, no figures. */
export function isColumnNumbers(row: OwnRow): boolean {
  const words = row.cells.map(wordOf).filter((word) => word !== '');
  if (words.length < 2) return false;
  const numbers = words.filter((word) => /^[0-9]{1,3}$/.test(word)).map((word) => Number.parseInt(word, 10));
  const rest = words.filter((word) => !/^[0-9]{1,3}$/.test(word));
  if (!rest.every((word) => /^(?:[甲乙丙丁戊己]|栏次|行次|-|—)$/.test(word)) || numbers.length === 0) return false;
  return rest.length > 0 && numbers.every((number, i) => i === 0 || number === (numbers[i - 1] ?? 0) + 1);
}

/** Every column's header rows from top to bottom; a merged one stands over all that it covers. */
function headerTexts(rows: readonly OwnRow[], width: number): string[] {
  const above: string[] = Array.from({ length: width }, () => '');
  const joined: string[][] = Array.from({ length: width }, () => []);
  for (const [level, row] of rows.entries()) {
    if (isColumnNumbers(row)) continue;
    let left = '';
    for (let index = 0; index < width; index++) {
      const cell = row.cells[index] ?? null;
      const own = cleanText(textOf(cell ?? undefined)).replace(/\s+/g, '');
      if (own !== '' && !isCovered(cell)) left = own;
      // Covered: from the left in the top row, else from above, which has its text already.
      const text = own !== '' && !isCovered(cell) ? own : isCovered(cell) && level === 0 ? left : '';
      if (text === '' || text === above[index]) continue;
      above[index] = text;
      joined[index]?.push(text);
    }
  }
  return joined.map((parts) => parts.join(''));
}

/** 单位：亿元 above the table; null: none stands there. */
function unitLine(rows: readonly OwnRow[]): string | null {
  for (const row of rows)
    for (const cell of row.cells) {
      const unit = UNIT_LINE.exec(wordOf(cell))?.[1];
      if (unit) return unit;
    }
  return null;
}

/** `绿色贷款余额（亿元）`, `绿色贷款余额:亿元`, `绿色贷款余额/亿元` → text and unit. */
export function withoutUnit(header: string): { readonly text: string; readonly unit: string } {
  const word = cleanWord(header)
    .replace(/\s+/g, '')
    .replace(/[【[]/g, '(')
    .replace(/[】\]]/g, ')');
  for (const [whole, inner = ''] of word.matchAll(/\(([^()]+)\)/g)) {
    const unit = inner.replace(/^(?:单位|金额单位)?[:：]?/, '');
    if (isUnit(unit)) return { text: word.replace(whole, ''), unit };
  }
  const tail = /^(.+?)(?:[:：/,、]|单位[:：]?)([^:：/,、()]+)$/.exec(word);
  if (tail && isUnit(tail[2] ?? '')) return { text: tail[1] ?? '', unit: tail[2] ?? '' };
  if (word.endsWith('%') && word.length > 1) return { text: word.slice(0, -1), unit: '%' };
  return { text: word, unit: '' };
}

interface ColumnContext {
  readonly titles: MetricTitles;
  readonly type: string | null;
  readonly sheetUnit: string | null;
}

const SKIPPED = { metric: null, unit: '', period: '', lower: false, ratio: false } as const;

function columnOf(index: number, header: string, filled: readonly OwnCell[], context: ColumnContext): OwnColumn {
  const { text, unit } = withoutUnit(header);
  const lower = text.toLowerCase();
  const as = (role: ColumnRole, remark = ''): OwnColumn => ({
    index,
    letter: columnName(index),
    header,
    role,
    ...SKIPPED,
    remark,
  });
  const share = (test: (cell: OwnCell) => boolean): number =>
    filled.length === 0 ? 0 : filled.filter(test).length / filled.length;
  if (CODE_HEADER.test(lower) || share((cell) => isUscc(cleanUscc(textOf(cell ?? undefined)))) > 0.5) return as('code');
  if (UNIT_HEADER.test(lower) && share((cell) => isUnit(wordOf(cell))) > 0.5) return as('unit');
  const figures = share(isFigure);
  if (NAME_HEADER.test(text) && figures < 0.5) return as('name');
  if (PERIOD_HEADER.test(lower)) return as('period');
  if (METRIC_HEADER.test(lower) && figures < 0.5) return as('metric');
  if (VALUE_HEADER.test(lower) && figures > 0) return { ...as('value'), unit: unit || (context.sheetUnit ?? '') };
  if (SERIAL_HEADER.test(lower)) return as('skip', '序号');
  if (figures < 0.5) return as('skip', filled.length === 0 ? '没有内容' : '不是数字');
  if (RANK_HEADER.test(text)) return as('skip', '已有的名次或得分，不用');
  return figureColumn(index, header, { text, unit, filled }, context);
}

function figureColumn(
  index: number,
  header: string,
  { text, unit, filled }: { text: string; unit: string; filled: readonly OwnCell[] },
  { titles, type, sheetUnit }: ColumnContext,
): OwnColumn {
  const { period, rest } = headerPeriod(text);
  const percents = filled.filter(
    (cell) => (typeof cell === 'object' && cell !== null && cell.format === 'percent') || wordOf(cell).endsWith('%'),
  );
  const isPercent = unit === '%' || percents.length * 2 > filled.length;
  const lower = LOWER_IS_BETTER.test(text);
  // 2025年三季度 alone: the metric stands in the row.
  if (period !== '' && rest === '')
    return {
      ...{ index, letter: columnName(index), header, metric: null, period, lower: false },
      role: 'value',
      unit: unit || (sheetUnit ?? ''),
      ratio: false,
      remark: '',
    };
  const found = titles.find(rest === '' ? text : rest, type);
  const common = { index, letter: columnName(index), header, metric: null, period, lower };
  if ((isPercent || RATIO_HEADER.test(text)) && found?.metric.unit !== '%')
    return {
      ...common,
      role: 'skip',
      unit: unit || '%',
      ratio: true,
      remark: '占比或增速由系统从原始数字计算，默认不用',
    };
  if (INCREASE_HEADER.test(text))
    return {
      ...common,
      role: 'skip',
      unit: unit || (sheetUnit ?? ''),
      ratio: true,
      remark: '增减额由系统计算，默认不用',
    };
  const stated = unit !== '' ? unit : MONEY_UNIT.test(found?.metric.unit ?? '元') ? (sheetUnit ?? '') : '';
  if (!found) {
    const remark = header === '' ? '没有表头' : '不是目录里的指标，按本表自己的数字使用';
    return { ...common, role: header === '' ? 'skip' : 'figure', unit: stated, ratio: false, remark };
  }
  const { metric, isGuess } = found;
  const fits = stated === '' || unitFactor(stated, metric.unit) !== null;
  if (!fits)
    return {
      ...common,
      role: 'figure',
      unit: stated,
      ratio: false,
      remark: `单位${stated}不能换算为“${metric.title}”的${metric.unit}，按本表自己的数字使用`,
    };
  const remarks = [
    ...(isGuess ? [`表头与“${metric.title}”相近，请核对`] : []),
    ...(stated === '' ? [`没有写明单位，按${metric.unit}`] : []),
  ];
  return {
    ...common,
    role: 'figure',
    metric: metric.code,
    unit: stated === '' ? metric.unit : stated,
    ratio: false,
    remark: remarks.join('；'),
  };
}

/** One name, one metric for each period: what comes later in the sheet is left out, with its reason. */
function settled(columns: readonly OwnColumn[], body: readonly OwnRow[]): OwnColumn[] {
  let result = [...columns];
  const change = (index: number, change: Partial<OwnColumn>): void => {
    result = result.map((column) => (column.index === index ? { ...column, ...change } : column));
  };
  // Without a header that says so, the names are the column of text in which most differ.
  if (!result.some(({ role }) => role === 'name' || role === 'code')) {
    const differing = (column: OwnColumn): number =>
      new Set(body.map(({ cells }) => wordOf(cells[column.index])).filter((word) => word.length > 1)).size;
    const texts = result.filter(({ role, remark }) => role === 'skip' && remark === '不是数字');
    const best = [...texts].sort((a, b) => differing(b) - differing(a) || a.index - b.index)[0];
    if (best && differing(best) > 1) change(best.index, { role: 'name', remark: '没有机构名称的表头，按内容认出' });
  }
  const isLong = ['metric', 'value'].every((role) => result.some((column) => column.role === role));
  for (const column of result) {
    if (isLong && column.role === 'figure') change(column.index, { role: 'skip', remark: '长表的数字在数值列' });
    if (!isLong && column.role === 'value')
      change(column.index, { role: 'figure', remark: '不是目录里的指标，按本表自己的数字使用' });
    if (!isLong && (column.role === 'metric' || column.role === 'unit'))
      change(column.index, { role: 'skip', remark: '' });
  }
  const seen = new Map<string, number>();
  for (const column of result) {
    if (column.role !== 'figure' || column.metric === null) continue;
    const key = `${column.metric} ${column.period}`;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, column.index);
    else change(column.index, { role: 'skip', metric: null, remark: `与${columnName(first)}列是同一指标` });
  }
  for (const role of ['code', 'period'] as const)
    for (const column of result.filter((each) => each.role === role).slice(1))
      change(column.index, { role: 'skip', remark: '已有同样用途的列' });
  return result;
}

import { cleanText, cleanWord } from '../imports/clean-text.js';
import { readFigure } from '../imports/read-figure.js';
import { columnName, textOf } from '../imports/source-sheet.js';
import { unitFactor } from '../imports/units.js';
import { cleanUscc, isUscc } from '../institutions/uscc.js';
import { Decimal, plain } from '../numbers/decimal.js';
import { MetricTitles } from './metric-titles.js';
import { isColumnNumbers, type OwnColumn, type OwnLayout, withoutUnit } from './own-header.js';
import { cellPeriod, periodOf } from './own-period.js';
import type { OwnCell, OwnMetric, OwnRow, OwnSheet } from './own-sheet.js';

/** A row that names an institution. */
export interface OwnParty {
  readonly row: number;
  /** Code first, then the names, as they stand in the row. */
  readonly texts: readonly string[];
  /** What people call it: its name, else its code. */
  readonly name: string;
}

/** Something of the sheet that is not used, and why. */
export interface LeftOut {
  /** `C5`, `第5行` or `C列`. */
  readonly place: string;
  readonly text: string;
  readonly why: string;
  /** A figure that was meant and cannot be taken: history with one is not filed. */
  readonly isProblem: boolean;
}

/** One figure with its whole way from the cell. */
export interface OwnFigure {
  readonly sheet: string;
  readonly row: number;
  readonly column: number;
  /** `C5` */
  readonly cell: string;
  /** As it stands in the file. */
  readonly raw: string;
  /** Name of the row. */
  readonly party: string;
  /** Code of the catalogue, or `OWN_C` for a column of the sheet's own. */
  readonly metric: string;
  /** null: none is stated and the sheet's is not known. */
  readonly period: string | null;
  /** Plain decimal in `unit`. */
  readonly value: string;
  readonly unit: string;
  /** The unit in which it stands in the file, and by what it was multiplied; `1` when it is the same. */
  readonly stated: string;
  readonly factor: string;
  /** Rounded, outcome of a formula …: Chinese. */
  readonly notes: readonly string[];
}

export interface OwnReading {
  readonly parties: readonly OwnParty[];
  readonly figures: readonly OwnFigure[];
  readonly leftOut: readonly LeftOut[];
}

export interface ReadingOptions {
  /** Of the whole sheet; null: only columns and rows that state theirs have one. */
  readonly period: string | null;
  /** Whose sheet it is, where no column names anybody. */
  readonly party?: string | null;
  /** Of most institutions, for titles that several types file. */
  readonly type?: string | null;
}

const TOTAL =
  /^(?:合计|总计|小计|共计|累计|平均|均值|全(?:区|市|县|省|行业|辖)(?:合计|平均|总计)?|其中)|(?:合计|小计|总计|平均)$/;
const NOTE = /^(?:注|备注|说明|填表|制表|审核|复核|负责人|联系|数据来源|资料来源|单位负责人|填报人|日期)/;
/** What people write where there is no figure. */
const NO_FIGURE = /^(?:[-—–－/*.…]{1,4}|无|暂无|不适用|未报|缺|n\/?a|null|#n\/a)$/i;
const WITH_UNIT = /^([+-]?[0-9][0-9,]*(?:\.[0-9]+)?)([^0-9.,%\s].*)$/;
/** Figures of the sheet's own keep as many decimals as anybody prints. */
const OWN_DECIMALS = 6;

export const ownMetric = (column: number): string => `OWN_${columnName(column)}`;

const textIn = (cell: OwnCell | undefined): string => cleanText(textOf(cell ?? undefined));
const isCovered = (cell: OwnCell | undefined): boolean =>
  typeof cell === 'object' && cell !== null && cell.fault === 'CELL_MERGED';

/** The metric of a column as the reader of figures knows it: the catalogue's, or one made of the header. */
function metricOf(column: OwnColumn, metrics: ReadonlyMap<string, OwnMetric>): OwnMetric {
  const known = column.metric === null ? undefined : metrics.get(column.metric);
  if (known) return known;
  return {
    code: ownMetric(column.index),
    title: column.header || `${columnName(column.index)}列`,
    unit: column.unit,
    decimals: OWN_DECIMALS,
    kind: 'stock',
    types: [],
    aliases: [],
    mayBeNegative: true,
  };
}

/**
 * The rows and figures of a sheet by its layout. Totals, notes and blank rows are left out and said so; a cell that
 * holds no figure hides no other.
 */
export function readOwn(
  sheet: OwnSheet,
  { header, columns }: OwnLayout,
  metrics: ReadonlyMap<string, OwnMetric>,
  { period, party = null, type = null }: ReadingOptions,
): OwnReading {
  const leftOut: LeftOut[] = [];
  const parties: OwnParty[] = [];
  const figures: OwnFigure[] = [];
  const of = (role: OwnColumn['role']): readonly OwnColumn[] => columns.filter((column) => column.role === role);
  const [codes, names, [periodColumn], valued] = [of('code'), of('name'), of('period'), of('figure')];
  const [[metricColumn], values, [unitColumn]] = [of('metric'), of('value'), of('unit')];
  // A row per figure, or a row per metric with a column per quarter.
  const long = metricColumn && values.length > 0 ? { metricColumn, values } : null;
  const titles = new MetricTitles([...metrics.values()]);
  const seen = new Map<string, string>();
  const carried = new Map<number, string>();

  for (const column of columns)
    if (column.role === 'skip' && column.header !== '' && column.remark !== '' && column.remark !== '序号')
      leftOut.push({
        place: `${columnName(column.index)}列`,
        text: column.header,
        why: column.remark,
        isProblem: false,
      });

  /** A merged name stands for every row that it covers. */
  const nameIn = (row: OwnRow, index: number): string => {
    const cell = row.cells[index];
    if (isCovered(cell)) return carried.get(index) ?? '';
    const text = textIn(cell);
    carried.set(index, text);
    return text;
  };

  for (const row of sheet.rows) {
    if (header !== null && row.number <= header.last) continue;
    if (isColumnNumbers(row)) continue;
    const code = codes.map(({ index }) => nameIn(row, index)).find((text) => text !== '') ?? '';
    const own = names.length + codes.length === 0 && party !== null;
    const called = own ? [party] : names.map(({ index }) => nameIn(row, index)).filter((text) => text !== '');
    const name = called[0] ?? code;
    const all = row.cells.map(textIn).filter((text) => text !== '');
    const out = (why: string, text: string): void => {
      leftOut.push({ place: `第${row.number}行`, text: text.slice(0, 60), why, isProblem: false });
    };
    const first = all[0] ?? '';
    if ([first, name].some((text) => TOTAL.test(text.replace(/\s+/g, '')))) {
      out('合计或平均行', first);
      continue;
    }
    const cells = long ? long.values : valued;
    const isEmpty = cells.every(({ index }) => textIn(row.cells[index]) === '');
    if (isEmpty || name === '') {
      if (all.length > 0) out(NOTE.test(first) ? '说明文字' : isEmpty ? '没有数字' : '没有机构名称', first);
      continue;
    }
    const texts = [...new Set([...(code === '' ? [] : [code]), ...called])];
    parties.push({ row: row.number, texts, name: called[0] ?? code });

    const stated = periodColumn ? nameIn(row, periodColumn.index) : '';
    const rowPeriod = periodColumn ? cellPeriod(stated) : period;
    if (periodColumn && rowPeriod === null)
      leftOut.push({
        place: `${columnName(periodColumn.index)}${row.number}`,
        text: stated,
        why: '报告期写法不对，应如 2026Q3 或 2026年三季度',
        isProblem: true,
      });
    for (const column of cells) {
      const place = `${columnName(column.index)}${row.number}`;
      const cell = row.cells[column.index] ?? null;
      const raw = textOf(cell ?? undefined);
      const problem = (why: string): void => {
        leftOut.push({ place, text: raw.slice(0, 60), why, isProblem: true });
      };
      if (cleanWord(raw) === '' && !(typeof cell === 'object' && cell?.fault)) continue;
      if (NO_FIGURE.test(cleanWord(raw))) {
        leftOut.push({ place, text: raw, why: '没有数字，按缺失', isProblem: false });
        continue;
      }
      let metric = metricOf(column, metrics);
      let unit = column.unit;
      if (long) {
        const title = textIn(row.cells[long.metricColumn.index]);
        const titled = withoutUnit(title);
        const found = titles.find(titled.text, type);
        if (!found || found.isGuess) {
          problem(`“${title}”不是目录里的指标${found ? `，是否“${found.metric.title}”` : ''}`);
          continue;
        }
        metric = found.metric;
        unit = (unitColumn ? cleanWord(textIn(row.cells[unitColumn.index])) : '') || titled.unit || unit || metric.unit;
      }
      // 12.3亿元 in the cell itself counts before the header.
      const [, digits, within] = WITH_UNIT.exec(cleanWord(raw).replace(/\s+/g, '')) ?? [];
      const factorWithin = digits && within ? unitFactor(within, metric.unit || within) : null;
      const shown = factorWithin ? (within as string) : unit || metric.unit;
      const factor = factorWithin ?? (metric.code.startsWith('OWN_') ? new Decimal(1) : unitFactor(shown, metric.unit));
      if (!factor) {
        problem(`单位“${shown}”不能换算为“${metric.title}”的${metric.unit}`);
        continue;
      }
      const read = readFigure(factorWithin ? digits : (cell ?? undefined), metric, factor, factor.eq(1) ? null : shown);
      if (read.problem) {
        problem(read.problem.message);
        continue;
      }
      if (read.value === null) continue;
      const at = periodOf(column.period, rowPeriod);
      if (periodColumn && rowPeriod === null) continue;
      const key = `${texts[0]} ${metric.code} ${at}`;
      const earlier = seen.get(key);
      if (earlier !== undefined) {
        problem(`与 ${earlier} 是同一机构、同一指标、同一期，只取前一处`);
        continue;
      }
      seen.set(key, place);
      figures.push({
        sheet: sheet.name,
        row: row.number,
        column: column.index,
        cell: place,
        raw: raw.slice(0, 60),
        party: called[0] ?? code,
        metric: metric.code,
        period: at,
        value: read.value,
        unit: metric.unit,
        stated: shown,
        factor: plain(factor),
        notes: read.warnings.filter(({ code }) => code !== 'W_UNIT_CONVERTED').map(({ message }) => message),
      });
    }
  }
  return { parties, figures, leftOut };
}

/** Whether a text is a code rather than a name. */
export const isCode = (text: string): boolean => isUscc(cleanUscc(text));

import { isQuarter, quarterCode, quarterIndex } from '../calendar/period.js';
import { cleanWord } from '../imports/clean-text.js';

const DIGIT: Readonly<Record<string, string>> = { 一: '1', 二: '2', 三: '3', 四: '4' };

const quarterOf = (year: string, quarter: string): string => `${year}Q${DIGIT[quarter] ?? quarter}`;

const PATTERNS: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [/(20[0-9]{2})年?[-/.]?(?:第)?([一二三四1-4])季度?(?:末|底)?/, ([, year = '', q = '']) => quarterOf(year, q)],
  [/(20[0-9]{2})年?[-/.]?Q([1-4])/i, ([, year = '', q = '']) => quarterOf(year, q)],
  [
    /(20[0-9]{2})[年/.-]([0-9]{1,2})(?:月(?:末|底|份)?|(?=[^0-9]|$))(?:[/.-]?[0-9]{1,2}日?)?/,
    ([, year = '', month = '']) => {
      const at = Number.parseInt(month, 10);
      return at >= 1 && at <= 12 && at % 3 === 0 ? `${year}Q${at / 3}` : '';
    },
  ],
  [/(20[0-9]{2})年(?:度|末|底)?/, ([, year = '']) => `${year}Q4`],
  [/(?:上年|去年)(?:同期|同季)/, () => '-4'],
  [/(?:上年|去年)(?:末|底)|年初/, () => 'year-start'],
  [/上(?:一)?季(?:度)?(?:末)?|上期/, () => '-1'],
];

/** Increases speak of an earlier moment and are of this one. */
const INCREASE = /比年初|较年初|比上|较上|同比|环比/;

/** The quarter that a header speaks of, and the header without it: `2025年末绿色贷款余额` → 2025Q4. */
export function headerPeriod(header: string): { readonly period: string; readonly rest: string } {
  if (INCREASE.test(header)) return { period: '', rest: header };
  for (const [pattern, of] of PATTERNS) {
    const match = pattern.exec(header);
    if (!match) continue;
    const period = of(match);
    // A month that ends no quarter is no quarter.
    if (period === '') break;
    return { period, rest: header.replace(match[0], '').replace(/^[的,:：\-—]/, '') };
  }
  return { period: '', rest: header };
}

/** A cell of a period column: `2026Q3`, `2026年三季度`, `2026-09`, `2026年9月末`; a bare year is its last quarter. */
export function cellPeriod(text: string): string | null {
  const word = cleanWord(text).replace(/\s+/g, '').toUpperCase();
  if (isQuarter(word)) return word;
  const { period } = headerPeriod(word);
  if (isQuarter(period)) return period;
  if (/^20[0-9]{2}$/.test(word)) return `${word}Q4`;
  const month = /^(20[0-9]{2})(0[369]|12)$/.exec(word);
  return month ? `${month[1]}Q${Number.parseInt(month[2] ?? '', 10) / 3}` : null;
}

/** @param period of a column: a quarter, or a step from the sheet's @returns null when the sheet's is not known */
export function periodOf(period: string, sheet: string | null): string | null {
  if (isQuarter(period)) return period;
  if (sheet === null || !isQuarter(sheet)) return null;
  const at = quarterIndex(sheet);
  if (period === 'year-start') return `${Number.parseInt(sheet.slice(0, 4), 10) - 1}Q4`;
  return period === '' ? sheet : quarterCode(at + Number.parseInt(period, 10));
}

import { Decimal, plain } from '../numbers/decimal.js';
import { defused } from '../platform/spreadsheet-text.js';
import { type Attribution, FACTORS } from '../scoring/explain/attribution.js';
import { csv } from '../scoring/tables.js';
import { FACTOR_WORDS } from '../scoring/words/factor-words.js';

const HEADER = ['institution', 'rank_before', 'rank_after', 'before', 'after', 'change', ...FACTORS];
const EXCEL_HEADER = [
  '统一社会信用代码',
  '机构',
  '原名次',
  '现名次',
  '原总分',
  '现总分',
  '变化',
  ...FACTORS.map((factor) => FACTOR_WORDS[factor]),
];

/**
 * attribution.csv: a row for each institution of both evaluations; points, which sum to the change; empty where there
 * was no total.
 * @param forExcel with a byte order mark, Chinese headers, names, and texts that a spreadsheet would take for formulas defused
 */
export function attributionCsv(items: readonly (Attribution & { readonly name: string })[], forExcel: boolean): string {
  const rows = items.map(({ institution, before, after, rankBefore, rankAfter, points }) => [
    institution,
    `${rankBefore ?? ''}`,
    `${rankAfter ?? ''}`,
    before ?? '',
    after ?? '',
    before === null || after === null ? '' : plain(new Decimal(after).minus(before)),
    ...FACTORS.map((factor) => points?.[factor] ?? ''),
  ]);
  if (!forExcel) return csv([HEADER, ...rows]);
  const named = rows.map(([institution = '', ...rest], i) => [institution, items[i]?.name ?? '', ...rest].map(defused));
  return `\uFEFF${csv([EXCEL_HEADER, ...named])}`;
}

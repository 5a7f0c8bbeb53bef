import { Decimal, plain } from '../numbers/decimal.js';
import type { EvaluationResult, ResultRecord } from './types.js';

export const RANKING_HEADER = ['cohort', 'rank', 'institution', 'name', 'score', 'grade', 'status', 'reason'] as const;
export const SCORES_HEADER = [
  'institution',
  'node',
  'value',
  'treated',
  'score',
  'weight',
  'contribution',
  'note',
] as const;

/** The rows of ranking.csv, without its header. */
export const rankingRows = ({ results }: EvaluationResult): string[][] =>
  results.map((result) => [
    result.cohort ?? '',
    result.rank?.toString() ?? '',
    result.institution,
    result.name,
    result.score ?? '',
    result.grade ?? '',
    result.status,
    result.reason,
  ]);

/** The rows of scores.csv, without its header: nodes in tree order, adjustments, then `total`, per scored institution. */
export const scoreRows = ({ results }: EvaluationResult): string[][] => results.flatMap(scoresOf);

function scoresOf(result: ResultRecord): string[][] {
  const { institution, base, score, nodes: records } = result;
  if (records.length === 0) return [];
  const nodes = records.map((node) => [
    institution,
    node.code,
    node.value ?? '',
    node.treated ?? '',
    node.score ?? '',
    node.weight ?? '',
    node.contribution ?? '',
    node.note,
  ]);
  const adjustments = result.adjustments.map(({ code, change, applied }) => [
    institution,
    code,
    '',
    '',
    change ?? '',
    '',
    '',
    base === null ? '' : applied ? 'applied' : 'not applied',
  ]);
  const total = [institution, 'total', base ?? '', '', score === null ? '' : plain(new Decimal(score)), '', '', ''];
  return [...nodes, ...adjustments, total];
}

const NEEDS_QUOTES = /[",\r\n]/;

const quoted = (cell: string): string => (NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** UTF-8 text, LF, comma, RFC 4180 quoting. @param rows the header included */
export const csv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(quoted).join(',')}\n`).join('');

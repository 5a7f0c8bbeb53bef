import { checkFormula } from '../../../src/formula/check.js';
import { parseFormula } from '../../../src/formula/parse.js';
import { normaliseFormula, type TokenKind, tokenise } from '../../../src/formula/tokens.js';

/** What can be written at some place of a formula. */
export interface Offer {
  readonly name: string;
  /** As it is inserted, up to where the caret then stands. */
  readonly insert: string;
  readonly note: string;
}

/** How a function is written and what it gives (scheme-language 2). */
export const FUNCTION_WORDS: Readonly<Record<string, readonly [signature: string, meaning: string]>> = {
  if: ['if(条件, a, b)', '条件成立取 a，否则取 b'],
  min: ['min(a, …)', '最小的'],
  max: ['max(a, …)', '最大的'],
  sum: ['sum(a, …)', '合计'],
  avg: ['avg(a, …)', '平均'],
  abs: ['abs(a)', '绝对值'],
  yoy: ['yoy(a)', '同比增速，%'],
  round: ['round(a, n)', '四舍五入到 n 位小数'],
  prev: ['prev(a, k)', 'k 个评价期以前的 a；不写 k 为 1'],
  band: ['band(x, v0, b1, v1, …)', '分档：x 达到 b1 取 v1，不到取 v0'],
  is_missing: ['is_missing(a)', '是否缺失'],
  default: ['default(a, b)', 'a 缺失时取 b'],
  flag: ['flag("标记")', '机构是否有这个标记'],
  attr: ['attr("列")', '机构表里的文字，只能与文字比较'],
};

const STATISTICS: Readonly<Record<string, string>> = {
  sum: '合计',
  mean: '平均',
  median: '中位数',
  min: '最小',
  max: '最大',
  count: '家数',
};
const SCOPES = [
  ['cohort', '同组'],
  ['all', '全部机构'],
] as const;

const FUNCTION_OFFERS: readonly Offer[] = [
  ...Object.entries(FUNCTION_WORDS).map(([name, [signature, meaning]]) => ({
    name,
    insert: `${name}(`,
    note: `${signature}　${meaning}`,
  })),
  ...SCOPES.flatMap(([scope, who]) =>
    Object.entries(STATISTICS).map(([statistic, what]) => ({
      name: `${scope}_${statistic}`,
      insert: `${scope}_${statistic}(`,
      note: `${scope}_${statistic}(a)　${who}的 a 的${what}`,
    })),
  ),
];

export interface Name {
  readonly name: string;
  /** 绿色贷款余额（万元）. */
  readonly note: string;
}

const WORD_BEFORE = /[\p{Script=Han}A-Za-z_][\p{Script=Han}A-Za-z0-9_]*$/u;
const MOST_OFFERS = 8;

/** The word being typed before the caret, and what it may become: inputs first, then functions. */
export function offersAt(
  text: string,
  caret: number,
  names: readonly Name[],
): { readonly word: string; readonly offers: readonly Offer[] } {
  const word = WORD_BEFORE.exec(text.slice(0, caret))?.[0] ?? '';
  if (word === '') return { word, offers: [] };
  const inputs = names.map(({ name, note }) => ({ name, insert: name, note }));
  const offers = [...inputs, ...FUNCTION_OFFERS].filter(
    ({ name, note }) => name !== word && (name.startsWith(word) || name.includes(word) || note.includes(word)),
  );
  const rank = ({ name }: Offer): number => (name.startsWith(word) ? 0 : 1);
  return { word, offers: offers.sort((a, b) => rank(a) - rank(b)).slice(0, MOST_OFFERS) };
}

export interface FormulaMark {
  /** From 0, in the text as written. */
  readonly from: number;
  readonly to: number;
  readonly message: string;
  readonly expected: string;
}

/** The faults of a formula with the characters to be marked. */
export function faultsOf(text: string, names: readonly Name[]): readonly FormulaMark[] {
  const parsed = parseFormula(text);
  const known = new Set([...names.map(({ name }) => name), 'quarters_filed']);
  const faults =
    'rule' in parsed ? [parsed] : checkFormula(parsed, { names: known, aggregates: true, yields: 'number' });
  return faults.map(({ at, found, expected, message }) => {
    const from = Math.min(at - 1, Math.max(0, text.length - 1));
    const token = piecesOf(text).find((piece) => piece.from <= from && from < piece.to);
    const length = text.startsWith(found, from) ? found.length : (token?.to ?? from + 1) - from;
    return { from, to: from + Math.max(1, length), message, expected };
  });
}

export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly kind: TokenKind | 'unknown';
}

/** Tokens with their places, for colouring. Where the text changes length in normalising, or has none: one piece. */
export function piecesOf(text: string): readonly Piece[] {
  const normalised = normaliseFormula(text);
  const tokens = normalised.length === text.length ? tokenise(normalised) : null;
  if (tokens === null || 'rule' in tokens) return [{ from: 0, to: text.length, kind: 'unknown' }];
  return tokens.map(({ at, text: token, kind }) => ({ from: at - 1, to: at - 1 + token.length, kind }));
}

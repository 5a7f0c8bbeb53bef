import { normaliseFormula, type Token, tokenise } from './tokens.js';

/** A piece of a formula as people write it. `input`: its place in a list that the caller knows, or null. */
export interface FormulaPiece {
  readonly text: string;
  readonly input: number | null;
}

const OPERATORS: Readonly<Record<string, string>> = {
  '*': ' × ',
  '/': ' ÷ ',
  '-': ' − ',
  '+': ' + ',
  '<': ' < ',
  '<=': ' ≤ ',
  '>': ' > ',
  '>=': ' ≥ ',
  '==': ' = ',
  '!=': ' ≠ ',
  '?': ' ？ ',
  ':': ' ： ',
  and: ' 且 ',
  or: ' 或 ',
  not: '非 ',
};

const FUNCTIONS: Readonly<Record<string, string>> = {
  yoy: '同比增速',
  prev: '上期',
  if: '若',
  min: '较小值',
  max: '较大值',
  sum: '合计',
  avg: '平均',
  abs: '绝对值',
  round: '四舍五入',
  band: '分档',
  default: '依次取有数的',
  is_missing: '缺失',
  flag: '标记',
  attr: '属性',
};

const STATISTICS: Readonly<Record<string, string>> = {
  sum: '合计',
  mean: '平均',
  median: '中位数',
  min: '最小值',
  max: '最大值',
  count: '家数',
};

const SCOPES: Readonly<Record<string, string>> = { cohort: '同组', all: '全部机构' };

function functionWord(name: string): string {
  const [scope = '', statistic = ''] = name.split('_');
  const aggregate = SCOPES[scope] && STATISTICS[statistic];
  return aggregate ? `${SCOPES[scope]}${aggregate}` : (FUNCTIONS[name] ?? name);
}

const isUnary = (before: Token | undefined): boolean =>
  before === undefined || before.kind === 'open' || before.kind === 'comma' || before.kind === 'operator';

/** Full-width brackets bring their own space. */
const tightened = (text: string, before = '', after = ''): string => {
  const left = before.endsWith('）') ? text.trimStart() : text;
  return after.startsWith('（') ? left.trimEnd() : left;
};

const plainPiece = (text: string): FormulaPiece => ({ text, input: null });

/**
 * A formula as people write it: × ÷ −, full-width brackets, functions by their Chinese names. What cannot be split is
 * given back as written.
 * @param nameOf what stands for a name; null: the name itself
 * @param textOf what stands for a string (`opened_in_year`), without its quotes
 */
export function formulaInWords(
  formula: string,
  nameOf: (name: string) => FormulaPiece | null,
  textOf: (text: string) => string = (text) => `"${text}"`,
): FormulaPiece[] {
  const tokens = tokenise(normaliseFormula(formula));
  if (!Array.isArray(tokens)) return [plainPiece(formula)];
  const pieces = (tokens as readonly Token[]).map((token, at, all): FormulaPiece => {
    if (token.kind === 'operator')
      return plainPiece(token.text === '-' && isUnary(all[at - 1]) ? '−' : (OPERATORS[token.text] ?? token.text));
    if (token.kind === 'open') return plainPiece('（');
    if (token.kind === 'close') return plainPiece('）');
    if (token.kind === 'comma') return plainPiece('，');
    if (token.kind === 'text') return plainPiece(textOf(token.text.slice(1, -1)));
    if (token.kind !== 'name') return plainPiece(token.text);
    if (all[at + 1]?.kind === 'open') return plainPiece(functionWord(token.text));
    return nameOf(token.text) ?? plainPiece(token.text);
  });
  return pieces.map((piece, at) => ({
    ...piece,
    text: tightened(piece.text, pieces[at - 1]?.text, pieces[at + 1]?.text),
  }));
}

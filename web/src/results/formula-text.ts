import { isQuarter, isYear } from '../../../src/calendar/period.js';
import { normaliseFormula, type Token, tokenise } from '../../../src/formula/tokens.js';
import type { InputUse } from '../api/shapes.js';
import { inUnit } from '../figures/figure-text.js';

/** A piece of a formula as the page writes it. `input`: where it can be looked up in the list of inputs. */
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
  default: '缺省',
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

const inWindow = (period: string, evaluated: string): boolean =>
  period === evaluated || (isYear(evaluated) && isQuarter(period) && period.startsWith(evaluated));

/**
 * The inputs that a name stands for in the evaluated period: one, or the quarters of a year. An input with a shift has
 * none in the window; then all that the trace lists under its name.
 */
function usesOf(name: string, inputs: readonly InputUse[], evaluated: string): number[] {
  const all = inputs.flatMap((input, index) => (input.name === name ? [index] : []));
  const now = all.filter((index) => inWindow(inputs[index]?.period ?? '', evaluated));
  return now.length > 0 ? now : all;
}

/** Title of an input, with its period where the same figure stands twice in the formula. */
function titleOf(index: number, inputs: readonly InputUse[]): string {
  const input = inputs[index];
  if (!input) return '';
  const twins = new Set(inputs.filter((each) => each.metric === input.metric).map((each) => each.name));
  return twins.size > 1 ? `${input.title}（${input.period}）` : input.title;
}

const isUnary = (before: Token | undefined): boolean =>
  before === undefined || before.kind === 'open' || before.kind === 'comma' || before.kind === 'operator';

/** Full-width brackets bring their own space. */
const tightened = (text: string, before = '', after = ''): string => {
  const left = before.endsWith('）') ? text.trimStart() : text;
  return after.startsWith('（') ? left.trimEnd() : left;
};

function compose(
  formula: string,
  inputs: readonly InputUse[],
  evaluated: string,
  word: (uses: readonly number[]) => FormulaPiece,
): FormulaPiece[] {
  const tokens = tokenise(normaliseFormula(formula));
  // What cannot be split is shown as written: how scores of a panel are combined, in words.
  if (!Array.isArray(tokens)) return [{ text: formula, input: null }];
  const pieces = (tokens as readonly Token[]).map((token, at, all): FormulaPiece => {
    const plainPiece = (text: string): FormulaPiece => ({ text, input: null });
    if (token.kind === 'operator')
      return plainPiece(token.text === '-' && isUnary(all[at - 1]) ? '−' : (OPERATORS[token.text] ?? token.text));
    if (token.kind === 'open') return plainPiece('（');
    if (token.kind === 'close') return plainPiece('）');
    if (token.kind === 'comma') return plainPiece('，');
    if (token.kind !== 'name') return plainPiece(token.text);
    if (all[at + 1]?.kind === 'open') return plainPiece(functionWord(token.text));
    const uses = usesOf(token.text, inputs, evaluated);
    return uses.length === 0 ? plainPiece(token.text) : word(uses);
  });
  return pieces.map((piece, at) => ({
    ...piece,
    text: tightened(piece.text, pieces[at - 1]?.text, pieces[at + 1]?.text),
  }));
}

/** The formula with the titles of its inputs: `100 × （绿色贷款余额 − …）`. */
export const inWords = (formula: string, inputs: readonly InputUse[], evaluated: string): FormulaPiece[] =>
  compose(formula, inputs, evaluated, (uses) => ({ text: titleOf(uses[0] ?? -1, inputs), input: null }));

/** The same with the filed numbers in place; for several quarters under one name, what the formula took from them. */
export const inNumbers = (formula: string, inputs: readonly InputUse[], evaluated: string): FormulaPiece[] =>
  compose(formula, inputs, evaluated, (uses) => {
    const only = uses[0] ?? -1;
    const input = inputs[only];
    const taken = input?.taken ?? input?.value ?? null;
    return { text: taken === null ? '缺失' : inUnit(taken, input?.unit ?? null), input: only };
  });

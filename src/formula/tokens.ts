import { type FormulaFault, formulaFault } from './fault.js';

export type TokenKind = 'number' | 'name' | 'text' | 'operator' | 'open' | 'close' | 'comma';

export interface Token {
  readonly kind: TokenKind;
  /** As it stands after normalisation; a number as `0.5`, a text with its quotes. */
  readonly text: string;
  /** From 1, in the normalised text. */
  readonly at: number;
}

const WORD_OPERATORS = new Set(['and', 'or', 'not']);
const QUOTES = new Map([
  ['"', '"'],
  ["'", "'"],
  ['＂', '"'],
  ['＇', "'"],
]);

/**
 * NFKC outside strings: officers type （ ） ， with a Chinese keyboard. A string keeps every character of its content.
 */
export function normaliseFormula(written: string): string {
  let normalised = '';
  let outside = '';
  for (let i = 0; i < written.length; i++) {
    const quote = QUOTES.get(written.charAt(i));
    if (!quote) {
      outside += written.charAt(i);
      continue;
    }
    normalised += outside.normalize('NFKC') + quote;
    outside = '';
    const opening = written.charAt(i);
    for (i++; i < written.length; i++) {
      const character = written.charAt(i);
      if (character === opening || character === quote) {
        normalised += quote;
        break;
      }
      normalised += character;
      if (character === '\\' && i + 1 < written.length) normalised += written.charAt(++i);
    }
  }
  return normalised + outside.normalize('NFKC');
}

const NAME = /[\p{Script=Han}A-Za-z_][\p{Script=Han}A-Za-z0-9_]*/uy;
const NUMBER = /\d+(\.\d+)?/y;
const TEXT = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/suy;
const OPERATOR = /<=|>=|==|!=|[-+*/<>?:]/y;
const BLANK = /[ \t\r\n]+/y;
const BRACKETS: Readonly<Record<string, TokenKind>> = { '(': 'open', ')': 'close', ',': 'comma' };

/** A name that inputs may have: it can be written in a formula. */
export const isName = (text: string): boolean =>
  /^[\p{Script=Han}A-Za-z_][\p{Script=Han}A-Za-z0-9_]*$/u.test(text) && !WORD_OPERATORS.has(text) && text !== 'this';

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

/** The character at `at`, whole also above U+FFFF. */
const characterAt = (source: string, at: number): string => String.fromCodePoint(source.codePointAt(at) as number);

/** Splits a normalised formula; everything the language does not know is refused here, with its position. */
export function tokenise(source: string): readonly Token[] | FormulaFault {
  const tokens: Token[] = [];
  let at = 0;
  const add = (kind: TokenKind, text: string): void => {
    tokens.push({ kind, text, at: at + 1 });
    at += text.length;
  };
  while (at < source.length) {
    const blank = match(BLANK, source, at);
    if (blank) {
      at += blank.length;
      continue;
    }
    const number = match(NUMBER, source, at);
    const name = match(NAME, source, at);
    const text = match(TEXT, source, at);
    const operator = match(OPERATOR, source, at);
    const bracket = BRACKETS[source.charAt(at)];
    if (number) {
      const after = source.slice(at + number.length, at + number.length + 2);
      if (/^[\p{L}_.]/u.test(after))
        return formulaFault(
          at + 1,
          'formula-number',
          number + characterAt(source, at + number.length),
          '十进制数，如 0.5',
          '数只能写作 digits(.digits)，不用科学计数，不带单位',
        );
      add('number', number);
    } else if (name) add(WORD_OPERATORS.has(name) ? 'operator' : 'name', name);
    else if (text) add('text', text);
    else if (operator) add('operator', operator);
    else if (bracket) add(bracket, source.charAt(at));
    else return unknownCharacter(source, at);
  }
  return tokens;
}

function unknownCharacter(source: string, at: number): FormulaFault {
  const character = characterAt(source, at);
  if (character === '.')
    return formulaFault(at + 1, 'formula-node', source.slice(at, at + 20), '数、名称、运算符、函数', '不能访问成员');
  if (character === '"' || character === "'")
    return formulaFault(at + 1, 'formula-syntax', source.slice(at, at + 20), character, '引号没有成对');
  return formulaFault(at + 1, 'formula-node', character, '数、名称、运算符、函数', '公式里不能有这个字符');
}

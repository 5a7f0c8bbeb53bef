import { Decimal } from '../numbers/decimal.js';
import { decimalArithmetic } from './arithmetic.js';
import { checkFormula, type FormulaContext } from './check.js';
import { compileCondition, compileValue, type Environment } from './compile.js';
import { DIV0, MISSING, type Value } from './outcome.js';
import { parseFormula } from './parse.js';
import { mayBeMissing, mayDivideByZero, readsOf } from './reads.js';
import type { Formula } from './tree.js';

const NAMES = new Set(['a', 'b', 'gone', 'zero', '绿色贷款', 'quarters_filed']);
const VALUE: FormulaContext = { names: NAMES, aggregates: true, yields: 'number' };
const CONDITION: FormulaContext = { ...VALUE, yields: 'condition' };

/** a = 7 − 2 per period back, b = 3, gone is missing. */
const COLUMNS: Readonly<Record<string, (back: number) => Value<Decimal>>> = {
  a: (back) => new Decimal(7 - 2 * back),
  b: () => new Decimal(3),
  zero: () => new Decimal(0),
  gone: () => MISSING,
  绿色贷款: () => new Decimal('0.1'),
  quarters_filed: () => new Decimal(4),
};
const ENVIRONMENT: Environment<Decimal> = {
  arithmetic: decimalArithmetic,
  periodsPerYear: 4,
  read: (name) => (_, back) => COLUMNS[name]?.(back) ?? MISSING,
  flag: (name) => () => name === 'pilot',
  attribute: (column) => () => (column === 'type' ? 'bank' : ''),
  aggregate: () => () => new Decimal(10),
};

function parsed(text: string): Formula {
  const tree = parseFormula(text);
  if ('rule' in tree) throw new Error(tree.message);
  return tree;
}

function faultsOf(text: string, context = VALUE): string[] {
  const tree = parseFormula(text);
  return 'rule' in tree ? [tree.rule] : checkFormula(tree, context).map((fault) => fault.rule);
}

function value(text: string): string {
  expect(faultsOf(text)).toEqual([]);
  const result = compileValue(parsed(text), ENVIRONMENT)(0, 0);
  return typeof result === 'string' ? result : result.toFixed();
}

function condition(text: string): unknown {
  expect(faultsOf(text, CONDITION)).toEqual([]);
  return compileCondition(parsed(text), ENVIRONMENT)(0, 0);
}

describe('values', () => {
  it.each([
    ['1 + 2 * 3', '7', 'product before sum'],
    ['(1 + 2) * 3', '9', 'brackets'],
    ['10 - 4 - 3', '3', 'from the left'],
    ['-a * 2', '-14', 'minus before product'],
    ['2 - -3', '5', 'two minus signs'],
    ['100 * （a － b）／ 8', '50', 'typed with a Chinese keyboard'],
    ['sum(a，b，１)', '11', 'full-width comma and digit'],
    ['绿色贷款 + 0.2', '0.3', 'no double: 0.1 + 0.2 is 0.3'],
    ['1 / 3', '0.3333333333333333333333333333333333', '34 digits'],
    ['a > b ? 1 : 2', '1', 'choice'],
    ['a > b ? b > a ? 1 : 2 : 3', '2', 'a choice inside a choice'],
    ['a > b and b > 5 ? 1 : 0', '0', 'comparison before and'],
    ['if(a == 7, 1, 2)', '1', 'if'],
    ['min(a, b, 1)', '1', 'min'],
    ['max(a, b)', '7', 'max'],
    ['avg(1, 2, 2)', '1.666666666666666666666666666666667', 'exact sum divided once'],
    ['abs(b - a)', '4', 'abs'],
    ['round(2.345, 2)', '2.35', 'half away from zero'],
    ['round(-2.345, 2)', '-2.35', 'also below zero'],
    ['band(a, 0, 5, 50, 7, 100)', '100', 'the largest bound not above x'],
    ['band(b, 0, 5, 50, 7, 100)', '0', 'below the first bound'],
    ['band(b, 0, -1, 50, 7, 100)', '50', 'a bound with a minus'],
    ['default(gone, 5)', '5', 'default for MISSING'],
    ['prev(a)', '5', 'one period back'],
    ['prev(a, 2)', '3', 'two periods back'],
    ['prev(prev(a), 2)', '1', 'moves add up'],
    ['yoy(a)', '800', '100 · (7 − −1) / |−1|, one year is four quarters'],
    ['cohort_sum(a) / 2', '5', 'over the cohort'],
    ['quarters_filed', '4', 'a known name'],
  ])('%s = %s: %s', (text, expected, _purpose) => expect(value(text)).toBe(expected));

  it.each([
    ['gone + 1', MISSING, 'a missing operand'],
    ['1 / zero', DIV0, 'division by exactly zero'],
    ['gone / zero', MISSING, 'MISSING goes before DIV0'],
    ['1 / zero + gone', MISSING, 'also in a sum'],
    ['sum(1 / zero, gone)', MISSING, 'also among arguments'],
    ['default(1 / zero, 5)', DIV0, 'default answers MISSING only'],
    ['yoy(zero)', DIV0, 'no growth from zero'],
    ['if(gone > 1, 1, 2)', MISSING, 'an outcome as condition is the result'],
    ['if(a > 1, 1, gone)', '1', 'the branch not taken is not evaluated'],
    ['band(a, gone, 5, 1)', MISSING, 'all steps of a band are evaluated'],
    ['default(a, 1 / zero)', '7', 'default evaluates only what it needs'],
  ])('%s = %s: %s', (text, expected, _purpose) => expect(value(text)).toBe(expected));
});

describe('conditions', () => {
  it.each<[string, unknown, string]>([
    ['not a < b', undefined, 'not binds closer than <'],
    ['not (a < b)', true, 'not'],
    ['a >= 7 and b <= 3', true, 'and'],
    ['a < b or b == 3', true, 'or'],
    ['a == 7 or a == 7 and b > 5', true, 'and before or'],
    ['a != 7', false, 'unequal'],
    ['(a < b) == (b > 5)', true, 'two conditions compared'],
    ['a < b == b > 5', true, 'comparisons bind closer than =='],
    ['attr("type") == "bank"', true, 'a column'],
    ['"bank" != attr("type")', false, 'the other way round'],
    ['flag("pilot")', true, 'a flag'],
    ["flag('other')", false, 'single quotes'],
    ['is_missing(gone)', true, 'missing'],
    ['is_missing(1 / zero)', false, 'DIV0 is not missing'],
    ['gone > 1 or a == 7', MISSING, 'an outcome on the left is the result'],
    ['a == 7 or gone > 1', true, 'the right side is not evaluated'],
    ['a != 7 and 1 / zero > 1', false, 'nor of and'],
    ['a == 7 and 1 / zero > 1', DIV0, 'evaluated when it is needed'],
    ['a == 7.00', true, 'numbers, not texts'],
  ])('%s = %s: %s', (text, expected, _purpose) => {
    if (expected === undefined) expect(faultsOf(text, CONDITION)).toEqual(['formula-type']);
    else expect(condition(text)).toBe(expected);
  });
});

describe('what is refused', () => {
  it.each([
    ['a.constructor', 'formula-node', 'member access'],
    ['a["x"]', 'formula-node', 'index'],
    ['a = 1', 'formula-node', 'assignment'],
    ['[1, 2]', 'formula-node', 'array'],
    ['{a: 1}', 'formula-node', 'object'],
    ['`x`', 'formula-node', 'template'],
    ['/x/', 'formula-syntax', 'regular expression'],
    ['this', 'formula-node', 'this'],
    ['a; b', 'formula-node', 'two expressions'],
    ['a, b', 'formula-syntax', 'a sequence'],
    ['(a, b)', 'formula-syntax', 'a sequence in brackets'],
    ['a b', 'formula-syntax', 'no operator'],
    ['sum(a b)', 'formula-syntax', 'no comma'],
    ['sum(a,)', 'formula-syntax', 'a comma too many'],
    ['sum(,a)', 'formula-syntax', 'a comma too early'],
    ['sum()', 'formula-syntax', 'no argument'],
    ['(a)(b)', 'formula-syntax', 'call of a value'],
    ['2 (a)', 'formula-syntax', 'call of a number'],
    ['(a', 'formula-syntax', 'open bracket'],
    ['a)', 'formula-syntax', 'closing bracket'],
    ['a +', 'formula-syntax', 'nothing after the operator'],
    ['* a', 'formula-syntax', 'nothing before it'],
    ['', 'formula-syntax', 'nothing at all'],
    ['a && b', 'formula-node', 'another language'],
    ['a === b', 'formula-node', 'another language'],
    ['a ** 2', 'formula-syntax', 'another language'],
    ['+a', 'formula-syntax', 'no unary plus'],
    ['1e400', 'formula-number', 'exponent'],
    ['8万', 'formula-number', 'unit in the number'],
    ['1,000', 'formula-syntax', 'separator'],
    ['1.2.3', 'formula-number', 'two points'],
    ['"x', 'formula-syntax', 'open quote'],
    ['x\u202ey', 'formula-node', 'a control that turns the text round'],
    ['a ?.5 : 1', 'formula-node', 'optional chaining is no word of ours'],
    ['x * .5', 'formula-node', 'a decimal begins with a digit'],
    ['x * 5.', 'formula-number', 'and ends with one'],
    ['unknown + 1', 'formula-name', 'not declared'],
    ['true', 'formula-name', 'there is no true'],
    ['constructor', 'formula-name', 'no inherited names'],
    ['eval(a)', 'formula-function', 'unknown function'],
    ['constructor(a)', 'formula-function', 'no inherited function'],
    ['a(1)', 'formula-function', 'an input is no function'],
    ['round(a)', 'formula-arity', 'too few arguments'],
    ['abs(a, b)', 'formula-arity', 'too many'],
    ['band(a, 1, 2)', 'formula-arity', 'a step without points'],
    ['band(a, 0)', 'formula-arity', 'no bound'],
    ['band(a, 0, b, 1)', 'formula-argument', 'a bound is a literal'],
    ['band(a, 0, 2, 1, 2, 3)', 'formula-argument', 'bounds rise'],
    ['band(a, 0, -1, 1, -2, 3)', 'formula-argument', 'also below zero'],
    ['round(a, 13)', 'formula-argument', 'too many places'],
    ['round(a, b)', 'formula-argument', 'places are a literal'],
    ['prev(a, b)', 'formula-argument', 'steps are a literal'],
    ['prev(a, -1)', 'formula-argument', 'no look ahead'],
    ['a > b', 'formula-type', 'a value is no condition'],
    ['a + (a > b)', 'formula-type', 'no sum of conditions'],
    ['(a > b) < (b > a) ? 1 : 2', 'formula-type', 'conditions are not ordered'],
    ['a == (a > b) ? 1 : 2', 'formula-type', 'number against condition'],
    ['if(a, 1, 2)', 'formula-type', 'a number is no condition'],
    ['if(a > b, 1, a > b)', 'formula-type', 'branches differ'],
    ['a == b == (a > 1) ? 1 : 2', 'formula-chain', 'no chains'],
    ['attr("type")', 'formula-text', 'a text is no value'],
    ['"text"', 'formula-text', 'nor is a literal one'],
    ['attr("type") == a ? 1 : 2', 'formula-argument', 'only with a literal'],
    ['attr("type") == attr("x") ? 1 : 2', 'formula-argument', 'not with each other'],
    ['flag(a) ? 1 : 2', 'formula-argument', 'a flag has a name'],
  ])('%s → %s: %s', (text, rule, _purpose) => expect(faultsOf(text)[0]).toBe(rule));

  it('says where', () => {
    const tree = parseFormula('100 * green.constructor');
    expect(tree).toMatchObject({ at: 12, found: '.constructor' });
  });

  it('lists every unknown name of one formula', () => {
    expect(faultsOf('one + two * a')).toEqual(['formula-name', 'formula-name']);
  });

  it('refuses comparison with the cohort where cohorts are not settled', () => {
    expect(faultsOf('cohort_sum(a)', { ...VALUE, aggregates: false })).toEqual(['formula-aggregate']);
  });

  it('2,000 characters, 500 nodes and 40 levels pass, one more of each does not', () => {
    const spaces = (length: number): string => `a${' '.repeat(length - 2)} `.padEnd(length, ' ');
    expect(faultsOf(spaces(2000))).toEqual([]);
    expect(faultsOf(spaces(2001))).toEqual(['formula-length']);
    const wide = (operands: number): string => `sum(${Array.from({ length: operands }, () => '1').join(',')})`;
    expect(faultsOf(wide(499))).toEqual([]);
    expect(faultsOf(wide(500))).toEqual(['formula-nodes']);
    const deep = (terms: number): string => Array.from({ length: terms }, () => 'a').join('+');
    expect(faultsOf(deep(40))).toEqual([]);
    expect(faultsOf(deep(41))).toEqual(['formula-levels']);
    expect(faultsOf(`${'('.repeat(100)}a${')'.repeat(100)}`)).toEqual([]);
  });
});

it('keeps strings as written and normalises the rest', () => {
  expect(parsed('attr（"类（甲）"） == "Ａ"')).toMatchObject({
    left: { args: [{ value: '类（甲）' }] },
    right: { value: 'Ａ' },
  });
});

describe('what a formula can turn out to be', () => {
  const inputs = new Set(['a', 'b']);
  it.each([
    ['a / b', true, true],
    ['a / 2', true, false],
    ['a / 0', true, true],
    ['a / -2', true, false],
    ['yoy(a)', true, true],
    ['default(a, 0)', false, false],
    ['default(a, b)', true, false],
    ['is_missing(a) ? 1 : 2', false, false],
    ['cohort_count(a)', false, false],
    ['cohort_sum(a)', true, false],
    ['quarters_filed * 25', false, false],
  ])('%s: missing %s, zero denominator %s', (text, missing, zero) => {
    expect([mayBeMissing(parsed(text), inputs), mayDivideByZero(parsed(text))]).toEqual([missing, zero]);
  });

  it('reads each window once', () => {
    expect(readsOf(parsed('yoy(a) + prev(a, 4) + b'), 4)).toEqual([
      { name: 'a', back: 0 },
      { name: 'a', back: 4 },
      { name: 'b', back: 0 },
    ]);
  });
});

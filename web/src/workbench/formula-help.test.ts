import { expect, it } from '@jest/globals';
import { FUNCTION_NAMES } from '../../../src/formula/check.js';
import { FUNCTION_WORDS, faultsOf, offersAt, piecesOf } from './formula-help.js';

const NAMES = [
  { name: 'green_loans', note: '绿色贷款余额（万元）' },
  { name: 'total_loans', note: '各项贷款余额（万元）' },
];
const names = (text: string): string[] => offersAt(text, text.length, NAMES).offers.map(({ name }) => name);

it('explains every function that a formula may call', () => {
  expect(Object.keys(FUNCTION_WORDS).sort()).toEqual([...FUNCTION_NAMES].sort());
});

it.each([
  ['100 * gre', ['green_loans']],
  ['yo', ['yoy']],
  ['cohort_m', ['cohort_mean', 'cohort_median', 'cohort_min', 'cohort_max']],
  ['loans', ['green_loans', 'total_loans']],
  ['绿色', ['green_loans']],
  ['100 * ', []],
  ['green_loans / 2', []],
])('after %s offers %j', (text, offered) => expect(names(text)).toEqual(offered));

it.each([
  ['100 * green_lons / 2', 'green_lons', '没有声明的名称'],
  ['maxx(green_loans)', 'maxx', '没有这个函数'],
  ['green_loans > 1', 'green_loans', '公式结果的类型不对'],
  ['green_loans ＋ ￥', '￥', '公式里不能有这个字符'],
  ['round(green_loans)', 'round', '参数个数不对'],
])('of %s marks %s: %s', (text, marked, message) => {
  const [fault] = faultsOf(text, NAMES);
  expect(fault && [text.slice(fault.from, fault.to), fault.message.includes(message)]).toEqual([marked, true]);
});

it('marks nothing in a good formula, whatever keyboard it was typed with', () => {
  expect(faultsOf('100 * yoy（green_loans） / max（total_loans，1）', NAMES)).toEqual([]);
});

it('colours names, numbers, texts and operators where they stand', () => {
  const text = 'flag("甲") ? 1.5 : x';
  expect(piecesOf(text).map(({ from, to, kind }) => [text.slice(from, to), kind])).toEqual([
    ['flag', 'name'],
    ['(', 'open'],
    ['"甲"', 'text'],
    [')', 'close'],
    ['?', 'operator'],
    ['1.5', 'number'],
    [':', 'operator'],
    ['x', 'name'],
  ]);
});

import { expect, it } from '@jest/globals';
import { readTyped, typedText } from './typed-text.js';

const money = { unit: '万元', decimals: 4 };
const count = { unit: '笔', decimals: 0 };

it.each([
  ['1,234,567.89', '1234567.89', 'separators of thousands'],
  ['１２３４．５', '1234.5', 'full-width digits'],
  ['１，２３４', '1234', 'full-width comma'],
  [' 1 234 ', '1234', 'blanks inside'],
  ['\u00a042\u3000', '42', 'blanks of Word and of an input method'],
  ['+7', '7', 'a plus'],
  ['.5', '0.5', 'no digit before the point'],
  ['-0', '0', 'never minus zero'],
  ['0', '0', 'zero is a figure, not blank'],
  ['12万元', '12', 'the unit of the metric itself'],
  ['￥12', '12', 'a currency sign'],
])('%s → %s: %s', (text, value) => {
  expect(readTyped(text, money).entry).toEqual({ value, state: 'value' });
});

it.each([
  ['', 'blank'],
  ['　', 'blank'],
  ['/', 'not_applicable'],
  ['／', 'not_applicable'],
  ['..', 'not_available'],
  ['．．', 'not_available'],
])('%j is %s, none of them zero', (text, state) => {
  expect(readTyped(text, money).entry).toEqual({ value: null, state });
});

it.each([
  ['1.2亿', '12000', '1.2亿 即 12,000 万元？'],
  ['1.2亿元', '12000', '1.2亿元 即 12,000 万元？'],
  ['300万', '300', '300万 即 300 万元？'],
  ['12元', '0.0012', '12元 即 0.0012 万元？'],
  ['１．２亿', '12000', '１．２亿 即 12,000 万元？'],
])('%s offers %s and is not taken unasked', (text, offer, message) => {
  const { entry } = readTyped(text, money);
  expect(entry.value).toBeNull();
  expect(entry.fault).toEqual({ raw: text, message, offer });
});

it('counts convert to counts, never to money', () => {
  expect(readTyped('1.2万', count).entry.fault?.offer).toBe('12000');
  expect(readTyped('1.2万元', count).entry.fault).toMatchObject({ offer: null });
});

it.each([['abc'], ['1,2,'], ['1.2.3'], ['1e5'], ['-'], ['12345678901234567'], ['5%']])(
  '%s is at fault and kept',
  (text) => {
    const { entry } = readTyped(text, money);
    expect([entry.value, entry.fault?.raw, entry.fault?.offer]).toEqual([null, text, null]);
    expect(typedText(entry)).toBe(text);
  },
);

it('says when decimals were rounded', () => {
  expect(readTyped('1.00005', money)).toEqual({
    entry: { value: '1.0001', state: 'value' },
    note: '已按4位小数四舍五入',
  });
  expect(readTyped('2.5', count)).toEqual({ entry: { value: '3', state: 'value' }, note: '已四舍五入为整数' });
});

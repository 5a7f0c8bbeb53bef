import { cleanText, cleanWord, isBlank, isStorable, shownRaw } from './clean-text.js';

it.each([
  [' 甲\u3000', '甲'],
  ["'=1+1", '=1+1'],
  ["'-5", '-5'],
  ["'甲", "'甲"],
  ['a b', 'a b'],
])('cleanText %j → %j', (text, expected) => expect(cleanText(text)).toBe(expected));

it.each([
  ['９８，７６５．４', '98,765.4'],
  ['\u200b2026\u200bＱ３\u00a0', '2026Q3'],
  ['亿元 ', '亿元'],
])('cleanWord %j → %j', (text, expected) => expect(cleanWord(text)).toBe(expected));

it.each([
  ['', true],
  ['\u3000\u00a0\ufeff', true],
  ['0', false],
  ['—', false],
])('isBlank %j → %s', (text, expected) => expect(isBlank(text)).toBe(expected));

it.each([
  ['甲\n乙\t丙', true],
  ['𠮷', true],
  ['a\u0000', false],
  ['\ud800', false],
  ['𠮷\udfb7', false],
])('isStorable %j → %s', (text, expected) => expect(isStorable(text)).toBe(expected));

it('shows at most 200 characters, and none that a database refuses', () => {
  const shown = shownRaw(`\u0000\ud800${'甲'.repeat(500)}`);
  expect([shown.length, shown.slice(0, 3), shown.at(-1), isStorable(shown)]).toEqual([
    200,
    '\ufffd\ufffd甲',
    '…',
    true,
  ]);
  // The cut goes through a character of two units.
  expect(isStorable(shownRaw('𠮷'.repeat(150)))).toBe(true);
});

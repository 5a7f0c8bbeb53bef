import { defused } from './spreadsheet-text.js';

it.each([
  ['=1+1', "'=1+1", 'a formula'],
  ['+86 23', "'+86 23", 'a telephone number is no figure'],
  ['-cmd', "'-cmd", 'a minus in front of a text'],
  ['@SUM(A1)', "'@SUM(A1)", 'an old formula'],
  ['\tx', "'\tx", 'a tab'],
  ['\rx', "'\rx", 'a carriage return'],
  ['-12.50', '-12.50', 'a negative figure'],
  ['-1-1', "'-1-1", 'begins like a figure'],
  ['12', '12', 'a figure'],
  ['示范银行=甲', '示范银行=甲', 'a sign inside'],
  ['', '', 'nothing'],
])('%j → %j: %s', (text, expected) => expect(defused(text)).toBe(expected));

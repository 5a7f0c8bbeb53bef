import { builtInFormat, formatOf } from './number-format.js';

it.each([
  ['General', 'plain'],
  ['0.00E+00', 'plain'],
  ['#,##0.00_);[Red](#,##0.00)', 'plain'],
  ['#,##0.00"万元/day"', 'plain'],
  ['[Red]#,##0.00', 'plain'],
  ['[$¥-804]#,##0.00', 'plain'],
  ['@', 'plain'],
  ['0.00%', 'percent'],
  ['0.0"%"', 'plain'],
  ['yyyy"年"m"月"d"日"', 'date'],
  ['[$-804]aaaa', 'date'],
  ['[h]:mm', 'date'],
  ['0!.0,"万"', 'scaled'],
  ['#,##0,,', 'scaled'],
  ['0,.00', 'scaled'],
])('%s → %s', (code, expected) => expect(formatOf(code)).toBe(expected));

it.each([
  [0, 'plain'],
  [4, 'plain'],
  [9, 'percent'],
  [10, 'percent'],
  [14, 'date'],
  [22, 'date'],
  [31, 'date'],
  [37, 'plain'],
  [46, 'date'],
  [49, 'plain'],
  [57, 'date'],
])('built-in %i → %s', (id, expected) => expect(builtInFormat(id)).toBe(expected));

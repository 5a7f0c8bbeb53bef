import { plain } from '../numbers/decimal.js';
import { unitFactor } from './units.js';

it.each([
  ['亿元', '万元', '10000'],
  ['万亿元', '万元', '100000000'],
  ['百万元', '万元', '100'],
  ['千元', '万元', '0.1'],
  ['元', '万元', '0.0001'],
  ['万元', '万元', '1'],
  ['%', '%', '1'],
  ['万户', '户', '10000'],
  ['万吨', '吨', '10000'],
])('%s → %s: × %s', (from, to, expected) => {
  const factor = unitFactor(from, to);
  expect(factor && plain(factor)).toBe(expected);
});

it.each([
  ['美元', '万元'],
  ['户', '笔'],
  ['%', '万元'],
  ['万元', '%'],
  ['百分点', '%'],
  ['万', '万元'],
  ['亿万元', '万元'],
])('%s does not become %s', (from, to) => expect(unitFactor(from, to)).toBeNull());

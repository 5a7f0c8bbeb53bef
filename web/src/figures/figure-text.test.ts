import { describe, expect, it } from '@jest/globals';
import { checkCode, filed, fixed, grouped, inUnit, short, signed } from './figure-text.js';

describe('figures are written from their text, never through a float', () => {
  it.each([
    ['1234567.8', '1,234,567.8', 'decimals are not grouped'],
    ['-1234', '-1,234', 'the sign stands outside'],
    ['123', '123', 'three digits need nothing'],
    ['9007199254740993', '9,007,199,254,740,993', 'above 2^53, where a float would lose the last digit'],
  ])('%s → %s: %s', (figure, text) => expect(grouped(figure)).toBe(text));

  it.each([
    ['2.345', '2.35', 'half-up, where a float would give 2.34'],
    ['-2.345', '-2.35', 'half away from zero'],
    ['-0.001', '0.00', 'no minus before zero'],
  ])('two places of %s → %s: %s', (figure, text) => expect(fixed(figure)).toBe(text));

  it('writes missing as a dash, never as zero', () => expect(fixed(null)).toBe('—'));

  it('keeps a filed figure as filed', () => {
    expect(filed('93.7')).toBe('93.70');
    expect(filed('1234.5678')).toBe('1,234.5678');
    expect(filed('42')).toBe('42');
    expect(inUnit('42', '万元')).toBe('42.00');
    expect(inUnit('42', '笔')).toBe('42');
  });

  it('shortens points without trailing zeros', () => {
    expect(short('85.440002')).toBe('85.440002');
    expect(short('20.000000')).toBe('20');
  });

  it('signs what adjustments change', () => {
    expect(signed('1')).toBe('+1.00');
    expect(signed('-2.000000')).toBe('−2.00');
    expect(signed('0')).toBe('0.00');
  });

  it('groups the first sixteen of a hash', () => {
    expect(checkCode('8f3a61c209be7d44a1b2')).toBe('8F3A 61C2 09BE 7D44');
  });
});

import fc from 'fast-check';
import { Decimal, meanOf, medianOf, parseFigure, plain, quantise, sumOf } from './decimal.js';
import { divideHalfUp, fromMicro, microFixed, microText, roundMicro, toMicro } from './micro.js';
import { sampleDeviation, shapeOf } from './statistics.js';

const decimals = (...texts: string[]): Decimal[] => texts.map((text) => new Decimal(text));

it.each([
  ['2.345', 2, '2.35'],
  ['-2.345', 2, '-2.35'],
  ['2.344999999999', 2, '2.34'],
  ['-0.0000001', 6, '0'],
])('%s to %i decimals is %s', (text, places, expected) => {
  expect(plain(quantise(new Decimal(text), places))).toBe(expected);
});

it.each([
  ['12.5', '12.5'],
  ['-007.50', '-7.5'],
  ['-0', '0'],
  ['9999999999999999.999999999999', '9999999999999999.999999999999'],
  ['10000000000000000', 'range'],
  ['0.0000000000001', 'range'],
  ['1e400', 'not-a-number'],
  ['1,000', 'not-a-number'],
  ['８', 'not-a-number'],
  ['+1', 'not-a-number'],
  ['.5', 'not-a-number'],
  [' 1', 'not-a-number'],
])('figure %s → %s', (text, expected) => {
  const figure = parseFigure(text);
  expect(typeof figure === 'string' ? figure : plain(figure)).toBe(expected);
});

it('sums and means do not depend on order, and the mean of equal values is that value', () => {
  const huge = decimals('1e33', '0.04', '-1e33', '0.04', '1e-20');
  expect(plain(sumOf(huge))).toBe('0.08000000000000000001');
  expect(plain(sumOf([...huge].reverse()))).toBe('0.08000000000000000001');
  const third = new Decimal(1).div(3);
  expect(meanOf([third, third, third, third, third, third, third]).eq(third)).toBe(true);
  expect(plain(medianOf(decimals('9', '1', '4', '2')))).toBe('3');
});

it('micro-points round half away from zero', () => {
  expect(toMicro(new Decimal('81.0805985'))).toBe(81_080_599n);
  expect(toMicro(new Decimal('-0.0000005'))).toBe(-1n);
  expect(divideHalfUp(5n, 2n)).toBe(3n);
  expect(divideHalfUp(-5n, 2n)).toBe(-3n);
  expect(divideHalfUp(-4n, 3n)).toBe(-1n);
  expect(roundMicro(92_345_000n, 2)).toBe(92_350_000n);
  expect(roundMicro(-92_345_000n, 2)).toBe(-92_350_000n);
  expect(microFixed(60_000_000n, 2)).toBe('60.00');
  expect(microText(63_400_350n)).toBe('63.40035');
});

it('micro-points keep every decimal of six places', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (micro) => {
      expect(toMicro(fromMicro(micro))).toBe(micro);
    }),
  );
});

it('deviation, skewness and kurtosis as spreadsheets have them', () => {
  // SKEW and KURT of 3 4 5 2 3 4 5 6 4 7, the example of the spreadsheet's own help.
  const sample = decimals('3', '4', '5', '2', '3', '4', '5', '6', '4', '7');
  const shape = shapeOf(sample);
  expect(shape?.skewness.toFixed(6)).toBe('0.359543');
  expect(shape?.kurtosis.toFixed(6)).toBe('-0.151800');
  expect(sampleDeviation(decimals('2', '4', '4', '4', '5', '5', '7', '9')).toFixed(6)).toBe('2.138090');
  expect(shapeOf(decimals('1', '1', '1', '1'))).toBeNull();
  expect(shapeOf(decimals('1', '2', '3'))).toBeNull();
});

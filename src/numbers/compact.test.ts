import fc from 'fast-check';
import { compact, expand, nearestFloat } from './compact.js';
import { Decimal } from './decimal.js';

const figure = fc
  .tuple(fc.bigInt({ min: -(10n ** 16n) + 1n, max: 10n ** 16n - 1n }), fc.integer({ min: 0, max: 12 }))
  .map(([whole, scale]) => new Decimal(`${whole}e-${scale}`));

it('a compact figure is the figure, and its float the nearest one', () => {
  fc.assert(
    fc.property(figure, (value) => {
      const small = compact(value);
      expect(nearestFloat(value)).toBe(value.toNumber());
      if (!small) return;
      expect(expand(small).eq(value)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

it.each([
  ['0', { whole: 0, scale: 0 }],
  ['-0.25', { whole: -25, scale: 2 }],
  ['123456789.1234', { whole: 1234567891234, scale: 4 }],
  ['5000000000', { whole: 5e9, scale: 0 }],
  ['0.000000000001', { whole: 1, scale: 12 }],
  ['9007199254740991', { whole: 9007199254740991, scale: 0 }],
  ['9007199254740993', null],
  ['1234567890123456.123456789012', null],
])('%s', (text, expected) => expect(compact(new Decimal(text))).toEqual(expected));

import { Decimal, plain } from '../../numbers/decimal.js';
import { treat } from './treat.js';
import type { Treatment } from './treatment.js';

const decimals = (...values: (string | number)[]): Decimal[] => values.map((value) => new Decimal(value));
const treated = (values: Decimal[], treatment: Treatment): string[] => treat(values, treatment).map(plain);
const winsorise = (maxPoints: number, thenLog = false): Treatment => ({
  kind: 'winsorise',
  maxPoints,
  skewness: new Decimal(2),
  kurtosis: new Decimal('3.5'),
  thenLog,
});

const OUTLIER = decimals(3, 1, 2, 4, 5, 6, 7, 8, 9, 1000);

it('winsorises the far end until the test passes', () => {
  expect(treated(OUTLIER, winsorise(3))).toEqual(['3', '1', '2', '4', '5', '6', '7', '8', '9', '9']);
  expect(
    treated(
      OUTLIER.map((x) => x.negated()),
      winsorise(3),
    ).at(-1),
  ).toBe('-9');
});

it('leaves alone what passes the test', () => {
  expect(treated(decimals(1, 2, 3, 4, 5), winsorise(3))).toEqual(['1', '2', '3', '4', '5']);
});

it('changes at most so many points, and takes the logarithm of the original when that is not enough', () => {
  const two = decimals(1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2, 900, 1000);
  expect(treated(two, winsorise(1)).slice(-2)).toEqual(['900', '900']);
  const steep = decimals(1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2, 3, 2, 1, 2, 3, 2, 1, 2, 900, 1000);
  const [first] = treated(steep, winsorise(1, true));
  // ln(1 − 1 + 0.01 · 999)
  expect(first).toBe('2.30158459266');
});

it('forces points without a test', () => {
  expect(treated(decimals(1, 2, 3, 4, 9), { kind: 'force', points: 2 })).toEqual(['2', '2', '3', '4', '4']);
});

it('Box-Cox after moving the least to 1', () => {
  const half: Treatment = { kind: 'box_cox', lambda: new Decimal('0.5') };
  expect(treated(decimals(10, 13, 18, 25), half)).toEqual(['0', '2', '4', '6']);
  expect(treated(decimals(10, 13, 18, 25), { kind: 'box_cox', lambda: new Decimal(0) })[1]).toBe('1.38629436112');
});

it.each<[string, Decimal[]]>([
  ['three values', decimals(1, 2, 1000)],
  ['all equal', decimals(5, 5, 5, 5)],
])('%s are never treated', (_purpose, values) => {
  for (const treatment of [winsorise(2), { kind: 'log' }, { kind: 'force', points: 1 }] as Treatment[])
    expect(treat(values, treatment)).toEqual(values);
});

import { foldName, nearness } from './institution-name.js';

it.each([
  ['青禾银行（示范支行）', '青禾银行示范支行', 'brackets of both widths'],
  [' 青禾银行\u3000示范支行\u200b', '青禾银行示范支行', 'blanks of every width'],
  ['ＡＢＣ财险', 'abc财险', 'width and case of letters'],
  ['“青禾”银行', '青禾银行', 'quotes'],
])('%s is %s: %s', (one, other) => expect(foldName(one)).toBe(foldName(other)));

it('a firm and its branch stay two', () => {
  expect(foldName('青禾银行')).not.toBe(foldName('青禾银行示范支行'));
  expect(foldName('青禾典当行有限公司')).not.toBe(foldName('青禾典当行'));
});

it('the nearer name comes first', () => {
  const near = (other: string) => nearness(foldName('青禾支行'), foldName(other));
  expect(near('青禾银行示范支行')).toBeGreaterThan(near('云岭银行示范支行'));
  expect(nearness('青禾', '青禾银行示范支行')).toBeGreaterThanOrEqual(0.6);
  expect(nearness('青银示支', '青禾银行示范支行')).toBeGreaterThanOrEqual(0.5);
  expect(nearness('云岭', '青禾银行')).toBe(0);
  expect(nearness('', '青禾银行')).toBe(0);
});

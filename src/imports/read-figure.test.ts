import fc from 'fast-check';
import { Decimal } from '../numbers/decimal.js';
import type { ImportMetric } from './import-reading.js';
import { readFigure } from './read-figure.js';
import type { MarkedCell, SourceCell } from './source-sheet.js';

const money: ImportMetric = {
  code: 'BK_GL_BAL',
  title: '绿色贷款余额',
  unit: '万元',
  decimals: 4,
  kind: 'stock',
  mayBeNegative: false,
};
const share: ImportMetric = { ...money, code: 'S', title: '占比', unit: '%', decimals: 2 };
const one = new Decimal(1);

const number = (text: string, rest: Partial<MarkedCell> = {}): MarkedCell => ({
  text,
  nature: 'number',
  format: 'plain',
  formula: false,
  fault: null,
  ...rest,
});
const told = (cell: SourceCell, metric = money, factor = one, unit: string | null = null) => {
  const { value, problem, warnings } = readFigure(cell, metric, factor, unit);
  return [value, problem?.code ?? null, ...warnings.map(({ code }) => code)];
};

it.each<[SourceCell, string | null, ...string[]]>([
  ['1234.50', '1234.5'],
  ['1,234,567.89', '1234567.89'],
  ['９８，７６５．４３２１', '98765.4321'],
  ['-0', '0'],
  ['-0.00001', '0', 'W_ROUNDED'],
  ['+5', '5'],
  ['00012', '12'],
  ['.5', '0.5'],
  ['1.2345E+3', '1234.5'],
  ['-12', '-12'],
  ['2.00005', '2.0001', 'W_ROUNDED'],
  ['-2.00005', '-2.0001', 'W_ROUNDED'],
  ['9999999999999999.9999', '9999999999999999.9999'],
  ['1e-999999999', '0', 'W_ROUNDED'],
  ['', null],
  ['\u3000', null],
  [undefined, null],
  [number('0.30000000000000004'), '0.3'],
  [number('123456789012.34999'), '123456789012.35'],
  [number('0.33333333333333331'), '0.3333', 'W_ROUNDED'],
  [number('5', { formula: true }), '5', 'W_FORMULA_VALUE'],
  [number('12345678', { format: 'scaled' }), '12345678', 'W_SCALED_FORMAT'],
])('%j is the figure %s', (cell, value, ...warnings) => expect(told(cell)).toEqual([value, null, ...warnings]));

it.each<[SourceCell, string]>([
  ['1.234,56', 'CELL_NOT_NUMBER'],
  ['1,23', 'CELL_NOT_NUMBER'],
  ['0,123', 'CELL_NOT_NUMBER'],
  ['12,3456', 'CELL_NOT_NUMBER'],
  ['1 234', 'CELL_NOT_NUMBER'],
  ['(5)', 'CELL_NOT_NUMBER'],
  ['１２万', 'CELL_NOT_NUMBER'],
  ['5-', 'CELL_NOT_NUMBER'],
  ['-', 'CELL_NOT_NUMBER'],
  ['Infinity', 'CELL_NOT_NUMBER'],
  ['0x1F', 'CELL_NOT_NUMBER'],
  ['12%', 'CELL_PERCENT'],
  ['1e400', 'CELL_RANGE'],
  ['-12345678901234567', 'CELL_RANGE'],
  ['9999999999999999.99996', 'CELL_RANGE'],
  ['1e99999999999999999999', 'CELL_RANGE'],
  ['9'.repeat(30_000), 'CELL_RANGE'],
  [number('123456789012.3456'), 'CELL_PRECISION'],
  [number('0.1234', { format: 'percent' }), 'CELL_PERCENT'],
  [number('46000', { format: 'date' }), 'CELL_DATE'],
  [number('TRUE', { nature: 'boolean' }), 'CELL_NOT_NUMBER'],
  [number('5', { fault: 'CELL_TWICE' }), 'CELL_TWICE'],
])('%j is refused as %s', (cell, code) => expect(told(cell)).toEqual([null, code]));

it('takes a percentage for a metric in %', () => {
  expect(told('12.34%', share)).toEqual(['12.34', null]);
  expect(told(number('0.1234', { format: 'percent' }), share)).toEqual(['12.34', null]);
});

it('converts before it rounds and bounds', () => {
  expect(told('4358.71234567', money, new Decimal(10_000), '亿元')).toEqual([
    '43587123.4567',
    null,
    'W_UNIT_CONVERTED',
  ]);
  expect(told('1', money, new Decimal('0.00001'), '厘')).toEqual(['0', null, 'W_UNIT_CONVERTED', 'W_ROUNDED']);
  expect(told('12345678901234567890', money, new Decimal('0.0001'), '元')).toEqual([
    '1234567890123456.789',
    null,
    'W_UNIT_CONVERTED',
  ]);
  expect(told('9999999999999', money, new Decimal(10_000), '亿元')).toEqual([null, 'CELL_RANGE']);
});

it('keeps every figure of a form, written plainly or in groups', () => {
  const figure = fc
    .bigInt({ min: -(10n ** 20n) + 1n, max: 10n ** 20n - 1n })
    .map((units) => new Decimal(`${units}e-4`));
  fc.assert(
    fc.property(figure, (value) => {
      const [whole = '', fraction] = value.abs().toFixed().split('.');
      const sign = value.isNegative() ? '-' : '';
      const grouped = whole.replace(/\B(?=([0-9]{3})+$)/g, ',');
      for (const text of [whole, grouped]) {
        const written = `${sign}${text}${fraction === undefined ? '' : `.${fraction}`}`;
        expect([written, ...told(written)]).toEqual([written, value.toFixed(), null]);
      }
    }),
  );
});

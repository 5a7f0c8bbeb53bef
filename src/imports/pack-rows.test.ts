import type { ImportRow } from './import-reading.js';
import { packRows, unpackRows } from './pack-rows.js';

const row: ImportRow = {
  institution: '91500106MA5U0A1B7P',
  period: '2026Q3',
  metric: 'BK_GL_BAL',
  value: '1.5',
  state: 'value',
  sheet: null,
  row: 2,
  column: 'D',
  cell: 'D2',
  raw: '1.50',
  source: null,
};

it('gives the same rows back', () => {
  const rows: ImportRow[] = [
    row,
    { ...row, value: null, state: 'blank', raw: '', sheet: '填报', row: 200_001, cell: 'D200001' },
    { ...row, value: '0', raw: '0\n', source: '年报\n第1页' },
    { ...row, column: 'AB', cell: 'AB2', sheet: '' },
  ];
  expect(unpackRows(packRows(rows))).toEqual(rows);
  expect(unpackRows(packRows([]))).toEqual([]);
});

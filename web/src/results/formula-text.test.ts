import { expect, it } from '@jest/globals';
import type { FormulaPiece } from '../../../src/formula/words.js';
import type { InputUse } from '../api/shapes.js';
import { inNumbers, inWords } from './formula-text.js';

const input = (name: string, metric: string, title: string, period: string, value: string | null): InputUse => ({
  name,
  metric,
  title,
  period,
  unit: '万元',
  value,
  taken: value,
  revision: null,
  system: false,
  note: '',
});
const text = (pieces: readonly FormulaPiece[]): string => pieces.map((piece) => piece.text).join('');

const now = input('green', 'BK_GL_BAL', '绿色贷款余额', '2025Q4', '312648.25');
const before = input('green_1y', 'BK_GL_BAL', '绿色贷款余额', '2024Q4', '269756.9');
const growth = '100 * (green - green_1y) / green_1y';

it('writes a formula with the titles of its inputs, and the period where one figure stands twice', () => {
  expect(text(inWords(growth, [now, before], '2025'))).toBe(
    '100 ×（绿色贷款余额（2025Q4）− 绿色贷款余额（2024Q4））÷ 绿色贷款余额（2024Q4）',
  );
});

it('puts the filed numbers in, each leading to its input', () => {
  const pieces = inNumbers(growth, [now, before], '2025');
  expect(text(pieces)).toBe('100 ×（312,648.25 − 269,756.90）÷ 269,756.90');
  expect(pieces.flatMap(({ input: place }) => (place === null ? [] : [place]))).toEqual([0, 1, 1]);
});

it('takes the evaluated period of a name that was read in earlier ones too', () => {
  const pieces = inNumbers('yoy(green)', [now, { ...now, period: '2024Q4', value: '1', taken: '1' }], '2025Q4');
  expect(text(pieces)).toBe('同比增速（312,648.25）');
});

it('shows what the formula took from the quarters of a flow', () => {
  const quarters = ['2025Q1', '2025Q2', '2025Q3', '2025Q4'].map((period) => ({
    ...input('granted', 'BK_GL_NEW', '绿色贷款本季发放额', period, '1'),
    taken: '4',
  }));
  expect(text(inNumbers('granted', quarters, '2025'))).toBe('4.00');
});

it('says that a figure is missing', () => {
  expect(text(inNumbers('-green', [{ ...now, value: null, taken: null }], '2025'))).toBe('−缺失');
});

it('names functions over the cohort, and leaves alone what it cannot split', () => {
  expect(text(inWords('green / cohort_sum(green)', [now], '2025'))).toBe('绿色贷款余额 ÷ 同组合计（绿色贷款余额）');
  expect(text(inWords('a.b', [], '2025'))).toBe('a.b');
});

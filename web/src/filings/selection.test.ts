import { expect, it } from '@jest/globals';
import { at, isInside, moved, nextInput, rectangleOf } from './selection.js';

const size = { rows: 4, columns: 3 };

it('stays in the grid and extends from where it began', () => {
  expect(moved(at({ row: 0, column: 0 }), -1, -1, size)).toEqual(at({ row: 0, column: 0 }));
  expect(moved(at({ row: 3, column: 2 }), 1, 1, size)).toEqual(at({ row: 3, column: 2 }));
  const two = moved(moved(at({ row: 2, column: 1 }), -1, 0, size, true), 0, 1, size, true);
  expect(rectangleOf(two)).toEqual({ top: 1, bottom: 2, left: 1, right: 2 });
  expect(isInside(rectangleOf(two), { row: 2, column: 2 })).toBe(true);
  expect(isInside(rectangleOf(two), { row: 2, column: 0 })).toBe(false);
});

it('Tab and Enter pass what cannot be typed into, and say where the grid ends', () => {
  const isInput = ({ row, column }: { row: number; column: number }): boolean => column === 0 && row !== 1;
  expect(nextInput({ row: 0, column: 0 }, 1, size, isInput, 'cell')).toEqual({ row: 2, column: 0 });
  expect(nextInput({ row: 0, column: 0 }, 1, size, isInput, 'row')).toEqual({ row: 2, column: 0 });
  expect(nextInput({ row: 2, column: 0 }, -1, size, isInput, 'cell')).toEqual({ row: 0, column: 0 });
  expect(nextInput({ row: 3, column: 0 }, 1, size, isInput, 'cell')).toBeNull();
  expect(nextInput({ row: 0, column: 0 }, -1, size, isInput, 'row')).toBeNull();
});

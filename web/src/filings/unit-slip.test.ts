import { expect, it } from '@jest/globals';
import { slipOf } from './unit-slip.js';

it.each([
  ['14283065000', '1391842.1', '1428306.5', 'yuan for ten thousand yuan'],
  ['142.8306', '1391842.1', '1428306', 'hundred million for ten thousand'],
  ['-5000000', '480', '-500', 'the sign does not matter'],
])('%s after %s is meant as %s: %s', (value, last, meant) => {
  expect(slipOf(value, last, 4)?.converted).toBe(meant);
});

it.each([
  ['1428306.5', '1391842.1'],
  ['13918421', '1391842.1'],
  ['0', '1391842.1'],
  ['5', '0'],
])('%s after %s asks nothing', (value, last) => {
  expect(slipOf(value, last, 4)).toBeNull();
});

it('without last quarter nothing is asked', () => {
  expect(slipOf('14283065000', undefined, 4)).toBeNull();
});

import { expect, it } from '@jest/globals';
import { deadline, exactMoment, moment } from './moment.js';

it('tells Shanghai time, whatever the clock of the machine', () => {
  expect(moment('2026-01-15T01:05:00Z')).toBe('2026-01-15 09:05');
  expect(moment('2025-12-31T16:30:00Z')).toBe('2026-01-01 00:30');
  expect(moment(null)).toBe('—');
});

it('tells the second of a record, in the day that Shanghai has', () => {
  expect(exactMoment('2025-12-31T16:30:07.914Z')).toBe('2026-01-01 00:30:07');
});

it('gives midnight to the day that ends', () => {
  expect(deadline('2026-01-31T16:00:00Z')).toBe('2026-01-31 24:00');
  expect(deadline('2026-01-31T15:59:00Z')).toBe('2026-01-31 23:59');
});

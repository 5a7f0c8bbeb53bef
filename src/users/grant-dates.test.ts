import { grantBegins, grantEnds } from './grant-dates.js';

it('a day is the whole day in Shanghai, an instant is what it is', () => {
  expect(grantBegins('2026-12-31').toISOString()).toBe('2026-12-30T16:00:00.000Z');
  expect(grantEnds('2026-12-31').toISOString()).toBe('2026-12-31T16:00:00.000Z');
  expect(grantEnds('2026-12-31T12:00:00+08:00').toISOString()).toBe('2026-12-31T04:00:00.000Z');
});

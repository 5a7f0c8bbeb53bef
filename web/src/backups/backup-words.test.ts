import { expect, it } from '@jest/globals';
import { ageWords, condition, sizeWords } from './backup-words.js';

const aged = (ageHours: number) => ({ at: '2026-11-24T00:00:00Z', file: 'x', ageHours });

it.each([
  [null, 'none'],
  [aged(0), 'good'],
  [aged(48), 'good'],
  [aged(49), 'old'],
])('%j is %s', (last, expected) => expect(condition(last)).toBe(expected));

it.each([
  [0, '不到1小时前'],
  [1, '1小时前'],
  [47, '47小时前'],
  [48, '2天前'],
  [71, '2天前'],
])('%s hours: %s', (hours, words) => expect(ageWords(hours)).toBe(words));

it.each([
  [null, '—'],
  [512, '0.5 KB'],
  [1024 * 1024, '1.0 MB'],
  [3 * 1024 ** 3, '3.0 GB'],
  [5 * 1024 ** 4, '5120.0 GB'],
])('%s bytes: %s', (bytes, words) => expect(sizeWords(bytes)).toBe(words));

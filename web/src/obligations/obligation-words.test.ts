import { expect, it } from '@jest/globals';
import type { Obligation } from '../api/filing-shapes.js';
import { changeWords, isMovable } from './obligation-words.js';

const owed = (part: Partial<Obligation>): Obligation => ({ state: 'not_started', asked: null, ...part }) as Obligation;

it('an extension says until when, in the bureau’s clock', () => {
  expect(changeWords({ kind: 'extension', until: '2026-11-03T16:00:00.000Z' })).toBe('延至 2026-11-03 24:00');
  expect(changeWords({ kind: 'exemption', until: null })).toBe('免报');
});

it.each<[Partial<Obligation>, boolean]>([
  [{}, true],
  [{ state: 'draft' }, true],
  [{ state: 'submitted' }, false],
  [{ state: 'exempt' }, false],
  [{ asked: { kind: 'exemption', until: null } }, false],
])('%o may be moved: %s', (part, expected) => expect(isMovable(owed(part))).toBe(expected));

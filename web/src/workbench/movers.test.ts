import { expect, it } from '@jest/globals';
import { charted, maskedNames, moversOf, placesWon } from './movers.js';
import type { TrialRow } from './trial.js';

const row = (institution: string, rankBefore: number | null, rank: number | null): TrialRow => ({
  institution,
  name: institution,
  rankBefore,
  rank,
  scoreBefore: null,
  score: null,
  gradeBefore: null,
  grade: null,
  reason: '',
});

it('lists who moves, the farthest first, those that gain or lose a rank altogether before all', () => {
  const rows = [row('a', 2, 1), row('b', 1, 2), row('c', 3, 3), row('d', 7, 4), row('e', 5, null), row('f', 4, 5)];
  expect(moversOf(rows).map(({ institution }) => institution)).toEqual(['e', 'd', 'a', 'b', 'f']);
  expect(moversOf(rows).map(placesWon)).toEqual([null, 3, 1, -1, -1]);
});

it('draws at most thirty lines: the movers, then the first of the others', () => {
  const still = Array.from({ length: 60 }, (_, i) => row(`s${i}`, i + 1, i + 1));
  const rows = [...still, row('down', 61, 62), row('up', 62, 61), row('gone', 63, null)];
  const shown = charted(rows).map(({ institution }) => institution);
  expect(shown).toHaveLength(30);
  expect(shown.slice(0, 2)).toEqual(['s0', 's1']);
  expect(shown.slice(-2)).toEqual(['down', 'up']);
});

it('hides names the same way whatever the ranks are', () => {
  const names = maskedNames([row('b', 1, 1), row('a', 2, 2)]);
  expect([names.get('a'), names.get('b')]).toEqual(['机构01', '机构02']);
});

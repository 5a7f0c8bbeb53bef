import fc from 'fast-check';
import { byCodePoint } from '../../numbers/code-point.js';
import { Decimal } from '../../numbers/decimal.js';
import { Points } from '../points/points.js';
import { grader, rank } from './rank.js';

/** Entries in any order; members are numbered by code, as rows are. */
const ranks = (ties: 'competition' | 'dense' | 'ordinal', ...entries: [string, ...(bigint | null)[]][]): string[] => {
  const sorted = [...entries].sort(([a], [b]) => byCodePoint(a, b));
  const keys = (entries[0] as [string, ...(bigint | null)[]])
    .slice(1)
    .map((_, k) => Points.of(sorted.map((entry) => entry[k + 1] as bigint | null)));
  const places = rank(Int32Array.from(sorted.keys()), keys as [Points], ties);
  return sorted.map(([code], member) => {
    const place = places.of(member);
    return `${code}${place?.rank}${place?.tied ? '=' : ''}`;
  });
};

it.each<['competition' | 'dense' | 'ordinal', string[]]>([
  ['competition', ['A4', 'B2=', 'C1', 'D2=']],
  ['dense', ['A3', 'B2=', 'C1', 'D2=']],
  ['ordinal', ['A4', 'B2', 'C1', 'D3']],
])('%s', (ties, expected) => {
  expect(ranks(ties, ['D', 70n], ['A', 60n], ['C', 80n], ['B', 70n])).toEqual(expected);
});

it('a tie-break parts equals; what is excluded counts lowest', () => {
  expect(ranks('competition', ['A', 70n, null], ['B', 70n, -5n], ['C', 70n, -5n])).toEqual(['A3', 'B1=', 'C1=']);
  expect(ranks('competition', ['A', 70n, null], ['B', 70n, -5n])).toEqual(['A2', 'B1']);
  expect(ranks('competition', ['A', 70n, -5n], ['B', 70n, null])).toEqual(['A1', 'B2']);
});

it('order of input never matters', () => {
  expect(ranks('ordinal', ['乙', 1n], ['甲', 1n], ['\u{20000}', 1n])).toEqual(
    ranks('ordinal', ['\u{20000}', 1n], ['甲', 1n], ['乙', 1n]),
  );
});

it('packing gives the same ranks as sorting', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 12 }),
      fc.constantFrom('competition' as const, 'dense' as const),
      (totals, ties) => {
        const key = Points.of(totals.map(BigInt));
        const members = Int32Array.from(totals.keys());
        // A second key in which all are equal changes nothing but the way.
        const level = Points.of(totals.map(() => 0n));
        expect(rank(members, [key], ties)).toEqual(rank(members, [key, level], ties));
      },
    ),
  );
});

it('totals with more digits than a float holds', () => {
  expect(ranks('competition', ['A', 9007199254740993n], ['B', 9007199254740992n])).toEqual(['A1', 'B2']);
});

const share = (text: string): Decimal => new Decimal(text);
const GRADES = [
  { code: '优', title: '', min: share('90'), topShare: share('0.3') },
  { code: '良', title: '', min: share('90'), topShare: null },
  { code: '中', title: '', min: null, topShare: share('0.5') },
  { code: '差', title: '', min: share('60'), topShare: null },
];

it.each([
  [90_000_000n, 3, 10, '优', 'both conditions hold'],
  [90_000_000n, 4, 10, '良', 'the fourth of ten is beyond 0.3'],
  [90_000_000n, 1, 2, '优', 'a share is at least one'],
  [89_990_000n, 5, 10, '中', 'half of ten'],
  [89_990_000n, 6, 11, '差', 'floor(5.5) is 5'],
  [59_990_000n, 6, 10, null, 'no grade'],
])('%s, place %i of %i → %s: %s', (total, place, ranked, expected, _purpose) => {
  expect(GRADES[grader(GRADES, ranked)(total, place)]?.code ?? null).toBe(expected);
});

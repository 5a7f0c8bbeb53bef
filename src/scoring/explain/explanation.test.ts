import fc from 'fast-check';
import { inputOf, scored } from '../../../test/scenario.js';
import { Decimal, plain, sumOf } from '../../numbers/decimal.js';
import { evaluate } from '../evaluate.js';
import { checkScheme } from '../scheme/check-scheme.js';
import type { Scheme } from '../scheme/scheme.js';
import { explain } from './explanation.js';

const DOCUMENT = `
scheme: explained
version: 1
cadence: annual
inputs: { x: { metric: x, kind: stock }, y: { metric: y, kind: stock } }
indicators:
  - group: amounts
    title: 规模
    weight: 70
    of:
      - { indicator: level, title: 余额, weight: 60, value: x, normalise: { method: minmax }, missing: exclude }
      - { indicator: part, title: 占比, weight: 40, value: 100 * y / x, normalise: { method: goalposts, min: 0, max: 100 }, missing: exclude, zeroDenominator: zero }
  - { indicator: care, title: 质量, weight: 30, value: y, normalise: { method: goalposts, min: 0, max: 50 }, missing: zero }
adjustments:
  - { code: plus, kind: bonus, title: 创新, when: x > 80, points: 1.234567 }
  - { code: limit, kind: cap, title: 上限, when: y > 45, at: 88.8 }
grades: [{ code: 优秀, min: 90, topShare: 0.3 }, { code: 良好, min: 70 }, { code: 合格, min: 50 }, { code: 其他 }]
`;
const { grades } = checkScheme(DOCUMENT, {}).scheme as Scheme;
const STAFF = 'staff' as const;

const data = (rows: readonly (readonly [number | string, number | string])[]): string =>
  ['institution,period,x,y', ...rows.map(([x, y], i) => `I${i},2025Q4,${x},${y}`)].join('\n');

it('the parts of every difference sum to it exactly', () => {
  const figure = fc.integer({ min: 0, max: 1000 }).map((n) => n / 10);
  fc.assert(
    fc.property(fc.array(fc.tuple(figure, figure), { minLength: 1, maxLength: 9 }), (rows) => {
      const { results } = evaluate(inputOf({ document: DOCUMENT, data: data(rows) }));
      const scores = results.map((record) => new Decimal(record.score ?? 0));
      for (const own of results) {
        const { toMedian, toNextRank } = explain(own, results, grades, STAFF);
        for (const gap of [toMedian, toNextRank])
          if (gap) expect(plain(sumOf(gap.parts.map(({ points }) => new Decimal(points))))).toBe(gap.difference);
        // The median itself, found the plain way.
        const rising = [...scores].sort((a, b) => a.comparedTo(b));
        const [low, high] = [rising[(rising.length - 1) >> 1], rising[rising.length >> 1]] as [Decimal, Decimal];
        expect(toMedian?.difference).toBe(plain(new Decimal(own.score ?? 0).minus(low.plus(high).div(2))));
        expect(toNextRank === null).toBe(own.rank === 1);
      }
    }),
    { numRuns: 60 },
  );
});

const THREE = data([
  [100, 40],
  [50, 30],
  [0, 10],
]);

it('says it in sentences', () => {
  const results = scored({ document: DOCUMENT, data: THREE });
  const all = Object.values(results);
  const [first, second] = [results.I0, results.I1] as [(typeof all)[0], (typeof all)[0]];
  // I0: 100·42 % + 40·28 % + 80·30 % + 1.23 = 78.43; I1: 50·42 % + 60·28 % + 60·30 % = 55.8.
  expect([first.score, second.score]).toEqual(['78.43', '55.80']);
  expect(explain(first, all, grades, STAFF).sentences).toEqual([
    '总分 78.43 分，高于同组中位数 22.63 分。',
    '高出的部分主要来自余额（+21.00）、质量（+6.00）、创新（+1.23）。',
    '落后的部分主要在于占比（−5.60）。',
    '距“优秀”差 11.57 分（还受名额比例限制）。',
    '失分最多的是占比（16.80）、质量（6.00）。',
    '创新：+1.23 分。',
  ]);
  expect(explain(second, all, grades, STAFF).toNextRank).toMatchObject({ rank: 1, difference: '-22.63' });
  expect(explain(second, all, grades, STAFF).toNextGrade).toEqual({
    code: '良好',
    points: '14.2',
    isBySharesToo: false,
  });
});

it('the owner of a sealed result is told nothing of the others', () => {
  const all = Object.values(scored({ document: DOCUMENT, data: THREE }));
  const own = all[1] as (typeof all)[0];
  const { toMedian, toNextRank, toNextGrade, sentences } = explain(own, all, grades, { disclosure: 'sealed' });
  expect([toMedian, toNextRank]).toEqual([null, null]);
  expect(toNextGrade?.code).toBe('良好');
  expect(sentences.join('')).not.toMatch(/中位|第 \d+ 名/);
  expect(explain(own, [own], grades, { disclosure: 'sealed' })).toEqual(
    explain(own, all, grades, { disclosure: 'sealed' }),
  );
  expect(explain(own, all, grades, { disclosure: 'open' }).toMedian).not.toBeNull();
});

it('a scheme that does not add up tells the difference alone', () => {
  const document = DOCUMENT.replace('weight: 70', 'weight: 70\n    aggregate: geometric');
  const all = Object.values(scored({ document, data: THREE }));
  expect(explain(all[0] as (typeof all)[0], all, grades, STAFF).toMedian).toMatchObject({ parts: [] });
});

it('without a total the reason is all there is to say', () => {
  const document = DOCUMENT.replaceAll('missing: exclude', 'missing: unranked');
  const all = Object.values(
    scored({
      document,
      data: data([
        ['', 3],
        [2, 3],
      ]),
    }),
  );
  expect(explain(all.find((record) => record.score === null) as (typeof all)[0], all, grades, STAFF)).toMatchObject({
    toMedian: null,
    sentences: ['没有总分：缺少 余额。'],
  });
});

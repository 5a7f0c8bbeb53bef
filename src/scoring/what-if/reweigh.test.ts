import fc from 'fast-check';
import { inputOf } from '../../../test/scenario.js';
import { cohortPlans, evaluate, prepare } from '../evaluate.js';
import { CohortScores } from '../score-cohort.js';
import { Reweigher } from './reweigh.js';
import { weighable } from './weights.js';

const AGGREGATES = ['arithmetic', 'geometric', 'harmonic', 'outranking'] as const;

const shape = fc.record({
  root: fc.constantFrom(...AGGREGATES),
  inner: fc.constantFrom(...AGGREGATES),
  other: fc.constantFrom(...AGGREGATES, 'median', 'min'),
  requires: fc.constantFrom(0, 30, 55, 66.6),
  missing: fc.constantFrom('exclude', 'zero', 'unranked', 'cohort_median'),
  ties: fc.constantFrom('competition', 'dense', 'ordinal'),
  on: fc.constantFrom('rounded', 'exact'),
  places: fc.integer({ min: 0, max: 6 }),
  limits: fc.constantFrom('', 'total: { min: 35, max: 70 }'),
  caps: fc.boolean(),
  breaks: fc.boolean(),
  /** Points far beyond 100: sums leave float64. */
  huge: fc.boolean(),
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

/** Seven movable weights: two groups, a leaf at the root, four in the groups. */
const CODES = ['first', 'second', 'alone', 'a', 'b', 'c', 'd'] as const;
type Texts = Readonly<Record<(typeof CODES)[number], string>>;

const document = (s: Shape, w: Texts): string => `
scheme: generated
version: 1
cadence: annual
cohorts:
  - { code: large, when: y >= 50, minSize: 2, else: small }
  - { code: small }
inputs:
  x: { metric: x, kind: stock }
  y: { metric: y, kind: stock }
  z: { metric: z, kind: stock }
aggregate: ${s.root}
weights: relative
requires: ${s.requires}
indicators:
  - group: first
    weight: ${w.first}
    weights: relative
    aggregate: ${s.inner}
    requires: ${s.requires}
    of:
      - { indicator: a, weight: ${w.a}, value: 100 * x / y, normalise: { method: minmax }, missing: ${s.missing}, zeroDenominator: exclude }
      - { indicator: b, weight: ${w.b}, value: z, normalise: { method: percentile }, missing: exclude }
  - group: second
    weight: ${w.second}
    weights: relative
    aggregate: ${s.other === 'median' || s.other === 'min' ? 'arithmetic' : s.other}
    of:
      - { indicator: c, weight: ${w.c}, value: ${s.huge ? '999999999999999 * x' : 'x'}, normalise: { method: none, min: 0 }, missing: exclude }
      - { indicator: d, weight: ${w.d}, value: y, direction: lower, normalise: { method: minmax, to: [20, 90] }, missing: exclude }
  - group: alone
    weight: ${w.alone}
    aggregate: ${s.other === 'median' || s.other === 'min' ? s.other : 'arithmetic'}
    ${s.other === 'median' || s.other === 'min' ? '' : 'weights: equal'}
    of:
      - { indicator: e, value: x, normalise: { method: minmax }, missing: exclude }
      - { indicator: f, value: y, normalise: { method: minmax }, missing: exclude }
      - { indicator: g, value: z, normalise: { method: rank }, missing: exclude }
adjustments:
  - { code: plus, kind: bonus, value: x / 20, max: 3 }
  - { code: minus, kind: deduction, when: z > 80, points: 2.5 }
${s.caps ? '  - { code: limit, kind: cap, when: y < 40, at: 45 }\n  - { code: lower, kind: cap, when: z < 30, at: 40.0000005 }' : ''}
  - { code: out, kind: veto, when: x == 7 }
${s.limits}
rounding: { total: ${s.places} }
ranking: { on: ${s.on}, ties: ${s.ties}, tieBreak: ${s.breaks ? '[b, first]' : '[]'} }
grades: [{ code: A, min: 60, topShare: 0.3 }, { code: B, min: 45.5 }, { code: C }]
`;

const weight = fc.oneof(
  fc.integer({ min: 1, max: 60 }).map(String),
  fc.integer({ min: 1, max: 9999 }).map((n) => (n / 100).toFixed(2)),
  fc.integer({ min: 1, max: 99_999_999 }).map((n) => (n / 1e6).toFixed(6)),
);
const texts = fc.record(Object.fromEntries(CODES.map((code) => [code, weight]))) as fc.Arbitrary<Texts>;
const cell = fc.oneof(
  { weight: 1, arbitrary: fc.constant('') },
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 99 }).map(String) },
);
const district = fc.array(fc.record({ x: cell, y: cell, z: cell }), { minLength: 1, maxLength: 12 });

const millionths = (text: string): bigint => {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(6, '0'));
};

it('says exactly what an evaluation of the scheme with these weights says', () => {
  fc.assert(
    fc.property(shape, texts, fc.array(texts, { minLength: 1, maxLength: 3 }), district, (s, declared, moves, rows) => {
      const data = [
        'institution,period,metric,value',
        ...rows.flatMap((row, i) => Object.entries(row).map(([metric, value]) => `I${i},2025Q4,${metric},${value}`)),
      ].join('\n');
      const run = prepare(inputOf({ document: document(s, declared), data }));
      const cohorts = cohortPlans(run).map(({ code }) => new Reweigher(new CohortScores(run, code)));
      // Several moves one after the other: nothing may be left over from the last.
      for (const moved of moves) {
        const { results } = evaluate(inputOf({ document: document(s, moved), data }));
        const weights = new Map(CODES.map((code) => [code as string, millionths(moved[code])]));
        for (const cohort of cohorts) {
          const outcome = cohort.reweigh(weights);
          for (const [i, { institution }] of cohort.members.entries()) {
            const wanted = results.find((result) => result.institution === institution);
            const grade = outcome.grades[i] as number;
            expect({
              institution,
              rank: outcome.ranks[i] === 0 ? null : outcome.ranks[i],
              tied: outcome.tied[i] === 1,
              score: outcome.score(i),
              base: outcome.base(i),
              grade: grade === -1 ? null : run.scheme.grades[grade]?.code,
            }).toEqual({
              institution,
              rank: wanted?.rank,
              tied: wanted?.tied,
              score: wanted?.score,
              base: wanted?.base,
              grade: wanted?.grade,
            });
          }
        }
      }
    }),
    { numRuns: 200 },
  );
}, 120_000);

it('names the nodes whose weight can be moved', () => {
  const s = { ...fc.sample(shape, 1)[0], other: 'median' } as Shape;
  const w = Object.fromEntries(CODES.map((code) => [code, '1'])) as Texts;
  const { scheme } = prepare(inputOf({ document: document(s, w), data: 'institution,period,metric,value' }));
  expect(weighable(scheme.root).map(({ code }) => code)).toEqual(['first', 'second', 'alone', 'a', 'b', 'c', 'd']);
});

import fc from 'fast-check';
import { inputOf } from '../../test/scenario.js';
import { Decimal, plain, sumOf } from '../numbers/decimal.js';
import { assemble, cohortPlans, evaluate, prepare, scoreCohort } from './evaluate.js';
import { rankingRows, scoreRows } from './tables.js';
import type { EvaluationInput, EvaluationResult } from './types.js';

/** Every way to compare: cohort, all, past, peers; every policy; a tree with an excluded branch now and then. */
const DOCUMENT = (factor: number): string => `
scheme: generated
version: 1
cadence: annual
cohorts:
  - { code: large, when: y >= 50, minSize: 2, else: small }
  - { code: small }
inputs:
  x: { metric: x, kind: stock }
  y: { metric: y, kind: stock }
weights: relative
indicators:
  - group: amounts
    weight: ${3 * factor}
    weights: relative
    requires: 30
    of:
      - { indicator: share, weight: ${2 * factor}, value: 100 * x / y, normalise: { method: minmax }, missing: exclude, zeroDenominator: zero }
      - { indicator: part, weight: ${1 * factor}, value: 100 * x / all_sum(x), normalise: { method: percentile, over: all }, missing: cohort_median, zeroDenominator: exclude }
      - { indicator: level, weight: ${4 * factor}, value: x, direction: lower, normalise: { method: zscore, over: all, to: { mean: 60, sd: 15 } }, missing: previous_period }
  - group: growth
    weight: ${2 * factor}
    weights: equal
    of:
      - { indicator: rise, value: yoy(x), normalise: { method: benchmark, rule: rel60, vertical: { periods: 1, weight: 40 }, horizontal: { weight: 60 } }, missing: exclude, zeroDenominator: exclude }
      - { indicator: place, value: x - cohort_mean(x), normalise: { method: goalposts, min: -50, max: 50 }, missing: zero }
adjustments:
  - { code: plus, kind: bonus, value: x / 100, max: 1 }
  - { code: limit, kind: cap, when: y < 10, at: 40 }
ranking: { tieBreak: [share] }
grades: [{ code: A, min: 60, topShare: 0.5 }, { code: B }]
`;

const cell = fc.oneof(
  { weight: 1, arbitrary: fc.constant('') },
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 99 }).map(String) },
);
const district = fc.array(fc.record({ x: cell, y: cell, before: cell, earlier: cell }), { minLength: 1, maxLength: 9 });

type Row = { x: string; y: string; before: string; earlier: string };

function input(rows: readonly Row[], factor = 1): EvaluationInput {
  const lines = rows.flatMap(({ x, y, before, earlier }, i) => [
    `I${i},2025Q4,x,${x}`,
    `I${i},2025Q4,y,${y}`,
    `I${i},2024Q4,x,${before}`,
    `I${i},2023Q4,x,${earlier}`,
  ]);
  return inputOf({ document: DOCUMENT(factor), data: ['institution,period,metric,value', ...lines].join('\n') });
}

const tables = (result: EvaluationResult): string => JSON.stringify([rankingRows(result), scoreRows(result), result]);
const RUNS = { numRuns: 40 };

it('splitting by cohort, in any order, gives the same bytes as the whole run', () => {
  fc.assert(
    fc.property(district, (rows) => {
      const whole = evaluate(input(rows));
      const first = prepare(input(rows));
      const parts = [...cohortPlans(first)].reverse().map((plan) => scoreCohort(prepare(input(rows)), plan.code));
      expect(tables(assemble(first, parts))).toBe(tables(whole));
    }),
    RUNS,
  );
});

it('the order of rows changes nothing', () => {
  fc.assert(
    fc.property(district, fc.infiniteStream(fc.nat()), (rows, random) => {
      const given = input(rows);
      const keyed = [...given.figures].map((figure) => ({ figure, key: random.next().value as number }));
      const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ figure }) => figure);
      const institutions = [...(given.institutions ?? [])].reverse();
      expect(tables(evaluate({ ...given, figures: shuffled, institutions }))).toBe(tables(evaluate(given)));
    }),
    RUNS,
  );
});

it('weights may be rescaled where they are relative', () => {
  fc.assert(
    fc.property(district, fc.integer({ min: 2, max: 9 }), (rows, factor) => {
      expect(JSON.stringify(scoreRows(evaluate(input(rows, factor))))).toBe(
        JSON.stringify(scoreRows(evaluate(input(rows)))),
      );
    }),
    RUNS,
  );
});

it('contributions of the leaves sum to the base total, effective weights of each group to 100', () => {
  fc.assert(
    fc.property(district, (rows) => {
      for (const result of evaluate(input(rows)).results) {
        if (result.base === null) continue;
        const leaves = result.nodes.filter((node) => node.kind !== 'group');
        expect(plain(sumOf(leaves.map((node) => new Decimal(node.contribution ?? 0))))).toBe(result.base);
        const parents = new Set(result.nodes.filter((node) => node.weight !== null).map((node) => node.parent));
        for (const parent of parents) {
          const weights = result.nodes.filter((node) => node.parent === parent && node.weight !== null);
          const sum = sumOf(weights.map((node) => new Decimal(node.weight ?? 0)));
          expect(sum.minus(100).abs().lte('0.000003')).toBe(true);
        }
      }
    }),
    RUNS,
  );
});

it('bounded points stay within bounds, ranks follow the printed score', () => {
  fc.assert(
    fc.property(district, (rows) => {
      const { results } = evaluate(input(rows));
      for (const { nodes } of results)
        for (const node of nodes.filter(
          ({ code, score }) => score !== null && code !== 'level' && code !== 'amounts',
        )) {
          const score = new Decimal(node.score ?? 0);
          expect(score.gte(0) && score.lte(100)).toBe(true);
        }
      for (const a of results)
        for (const b of results)
          if (a.cohort === b.cohort && a.rank !== null && b.rank !== null && a.rank < b.rank)
            expect(new Decimal(a.score ?? 0).gte(b.score ?? 0)).toBe(true);
    }),
    RUNS,
  );
});

import fc from 'fast-check';
import { inputOf } from '../../../test/scenario.js';
import { evaluate, prepare } from '../evaluate.js';
import type { EvaluationInput } from '../types.js';
import type { Material } from './material.js';
import { replication } from './random.js';
import { readRun } from './read-run.js';
import { reversals } from './reversals.js';
import { Counter, intervalRows, robustnessOf, together, usualFactors } from './robustness.js';
import { type Factors, Simulation } from './simulation.js';

/** Every method, treatment, policy and kind of mean that a simulation computes for itself. */
const DOCUMENT = `
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
  - group: relative
    weight: 3
    weights: relative
    requires: 30
    of:
      - { indicator: share, weight: 2, value: 100 * x / y, treat: { winsorise: { maxPoints: 2, skewness: 1, kurtosis: 1 } }, normalise: { method: minmax }, missing: exclude, zeroDenominator: zero }
      - { indicator: part, weight: 1, value: 100 * x / all_sum(x), treat: { winsorise: { force: 1 } }, normalise: { method: percentile, over: all }, missing: cohort_median, zeroDenominator: exclude }
      - { indicator: level, weight: 4, value: x, direction: lower, normalise: { method: zscore, over: all, to: { mean: 60, sd: 15 } }, missing: previous_period }
      - { indicator: order, weight: 1, value: y, normalise: { method: rank }, missing: cohort_mean }
      - { indicator: far, weight: 1, value: x, direction: lower, normalise: { method: distance_to_max }, missing: zero }
  - group: anchored
    weight: 2
    weights: equal
    aggregate: harmonic
    of:
      - { indicator: rise, value: yoy(x), normalise: { method: benchmark, rule: rel60, vertical: { periods: 1, weight: 40 }, horizontal: { weight: 60, self: exclude } }, missing: exclude, zeroDenominator: exclude }
      - { indicator: middle, value: x, normalise: { method: benchmark, rule: { name: mean_cap }, horizontal: { statistic: median, weight: 1 } }, missing: zero }
      - { indicator: place, value: x - cohort_mean(x), normalise: { method: goalposts, min: -50, max: 50 }, missing: zero }
      - { indicator: steps, value: y, normalise: { method: benchmark, rule: { name: rank_step, step: 7, floor: 10 } }, missing: zero }
      - { indicator: best, value: y, direction: lower, normalise: { method: benchmark, rule: ratio_to_best, horizontal: { weight: 1 } }, missing: exclude }
  - group: fixed
    weight: 2
    weights: equal
    aggregate: geometric
    of:
      - { indicator: band, value: y, normalise: { method: bands, bands: [{ below: 20, points: 10 }, { below: 70, points: 55.5 }, { points: 100 }] }, missing: exclude }
      - { indicator: done, value: x, normalise: { method: proportional, target: 60 }, missing: zero }
      - { indicator: towards, value: x, normalise: { method: goalposts, min: 0, max: 80 }, missing: exclude }
      - { indicator: logged, value: y, treat: { log: true }, normalise: { method: minmax, to: [1, 100] }, missing: exclude }
  - group: pairs
    weight: 1
    weights: equal
    aggregate: outranking
    of:
      - { indicator: one, value: x, normalise: { method: fraction_of_max }, missing: exclude }
      - { indicator: two, value: y, normalise: { method: distance_to_target, target: 50 }, missing: exclude }
      - { indicator: three, value: y, normalise: { method: distance_to_reference, institution: I0 }, missing: exclude }
  - group: half
    weight: 1
    weights: equal
    aggregate: median
    of:
      - { indicator: raw, value: x / 3, normalise: { method: none }, missing: exclude }
      - { indicator: boxed, value: y, treat: { box_cox: { lambda: 0.5 } }, normalise: { method: minmax }, missing: exclude }
adjustments:
  - { code: plus, kind: bonus, value: x / 100, max: 1 }
  - { code: limit, kind: cap, when: y < 10, at: 30 }
  - { code: out, kind: veto, when: x == 13 }
total: { max: 70 }
ranking: { tieBreak: [share] }
grades: [{ code: A, min: 40, topShare: 0.5 }, { code: B, min: 30 }, { code: C }]
commendation: { quota: 2 }
`;

const cell = fc.oneof(
  { weight: 1, arbitrary: fc.constant('') },
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 99 }).map(String) },
);
const district = fc.array(fc.record({ x: cell, y: cell, before: cell, earlier: cell }), {
  minLength: 1,
  maxLength: 12,
});
type Row = { x: string; y: string; before: string; earlier: string };

function input(rows: readonly Row[], document = DOCUMENT): EvaluationInput {
  const lines = rows.flatMap(({ x, y, before, earlier }, i) => [
    `I${i},2025Q4,x,${x}`,
    `I${i},2025Q4,y,${y}`,
    `I${i},2024Q4,x,${before}`,
    `I${i},2023Q4,x,${earlier}`,
  ]);
  return inputOf({ document, data: ['institution,period,metric,value', ...lines].join('\n') });
}

function materialOf(of: EvaluationInput, rounding = true): Material {
  const run = prepare(of);
  return readRun(run, evaluate(of), rounding);
}

const UNCHANGED: Factors = {
  weights: 0,
  normalisations: [{ method: 'declared' }],
  winsorising: [0],
  aggregations: ['declared'],
  rounding: true,
};

const counted = (material: Material, seed: number, cuts: readonly number[]) => {
  const factors = usualFactors(material, 0.2);
  return robustnessOf(
    material,
    together(cuts.slice(1).map((to, i) => new Counter(material, factors, seed).count(cuts[i] as number, to))),
  );
};

/** Twelve with a plain order, and two that are alike. */
const PLAIN = Array.from({ length: 12 }, (_, i) => ({
  x: `${10 + 7 * i}`,
  y: `${60 + (i === 5 ? 4 : i) * 3}`,
  before: `${12 + 5 * i}`,
  earlier: '',
}));

it('with nothing changed a replication gives the official totals, ranks and grades', () => {
  fc.assert(
    fc.property(district, fc.boolean(), (rows, rounding) => {
      const given = input(rows);
      const material = materialOf(given, rounding);
      const simulation = new Simulation(material, { ...UNCHANGED, rounding });
      simulation.run(simulation.nominal());
      const official = new Map(evaluate(given).results.map((record) => [record.institution, record]));
      for (const [row, institution] of material.institutions.entries()) {
        const { rank, score, grade } = official.get(institution) ?? {};
        const total = simulation.totals[row] as number;
        expect([institution, Number.isNaN(total) ? null : (total / 1e6).toFixed(2)]).toEqual([
          institution,
          score ?? null,
        ]);
        expect([institution, simulation.ranks[row] || null]).toEqual([institution, rank ?? null]);
        const code = material.grades[simulation.grades[row] as number]?.code ?? null;
        expect([institution, code]).toEqual([institution, grade ?? null]);
      }
    }),
    {
      numRuns: 60,
      // A symmetrical sample: which end is winsorised hangs on a skewness of exactly 0.
      examples: [
        [['0', '92', '95', '3'].map((x, i) => ({ x, y: '0', before: i % 2 === 1 ? '0' : '', earlier: '0' })), false],
      ],
    },
  );
});

it('intervals are in order, within the cohort, and every distribution is whole', () => {
  fc.assert(
    fc.property(district, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (rows, seed) => {
      const material = materialOf(input(rows));
      const { intervals } = counted(material, seed, [0, 25]);
      for (const { cohort, min, p5, median, p95, max, acceptability, grades } of intervals) {
        const size = material.cohorts.find(({ code }) => code === cohort)?.ranked.length ?? 0;
        expect([1, min, p5, median, p95, max, size]).toEqual(
          [1, min, p5, median, p95, max, size].sort((a, b) => a - b),
        );
        for (const shares of [acceptability, grades])
          expect(shares.reduce((sum, { share }) => sum + Number(share), 0)).toBeCloseTo(1, 4);
      }
    }),
    { numRuns: 30 },
  );
});

it('the same seed gives the same result, however the replications are split; another seed another one', () => {
  const material = materialOf(input(PLAIN));
  const whole = counted(material, 7, [0, 60]);
  expect(counted(material, 7, [0, 60])).toEqual(whole);
  expect(counted(structuredClone(material), 7, [0, 13, 14, 60])).toEqual(whole);
  expect(counted(material, 8, [0, 60])).not.toEqual(whole);
});

it('the draws are those that the docstring says', () => {
  const draws = [replication(1, 0), replication(1, 1), replication(2, 0)].map((random) =>
    [random.next(), random.next()].map((u) => u * 2 ** 32),
  );
  // Worked out with an implementation written from the docstring alone, in whole numbers of any size.
  expect(draws).toEqual([expectedDraws(1n, 0n), expectedDraws(1n, 1n), expectedDraws(2n, 0n)]);
});

const MASK = 0xffffffffn;
function expectedDraws(seed: bigint, index: bigint): number[] {
  const phi = 0x9e3779b9n;
  const mixed = (word: bigint): bigint => {
    let h = word & MASK;
    h = ((h ^ (h >> 16n)) * 0x85ebca6bn) & MASK;
    h = ((h ^ (h >> 13n)) * 0xc2b2ae35n) & MASK;
    return h ^ (h >> 16n);
  };
  const start = mixed(seed + phi) + mixed(index + 2n * phi);
  const s = [1n, 2n, 3n, 4n].map((k) => mixed(start + k * phi)) as [bigint, bigint, bigint, bigint];
  const rotl = (word: bigint, by: bigint): bigint => ((word << by) | (word >> (32n - by))) & MASK;
  return [0, 1].map(() => {
    const output = (rotl((s[1] * 5n) & MASK, 7n) * 9n) & MASK;
    const t = (s[1] << 9n) & MASK;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11n);
    return Number(output);
  });
}

/** Two indicators of 50 each: B leads by one, C by the other, A by both, D by none. */
const TWO = `
scheme: two
version: 1
cadence: annual
inputs: { x: { metric: x, kind: stock }, y: { metric: y, kind: stock } }
indicators:
  - { indicator: a, title: 甲, weight: 50, value: x, normalise: { method: goalposts, min: 0, max: 100 }, missing: zero }
  - { indicator: b, title: 乙, weight: 50, value: y, normalise: { method: goalposts, min: 0, max: 100 }, missing: zero }
grades: [{ code: 优, min: 80 }, { code: 良 }]
commendation: { quota: 2 }
`;
const FOUR = [
  ['90', '90'],
  ['60', '40.1'],
  ['40', '60'],
  ['10', '10'],
].map(([x = '', y = '']) => ({ x, y, before: '', earlier: '' }));

it('who leads everywhere is always first; two that lead by one indicator each cannot be told apart', () => {
  const material = materialOf(input(FOUR, TWO));
  const { intervals, neighbours, withoutIndicator } = robustnessOf(
    material,
    new Counter(material, usualFactors(material, 0.1), 1).count(0, 1000),
  );
  expect(intervalRows(intervals).map((row) => row.slice(1, 8).join(' '))).toEqual([
    'I0 1 1 1 1 1 1',
    'I1 2 2 2 3 2 3',
    'I2 3 2 3 3 2 3',
    'I3 4 4 4 4 4 4',
  ]);
  expect(intervals[0]).toMatchObject({
    shareAtRank: '1',
    acceptability: [{ rank: 1, share: '1' }],
    grades: [{ grade: '优', share: '1' }],
  });
  // 60a + 40.1b against 40a + 60b: turned round when the second weight exceeds the first by 0.5 %.
  expect(Number(intervals[1]?.shareAtRank)).toBeGreaterThan(0.5);
  expect(Number(intervals[1]?.shareAtRank)).toBeLessThan(0.6);
  expect(neighbours.map(({ upper, lower, separable, lines }) => [upper, lower, separable, lines])).toEqual([
    ['I0', 'I1', true, ['grade']],
    ['I1', 'I2', false, ['commendation']],
    ['I2', 'I3', true, []],
  ]);
  expect(withoutIndicator).toEqual([
    {
      indicator: 'a',
      title: '甲',
      moved: [
        { institution: 'I1', rank: 2, without: 3 },
        { institution: 'I2', rank: 3, without: 2 },
      ],
    },
    { indicator: 'b', title: '乙', moved: [] },
  ]);
});

it('figures move by half a unit of the last digit of their metric, alike wherever they are read', () => {
  const rows = ['50', '50', '51', '51.2'].map((x) => ({ x, y: x.replace('.2', ''), before: '', earlier: '' }));
  const rankedBy = (value: string) => {
    const document = TWO.replace('value: x', `value: ${value}`).replace('value: y', `value: ${value}`);
    const material = materialOf(input(rows, document));
    const { neighbours } = robustnessOf(
      material,
      new Counter(material, { ...UNCHANGED, rounding: true }, 1).count(0, 400),
    );
    return neighbours.map(({ upper, lower, overtaken, separable }) => [
      `${upper} ${lower}`,
      Number(overtaken),
      separable,
    ]);
  };
  // Tenths stand in x: 51.2 is out of reach of 51, and who is equal is not separable.
  expect(rankedBy('x')).toEqual([
    ['I3 I2', 0, true],
    ['I2 I0', 0, true],
    ['I0 I1', expect.closeTo(0.5, 1), false],
  ]);
  // y is whole: 51 and 50 just meet.
  expect(rankedBy('y')).toEqual([
    ['I2 I3', expect.closeTo(0.5, 1), false],
    ['I3 I0', 0, true],
    ['I0 I1', expect.closeTo(0.5, 1), false],
  ]);
  expect(rankedBy('x - x').map(([, overtaken]) => overtaken)).toEqual([0, 0, 0]);
});

it('an institution that leaves turns round the order of two others', () => {
  const given = input(
    [
      { x: '100', y: '50', before: '', earlier: '' },
      { x: '90', y: '61', before: '', earlier: '' },
      { x: '0', y: '40', before: '', earlier: '' },
      { x: '95', y: '0', before: '', earlier: '' },
      { x: '96', y: '100', before: '', earlier: '' },
    ],
    TWO.replaceAll('method: goalposts, min: 0, max: 100', 'method: minmax'),
  );
  // 75.5 against 75; without I2, whose 0 is the least x, I1's 90 is the least: 30.5 against 75.
  expect(reversals(given, evaluate(given))).toContainEqual({
    leaves: 'I2',
    pairs: expect.arrayContaining([{ cohort: 'all', upper: 'I1', lower: 'I0' }]),
  });
});

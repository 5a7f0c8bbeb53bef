import { createHash } from 'node:crypto';
import { type Solved, solve } from '../../../test/rival-solver.js';
import { inputOf, listed, long, oneIndicator } from '../../../test/scenario.js';
import { Decimal } from '../../numbers/decimal.js';
import { bundleContent } from '../bundle/bundle.js';
import { redactBundle } from '../bundle/redact.js';
import { evaluate, prepare } from '../evaluate.js';
import { BENCHMARK_RULES } from '../normalise/benchmark/registry.js';
import { METHODS } from '../normalise/registry.js';
import type { EvaluationInput, NodeRecord, ResultRecord } from '../types.js';
import { givenAway } from './given-away.js';
import { seenByOwner, seenByStaff } from './seen.js';

/** mulberry32: the same cohorts in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const code = (i: number): string => `B${String(i + 1).padStart(2, '0')}`;

interface World {
  readonly members: number;
  /** `- { indicator … }` without code and weight. */
  readonly indicators: readonly string[];
  /** Metrics that are filed. */
  readonly metrics?: readonly string[];
  readonly years?: readonly string[];
  /** The first one has not filed `x` this year. */
  readonly hole?: boolean;
  readonly more?: string;
  readonly seed?: number;
}

/** A generated cohort: twelve digits a figure, no two close together, so that what is hard to tell is not told. */
function world({
  members,
  indicators,
  metrics = ['x'],
  years = ['2025'],
  hole = false,
  ...rest
}: World): EvaluationInput {
  const draw = random(rest.seed ?? members);
  const lines = ['institution,period,metric,value'];
  for (const year of years)
    for (const metric of metrics) {
      const places = Array.from({ length: members }, (_, i) => i)
        .map((place) => [draw(), place] as const)
        .sort(([a], [b]) => a - b);
      for (const [i, [, place]] of places.entries()) {
        const value = (300 + (600 * (place + draw() / 2)) / members).toFixed(9);
        const isMissing = hole && i === 0 && metric === 'x' && year === '2025';
        if (!isMissing) lines.push(`${code(i)},${year}Q4,${metric},${value}`);
      }
    }
  // Whoever files nothing is nobody: the hole files something else.
  if (hole) lines.push(`${code(0)},2025Q4,other,1`);
  const document = [
    'scheme: test',
    'version: 1',
    'cadence: annual',
    'weights: equal',
    'inputs:',
    '  x: { metric: x, kind: stock }',
    '  y: { metric: y, kind: stock }',
    'indicators:',
    ...indicators.map((indicator, i) => `  - { indicator: i${i}, ${indicator} }`),
    rest.more ?? '',
  ].join('\n');
  return listed(inputOf({ document, data: lines.join('\n') }));
}

const sealedView = (record: ResultRecord): unknown => seenByOwner(record, { disclosure: 'sealed', ranks: true });
const openView = (record: ResultRecord): unknown => seenByOwner(record, { disclosure: 'open', ranks: true });
const solved = (found: ReadonlyMap<string, readonly Solved[]>): readonly string[] =>
  [...found].map(([reader, what]) => `${reader}: ${what.join(', ')}`);

const SIZES = [2, 3, 4, 5, 11] as const;
const ALL = [2, 3, 4, 5, 11];
const FROM_3 = [3, 4, 5, 11];
const NEVER: number[] = [];

const value = (normalise: string, more = ''): string => `value: x, ${more}normalise: ${normalise}, missing: exclude`;
const against = (rule: string, horizontal = '{ statistic: mean }'): string =>
  value(`{ method: benchmark, rule: ${rule}, horizontal: ${horizontal} }`);

/** Indicator, sizes at which it may be published sealed, and further facts of the cohort. */
const ALONE: readonly [string, readonly number[], Omit<World, 'members' | 'indicators'>?][] = [
  [value('{ method: minmax }'), ALL],
  [value('{ method: zscore }'), ALL],
  [value('{ method: percentile }'), ALL],
  [value('{ method: rank }'), ALL],
  [value('{ method: goalposts, min: 0, max: 1000 }'), ALL],
  [value('{ method: distance_to_target, target: 1000 }'), NEVER],
  [value('{ method: distance_to_max }'), ALL],
  [value('{ method: distance_to_reference, institution: B02 }'), ALL],
  [value('{ method: fraction_of_max }'), NEVER],
  [value('{ method: bands, bands: [{ below: 500, points: 40 }, { points: 80 }] }'), ALL],
  [value('{ method: proportional, target: 1000 }'), ALL],
  [value('{ method: none }'), ALL],
  [against('rel60'), FROM_3],
  [against('{ name: pp60, slope: 0.05 }'), FROM_3],
  [against('{ name: anqing, slope: 0.05, min: 0 }'), FROM_3],
  [against('mean_cap'), FROM_3],
  [against('{ name: bench_plus, base: 40, slope: 0.1 }'), FROM_3],
  [against('{ name: rank_step, step: 5 }'), ALL],
  [value('{ method: benchmark, rule: { name: target, target: 1000 } }'), ALL],
  [value('{ method: benchmark, rule: { name: efficacy, standards: [800, 700, 600, 500, 400] } }'), ALL],
  [against('{ name: rel60, slope: 20 }', '{ statistic: max }'), NEVER],
  [against('{ name: rel60, slope: 20 }', '{ statistic: min }'), NEVER],
  [against('{ name: rel60, slope: 20 }', '{ statistic: median }'), NEVER],
  [against('rel60', '{ statistic: mean, self: exclude }'), FROM_3],
  [
    value(
      '{ method: benchmark, rule: rel60, vertical: { periods: 1, weight: 40 }, horizontal: { statistic: mean, weight: 60 } }',
    ),
    FROM_3,
    { years: ['2025', '2024'] },
  ],
  [value('{ method: minmax }', 'treat: { winsorise: { force: 1 } }, '), ALL],
  [value('{ method: minmax }', 'treat: { log: true }, '), ALL],
  [value('{ method: minmax }', 'treat: { box_cox: { lambda: 0.5 } }, '), ALL],
  [value('{ method: zscore }', 'treat: { winsorise: { force: 1 } }, '), ALL],
  // Fewer than four are never treated.
  [value('{ method: goalposts, min: 0, max: 1000 }', 'treat: { winsorise: { force: 1 } }, '), [2, 3]],
  [value('{ method: none }', 'treat: { box_cox: { lambda: 1 } }, '), [2, 3]],
  ['value: x, normalise: { method: minmax }, missing: cohort_median', ALL, { hole: true }],
  ['value: x, normalise: { method: minmax }, missing: cohort_mean', ALL, { hole: true }],
  ['value: x, normalise: { method: minmax }, missing: previous_period', ALL, { hole: true, years: ['2025', '2024'] }],
  ['value: x, normalise: { method: minmax }, missing: zero', ALL, { hole: true }],
  ['value: x, normalise: { method: none }, missing: cohort_mean', FROM_3, { hole: true }],
  // Of an odd number the median is somebody's: of one, three; ten are an even number.
  ['value: x, normalise: { method: none }, missing: cohort_median', [3, 5, 11], { hole: true }],
  [
    'value: 100 * x / cohort_sum(x), normalise: { method: percentile }, missing: exclude, zeroDenominator: zero',
    FROM_3,
  ],
  ['value: x - cohort_max(x), normalise: { method: none }, missing: exclude', NEVER],
  ['value: x - cohort_median(x), normalise: { method: none }, missing: exclude', NEVER],
  ['value: "x - cohort_sum(if(x > 800, x, 0))", normalise: { method: none }, missing: exclude', NEVER],
];

it('every method and rule of the language stands in the table', () => {
  const text = ALONE.map(([indicator]) => indicator).join('\n');
  const names = [...METHODS, ...BENCHMARK_RULES].map(({ name }) => name);
  // Told to two decimals: solved below, by its own formula.
  expect(names.filter((name) => name !== 'ratio_to_best' && !text.includes(name))).toEqual([]);
});

describe.each(ALONE)('%s', (indicator, publishable, facts) => {
  const inputOfSize = (members: number): EvaluationInput => world({ ...facts, members, indicators: [indicator] });

  it.each(SIZES)('%i members: nothing can be solved for, or it is not published', (members) => {
    const input = inputOfSize(members);
    expect(givenAway(prepare(input)).length === 0).toBe(publishable.includes(members));
    if (publishable.includes(members)) expect(solved(solve(input, sealedView))).toEqual([]);
  });

  it('what is not published could be solved for, and where it is, so could what is redacted', () => {
    const refused = SIZES.filter((members) => !publishable.includes(members));
    const open = refused.filter((members) => solve(inputOfSize(members), sealedView).size > 0);
    if (refused.length > 0) expect(open.length).toBeGreaterThan(0);
    // Three with their least, greatest and mean hide nothing from each other: the solver solves.
    const three = inputOfSize(3);
    expect(solve(three, seenByStaff).size).toBeGreaterThan(1);
    expect(solve(three, openView).size).toBeGreaterThan(1);
  });
});

const SHARE = 'value: 100 * x / cohort_sum(x), missing: exclude, zeroDenominator: zero, normalise:';
const RATIO = 'value: 100 * x / y, missing: exclude, zeroDenominator: zero, normalise:';

/** Indicators that say nothing alone; sizes at which together they may be published sealed. */
const TOGETHER: readonly [string, readonly string[], readonly number[]][] = [
  ['a share and its min-max', [`${SHARE} { method: minmax }`], [4, 5, 11]],
  ['a share and its standard score', [`${SHARE} { method: zscore, to: { mean: 50, sd: 100 } }`], [4, 5, 11]],
  // Both stay the same when the others move towards the reader or away from it together.
  ['min-max and standard score', [value('{ method: minmax }'), value('{ method: zscore }')], ALL],
  ['mean and min-max', [against('rel60'), value('{ method: minmax }')], [4, 5, 11]],
  ['the same twice', [value('{ method: minmax }'), value('{ method: distance_to_max }')], ALL],
  ['a ratio, and both its parts', [`${RATIO} { method: minmax }`, value('{ method: minmax }')], ALL],
  [
    'a ratio and its parts, each with its mean, and a difference',
    [
      `${RATIO} { method: benchmark, rule: rel60, horizontal: { statistic: mean } }`,
      against('rel60'),
      `value: y, missing: exclude, normalise: { method: benchmark, rule: rel60, horizontal: { statistic: mean } }`,
      value('{ method: minmax }'),
    ],
    [4, 5, 11],
  ],
];

describe.each(TOGETHER)('%s', (_, indicators, publishable) => {
  it.each([2, 3, 4, 11])('%i members: nothing can be solved for, or it is not published', (members) => {
    const input = world({ members, indicators, metrics: ['x', 'y'] });
    expect(givenAway(prepare(input)).length === 0).toBe(publishable.includes(members));
    expect(solve(input, sealedView).size === 0).toBe(publishable.includes(members));
  });
});

it('a comparison with the cohort inside a formula tells no number', () => {
  const indicators = ['value: "x > cohort_max(x) - 100 ? 1 : 0", normalise: { method: none }, missing: exclude'];
  const input = world({ members: 3, indicators });
  expect(givenAway(prepare(input))).toEqual([]);
  expect(solved(solve(input, sealedView))).toEqual([]);
});

it("a bonus that is another one's figure is refused, one for being the best is not", () => {
  const indicators = [value('{ method: minmax }')];
  const bonus = (rule: string): EvaluationInput =>
    world({ members: 4, indicators, more: `adjustments: [{ code: bonus, kind: bonus, ${rule} }]` });
  const given = bonus('value: cohort_max(x)');
  expect(givenAway(prepare(given)).map(({ path, found }) => [path, found])).toEqual([
    ['adjustments[0].value', 'cohort_max'],
  ]);
  expect(solve(given, sealedView).size).toBeGreaterThan(0);
  const harmless = bonus('when: x >= cohort_max(x), points: 5');
  expect(givenAway(prepare(harmless))).toEqual([]);
  expect(solved(solve(harmless, sealedView))).toEqual([]);
});

it('a bonus of the mean of the others counts as one relation more', () => {
  const input = world({
    members: 3,
    indicators: [value('{ method: minmax }')],
    more: 'adjustments: [{ code: bonus, kind: bonus, value: cohort_mean(x) }]',
  });
  expect(givenAway(prepare(input)).length).toBeGreaterThan(0);
  expect(solve(input, sealedView).size).toBeGreaterThan(0);
});

it("points given by people: a mean that stands in for a missing one is somebody's only among two", () => {
  const scored = (members: number): EvaluationInput => {
    const input = world({
      members,
      indicators: ['assessed: { scale: [0, 100] }, missing: cohort_median'],
      metrics: ['x'],
    });
    const assessments = Array.from({ length: members - 1 }, (_, i) => ({
      institution: code(i + 1),
      node: 'i0',
      assessor: 'ecology',
      score: new Decimal(50 + 7 * i),
    }));
    return { ...input, assessments };
  };
  expect(givenAway(prepare(scored(2))).map(({ found }) => found)).toEqual([
    '全部机构，2 家，cohort_median，有数值的 1 家',
  ]);
  expect(givenAway(prepare(scored(3)))).toEqual([]);
  expect(givenAway(prepare(scored(4))).length).toBe(1);
});

it("ratio_to_best: own value and own points give the best one's value at once, so it is refused", () => {
  const input = world({ members: 5, indicators: [value('{ method: benchmark, rule: ratio_to_best }')] });
  const [fault] = givenAway(prepare(input));
  expect(fault).toMatchObject({
    path: 'indicators[0]',
    found: 'benchmark ratio_to_best max',
    expected: expect.stringContaining('open'),
  });
  const records = evaluate(input).results;
  const best = Decimal.max(...records.map((record) => record.nodes[0]?.value ?? 0));
  const reader = records.at(-1) as ResultRecord;
  const node = seenByOwner(reader, { disclosure: 'sealed', ranks: true }).nodes[0] as NodeRecord;
  const guess = new Decimal(node.value ?? 0).times(100).div(node.score ?? 1);
  expect(guess.minus(best).div(best).abs().lt('0.0002')).toBe(true); // as far as two decimals of the points go
});

/** The attack of reliability 3.12: own value, least, greatest, mean and median → the values of all others. */
function othersFrom(own: Decimal, statistics: Readonly<Record<string, string | null>>): Decimal[] | null {
  const { n, min, max, mean, median } = statistics;
  if (!n || !min || !max || !mean || !median) return null;
  const known = [
    own,
    new Decimal(min),
    new Decimal(max),
    ...(Number.parseInt(n, 10) % 2 === 1 ? [new Decimal(median)] : []),
  ];
  const values = known.filter((each, i) => known.findIndex((other) => other.minus(each).abs().lt('1e-9')) === i);
  const size = Number.parseInt(n, 10);
  const left = new Decimal(mean).times(size).minus(values.reduce((sum, each) => sum.plus(each), new Decimal(0)));
  if (values.length === size - 1) values.push(left);
  return values.length === size ? values.filter((each) => !each.eq(own)) : null;
}

it('the known attack on own value, least, greatest, mean and median works on all that is shown openly, and is sealed off', () => {
  const hit: Record<string, number> = {};
  for (const members of [2, 3, 4, 5, 6])
    for (let seed = 1; seed <= 5; seed++) {
      const input = world({ members, seed: 100 * members + seed, indicators: [value('{ method: minmax }')] });
      const { results } = evaluate(input);
      for (const record of results) {
        const rivals = results.filter((each) => each !== record).map((each) => new Decimal(each.nodes[0]?.value ?? 0));
        const attack = (node: NodeRecord | undefined): boolean => {
          const found = othersFrom(new Decimal(node?.value ?? 0), node?.normalisation?.statistics ?? {});
          return found?.every((each) => rivals.some((rival) => rival.minus(each).abs().lt('1e-6'))) ?? false;
        };
        if (attack(seenByStaff(record).nodes[0])) hit[members] = (hit[members] ?? 0) + 1;
        expect(attack(seenByOwner(record, { disclosure: 'sealed', ranks: true }).nodes[0])).toBe(false);
      }
    }
  expect([hit[2], hit[3]]).toEqual([10, 15]); // every time
  expect(hit[4]).toBeGreaterThan(0);
  expect(hit[5]).toBeGreaterThan(0);
});

describe('what is shown of a comparison', () => {
  const shown = (members: number, indicator: string, facts: Omit<World, 'members' | 'indicators'> = {}) =>
    evaluate(world({ ...facts, members, indicators: [indicator] })).results.map((record) => {
      const raw = record.nodes[0] as NodeRecord;
      return {
        raw: { ...raw.normalisation?.statistics },
        ...seenByOwner(record, { disclosure: 'sealed', ranks: true }).nodes[0],
      };
    });

  it('below ten nothing of the others; from ten on the mean; never the least or the greatest', () => {
    for (const members of [2, 9]) {
      const [node] = shown(members, value('{ method: zscore }'));
      expect(node).toMatchObject({ normalisation: { statistics: {} }, withheld: ['min', 'max', 'mean', 'median'] });
    }
    const [node] = shown(10, value('{ method: zscore }'));
    expect(node?.normalisation?.statistics).toMatchObject({ n: '10', mean: node?.raw.mean });
    expect(node?.withheld).toEqual(expect.arrayContaining(['min', 'max']));
  });

  it('members with a value are counted, not members', () => {
    const [, node] = shown(10, 'value: x, normalise: { method: minmax }, missing: exclude', { hole: true });
    expect(node?.raw.n).toBe('9');
    expect(node?.normalisation?.statistics).toEqual({});
  });

  it("the median from ten on where it is nobody's value, and not to the two next to it", () => {
    expect(
      shown(11, value('{ method: minmax }')).filter(({ normalisation }) => normalisation?.statistics.median),
    ).toEqual([]);
    const ten = shown(10, value('{ method: minmax }'));
    const without = ten.filter(({ normalisation }) => normalisation?.statistics.median === undefined);
    const { medianLow, medianHigh } = ten[0]?.raw ?? {};
    expect(without.map((node) => node.value).sort()).toEqual([medianLow, medianHigh].sort());
    expect(ten.find((node) => !without.includes(node))?.normalisation?.statistics.median).toBe(ten[0]?.raw.median);
  });

  it('the own past always, the benchmark of the cohort from ten on', () => {
    const indicator = value(
      '{ method: benchmark, rule: rel60, vertical: { periods: 1, weight: 40 }, horizontal: { statistic: mean, weight: 60 } }',
    );
    const facts = { years: ['2025', '2024'] };
    expect(Object.keys(shown(5, indicator, facts)[0]?.normalisation?.statistics ?? {})).toEqual(['bV', 'sV']);
    expect(Object.keys(shown(10, indicator, facts)[0]?.normalisation?.statistics ?? {})).toEqual(
      expect.arrayContaining(['bV', 'sV', 'bH', 'sH', 'mean', 'n']),
    );
  });

  it("a winsorised value is another's and is not shown, an own earlier one is", () => {
    const winsorised = shown(6, value('{ method: minmax }', 'treat: { winsorise: { force: 2 } }, '));
    const raw = evaluate(
      world({ members: 6, indicators: [value('{ method: minmax }', 'treat: { winsorise: { force: 2 } }, ')] }),
    ).results;
    expect(raw.filter((record) => record.nodes[0]?.treated !== null)).toHaveLength(2);
    expect(winsorised.filter((node) => node.treated !== null)).toEqual([]);
    expect(winsorised.filter((node) => node.withheld?.includes('treated'))).toHaveLength(2);
    const [earlier] = shown(4, 'value: x, normalise: { method: minmax }, missing: previous_period', {
      hole: true,
      years: ['2025', '2024'],
    }).filter((node) => node.policy === 'previous_period');
    expect(earlier?.treated).not.toBeNull();
  });

  it('a mean that stands in for a missing value from ten on, a median of an odd number never', () => {
    const filled = (members: number, policy: string) =>
      shown(members, `value: x, normalise: { method: minmax }, missing: ${policy}`, { hole: true }).find(
        (node) => node.policy === policy,
      );
    expect(filled(10, 'cohort_mean')?.treated).toBeNull();
    expect(filled(11, 'cohort_mean')?.treated).not.toBeNull();
    expect(filled(12, 'cohort_median')?.treated).toBeNull();
    expect(filled(11, 'cohort_median')?.treated).not.toBeNull();
  });

  it('an own trace names no other: the reference is left out, sealed or open', () => {
    const input = world({ members: 4, indicators: [value('{ method: distance_to_reference, institution: B02 }')] });
    for (const record of evaluate(input).results)
      for (const disclosure of ['sealed', 'open'] as const)
        expect(JSON.stringify(seenByOwner(record, { disclosure, ranks: true })).includes('B02')).toBe(
          record.institution === 'B02',
        );
  });
});

const sha256 = (text: string, salt = ''): string =>
  createHash('sha256').update(salt, 'hex').update(text, 'utf8').digest('hex');
const SALTS = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [code(i), sha256(`salt ${i}`)]));

/** All that one institution is handed of a published evaluation, as bytes. */
function handedOut(input: EvaluationInput, own: string, view: (record: ResultRecord) => unknown): string {
  const result = evaluate(input);
  const record = result.results.find((each) => each.institution === own) as ResultRecord;
  const redaction = { disclosure: 'sealed' as const, ranks: true, salts: SALTS, own };
  const { text } = redactBundle(input, result, redaction, sha256);
  const { rank, tied, score, grade, status } = record;
  return [JSON.stringify(view(record)), JSON.stringify({ rank, tied, score, grade, status }), text].join('\n');
}

const CANARIES = [
  value('{ method: minmax }', 'treat: { winsorise: { force: 1 } }, '),
  'value: 100 * x / y, normalise: { method: zscore }, missing: cohort_median, zeroDenominator: zero',
  'value: 100 * x / cohort_sum(x), normalise: { method: benchmark, rule: rel60, horizontal: { statistic: mean } }, missing: exclude, zeroDenominator: zero',
];

it.each([4, 10, 11, 12])(
  '%i members: no figure, value, code or guessable hash of another in all bytes handed out',
  (members) => {
    const input = world({ members, indicators: CANARIES, metrics: ['x', 'y'], hole: true, seed: members });
    const result = evaluate(input);
    const content = bundleContent(input, result);
    const rows = [
      ...content.institutions.map((row) => [row.code, row] as const),
      ...[...content.figures].map((row) => [row[0], row] as const),
      ...content.results.ranking.map((row) => [row[2], row] as const),
      ...content.results.scores.map((row) => [row[0], row] as const),
    ];
    const traces = (reader: string, text: string): string[] => {
      const own = new Set(
        rows.flatMap(([owner, row]) => (owner === reader ? JSON.stringify(row).match(/[0-9.]{6,}/g) : null) ?? []),
      );
      const values = result.results
        .filter(({ institution }) => institution !== reader)
        .flatMap(({ nodes }) => nodes.flatMap(({ value, treated }) => (value === null ? [] : [value, treated])));
      const figures = [...input.figures]
        .filter(({ institution }) => institution !== reader)
        .map((figure) => figure.value.toFixed());
      const secrets = [...values, ...figures].flatMap((text) =>
        text && text.length > 6 && !own.has(text) ? [text] : [],
      );
      const others = rows.filter(([owner]) => owner !== reader);
      const salts = ['', SALTS[reader] as string];
      const hashes = [
        ...others.flatMap(([, row]) => salts.map((salt) => sha256(JSON.stringify(row), salt))),
        ...secrets.flatMap((secret) => salts.map((salt) => sha256(secret, salt))),
      ];
      const codes = input.institutions?.flatMap((each) => (each.code === reader ? [] : [`"${each.code}"`])) ?? [];
      // What others would find by its first eight digits they would find too.
      return [...secrets.map((secret) => secret.slice(0, 9)), ...hashes, ...codes].filter((each) =>
        text.includes(each),
      );
    };
    for (let i = 0; i < members; i++) {
      const reader = code(i);
      expect([reader, traces(reader, handedOut(input, reader, sealedView))]).toEqual([reader, []]);
      expect(traces(reader, handedOut(input, reader, seenByStaff)).length).toBeGreaterThan(0); // they would be found
    }
    for (const { institution } of result.results)
      expect(handedOut(input, code(0), sealedView).includes(SALTS[institution] as string)).toBe(
        institution === code(0),
      );
  },
);

it('two worlds that differ in what is not told look alike to the byte, but for the leaves and hashes that commit to it', () => {
  // Somebody between the least and the greatest moves: own points, ranks and the mean of ten stay as they are.
  const seen = (input: EvaluationInput): string => {
    const record = evaluate(input).results.find(({ institution }) => institution === code(0)) as ResultRecord;
    return JSON.stringify([sealedView(record), record.rank]);
  };
  for (const members of [4, 10]) {
    const input = world({ members, indicators: [value('{ method: minmax }')], seed: 3 * members });
    const sorted = [...input.figures].sort((a, b) => a.value.comparedTo(b.value));
    const middle = sorted.slice(1, -1).filter(({ institution }) => institution !== code(0));
    const [first, last] = [middle[0], middle.at(-1)];
    const nudge = new Decimal('0.000000123');
    const other: EvaluationInput = {
      ...input,
      figures: [...input.figures].map((figure) => {
        if (figure === first) return { ...figure, value: figure.value.plus(nudge) };
        return figure === last && members === 10 ? { ...figure, value: figure.value.minus(nudge) } : figure;
      }),
    };
    expect(seen(other)).toBe(seen(input));
    const bundle = (world: EvaluationInput) =>
      JSON.parse(
        redactBundle(world, evaluate(world), { disclosure: 'sealed', ranks: true, salts: SALTS, own: code(0) }, sha256)
          .text,
      ) as Record<string, unknown> & { own: unknown; figures: string[] };
    const [one, two] = [bundle(input), bundle(other)];
    expect(two.own).toEqual(one.own);
    expect([two.period, two.scheme, two.metrics, two.institutions]).toEqual([
      one.period,
      one.scheme,
      one.metrics,
      one.institutions,
    ]);
    expect([...two.figures].filter((leaf) => !one.figures.includes(leaf))).toHaveLength(members === 10 ? 2 : 1);
    // The staff's view does tell the two worlds apart.
    const full = (world: EvaluationInput): string => JSON.stringify(evaluate(world).results);
    expect(full(other)).not.toBe(full(input));
  }
});

it('equal values say on which side one is, and no more', () => {
  const tied = (...values: readonly number[]): EvaluationInput =>
    inputOf({
      document: oneIndicator('value: x, normalise: { method: minmax }, missing: exclude'),
      data: long(...values.map((each, i) => `${code(i)} 2025Q4 x=${each}`)),
    });
  for (const values of [
    [400, 400, 700],
    [400, 700, 700],
    [400, 400, 700, 700],
    [0, 0, 0],
    [0, 0, 5],
  ])
    expect([values, givenAway(prepare(tied(...values)))]).toEqual([values, []]);
  // Half the points among two: both filed the same.
  expect(givenAway(prepare(tied(400, 400))).length).toBeGreaterThan(0);
});

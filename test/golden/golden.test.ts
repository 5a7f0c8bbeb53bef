import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Decimal } from '../../src/numbers/decimal.js';
import { projectRoot } from '../../src/platform/project.service.js';
import { evaluate, prepare } from '../../src/scoring/evaluate.js';
import { readRun } from '../../src/scoring/robustness/read-run.js';
import { Counter, robustnessOf, usualFactors } from '../../src/scoring/robustness/robustness.js';
import { type Factors, Simulation } from '../../src/scoring/robustness/simulation.js';
import { treat } from '../../src/scoring/treat/treat.js';
import type { Treatment } from '../../src/scoring/treat/treatment.js';
import type { EvaluationInput, EvaluationResult } from '../../src/scoring/types.js';

// What COINr 1.1.14 (R) made of the ASEM data: 51 countries, 49 indicators, 8 pillars, 2 sub-indices. The files lie
// beside the repository and do not enter it; GREENRANK_GOLDEN names another place.
const FOLDER = process.env.GREENRANK_GOLDEN ?? path.join(projectRoot(), '..', 'shared', 'golden');
const isThere = existsSync(FOLDER);
if (!isThere) console.info(`no golden files in ${FOLDER}: not compared`);
const golden = isThere ? describe : describe.skip;

/** Per level: what rounding to six decimals may make of a score. */
const TOLERANCE = 2e-6;

interface Table {
  readonly columns: readonly string[];
  readonly units: readonly string[];
  cell(unit: string, column: string): string;
}

const tables = new Map<string, Table>();

function table(name: string): Table {
  const known = tables.get(name);
  if (known) return known;
  const [head = '', ...lines] = readFileSync(path.join(FOLDER, name), 'utf8').trim().split('\n');
  const [, ...columns] = head.split(',');
  const rows = new Map(lines.map((line) => [line.split(',')[0] as string, line.split(',').slice(1)]));
  const at = new Map(columns.map((column, i) => [column, i]));
  const read: Table = {
    columns,
    units: [...rows.keys()],
    cell: (unit, column) => rows.get(unit)?.[at.get(column) ?? -1] ?? '',
  };
  tables.set(name, read);
  return read;
}

const numberAt = (of: Table, unit: string, column: string): number => Number(of.cell(unit, column));

interface Index {
  readonly data: Table;
  /** Normalisation of an indicator, as YAML. */
  readonly method: (indicator: string) => string;
  readonly treat?: string;
  /** Of pillars, sub-indices and the index. */
  readonly aggregates?: readonly [string, string, string];
  readonly weights?: string;
}

/** Values are multiplied, so that twelve decimals hold all that a double holds; no method here minds. */
const SCALE = 1_000_000;
const scaled = (text: string): Decimal => new Decimal(text).times(SCALE);

/** The whole index as a scheme, the countries as institutions. */
function inputOf({
  data,
  method,
  treat: treatment,
  aggregates = ['arithmetic', 'arithmetic', 'arithmetic'],
  weights,
}: Index): EvaluationInput {
  const lineage = table('00_lineage.csv');
  const stated = table(weights ?? '00_weights_original.csv');
  const direction = (indicator: string): string =>
    table('05c_norm_params_iMeta.csv').cell(indicator, 'Direction') === '-1' ? 'lower' : 'higher';
  // 0.3 is written 0.29999999999999999.
  const weight = (code: string): string => new Decimal(stated.cell(code, 'Weight')).toDecimalPlaces(6).toFixed();
  const under = (column: string, of: string, above: string): string[] => [
    ...new Set(
      lineage.units
        .filter((unit) => of === '' || lineage.cell(unit, above) === of)
        .map((unit) => lineage.cell(unit, column)),
    ),
  ];
  const leaf = (indicator: string): string =>
    `{ indicator: ${indicator}, weight: ${weight(indicator)}, value: ${indicator}, direction: ${direction(indicator)}, ${
      treatment === undefined ? '' : `treat: ${treatment}, `
    }normalise: ${method(indicator)}, missing: exclude }`;
  const pillar = (code: string): string =>
    `{ group: ${code}, weight: ${weight(code)}, weights: relative, aggregate: ${aggregates[0]}, of: [${lineage.units
      .filter((unit) => lineage.cell(unit, 'Pillar') === code)
      .map(leaf)
      .join(', ')}] }`;
  const half = (code: string): string =>
    `{ group: ${code}, weight: ${weight(code)}, weights: relative, aggregate: ${aggregates[1]}, of: [${under(
      'Pillar',
      code,
      'Sub-index',
    )
      .map(pillar)
      .join(', ')}] }`;
  return {
    document: `scheme: asem
version: 1
cadence: annual
inputs: { ${data.columns.map((code) => `${code}: { metric: ${code}, kind: stock }`).join(', ')} }
weights: relative
aggregate: ${aggregates[2]}
indicators: [${under('Sub-index', '', '').map(half).join(', ')}]
rounding: { indicator: 6, total: 6 }
ranking: { on: exact }
`.replaceAll('direction: higher, ', ''),
    metrics: {},
    figures: data.units.flatMap((institution) =>
      data.columns
        .filter((metric) => data.cell(institution, metric) !== '')
        .map((metric) => ({
          institution,
          period: '2018',
          metric,
          value: scaled(data.cell(institution, metric)),
          revision: null,
        })),
    ),
    institutions: null,
    assessments: [],
    period: '2018',
  };
}

/** Every node that the file names, of everybody, within the tolerance. */
function expectScores(
  { results }: EvaluationResult,
  file: string,
  tolerance = TOLERANCE,
  of = (score: number, _column: string) => score,
): void {
  const expected = table(file);
  const wrong: string[] = [];
  let compared = 0;
  for (const { institution, nodes, base } of results)
    for (const column of expected.columns) {
      const score = column === 'Index' ? base : nodes.find(({ code }) => code === column)?.score;
      if (score === undefined) continue;
      const [found, wanted] = [
        score === null ? Number.NaN : of(Number(score), column),
        numberAt(expected, institution, column),
      ];
      compared++;
      if (!(Math.abs(found - wanted) <= tolerance) && expected.cell(institution, column) !== '')
        wrong.push(`${institution} ${column}: ${found}, COINr ${wanted}`);
    }
  expect(wrong).toEqual([]);
  expect(compared).toBeGreaterThan(500);
}

const minmax = (to: string) => () => `{ method: minmax, to: ${to} }`;

golden('normalisation', () => {
  const treated = (method: Index['method']) => evaluate(inputOf({ data: table('04_treated_win5_logCT.csv'), method }));
  const fifth = isThere ? table('04_treated_win5_logCT.csv').units[4] : '';
  it.each([
    ['05_norm_minmax_0_100.csv', '{ method: minmax }'],
    ['05b_norm_minmax_1_100.csv', '{ method: minmax, to: [1, 100] }'],
    ['05b_norm_zscore_0_1.csv', '{ method: zscore }'],
    ['05b_norm_zscore_10_2.csv', '{ method: zscore, to: { mean: 10, sd: 2 } }'],
    ['05b_norm_prank.csv', '{ method: percentile, to: [0, 1] }'],
    ['05b_norm_rank_min.csv', '{ method: rank }'],
    ['05b_norm_dist2max.csv', '{ method: distance_to_max, to: [0, 1] }'],
    ['05b_norm_dist2ref_row5.csv', `{ method: distance_to_reference, institution: ${fifth}, to: [0, 1] }`],
    [
      '05b_norm_dist2ref_row5_cap.csv',
      `{ method: distance_to_reference, institution: ${fifth}, truncate: true, to: [0, 1] }`,
    ],
  ])('%s', (file, method) =>
    expectScores(
      treated(() => method),
      file,
    ),
  );

  const raw = (method: Index['method']) => evaluate(inputOf({ data: table('02b_raw_dset.csv'), method }));
  const parameter = (indicator: string, column: string): string =>
    scaled(table('05c_norm_params_iMeta.csv').cell(indicator, column)).toFixed();
  it.each(['true', 'false'])('goalposts, truncated: %s', (truncate) => {
    const result = raw(
      (indicator) =>
        `{ method: goalposts, min: ${parameter(indicator, 'goalpost_lower')}, max: ${parameter(indicator, 'goalpost_upper')}, truncate: ${truncate} }`,
    );
    expectScores(result, `05c_norm_goalposts_raw_p10_p90_${truncate === 'true' ? 'trunc' : 'notrunc'}.csv`);
  });
  it.each(['true', 'false'])('distance to target, capped: %s', (truncate) => {
    const result = raw(
      (indicator) =>
        `{ method: distance_to_target, target: ${parameter(indicator, 'Target')}, truncate: ${truncate}, to: [0, 1] }`,
    );
    expectScores(result, `05c_norm_dist2targ_raw_${truncate === 'true' ? 'cap' : 'nocap'}.csv`);
  });
});

golden('treatment', () => {
  const SKEWED = { kind: 'winsorise', skewness: new Decimal(2), kurtosis: new Decimal(3.5) } as const;
  it.each<[string, Treatment]>([
    ['04_treated_win5_logCT.csv', { ...SKEWED, maxPoints: 5, thenLog: true }],
    ['04b_treat_win1_logCT.csv', { ...SKEWED, maxPoints: 1, thenLog: true }],
    ['04b_winsorise_only_max5.csv', { ...SKEWED, maxPoints: 5, thenLog: false }],
    ['04b_winsorise_forced_max3.csv', { kind: 'force', points: 3 }],
    ['04b_log_CT.csv', { kind: 'log' }],
    ['04b_boxcox_lambda_0.csv', { kind: 'box_cox', lambda: new Decimal(0) }],
    ['04b_boxcox_lambda_0.5.csv', { kind: 'box_cox', lambda: new Decimal(0.5) }],
    ['04b_boxcox_lambda_-0.5.csv', { kind: 'box_cox', lambda: new Decimal(-0.5) }],
    ['04b_boxcox_lambda_2.csv', { kind: 'box_cox', lambda: new Decimal(2) }],
  ])('%s', (file, treatment) => {
    const before = table('03_screened_byNA_0.9.csv');
    const after = table(file);
    const wrong: string[] = [];
    for (const column of before.columns) {
      const values = treat(
        before.units.map((unit) => new Decimal(before.cell(unit, column))),
        treatment,
      );
      for (const [i, unit] of before.units.entries()) {
        const [found, wanted] = [values[i]?.toNumber() ?? Number.NaN, numberAt(after, unit, column)];
        if (!(Math.abs(found - wanted) <= TOLERANCE * Math.max(1, Math.abs(wanted))))
          wrong.push(`${unit} ${column}: ${found}, COINr ${wanted}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

golden('aggregation', () => {
  const data = () => table('04_treated_win5_logCT.csv');
  const all = (name: string): [string, string, string] => [name, name, name];
  const W2 = '08_weights_W2.csv';
  it.each<[string, Omit<Index, 'data'>]>([
    ['06_agg_amean.csv', { method: minmax('[0, 100]') }],
    ['06b_agg_amean_W2.csv', { method: minmax('[0, 100]'), weights: W2 }],
    ['06b_agg_amean_1_100.csv', { method: minmax('[1, 100]') }],
    ['06b_agg_amean_zscore_W2.csv', { method: () => '{ method: zscore }', weights: W2 }],
    ['06b_agg_amean_prank_W2.csv', { method: () => '{ method: percentile, to: [0, 1] }', weights: W2 }],
    ['06b_agg_gmean_1_100.csv', { method: minmax('[1, 100]'), aggregates: all('geometric') }],
    ['06b_agg_gmean_1_100_W2.csv', { method: minmax('[1, 100]'), aggregates: all('geometric'), weights: W2 }],
    ['06b_agg_hmean_1_100.csv', { method: minmax('[1, 100]'), aggregates: all('harmonic') }],
    ['06b_agg_hmean_1_100_W2.csv', { method: minmax('[1, 100]'), aggregates: all('harmonic'), weights: W2 }],
    [
      '06b_agg_mixed_amean_gmean_hmean_1_100.csv',
      { method: minmax('[1, 100]'), aggregates: ['arithmetic', 'geometric', 'harmonic'] },
    ],
    ['06b_agg_median_unweighted.csv', { method: minmax('[0, 100]'), aggregates: all('median') }],
  ])('%s', (file, index) => {
    const result = evaluate(inputOf({ ...index, data: data() }));
    expectScores(result, file, 3 * TOLERANCE);
    expectRanks(result, file);
  });

  // Of 51: points = 100 · (score + 50) / 100.
  it('06b_agg_copeland_all_levels_W2.csv: every victory and defeat', () => {
    // Two countries differ in one indicator by 2.7e-7 of 100 points, which six decimals do not tell apart.
    const method = minmax('[0, 10000]');
    const result = evaluate(inputOf({ data: data(), method, aggregates: all('outranking'), weights: W2 }));
    expectScores(result, '06b_agg_copeland_all_levels_W2.csv', 0, (points) => points - 50);
  });

  it('06b_agg_copeland_top_W2.csv', () => {
    const aggregates = ['arithmetic', 'arithmetic', 'outranking'] as const;
    const result = evaluate(inputOf({ data: data(), method: minmax('[0, 100]'), aggregates, weights: W2 }));
    expectScores(result, '06b_agg_copeland_top_W2.csv', 3 * TOLERANCE, (points, column) =>
      column === 'Index' ? points - 50 : points,
    );
  });

  it('missing values are left out and weights shared: 06c_agg_amean_withNA_W2.csv', () => {
    const result = evaluate(inputOf({ data: table('02b_raw_dset.csv'), method: minmax('[1, 100]'), weights: W2 }));
    expectScores(result, '06c_agg_amean_withNA_W2.csv', 3 * TOLERANCE);
  });
});

/** The same order as COINr's scores of the index. */
function expectRanks({ results }: EvaluationResult, file: string): void {
  const expected = table(file);
  const ranks = new Map(
    expected.units.map((unit) => [
      unit,
      1 +
        expected.units.filter((other) => numberAt(expected, other, 'Index') > numberAt(expected, unit, 'Index')).length,
    ]),
  );
  expect(results.map(({ institution, rank }) => `${institution} ${rank}`)).toEqual(
    results.map(({ institution }) => `${institution} ${ranks.get(institution)}`),
  );
}

golden('uncertainty', () => {
  const FIXED: Factors = {
    weights: 0,
    normalisations: [{ method: 'declared' }],
    winsorising: [0],
    aggregations: ['declared'],
    rounding: false,
  };
  const materialOf = (index: Index) => {
    const input = inputOf(index);
    return readRun(prepare(input), evaluate(input), false);
  };
  /** Ranks that are not COINr's, of all replications. */
  const differing = (
    simulation: Simulation,
    institutions: readonly string[],
    file: string,
    replications: number,
    set: (index: number) => ReturnType<Simulation['nominal']>,
  ) => {
    const ranks = table(file);
    const wrong: string[] = [];
    for (let index = 1; index <= replications; index++) {
      simulation.run(set(index));
      for (const [row, institution] of institutions.entries()) {
        const [found, wanted] = [simulation.ranks[row], numberAt(ranks, institution, `r_${index}`)];
        if (found !== wanted) wrong.push(`${index} ${institution}: ${found}, COINr ${wanted}`);
      }
    }
    return wrong;
  };

  it('1,000 replications over winsorising, normalisation, weights and means: all 51,000 ranks', () => {
    const material = materialOf({
      data: table('03_screened_byNA_0.9.csv'),
      method: minmax('[1, 100]'),
      treat: '{ winsorise: { maxPoints: 5 }, then: log }',
    });
    const simulation = new Simulation(material, {
      ...FIXED,
      normalisations: [
        { method: 'minmax', to: [1, 100] },
        { method: 'zscore', mean: 10, sd: 2 },
      ],
      winsorising: [-4, -3, -2, -1, 0],
      aggregations: ['arithmetic', 'geometric'],
    });
    const params = table('09_UA1000_params.csv');
    const sets = new Map<string, Map<string, number>>();
    for (const line of readFileSync(path.join(FOLDER, '09_noisy_weight_sets.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)) {
      const [set = '', code = '', , weight = ''] = line.split(',');
      sets.set(set, (sets.get(set) ?? new Map<string, number>()).set(code, Number(weight)));
    }
    const wrong = differing(simulation, material.institutions, '09_UA1000_ranks.csv', 1000, (index) => {
      const draw = simulation.nominal();
      draw.winsorising = numberAt(params, `${index}`, 'winmax') - 1;
      draw.normalisation = params.cell(`${index}`, 'normalisation') === 'n_zscore' ? 1 : 0;
      draw.aggregation = params.cell(`${index}`, 'aggregation') === 'a_gmean' ? 1 : 0;
      const weights = sets.get(params.cell(`${index}`, 'weight_set'));
      for (const [node, { code }] of material.nodes.entries()) draw.weights[node] = weights?.get(code) ?? 1;
      return draw;
    });
    expect(wrong).toEqual([]);
  });

  it('1,000 sets of weights: all 51,000 ranks', () => {
    const material = materialOf({ data: table('04_treated_win5_logCT.csv'), method: minmax('[0, 100]') });
    const simulation = new Simulation(material, FIXED);
    const weights = table('09_WUA1000_weights.csv');
    const wrong = differing(simulation, material.institutions, '09_WUA1000_ranks.csv', 1000, (index) => {
      const draw = simulation.nominal();
      for (const [node, { code }] of material.nodes.entries())
        if (code !== '') draw.weights[node] = numberAt(weights, `${index}`, code);
      return draw;
    });
    expect(wrong).toEqual([]);
  });

  it('every indicator left out once', () => {
    const material = materialOf({ data: table('04_treated_win5_logCT.csv'), method: minmax('[0, 100]') });
    const counts = new Counter(material, usualFactors(material, 0.1), 1).count(0, 1);
    const expected = table('10_remove_L1_ranks.csv');
    const { withoutIndicator } = robustnessOf(material, counts);
    expect(withoutIndicator).toHaveLength(49);
    for (const { indicator, moved } of withoutIndicator) {
      const found = new Map(moved.map(({ institution, without }) => [institution, without]));
      const ranks = expected.units.map((unit) => `${unit} ${found.get(unit) ?? numberAt(expected, unit, 'Nominal')}`);
      expect([indicator, ...ranks]).toEqual([
        indicator,
        ...expected.units.map((unit) => `${unit} ${numberAt(expected, unit, indicator)}`),
      ]);
    }
  });
});

import { checkScheme } from './check-scheme.js';

const BASE = `
scheme: base
version: 1
cadence: annual
cohorts:
  - { code: large, when: loans >= 100, minSize: 3, else: small }
  - { code: small, minSize: 3 }
eligibility:
  - { when: loans > 0, reason: 无贷款 }
inputs:
  green: { metric: green, kind: stock }
  loans: { metric: loans, kind: stock }
  sold:  { metric: SOLD }
requires: 60
indicators:
  - group: volume
    weight: 60
    of:
      - { indicator: share, weight: 50, value: 100 * green / loans, normalise: { method: minmax }, missing: exclude, zeroDenominator: zero }
      - { indicator: sales, weight: 50, value: sold, normalise: { method: goalposts, min: 0, max: 50 }, missing: exclude }
  - group: work
    weight: 40
    of:
      - { indicator: panel, weight: 100, assessed: { scale: [0, 100] }, missing: exclude }
adjustments:
  - { code: plus, kind: bonus, when: 'flag("x")', points: 2 }
  - { code: fraud, kind: veto, when: 'flag("fraud")' }
ranking: { tieBreak: [share] }
grades: [{ code: A, min: 80 }, { code: B, min: 60 }]
`;
const CATALOGUE = { SOLD: { kind: 'flow', unit: '万元' }, RATIO: { kind: null, unit: '%' } } as const;

const check = (document: string): ReturnType<typeof checkScheme> => checkScheme(document, CATALOGUE);

/** `path rule` of every fault after one change of the base document. */
function faults(from: string | RegExp, to: string): string[] {
  const document = BASE.replace(from, to);
  expect(document).not.toBe(BASE);
  return check(document).errors.map(({ path, rule }) => `${path} ${rule}`);
}

it('the base document passes without a warning', () => {
  const { ok, errors, warnings, scheme } = check(BASE);
  expect({ ok, errors, warnings }).toEqual({ ok: true, errors: [], warnings: [] });
  expect(scheme?.inputs[2]).toMatchObject({ kind: 'flow', take: 'sum', shift: 0 });
});

it('JSON is a part of YAML, and `on` is a text', () => {
  const document = JSON.stringify({
    scheme: 'json方案',
    version: 2,
    cadence: 'quarterly',
    inputs: {},
    ranking: { on: 'exact' },
    indicators: [{ indicator: 'a', weight: 100, assessed: { scale: [1, 5] }, missing: 'zero' }],
  });
  expect(check(document)).toMatchObject({ ok: true, scheme: { code: 'json方案', ranking: { on: 'exact' } } });
  expect(check(`${BASE.replace('ranking: {', 'ranking: { on: exact,')}`).scheme?.ranking.on).toBe('exact');
});

const FIRST = 'indicators[0].of[0]';
const SECOND = 'indicators[0].of[1]';
const NORMALISE = 'normalise: { method: minmax }';

describe('each fault with its path and rule', () => {
  it.each<[string, string | RegExp, string, string[]]>([
    ['weights that do not sum', 'weight: 60', 'weight: 59.999999', ['indicators weights-sum']],
    ['no weight', 'sales, weight: 50,', 'sales,', [`${SECOND}.weight required`]],
    [
      'a weight of 0',
      'sales, weight: 50',
      'sales, weight: 0',
      [`${SECOND}.weight domain`, 'indicators[0].of weights-sum'],
    ],
    ['seven decimals', 'weight: 60', 'weight: 60.0000000', []],
    [
      'seven decimals that say something',
      'weight: 60',
      'weight: 60.0000001',
      ['indicators[0].weight domain', 'indicators weights-sum'],
    ],
    [
      'weights beside equal',
      'weight: 60\n',
      'weight: 60\n    weights: equal\n',
      [`${FIRST}.weight not-here`, `${SECOND}.weight not-here`],
    ],
    [
      'a median with weights that differ',
      'weight: 60\n    of:\n      - { indicator: share, weight: 50',
      'weight: 60\n    aggregate: median\n    of:\n      - { indicator: share, weight: 49',
      ['indicators[0].of weights-equal', 'indicators[0].of weights-sum'],
    ],
    ['an undeclared name', 'value: sold', 'value: solt', [`${SECOND}.value formula-name`]],
    ['a group as input', 'value: sold', 'value: volume', [`${SECOND}.value formula-name`]],
    ['a formula that is a condition', 'value: sold', 'value: sold > 1', [`${SECOND}.value formula-type`]],
    [
      'cohort statistics in a cohort',
      'when: loans >= 100',
      'when: loans >= cohort_mean(loans)',
      ['cohorts[0].when formula-aggregate'],
    ],
    ['two nodes of one code', 'indicator: sales', 'indicator: share', [`${SECOND}.indicator double-code`]],
    ['a node and an adjustment of one code', 'code: plus', 'code: share', ['adjustments[0].code double-code']],
    ['a node called total', 'indicator: sales', 'indicator: total', [`${SECOND}.indicator code`]],
    ['an unknown key', 'version: 1', 'version: 1\nauthor: x', ['author unknown-key']],
    ['a key twice', 'version: 1', 'version: 1\nversion: 2', ['version double-key']],
    ['a key twice inside', 'kind: bonus', 'kind: bonus, kind: bonus', ['adjustments[0].kind double-key']],
    ['no missing', 'max: 50 }, missing: exclude', 'max: 50 }', [`${SECOND}.missing required`]],
    ['no zeroDenominator', ', zeroDenominator: zero', '', [`${FIRST}.zeroDenominator required`]],
    [
      'a policy for an assessed item that has no past',
      '[0, 100] }, missing: exclude',
      '[0, 100] }, missing: previous_period',
      ['indicators[1].of[0].missing policy'],
    ],
    [
      'else to an earlier cohort',
      '- { code: small, minSize: 3 }',
      '- { code: small, minSize: 3, else: large }',
      ['cohorts[1].else else'],
    ],
    ['else to no cohort', 'else: small', 'else: tiny', ['cohorts[0].else else']],
    ['a tie-break naming nothing', 'tieBreak: [share]', 'tieBreak: [plus]', ['ranking.tieBreak[0] name']],
    ['a veto without when', ', when: \'flag("fraud")\'', '', ['adjustments[1].when required']],
    ['a cap without at', 'kind: veto', 'kind: cap', ['adjustments[1].at required']],
    ['a bonus by nothing', ', when: \'flag("x")\', points: 2', '', ['adjustments[0] adjustment']],
    ['a bonus in two ways', 'points: 2', 'points: 2, value: sold', ['adjustments[0] adjustment']],
    ['negative points', 'points: 2', 'points: -2', ['adjustments[0].points domain']],
    ['no method', NORMALISE, 'normalise: { to: [0, 1] }', [`${FIRST}.normalise.method required`]],
    ['a method that is none of ours', NORMALISE, 'normalise: { method: maxmin }', [`${FIRST}.normalise.method choice`]],
    ['no normalise', `, ${NORMALISE}`, '', [`${FIRST}.normalise required`]],
    ['lo not below hi', NORMALISE, 'normalise: { method: minmax, to: [5, 5] }', [`${FIRST}.normalise.to domain`]],
    [
      'a parameter of another method',
      NORMALISE,
      'normalise: { method: minmax, target: 5 }',
      [`${FIRST}.normalise.target unknown-key`],
    ],
    ['goalposts min ≥ max', 'min: 0, max: 50', 'min: 50, max: 50', [`${SECOND}.normalise.max domain`]],
    ['goalposts without max', 'min: 0, max: 50', 'min: 0', [`${SECOND}.normalise.max required`]],
    [
      'bands not rising',
      NORMALISE,
      'normalise: { method: bands, bands: [{ below: 5, points: 1 }, { below: 5, points: 2 }, { points: 3 }] }',
      [`${FIRST}.normalise.bands[1].below domain`],
    ],
    [
      'bands with an end',
      NORMALISE,
      'normalise: { method: bands, bands: [{ below: 5, points: 1 }] }',
      [`${FIRST}.normalise.bands[0].below not-here`],
    ],
    [
      'bands with a direction',
      NORMALISE,
      'direction: higher, normalise: { method: bands, bands: [{ points: 1 }] }',
      [`${FIRST}.direction not-here`],
    ],
    [
      'fraction_of_max, lower',
      NORMALISE,
      'direction: lower, normalise: { method: fraction_of_max }',
      [`${FIRST}.direction direction`],
    ],
    [
      'a target of 0',
      NORMALISE,
      'normalise: { method: proportional, target: 0 }',
      [`${FIRST}.normalise.target domain`],
    ],
    ['rank with to', NORMALISE, 'normalise: { method: rank, to: [0, 1] }', [`${FIRST}.normalise.to not-here`]],
    [
      'a benchmark without parts',
      NORMALISE,
      'normalise: { method: benchmark, rule: rel60 }',
      [`${FIRST}.normalise.horizontal required`],
    ],
    [
      'two parts, one weight',
      NORMALISE,
      'normalise: { method: benchmark, rule: rel60, vertical: { periods: 1, weight: 1 }, horizontal: {} }',
      [`${FIRST}.normalise.horizontal required`],
    ],
    [
      'a past for ratio_to_best',
      NORMALISE,
      'normalise: { method: benchmark, rule: ratio_to_best, vertical: { periods: 1 } }',
      [`${FIRST}.normalise.vertical not-here`],
    ],
    [
      'a benchmark for efficacy',
      NORMALISE,
      'normalise: { method: benchmark, rule: { name: efficacy, standards: [5, 4, 3, 2, 1] }, horizontal: {} }',
      [`${FIRST}.normalise.horizontal not-here`],
    ],
    [
      'standards in the wrong order',
      NORMALISE,
      'normalise: { method: benchmark, rule: { name: efficacy, standards: [1, 2, 3, 4, 5] } }',
      [`${FIRST}.normalise.rule.standards domain`],
    ],
    [
      'bench_plus without numbers',
      NORMALISE,
      'normalise: { method: benchmark, rule: bench_plus, horizontal: {} }',
      [`${FIRST}.normalise.rule.base required`, `${FIRST}.normalise.rule.slope required`],
    ],
    [
      'treat beside a benchmark',
      NORMALISE,
      'treat: { log: true }, normalise: { method: benchmark, rule: rel60, horizontal: {} }',
      [`${FIRST}.treat not-here`],
    ],
    [
      'two treatments',
      NORMALISE,
      `treat: { log: true, box_cox: { lambda: 0 } }, ${NORMALISE}`,
      [`${FIRST}.treat treat`],
    ],
    [
      'log beside previous_period',
      `${NORMALISE}, missing: exclude`,
      `treat: { log: true }, ${NORMALISE}, missing: previous_period`,
      [`${FIRST}.treat not-here`],
    ],
    [
      'then without winsorise',
      NORMALISE,
      `treat: { log: true, then: log }, ${NORMALISE}`,
      [`${FIRST}.treat.then not-here`],
    ],
    [
      'a harmonic mean over zscore',
      /weight: 60\n([\s\S]*)method: minmax/,
      'weight: 60\n    aggregate: harmonic\n$1method: zscore',
      [`${FIRST}.normalise below-zero`],
    ],
    [
      'a geometric root over none below',
      /requires: 60\n([\s\S]*)method: minmax/,
      'requires: 60\naggregate: geometric\n$1method: none',
      [`${FIRST}.normalise below-zero`],
    ],
    ['grades not falling', 'min: 60', 'min: 80', ['grades[1].min grades-fall']],
    [
      'an atLeast for the last quarter',
      'green, kind: stock',
      'green, kind: stock, atLeast: 2',
      ['inputs.green.atLeast not-here'],
    ],
    ['an atLeast beyond the window', 'metric: SOLD', 'metric: SOLD, atLeast: 5', ['inputs.sold.atLeast whole']],
    ['a shift ahead', 'metric: SOLD', 'metric: SOLD, shift: 1', ['inputs.sold.shift whole']],
    ['a kind that nobody states', 'metric: SOLD', 'metric: RATIO', ['inputs.sold.kind required']],
    ['a metric outside the catalogue', 'metric: SOLD', 'metric: NEW', ['inputs.sold.kind required']],
    [
      'a name that formulas know',
      '  sold:',
      '  quarters_filed: { metric: SOLD }\n  sold:',
      ['inputs.quarters_filed name'],
    ],
    ['two names alike after NFKC', '  sold:', '  ｓｏｌｄ: { metric: SOLD }\n  sold:', ['inputs.sold double-name']],
    ['no cadence', 'cadence: annual\n', '', ['cadence required']],
    ['a version that is no number', 'version: 1', 'version: "1"', ['version whole']],
    ['a code with capitals', 'scheme: base', 'scheme: Base', ['scheme code']],
    ['a number with an exponent', 'points: 2', 'points: 2e1', ['adjustments[0].points decimal']],
    ['a rounding too fine', 'ranking: {', 'rounding: { total: 7 }\nranking: {', ['rounding.total whole']],
  ])('%s', (_purpose, from, to, expected) => {
    expect(faults(from, to)).toEqual(expected);
  });
});

it('says what was found and what was expected', () => {
  expect(check(BASE.replace('weight: 40', 'weight: 39.99')).errors).toEqual([
    { path: 'indicators', rule: 'weights-sum', found: '99.99', expected: '100', message: '各项权重之和应恰为 100' },
  ]);
});

it('says in which line YAML breaks', () => {
  expect(check('scheme: base\nversion: 1: 2').errors[0]).toMatchObject({ path: 'document:2', rule: 'yaml' });
});

it.each([
  ['an unknown tag', 'title: !!js/function "x"', 'document:3'],
  ['an anchor that is not there', 'title: *nope', 'title'],
  ['several documents', '--- 2', 'document:3'],
])('refuses %s', (_purpose, line, path) => {
  expect(check(`scheme: base\nversion: 1\n${line}\n`).errors[0]).toMatchObject({ path, rule: 'yaml' });
});

it.each([
  ['a document that holds itself', 'scheme: &a [*a]'],
  ['a thousand levels', `scheme: ${'['.repeat(1000)}${']'.repeat(1000)}`],
  ['nothing', ''],
])('refuses %s without falling over', (_purpose, document) => {
  expect(check(document).ok).toBe(false);
});

it('takes what an anchor says wherever it is named', () => {
  const document = BASE.replace(NORMALISE, 'normalise: &n { method: percentile }').replace(
    /normalise: { method: goalposts.*?}/,
    'normalise: *n',
  );
  const group = check(document).scheme?.root.children[0];
  expect(group?.kind === 'group' && group.children[1]).toMatchObject({ method: { name: 'percentile' } });
});

it('lists all faults at once', () => {
  const document = BASE.replace('value: sold', 'value: solt')
    .replace('min: 0,', 'mim: 0,')
    .replace('min: 60', 'min: 90');
  expect(check(document).errors.map(({ path }) => path)).toEqual([
    `${SECOND}.value`,
    `${SECOND}.normalise.min`,
    `${SECOND}.normalise.mim`,
    'grades[1].min',
  ]);
});

it('geometric over what cannot fall below 0 passes', () => {
  const document = BASE.replace('requires: 60', 'requires: 60\naggregate: geometric');
  expect(check(document).errors).toEqual([]);
  expect(check(document.replace(NORMALISE, 'normalise: { method: none, min: 0 }')).errors).toEqual([]);
});

describe('warnings', () => {
  const rulesOf = (from: string | RegExp, to: string): string[] => {
    const { ok, warnings } = check(BASE.replace(from, to));
    expect(ok).toBe(true);
    return warnings.map(({ path, rule }) => `${path} ${rule}`);
  };
  it.each<[string, string | RegExp, string, string[]]>([
    [
      'a cohort that may have two members',
      '- { code: small, minSize: 3 }',
      '- { code: small, minSize: 2 }',
      ['cohorts[1].minSize small-minmax'],
    ],
    [
      'exclude without requires',
      'requires: 60',
      'requires: 0',
      [`${FIRST} not-filing-pays`, `${SECOND} not-filing-pays`, 'indicators[1].of[0] not-filing-pays'],
    ],
    [
      'a cohort by a figure that nobody demands',
      'when: loans > 0',
      'when: green > 0',
      ['cohorts[0].when cohort-by-filing'],
    ],
    ['zero above the worst', NORMALISE, 'normalise: { method: zscore }', [`${FIRST} zero-not-worst`]],
    ['zero below the worst', NORMALISE, 'normalise: { method: minmax, to: [60, 100] }', [`${FIRST} zero-not-worst`]],
    ['a share with ties', 'min: 80', 'min: 80, topShare: 0.3', ['grades[0].topShare share-with-ties']],
    [
      'one indicator that decides',
      /share, weight: 50([\s\S]*)sales, weight: 50/,
      'share, weight: 85$1sales, weight: 15',
      [`${FIRST} heavy`],
    ],
  ])('%s', (_purpose, from, to, expected) => {
    expect(rulesOf(from, to)).toEqual(expected);
  });
});

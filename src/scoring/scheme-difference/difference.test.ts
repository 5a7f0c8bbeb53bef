import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { inputOf } from '../../../test/scenario.js';
import { Decimal, plain } from '../../numbers/decimal.js';
import { evaluate } from '../evaluate.js';
import { checkScheme } from '../scheme/check-scheme.js';
import type { Scheme } from '../scheme/scheme.js';
import type { MetricCatalogue } from '../types.js';
import { schemeDifference } from './difference.js';

const METRICS: MetricCatalogue = Object.fromEntries(
  readdirSync('config/metrics').flatMap((name) => {
    const { metrics = [] } = parse(readFileSync(path.join('config/metrics', name), 'utf8')) as {
      metrics?: { code: string; kind: string; unit: string }[];
    };
    return metrics.map(({ code, kind, unit }) => {
      const known = kind === 'stock' || kind === 'flow' ? kind : null;
      return [code, { kind: known, unit }] as const;
    });
  }),
);
const SHIPPED = readdirSync('config/schemes').map((name) => `config/schemes/${name}`);
const CASES = ['1-tree', '2-benchmark', '3-policies', '4-cohorts', '5-adjustments', '6-panel'].map(
  (name) => `test/fixtures/cases/${name}`,
);

const read = (file: string): string => readFileSync(file, 'utf8');
function schemeOf(document: string, metrics = METRICS): Scheme {
  const { scheme, errors } = checkScheme(document, metrics);
  if (!scheme) throw new Error(JSON.stringify(errors));
  return scheme;
}
const texts = (before: string, after: string): string[] =>
  schemeDifference(schemeOf(before), schemeOf(after)).map(({ text }) => text);

const BANK = read('config/schemes/bank-142.yaml');
const changed = (from: string | RegExp, to: string): string => {
  const after = BANK.replace(from, to);
  expect(after).not.toBe(BANK);
  return after;
};

describe('in plain Chinese', () => {
  it.each([
    [
      'a weight',
      changed(/weight: 25([\s\S]*?)weight: 25/, 'weight: 30$1weight: 20'),
      ['指标“绿色金融业务总额占比”的权重由 25 改为 30', '指标“绿色金融业务总额份额占比”的权重由 25 改为 20'],
    ],
    [
      'a formula, both as written',
      changed('value: 100 * green_loans / total_loans', 'value: 100 * (green_loans + green_bonds) / total_loans'),
      [
        '指标“绿色金融业务总额占比”的公式由 「100 * green_loans / total_loans」 改为 「100 * (green_loans + green_bonds) / total_loans」',
      ],
    ],
    [
      'a policy',
      changed('missing: unranked', 'missing: zero'),
      ['指标“绿色金融业务总额占比”的缺失时由 不参加排名（unranked） 改为 计0分（zero）'],
    ],
    ['a grade', changed('min: 75', 'min: 80'), ['等次“良好”的最低分由 75 改为 80']],
    [
      'ties',
      changed('ties: competition', 'ties: dense'),
      ['并列名次由 并列名次相同，其后名次顺延（1、2、2、4） 改为 并列名次相同，其后名次不空（1、2、2、3）'],
    ],
    [
      'an input',
      changed('missing: 0', 'missing: 1'),
      [
        '取数“green_bonds”的取法由 期末数；缺失的季度按0计（整季未报的除外） 改为 期末数；缺失的季度按1计（整季未报的除外）',
      ],
    ],
    ['rounding', changed('total: 2', 'total: 1'), ['总分的小数位数由 2 改为 1']],
    [
      'an order',
      changed(
        /( {2}- \{ code: 优秀.*\n)( {2}- \{ code: 良好, min: 75 \}\n)/,
        '  - { code: 良好, topShare: 0.5 }\n  - { code: 优秀, min: 75 }\n',
      ),
      [
        '等次“良好”的最低分由 75 改为 （无）',
        '等次“良好”的名次比例由 （无） 改为 0.5',
        '等次“优秀”的最低分由 90 改为 75',
        '等次的先后由 优秀、良好、合格、不合格 改为 良好、优秀、合格、不合格',
      ],
    ],
  ])('%s', (_, after, lines) => expect(texts(BANK, after)).toEqual(lines));

  it('what is new and what is gone, whole', () => {
    const after = changed(/ {2}- \{ code: late.*\n/, '');
    expect(texts(BANK, after)).toEqual(['删去扣分“迟报”']);
    expect(texts(after, BANK)).toEqual([
      '新增扣分“迟报”：评分办法 由finance_bureau评分，0–5 分；各评分人平均；最高分 5',
    ]);
  });

  it('says what changes no digit', () => {
    const lines = schemeDifference(schemeOf(BANK), schemeOf(changed('title: 迟报', 'title: 迟报扣分')));
    expect(lines.map(({ property, wordsOnly }) => [property, wordsOnly])).toEqual([['名称', true]]);
  });
});

it('comments, order of keys, spaces and spelled-out defaults are no difference', () => {
  const reordered = stringify(reversedKeys(parse(BANK)));
  expect(texts(BANK, reordered)).toEqual([]);
  const spaced = changed('100 * green_loans / total_loans', '((100.0*green_loans))/total_loans # 说明');
  expect(texts(BANK, spaced)).toEqual([]);
  expect(texts(BANK, changed('        unit: "%"\n', '        unit: "%"\n        direction: higher\n'))).toEqual([]);
  expect(texts(BANK, changed('version: 1', 'version: 2'))).toEqual([]);
});

/** Maps turned round; lists stay, since their order counts. */
function reversedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversedKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, reversedKeys(each)]),
  );
}

it.each([...SHIPPED, ...CASES.map((folder) => `${folder}/scheme.yaml`)])(
  '%s differs in nothing from itself',
  (file) => {
    const scheme = schemeOf(read(file));
    expect(schemeDifference(scheme, scheme)).toEqual([]);
  },
);

interface Kind {
  readonly kind: string;
}

/** The parsed scheme without its places in the document and without what only spells: the judge of what has changed. */
function meaningOf(scheme: Scheme): string {
  const skip = ['path', 'at', 'version', 'belowZero', 'tells', 'history'];
  const bare = (value: unknown, key = ''): unknown => {
    if (value instanceof Decimal) return plain(value);
    if (typeof value === 'bigint') return `${value}`;
    if (Array.isArray(value)) {
      const items = value.map((each) => bare(each));
      // Bonuses before deductions before caps, wherever they stand.
      if (key === 'adjustments')
        return [...items].sort((a, b) =>
          (a as Kind).kind < (b as Kind).kind ? -1 : (a as Kind).kind > (b as Kind).kind ? 1 : 0,
        );
      return ['by', 'institutionTypes', 'inputs'].includes(key)
        ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
        : items;
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).filter(([name]) => !skip.includes(name));
    const isNumber = (value as { kind?: string }).kind === 'number';
    return Object.fromEntries(
      entries
        .filter(([name]) => name !== 'text' || isNumber)
        .map(([name, each]) => [
          name,
          isNumber && name === 'text' ? plain(new Decimal(String(each))) : bare(each, name),
        ]),
    );
  };
  return JSON.stringify(bare(scheme));
}

const ENUMS = [
  ['annual', 'quarterly'],
  ['higher', 'lower'],
  ['arithmetic', 'geometric', 'harmonic', 'median', 'min', 'outranking'],
  ['exclude', 'zero', 'cohort_median', 'cohort_mean', 'previous_period', 'unranked'],
  ['mean', 'median', 'trimmed_mean', 'max', 'min'],
  ['competition', 'dense', 'ordinal'],
  ['rounded', 'exact'],
  ['cohort', 'all'],
  ['bonus', 'deduction'],
  ['rel60', 'pp60', 'anqing', 'mean_cap', 'ratio_to_best'],
  ['minmax', 'zscore', 'percentile', 'rank', 'distance_to_max'],
  ['last', 'first', 'sum', 'mean', 'max'],
  ['equal', 'relative'],
];
type Keys = readonly (readonly [string, unknown])[];
/** Keys that a map may have beside those it has, by a key that tells what it is. */
const OPTIONAL: readonly (readonly [string, Keys])[] = [
  [
    'scheme',
    [
      ['aggregate', 'geometric'],
      ['weights', 'relative'],
      ['requires', 33],
      ['total', { min: 1, max: 99 }],
      ['commendation', { quota: 9 }],
      ['institutionTypes', ['insurer']],
      ['basis', ['别的文件']],
    ],
  ],
  [
    'indicator',
    [
      ['direction', 'lower'],
      ['missing', 'exclude'],
      ['zeroDenominator', 'exclude'],
      ['treat', { winsorise: { force: 1 } }],
      ['treat', { log: true }],
      ['unit', '吨'],
      ['title', '别的'],
    ],
  ],
  [
    'group',
    [
      ['aggregate', 'geometric'],
      ['weights', 'relative'],
      ['requires', 33],
    ],
  ],
  [
    'metric',
    [
      ['kind', 'flow'],
      ['take', 'max'],
      ['shift', -2],
      ['atLeast', 1],
      ['missing', 7],
    ],
  ],
  [
    'method',
    [
      ['to', [10, 90]],
      ['over', 'all'],
    ],
  ],
  ['periods', [['step', 2]]],
  ['statistic', [['self', 'exclude']]],
  [
    'scale',
    [
      ['panel', 2],
      ['by', ['nobody']],
      ['combine', 'median'],
    ],
  ],
  [
    'code',
    [
      ['title', '别的'],
      ['minSize', 2],
      ['else', 'other'],
      ['max', 1],
      ['topShare', 0.1],
    ],
  ],
  ['ties', [['tieBreak', []]]],
];

/** Every document that differs from this one in one key: changed, taken away, added, or swapped with its neighbour. */
function mutations(root: unknown): unknown[] {
  const found: unknown[] = [];
  const visit = (value: unknown, put: (other: unknown) => unknown): void => {
    if (typeof value === 'number') for (const n of [value + 1, value / 2]) found.push(put(n));
    if (typeof value === 'boolean') found.push(put(!value));
    if (typeof value === 'string') {
      const alternatives = ENUMS.filter((words) => words.includes(value)).flat();
      const others = alternatives.length > 0 ? alternatives : [`${value}x`, `(${value}) + 1`, `not (${value})`];
      for (const other of others) if (other !== value) found.push(put(other));
    }
    if (Array.isArray(value)) {
      value.forEach((item, i) => {
        found.push(put(value.filter((_, j) => j !== i)));
        if (i > 0) found.push(put(value.map((each, j) => (j === i ? value[i - 1] : j === i - 1 ? item : each))));
        visit(item, (other) => put(value.map((each, j) => (j === i ? other : each))));
      });
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, each] of Object.entries(value)) {
        found.push(put(Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))));
        visit(each, (other) => put({ ...value, [key]: other }));
      }
      for (const [mark, keys] of OPTIONAL)
        if (mark in value)
          for (const [key, each] of keys) if (!(key in value)) found.push(put({ ...value, [key]: each }));
    }
  };
  visit(root, (other) => other);
  return found;
}

describe('nothing changes silently', () => {
  it.each(SHIPPED)('%s: whatever one key changes in its meaning is told', (file) => {
    const before = schemeOf(read(file));
    const meaning = meaningOf(before);
    let told = 0;
    for (const document of mutations(parse(read(file)))) {
      const { scheme } = checkScheme(JSON.stringify(document), METRICS);
      if (!scheme || meaningOf(scheme) === meaning) continue;
      told += 1;
      if (schemeDifference(before, scheme).length === 0) throw new Error(JSON.stringify(document));
    }
    expect(told).toBeGreaterThan(60);
  });

  it.each(CASES)('%s: whatever one key changes in a result is told', (folder) => {
    const file = (name: string): string | undefined => {
      try {
        return read(`${folder}/${name}`);
      } catch {
        return undefined;
      }
    };
    const scenario = {
      document: read(`${folder}/scheme.yaml`),
      data: read(`${folder}/data.csv`),
      institutions: file('institutions.csv'),
      assessments: file('assessments.csv'),
      period: read(`${folder}/args.txt`).trim(),
    };
    const input = inputOf(scenario);
    const before = schemeOf(scenario.document, input.metrics);
    const results = JSON.stringify(evaluate(input));
    let told = 0;
    for (const mutated of mutations(parse(scenario.document))) {
      const document = JSON.stringify(mutated);
      const { scheme } = checkScheme(document, input.metrics);
      if (!scheme || scheme.version !== before.version) continue;
      if (schemeDifference(before, scheme).length > 0) continue;
      told += 1;
      expect(JSON.stringify(evaluate({ ...input, document }))).toBe(results);
    }
    expect(told).toBeGreaterThan(0);
  });
});

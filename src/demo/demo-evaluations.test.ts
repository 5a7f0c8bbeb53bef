import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import { parse as parseYaml } from 'yaml';
import { loadCatalogue } from '../forms/catalogue.service.js';
import { Decimal } from '../numbers/decimal.js';
import { projectRoot } from '../platform/project.service.js';
import { givenAway } from '../scoring/disclosure/given-away.js';
import { evaluate, prepare } from '../scoring/evaluate.js';
import type { EvaluationInput, EvaluationResult, Figure, Institution, ResultRecord } from '../scoring/types.js';
import type { DemoAssessment, DemoEvaluation, DemoFlag, DemoInstitution } from './demo-rows.js';
import { flagsTouching } from './demo-rows.js';

const demo = join(projectRoot(), 'config/demo');
const text = (name: string): string => readFileSync(join(demo, name), 'utf8');
const rows = <T>(name: string): T[] => parseCsv(text(name), { columns: true }) as T[];

const catalogue = loadCatalogue();
const flags = rows<DemoFlag>('flags.csv');
const district = rows<DemoInstitution>('institutions.csv');
const assessments = rows<DemoAssessment>('assessments.csv');
const { evaluations } = parseYaml(text('evaluations.yaml')) as { evaluations: DemoEvaluation[] };

const figuresOf = ({ institution }: DemoInstitution): Figure[] =>
  rows<Record<string, string>>(`figures/${institution}.csv`).flatMap((row) =>
    Object.entries(row)
      .filter(([metric, value]) => catalogue.metrics.has(metric) && value !== '')
      .map(([metric, value]) => ({
        institution,
        period: row.period as string,
        metric,
        value: new Decimal(value),
        revision: null,
      })),
  );
const districtFigures = district.flatMap(figuresOf);

const publishedBanks = rows<DemoInstitution>('published/institutions.csv');
/** Published figures are in 亿元, the metric in 万元. */
const publishedFigures: Figure[] = rows<Record<string, string>>('published/figures.csv').map((row) => ({
  institution: row.institution as string,
  period: row.period as string,
  metric: row.metric as string,
  value: new Decimal(row.value as string).times(10000),
  revision: null,
}));

const asInstitution =
  (period: string) =>
  ({ institution, name, type, segment }: DemoInstitution): Institution => ({
    code: institution,
    name,
    type,
    flags: flagsTouching(flags, institution, period),
    attributes: { segment },
  });

const run = (scheme: string): EvaluationResult => evaluate(inputOf(scheme));

function inputOf(scheme: string): EvaluationInput {
  const period = evaluations.find((each) => each.scheme === scheme)?.period ?? '';
  const isPublished = scheme === 'published-banks';
  return {
    document: readFileSync(join(projectRoot(), `config/schemes/${scheme}.yaml`), 'utf8'),
    metrics: catalogue.facts(),
    figures: isPublished
      ? publishedFigures.filter((each) => each.period.slice(0, 4) <= period)
      : districtFigures.filter((each) => each.period.slice(0, period.length) <= period),
    institutions: (isPublished ? publishedBanks : district).map(asInstitution(period)),
    assessments: assessments
      .filter((each) => each.scheme === scheme)
      .map(({ institution, node, assessor, score }) => ({ institution, node, assessor, score: new Decimal(score) })),
    period,
  };
}

it.each(evaluations.map(({ scheme }) => scheme))(
  '%s may be published sealed: nobody’s figures follow from own points',
  (scheme) => {
    expect(givenAway(prepare(inputOf(scheme)))).toEqual([]);
  },
);

const ranked = (result: EvaluationResult): ResultRecord[] => result.results.filter((each) => each.status === 'ranked');
const others = (result: EvaluationResult): string[] =>
  result.results.filter((each) => each.status !== 'ranked').map((each) => `${each.name} ${each.status} ${each.reason}`);

describe.each([
  ['bank-first-year', 13],
  ['bank-142', 5],
])('%s', (scheme, reclassifiedRank) => {
  const result = run(scheme);

  it('ranks 22 of 24 banks, with a tie 3, 3, 5 at the line of praise', () => {
    const ranks = ranked(result).map((each) => each.rank);
    expect([result.results.length, ranks.length]).toEqual([24, 22]);
    expect(ranks).toEqual([1, 2, 3, 3, ...Array.from({ length: 18 }, (_, i) => i + 5)]);
    const tied = ranked(result).filter((each) => each.tied);
    expect(tied.map((each) => each.name).sort()).toEqual(['江峡银行示范分行', '青禾银行示范支行'].sort());
    expect(new Set(tied.map((each) => each.score)).size).toBe(1);
  });

  it('names the veto and the one that opened in the year', () => {
    expect(others(result).sort()).toEqual(
      ['岚溪银行示范支行 ineligible 当年新开业，不参加本年度评价', '沅芷银行示范支行 vetoed 受到环境行政处罚'].sort(),
    );
  });

  it('gives all four grades', () => {
    expect([...new Set(ranked(result).map((each) => each.grade))]).toEqual(['优秀', '良好', '合格', '不合格']);
  });

  it(`puts the bank that only changed its definition ${reclassifiedRank}th`, () => {
    expect(ranked(result).find((each) => each.name.startsWith('丹枫'))?.rank).toBe(reclassifiedRank);
  });

  it('shows bonus and deduction as applied', () => {
    const changes = (name: string) =>
      ranked(result)
        .find((each) => each.name.startsWith(name))
        ?.adjustments.filter((each) => each.applied && each.change !== '0')
        .map((each) => `${each.code} ${each.change}`);
    expect(changes('石榴')).toEqual(['late -1']);
    expect(changes('嘉穗')).toEqual([scheme === 'bank-142' ? 'innovation 2' : 'innovation 1']);
    expect(changes('春晖')).toEqual([]);
  });
});

it('insurers are ranked apart by line, all 14', () => {
  const result = run('insurer-annual');
  const sizes = ['property', 'life'].map((cohort) => ranked(result).filter((each) => each.cohort === cohort).length);
  expect([sizes, others(result)]).toEqual([[9, 5], []]);
});

it('securities branches without business still pass, with more come better grades', () => {
  const list = ranked(run('securities-annual'));
  expect(list.length).toBe(12);
  expect(list[0]?.grade).toBe('优秀');
  expect(new Decimal(list.at(-1)?.score ?? '').lt(65)).toBe(true);
});

it('new types: small groups are merged, so that three cohorts are ranked', () => {
  const result = run('new-types-annual');
  const size = (cohort: string) => ranked(result).filter((each) => each.cohort === cohort).length;
  expect(['micro-lender', 'lease-factoring', 'other'].map(size)).toEqual([3, 3, 4]);
  expect(others(result)).toEqual([]);
});

describe('a first year, of which nothing earlier was filed but what is back-filed', () => {
  /** The demonstration's 2025 by a scheme of the first year; of the years before only what `isThere` says. */
  const first = (scheme: string, like: string, isThere: (figure: Figure) => boolean): EvaluationInput => {
    const input = inputOf(like);
    return {
      ...input,
      document: readFileSync(join(projectRoot(), `config/schemes/${scheme}.yaml`), 'utf8'),
      figures: [...input.figures].filter((figure) => figure.period >= '2025Q1' || isThere(figure)),
    };
  };
  const nothing = () => false;

  it.each([
    ['bank-first-year', 'bank-first-year', 22],
    ['bank-first-year-growth', 'bank-first-year', 22],
    ['insurer-first-year', 'insurer-annual', 14],
    ['securities-annual', 'securities-annual', 12],
    ['new-types-first-year', 'new-types-annual', 10],
  ])('%s ranks everybody without it, and may be published sealed', (scheme, like, expected) => {
    const input = first(scheme, like, nothing);
    const list = ranked(evaluate(input));
    expect(list).toHaveLength(expected);
    // Nothing is held against anybody for a year that nobody asked for.
    for (const { nodes } of list)
      for (const node of nodes) if (node.outcome !== null) expect([node.score, node.weight]).toEqual([null, null]);
    expect(givenAway(prepare(input))).toEqual([]);
  });

  it('who has back-filed is measured by growth, from which a change of definition is taken out', () => {
    const hasHistory = district
      .filter(({ name }) => /^(丹枫|嘉穗|石榴)/.test(name))
      .map(({ institution }) => institution);
    const input = first('bank-first-year-growth', 'bank-first-year', ({ institution }) =>
      hasHistory.includes(institution),
    );
    const growth = new Map(
      ranked(evaluate(input)).map(({ name, nodes }) => [name, nodes.find(({ code }) => code === 'growth')]),
    );
    expect([...growth].filter(([, node]) => node?.score !== null)).toHaveLength(hasHistory.length);
    const [, changed] = [...growth].find(([name]) => name.startsWith('丹枫')) ?? [];
    const taken = (name: string) => new Decimal(changed?.inputs.find((each) => each.name === name)?.taken ?? 0);
    const raw = taken('green_loans').div(taken('green_loans_1y')).minus(1).times(100);
    expect(taken('reclassed').gt(0)).toBe(true);
    expect(raw.minus(changed?.value ?? 0).gt(10)).toBe(true);
    expect(givenAway(prepare(input))).toEqual([]);
  });
});

it('published figures rank the banks that have all of them, and say what the others lack', () => {
  const result = run('published-banks');
  expect(ranked(result).length).toBe(8);
  expect(others(result).sort()).toEqual(
    [
      '中信银行 insufficient_data 缺少 绿色贷款占比',
      '民生银行 ineligible 没有当年的公开数字',
      '光大银行 ineligible 没有当年的公开数字',
      '浙商银行 ineligible 没有当年的公开数字',
    ].sort(),
  );
  expect(ranked(result).every((each) => each.grade === null)).toBe(true);
});

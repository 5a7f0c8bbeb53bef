import { inputOf, long, nodeOf, oneIndicator, scored } from '../../../test/scenario.js';
import { DomainError } from '../../problems/problems.js';
import { evaluate } from '../evaluate.js';
import { parseCsv } from './csv.js';
import { readAssessments } from './read-assessments.js';
import { readFigures } from './read-figures.js';
import { readInstitutions } from './read-institutions.js';

describe('comma-separated values', () => {
  it.each([
    [
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
      'LF',
    ],
    [
      '\ufeffa,b\r\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
      'CRLF, a mark in front, no end of line at the end',
    ],
    ['a\n"x, ""y"""\n', [['a'], ['x, "y"']], 'quotes'],
    ['a\n"x\ny"\n', [['a'], ['x\ny']], 'a line break inside quotes'],
    [
      'a,b\n,\n\n',
      [
        ['a', 'b'],
        ['', ''],
      ],
      'empty cells, an empty line at the end',
    ],
  ])('%j: %s', (text, expected) => {
    const { rows, faults } = parseCsv(text);
    expect(faults).toEqual([]);
    expect(rows.map((row) => row.cells)).toEqual(expected);
  });

  it('knows the line on which a row begins', () => {
    expect(parseCsv('a\n"x\ny"\nz\n').rows.map((row) => row.line)).toEqual([1, 2, 4]);
  });

  it.each([['a\n"x\n'], ['a\n"x"y\n'], ['a\nx"y\n']])('refuses %j', (text) => {
    expect(parseCsv(text).faults).toMatchObject([{ line: 2 }]);
  });
});

describe('figures', () => {
  const faults = (text: string): string[] =>
    readFigures(text, 'data.csv').faults.map(({ path, rule }) => `${path} ${rule}`);

  it('reads long and wide alike; an empty cell states nothing', () => {
    const tall = readFigures('institution,period,metric,value\nA,2025Q4,x,1.50\nA,2025Q4,y,\n', 'data.csv');
    const wide = readFigures('institution,period,x,y\nA,2025Q4,1.50,\n', 'data.csv');
    expect(wide.figures).toEqual(tall.figures);
    expect([...tall.figures]).toMatchObject([{ institution: 'A', period: '2025Q4', metric: 'x', at: 'data.csv:2' }]);
    expect(readFigures('institution,period,x\nB,2025Q4,\n', 'data.csv').institutions).toEqual(['B']);
  });

  it.each([
    ['institution,period,metric,value\nA,2025Q4,x,8万\n', ['data.csv:2 figure']],
    ['institution,period,metric,value\nA,2025Q4,x,1e400\n', ['data.csv:2 figure']],
    ['institution,period,metric,value\nA,2025Q4,x,12345678901234567\n', ['data.csv:2 figure']],
    ['institution,period,metric,value\nA,2025Q5,x,1\n,2025Q4,x,1\n', ['data.csv:2 period', 'data.csv:3 institution']],
    ['institution,period,metric,value\nA,2025Q4,x\n', ['data.csv:2 cells']],
    ['institution,period,x,x\nA,2025Q4,1,1\n', ['data.csv:1 double-column']],
    ['code,period,x\nA,2025Q4,1\n', ['data.csv:1 header']],
    ['', ['data.csv:1 header']],
  ])('%j → %j', (text, expected) => expect(faults(text)).toEqual(expected));
});

it('institutions: flags apart at semicolons, further columns kept', () => {
  const { institutions, faults } = readInstitutions(
    'institution,name,type,flags,district\nA,"甲,支行",bank, pilot ; new;,沙坪坝\n',
    'i.csv',
  );
  expect(faults).toEqual([]);
  expect(institutions).toMatchObject([
    { code: 'A', name: '甲,支行', type: 'bank', flags: ['pilot', 'new'], attributes: { district: '沙坪坝' } },
  ]);
});

it('assessments: an empty score is no row', () => {
  const { assessments, faults } = readAssessments('institution,node,assessor,score\nA,n,d,\nA,n,e,五\n', 'a.csv');
  expect(assessments).toEqual([]);
  expect(faults.map(({ path, found }) => `${path} ${found}`)).toEqual(['a.csv:3 五']);
});

/** The value of one indicator for institution A in 2025, the inputs as given. */
function value(inputs: string, formula: string, data: string, cadence = 'annual', period = '2025'): string | null {
  const document = [
    `scheme: t\nversion: 1\ncadence: ${cadence}\ninputs: { ${inputs} }`,
    `indicators: [{ indicator: only, weight: 100, value: '${formula}', normalise: { method: none }, missing: exclude, zeroDenominator: exclude }]`,
  ].join('\n');
  const node = nodeOf(scored({ document, data, period }).A, 'only');
  return node.value ?? node.outcome;
}

describe('windows', () => {
  const flow = long('A 2025Q1 f=1', 'A 2025Q2 f=2', 'A 2025Q4 f=4', 'A 2024Q4 f=40');
  const full = long('A 2025Q1 f=1', 'A 2025Q2 f=2', 'A 2025Q3 f=9', 'A 2025Q4 f=4', 'A 2024Q4 f=40');
  it.each([
    ['f: { metric: f, kind: flow }', full, '16', 'a flow is summed'],
    ['f: { metric: f, kind: stock }', full, '4', 'a stock is its last quarter'],
    ['f: { metric: f, kind: flow, take: first }', full, '1', 'the first quarter'],
    ['f: { metric: f, kind: flow, take: mean }', full, '4', 'the mean'],
    ['f: { metric: f, kind: stock, take: max }', full, '9', 'the highest'],
    ['f: { metric: f, kind: flow }', flow, 'MISSING', 'one quarter missing'],
    ['f: { metric: f, kind: flow, atLeast: 3 }', flow, '7', 'three are enough, not scaled up'],
    ['f: { metric: f, kind: flow, atLeast: 4 }', flow, 'MISSING', 'four are not there'],
    ['f: { metric: f, kind: flow, take: mean, atLeast: 3 }', flow, '2.333333333333', 'over those that are'],
    ['f: { metric: f, kind: stock, shift: -1 }', flow, '40', 'a year earlier'],
    ['f: { metric: f, kind: flow, missing: 5 }', flow, 'MISSING', 'nothing was filed in the third quarter'],
    ['f: { metric: f, kind: flow, missing: 5 }', `${flow}\nA,2025Q3,other,1`, '12', 'filed, but not this'],
    ['f: { metric: f, kind: flow, missing: 5, atLeast: 1 }', flow, 'MISSING', 'atLeast has no effect beside it'],
    ['f: { metric: f, kind: stock, missing: 5, shift: -2 }', flow, 'MISSING', 'it did not yet exist'],
  ])('%s: %#', (input, data, expected, _purpose) => expect(value(input, 'f', data)).toBe(expected));

  it.each([
    ['f: { metric: f, kind: stock }', '8', 'the end of the year'],
    ['f: { metric: f, kind: flow }', '8', 'the sum of the year'],
    ['f: { metric: f, kind: flow, take: last }', 'MISSING', 'no last quarter of a flow'],
    ['f: { metric: f, kind: stock, take: mean, missing: 1 }', 'MISSING', 'not filled either'],
    ['f: { metric: f, kind: stock, take: first }', 'MISSING', 'no first quarter'],
    ['f: { metric: g, kind: flow, missing: 2 }', '8', 'a year row counts as four quarters filed'],
  ])('a row for the whole year under %s → %s: %s', (input, expected) => {
    expect(value(input, 'f', long('A 2025 f=8'))).toBe(expected);
  });

  it('counts quarters filed of any metric, also in earlier windows', () => {
    const data = long('A 2025Q1 f=1', 'A 2025Q1 g=1', 'A 2025Q4 g=1', 'A 2024 h=1');
    expect(value('f: { metric: f, kind: flow }', 'quarters_filed', data)).toBe('2');
    expect(value('f: { metric: f, kind: flow }', 'prev(quarters_filed)', data)).toBe('4');
  });

  it('a quarter moves by quarters, a year of growth by four of them', () => {
    const data = long('A 2024Q4 x=8', 'A 2025Q3 x=5', 'A 2025Q4 x=10');
    const x = 'x: { metric: x, kind: stock }';
    expect(value(x, 'prev(x)', data, 'quarterly', '2025Q4')).toBe('5');
    expect(value(x, 'yoy(x)', data, 'quarterly', '2025Q4')).toBe('25');
    expect(value(x, 'yoy(x)', data)).toBe('25');
  });
});

describe('tables that do not fit', () => {
  const document = oneIndicator('value: x, normalise: { method: rank }, missing: exclude');
  const refused = (
    scenario: { data: string; institutions?: string; assessments?: string; period?: string },
    text = document,
  ): string[] => {
    try {
      evaluate(inputOf({ document: text, ...scenario }));
    } catch (error) {
      if (error instanceof DomainError) return error.violations.map(({ path, rule }) => `${path} ${rule}`);
      throw error;
    }
    return [];
  };
  const table = 'institution,name,type\nA,甲,bank';
  const assessed = oneIndicator('assessed: { scale: [1, 5], by: [finance] }, missing: exclude');
  const scores = (...rows: string[]): string => ['institution,node,assessor,score', ...rows].join('\n');

  it.each([
    ['a figure twice, also equal', { data: long('A 2025Q4 x=1', 'A 2025Q4 x=1') }, ['data.csv:3 double-row']],
    ['an empty cell clashes with nothing', { data: long('A 2025Q4 x=1', 'A 2025Q4 x=') }, []],
    ['a year beside its quarters', { data: long('A 2025Q4 x=1', 'A 2025 x=1') }, ['data.csv:3 year-beside-quarters']],
    ['a year beside quarters of another year', { data: long('A 2024Q4 x=1', 'A 2025 x=1') }, []],
    [
      'an institution that the table lacks',
      { data: long('B 2025Q4 x=1'), institutions: table },
      ['data.csv:2 institution'],
    ],
    [
      'an institution twice',
      { data: long('A 2025Q4 x=1'), institutions: `${table}\nA,乙,bank` },
      ['institutions.csv:3 double-row'],
    ],
    ['a quarter for an annual scheme', { data: long('A 2025Q4 x=1'), period: '2025Q4' }, ['period period']],
    [
      'a score for no node',
      { data: long('A 2025Q4 x=1'), assessments: scores('A,only,d,1') },
      ['assessments.csv:2 node'],
    ],
  ])('%s', (_purpose, scenario, expected) => expect(refused(scenario)).toEqual(expected));

  it('a year row for a quarterly scheme', () => {
    const quarterly = oneIndicator('value: x, normalise: { method: rank }, missing: exclude', '', 'quarterly');
    expect(refused({ data: long('A 2025 x=1'), period: '2025Q4' }, quarterly)).toEqual(['data.csv:2 period']);
  });

  it('scores outside the scale, by others, twice', () => {
    const rows = [
      'A,only,finance/甲,1',
      'A,only,finance/甲,2',
      'A,only,ecology,2',
      'A,only,finance/乙,5.1',
      'Z,only,finance,2',
    ];
    expect(refused({ data: long('A 2025Q4 x=1'), assessments: scores(...rows) }, assessed)).toEqual([
      'assessments.csv:3 double-row',
      'assessments.csv:4 assessor',
      'assessments.csv:5 scale',
      'assessments.csv:6 institution',
    ]);
  });

  it('a column that the institutions table lacks', () => {
    const attr = oneIndicator(`value: 'attr("size") == "big" ? 1 : 2', normalise: { method: rank }`);
    expect(refused({ data: long('A 2025Q4 x=1'), institutions: table }, attr)).toEqual(['indicators[0].value attr']);
    expect(refused({ data: long('A 2025Q4 x=1') }, attr)).toEqual(['indicators[0].value attr']);
    expect(
      refused({ data: long('A 2025Q4 x=1'), institutions: 'institution,name,type,size\nA,甲,bank,big' }, attr),
    ).toEqual([]);
  });
});

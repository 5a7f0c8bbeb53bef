import { describe, expect, it } from '@jest/globals';
import { makeBundle } from '../../../src/scoring/bundle/bundle.js';
import { evaluate } from '../../../src/scoring/evaluate.js';
import { inputOf } from '../../../test/scenario.js';
import { NotEditable, withFormula, withValues, withVersion, withWeights } from './document-edits.js';
import { Trial } from './trial.js';
import { inProportion, positive, shownWeight, stepped, typedWeight, writtenWeight } from './weight-texts.js';

describe('typed weights', () => {
  it.each([
    ['40', 40_000_000n],
    ['12.5', 12_500_000n],
    ['33.33', 33_330_000n],
    ['33.333', null],
    ['0', null],
    ['0.00', null],
    ['-5', null],
    ['1e1', null],
    ['', null],
  ])('%s', (text, millionths) => expect(typedWeight(text)).toBe(millionths));

  it('are shown with two decimals and written as short as can be', () => {
    expect([40_000_000n, 12_500_000n, 33_333_333n, -1_000_000n].map(shownWeight)).toEqual([
      '40.00',
      '12.50',
      '33.333333',
      '-1.00',
    ]);
    expect([40_000_000n, 12_500_000n, 33_333_333n, 100_000_000n].map(writtenWeight)).toEqual([
      '40',
      '12.5',
      '33.333333',
      '100',
    ]);
    expect(positive('33.333333')).toBe(33_333_333n);
  });

  it('move by one, never to zero', () => {
    expect(stepped(40_500_000n, true)).toBe(41_500_000n);
    expect(stepped(1_000_000n, false)).toBe(1_000_000n);
  });

  it.each([
    [
      ['50', '40'],
      ['55.56', '44.44'],
    ],
    [
      ['1', '1', '1'],
      ['33.34', '33.33', '33.33'],
    ],
    [
      ['40', '5', '34', '20'],
      ['40.41', '5.05', '34.34', '20.20'],
    ],
    [
      ['999', '0.01'],
      ['99.99', '0.01'],
    ],
  ])('%s in proportion are %s, together 100', (typed, filled) => {
    const shares = inProportion(typed.map((text) => typedWeight(text) as bigint));
    expect(shares.map(shownWeight)).toEqual(filled);
    expect(shares.reduce((sum, share) => sum + share, 0n)).toBe(100_000_000n);
  });
});

describe('the document after an edit', () => {
  const text = `# 季度方案
version: 1   # 首版
indicators:
  - group: quantitative
    weight: 80
    of:
      - indicator: share
        weight: 50
        value: 100 * green / loans
      - indicator: risk
        weight: 50.00
        # 没有绿色业务的机构不得因此得满分。
        value: "bad / green"
  - { indicator: policy, weight: 20, assessed: { scale: [0, 100] },   missing: unranked }
`;

  it('differs in the edited characters alone', () => {
    const edited = withVersion(
      withWeights(
        text,
        new Map([
          ['indicators[0].of[1]', 12_500_000n],
          ['indicators[1]', 33_000_000n],
        ]),
      ),
      2,
    );
    const lines = (of: string): string[] => of.split('\n');
    const changed = lines(edited).filter((line, i) => line !== lines(text)[i]);
    expect(changed).toEqual([
      'version: 2   # 首版',
      '        weight: 12.5',
      '  - { indicator: policy, weight: 33, assessed: { scale: [0, 100] },   missing: unranked }',
    ]);
    expect(lines(edited)).toHaveLength(lines(text).length);
  });

  it.each([
    ['100 * (x + y) / 2', 'value: 100 * (x + y) / 2'],
    ['max(x, y)', "value: 'max(x, y)'"],
    ['flag("a") ? x : y', `value: 'flag("a") ? x : y'`],
    ["attr('b') == 'c' ? 1 : 2", "value: 'attr(''b'') == ''c'' ? 1 : 2'"],
  ])('holds the formula %s', (formula, line) => {
    expect(withFormula(text, 'indicators[0].of[0]', formula)).toContain(line);
  });

  it('takes quoted, flow and block values', () => {
    const of = (value: string): string => `a: { value: ${value}, b: 1 } # c`;
    expect(withValues(of('"x"'), new Map([['a.value', 'y']]))).toBe(of('y'));
    expect(withValues('a:\n  value: >\n    x\n    + y\n  b: 1\n', new Map([['a.value', 'z']]))).toBe(
      'a:\n  value: z\n  b: 1\n',
    );
    expect(() => withValues('a: &x 1\nb: *x\n', new Map([['b', '2']]))).toThrow(NotEditable);
    expect(() => withValues('a: 1', new Map([['c', '2']]))).toThrow(NotEditable);
  });
});

describe('a trial', () => {
  const document = (first: number, second: number): string => `
scheme: s
version: 1
cadence: annual
inputs:
  x: { metric: x, kind: stock }
  y: { metric: y, kind: stock }
indicators:
  - { indicator: a, title: 甲项, weight: ${first}, value: x, normalise: { method: minmax }, missing: zero }
  - { indicator: b, title: 乙项, weight: ${second}, value: y, normalise: { method: minmax }, missing: zero }
grades: [{ code: A, min: 50 }, { code: B }]
`;
  const data =
    'institution,period,metric,value\nP,2025Q4,x,9\nP,2025Q4,y,1\nQ,2025Q4,x,2\nQ,2025Q4,y,8\nR,2025Q4,x,1\nR,2025Q4,y,0\n';
  const input = inputOf({ document: document(90, 10), data });
  const bundle = makeBundle(input, evaluate(input), () => '0'.repeat(64)).text;

  it('sets the ranks of the evaluation beside those that other weights would give', () => {
    const [cohort] =
      Trial.of(bundle).rank(
        document(90, 10),
        new Map([
          ['a', 10_000_000n],
          ['b', 90_000_000n],
        ]),
      ) ?? [];
    expect(cohort?.rows.map(({ institution, rankBefore, rank }) => [institution, rankBefore, rank])).toEqual([
      ['Q', 2, 1],
      ['P', 1, 2],
      ['R', 3, 3],
    ]);
    const { results } = evaluate(inputOf({ document: document(10, 90), data }));
    expect(cohort?.rows.map(({ score, grade }) => [score, grade])).toEqual(
      results.map(({ score, grade }) => [score, grade]),
    );
  });

  it('advises on the weights that are tried', () => {
    const trial = Trial.of(bundle);
    const even = new Map([
      ['a', 50_000_000n],
      ['b', 50_000_000n],
    ]);
    trial.rank(document(90, 10), even);
    const [advice] = trial.advise(even).cohorts;
    expect(advice?.groups[0]?.rows.map(({ title, nominal }) => [title, nominal])).toEqual([
      ['甲项', 50],
      ['乙项', 50],
    ]);
    expect(advice?.matrix[0]?.[0]).toBeCloseTo(1, 9);
  });

  it('says what is wrong with a document, and checks one without figures', () => {
    const wrong = document(90, 9);
    expect(Trial.of(bundle).check(wrong).errors).toMatchObject([{ rule: 'weights-sum', found: '99' }]);
    expect(() => Trial.of(bundle).rank(wrong, new Map())).toThrow('评价方案未通过检查');
    const bare = Trial.withoutFigures({});
    expect(bare.check(document(50, 50)).outline?.groups[0]?.children.map(({ code }) => code)).toEqual(['a', 'b']);
    expect(bare.rank(document(50, 50), new Map())).toBeNull();
  });
});

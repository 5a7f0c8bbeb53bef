import { loadCatalogue } from './catalogue.service.js';
import { blockingViolations, checkFiling } from './check-filing.js';

const { metrics, rules } = loadCatalogue();
const check = (figures: Record<string, string>) => checkFiling(new Map(Object.entries(figures)), rules, metrics);
const broken = (figures: Record<string, string>) =>
  check(figures).map((each) => `${each.rule} ${each.cells.join(' ')}`);

/** Keeps every rule. */
const sound = {
  BK_LOAN_BAL: '1000',
  BK_LOAN_NPL: '8',
  BK_GL_BAL: '420',
  BK_GL_NPL: '0.5',
  BK_GL_RECLASS: '-12.5',
  BK_GL_CNT: '30',
  BK_GL_CUST: '30',
};

it('passes figures that keep every rule, equal sides included', () => {
  expect(check(sound)).toEqual([]);
  expect(check({ ...sound, BK_GL_BAL: '1000' })).toEqual([]);
});

it('tells both sides and the difference of a broken comparison', () => {
  expect(check({ ...sound, BK_GL_BAL: '1200' })).toEqual([
    {
      rule: 'V01',
      severity: 'block',
      message: '绿色贷款余额大于各项贷款余额，请核对两项的口径和计量单位',
      cells: ['BK_GL_BAL', 'BK_LOAN_BAL'],
      left: '1200',
      right: '1000',
      difference: '200',
      expected: '≤ 1000',
    },
  ]);
});

it.each<[Record<string, string>, string[], string]>([
  [{ BK_GL_BAL: '1000.0001' }, ['V01 BK_GL_BAL BK_LOAN_BAL'], 'one in the fourth decimal too much'],
  [{ BK_GL_NPL: '8.1' }, ['V01 BK_GL_NPL BK_LOAN_NPL'], 'green bad loans above all bad loans'],
  [{ BK_GL_BAL: '0.4' }, ['V01 BK_GL_NPL BK_GL_BAL'], 'green bad loans above the green balance'],
  [{ BK_LOAN_NPL: '1001' }, ['V01 BK_LOAN_NPL BK_LOAN_BAL'], 'bad loans above all loans'],
  [{ BK_GL_CUST: '31' }, ['V04 BK_GL_CUST BK_GL_CNT'], 'more borrowers than loans'],
  [{ BK_GL_CNT: '30.5' }, ['V04 BK_GL_CNT'], 'half a loan'],
  [{ BK_GL_NEW: '-0.01' }, ['V04 BK_GL_NEW'], 'a negative flow'],
  [{ BK_GL_BAL: '-1', BK_GL_NPL: '0' }, ['V01 BK_GL_NPL BK_GL_BAL', 'V04 BK_GL_BAL'], 'two rules at once'],
])('%j breaks %j: %s', (change, expected) => {
  expect(broken({ ...sound, ...change })).toEqual(expected);
});

it('does not compare while one side has no value', () => {
  expect(broken({ BK_GL_BAL: '1200' })).toEqual([]);
  expect(broken({ BK_GL_BAL: '1200', BK_LOAN_NPL: '5' })).toEqual([]);
});

it('compares sums exactly, where binary floats would differ', () => {
  const rule = { rule: 'V99', severity: 'justify', title: '和', message: '不等', relation: '==' } as const;
  const figures = new Map([
    ['BK_GL_ORD', '0.1'],
    ['BK_GL_SML', '0.2'],
    ['BK_GL_BAL', '0.3'],
  ]);
  const sums = { ...rule, left: ['BK_GL_ORD', 'BK_GL_SML'], right: ['BK_GL_BAL'] };
  expect(checkFiling(figures, [sums], metrics)).toEqual([]);
  const found = checkFiling(figures.set('BK_GL_BAL', '0.31'), [sums], metrics);
  expect(found).toMatchObject([
    { severity: 'justify', left: '0.3', right: '0.31', difference: '-0.01', expected: '= 0.31' },
  ]);
});

it('turns what blocks into faults of the request', () => {
  expect(blockingViolations(check({ ...sound, BK_GL_BAL: '1200', BK_GL_CNT: '30.5' }))).toMatchObject([
    { path: 'figures.BK_GL_BAL', rule: 'V01', found: '1200', expected: '≤ 1000' },
    { path: 'figures.BK_GL_CNT', rule: 'V04', found: '30.5', expected: '整数' },
  ]);
  const [justify] = check({ ...sound, BK_GL_BAL: '1200' });
  expect(justify && blockingViolations([{ ...justify, severity: 'justify' }])).toEqual([]);
});

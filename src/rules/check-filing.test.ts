import fc from 'fast-check';
import { quarterCode, quarterIndex } from '../calendar/period.js';
import { loadCatalogue } from '../forms/catalogue.service.js';
import { formMetrics } from '../forms/form.js';
import { Decimal, plain } from '../numbers/decimal.js';
import { type Check, checkFiling, type FilingSubject } from './check-filing.js';
import { openChecks, openViolation, verdictOf } from './open-checks.js';
import { spreadOf } from './peers.js';
import { printFormula } from './print-formula.js';
import { metricsOfRule, printMessage, printRule, printTolerance } from './print-rule.js';
import type { Rule } from './rule.js';
import { treeOf } from './rule-formula.js';

const { metrics, rules, forms } = loadCatalogue();
type Figures = Readonly<Record<string, string>>;
type Context = Partial<Pick<FilingSubject, 'period' | 'peers'>> & { before?: Readonly<Record<string, Figures>> };

/** @param before quarter → figures accepted then */
function subject(figures: Figures, { period = '2026Q3', peers = null, before = {} }: Context = {}): FilingSubject {
  const history = new Map<string, Map<string, string>>();
  for (const [quarter, accepted] of Object.entries(before))
    for (const [code, value] of Object.entries(accepted))
      history.set(code, (history.get(code) ?? new Map<string, string>()).set(quarter, value));
  return { period, figures: new Map(Object.entries(figures)), codes: Object.keys(figures), history, peers };
}
const check = (figures: Figures, context?: Context): Check[] => checkFiling(subject(figures, context), rules, metrics);
const keys = (figures: Figures, context?: Context): string[] => check(figures, context).map((each) => each.key);
const only = (figures: Figures, context?: Context): Check => {
  const checks = check(figures, context);
  expect(checks.map((each) => each.key)).toHaveLength(1);
  return checks[0] as Check;
};
const last = (figures: Figures) => ({ before: { '2026Q2': figures } });
const yearAgo = (figures: Figures) => ({ before: { '2025Q3': figures } });
const forEach = (codes: readonly string[], value: string): Figures =>
  Object.fromEntries(codes.map((code) => [code, value]));

const P19 = ['EE', 'CP', 'CE', 'EC', 'IN', 'SV'].map((name) => `BK_GL_P19_${name}`);
const P25 = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `BK_GL_P25_${n}`);
const ENV = ['COAL', 'CO2', 'COD', 'NH3N', 'SO2', 'NOX', 'H2O'].map((name) => `ENV_${name}`);

it('tells both sides, the difference and what to do', () => {
  expect(check({ BK_GL_BAL: '1120', BK_LOAN_BAL: '1000' })).toEqual([
    {
      rule: 'V01',
      key: 'V01:BK_GL_BAL',
      severity: 'block',
      title: '绿色贷款余额不大于各项贷款余额',
      message: '绿色贷款余额（BK_GL_BAL）大于各项贷款余额（BK_LOAN_BAL），差120.00万元',
      formula: 'BK_GL_BAL ≤ BK_LOAN_BAL',
      cells: ['BK_GL_BAL', 'BK_LOAN_BAL'],
      left: '1120',
      right: '1000',
      difference: '120',
      tolerance: null,
      expected: '≤ 1000',
      hint: '请核对两项的口径和计量单位',
      conversion: null,
    },
  ]);
});

/** Rule, figures that keep it, what breaks it, the keys then told, where it stands. */
type Case = [string, Figures, Figures, string[], Context?];
const roll = { BK_GL_NEW: '50', BK_GL_REPAY: '30', BK_GL_WO: '1', BK_GL_RECLASS: '-4' };
const CASES: readonly Case[] = [
  ['V01', { BK_GL_BAL: '1000', BK_LOAN_BAL: '1000' }, { BK_GL_BAL: '1000.0001' }, ['V01:BK_GL_BAL']],
  ['V01', { BK_GL_NPL: '8', BK_LOAN_NPL: '8' }, { BK_GL_NPL: '8.1' }, ['V01:BK_GL_NPL']],
  ['V01', { SE_GB_UW: '0', SE_ABS_UW: '7', SE_UW_TOT: '7' }, { SE_ABS_UW: '8' }, ['V01:SE_GB_UW']],
  ['V02', { ...forEach(P19, '10'), BK_GL_BAL: '60' }, { BK_GL_BAL: '61' }, ['V02:BK_GL_P19_EE']],
  ['V02', { ...forEach(P25, '10'), BK_GL_BAL: '90' }, { BK_GL_P25_9: '9' }, ['V02:BK_GL_P25_1']],
  ['V02', { BK_GL_ORD: '90', BK_GL_SML: '8', BK_GL_NPL: '2', BK_GL_BAL: '100' }, { BK_GL_SML: '7' }, ['V02:BK_GL_ORD']],
  ['V03', { ...roll, BK_GL_BAL: '115' }, { BK_GL_WO: '3' }, ['V03:BK_GL_BAL'], last({ BK_GL_BAL: '100' })],
  [
    'V03',
    { ML_G_NEW: '9', ML_G_REC: '4', ML_G_BAL: '25' },
    { ML_G_REC: '5' },
    ['V03:ML_G_BAL'],
    last({ ML_G_BAL: '20' }),
  ],
  ['V04', { BK_GL_NEW: '0' }, { BK_GL_NEW: '-0.01' }, ['V04:BK_GL_NEW']],
  ['V04', { BK_GL_CNT: '30' }, { BK_GL_CNT: '30.5' }, ['V04:BK_GL_CNT']],
  ['V04', { BK_GL_CUST: '30', BK_GL_CNT: '30' }, { BK_GL_CUST: '31' }, ['V04:BK_GL_CUST']],
  ['V05', { BK_GL_BAL: '5', BK_GL_CNT: '1' }, { BK_GL_CNT: '0' }, ['V05:BK_GL_BAL']],
  ['V05', { BK_GL_NEW: '5', BK_GL_REPAY: '5', BK_GL_BAL: '0' }, { BK_GL_REPAY: '0' }, ['V05:BK_GL_NEW']],
  ['V07', { BK_DEP_BAL: '1300' }, { BK_DEP_BAL: '1300.1' }, ['V07:BK_DEP_BAL'], last({ BK_DEP_BAL: '1000' })],
  ['V07', { BK_DEP_BAL: '700' }, { BK_DEP_BAL: '699.9' }, ['V07:BK_DEP_BAL'], last({ BK_DEP_BAL: '1000' })],
  ['V07', { BK_GL_NEW: '900' }, { BK_GL_NEW: '901' }, ['V07:BK_GL_NEW'], yearAgo({ BK_GL_NEW: '300' })],
  ['V07', { BK_GL_NEW: '100' }, { BK_GL_NEW: '99' }, ['V07:BK_GL_NEW'], yearAgo({ BK_GL_NEW: '300' })],
  ['V07', { IN_GI_SI: '9000' }, { IN_GI_SI: '10001' }, ['V07:IN_GI_SI'], yearAgo({ IN_GI_SI: '1000' })],
  ['V09', { QL_KPI: '100' }, { QL_KPI: '100.5' }, ['V09:QL_KPI']],
  ['V09', { BK_CRED_RATE: '3.45', BK_GL_NEW: '9' }, { BK_CRED_RATE: '0.0345' }, ['V09:BK_CRED_RATE']],
  ['V09', { BK_CRED_RATE: '0', BK_GL_NEW: '0' }, { BK_GL_NEW: '9' }, ['V09:BK_CRED_RATE']],
  ['V09', { GU_OUT_BAL: '1000', GU_NETAST: '100' }, { GU_OUT_BAL: '1001' }, ['V09:GU_OUT_BAL']],
  ['V11', { BK_GB_HOLD: '0' }, { BK_GB_HOLD: '50' }, ['V11:BK_GB_HOLD']],
  ['V11', { BK_GB_UW: '0' }, { BK_GB_UW: '50' }, ['V11:BK_GB_UW']],
  ['V13', { BK_GL_LIST: '42', BK_GL_BAL: '42' }, { BK_GL_LIST: '43' }, ['V13:BK_GL_LIST']],
  ['V14', { IN_GI_PREM: '9', IN_PREM_TOT: '9' }, { IN_GI_PREM: '10' }, ['V14:IN_GI_PREM']],
  [
    'V14',
    { IN_GI_ESG: '4', IN_GI_IND: '3', IN_GI_LIFE: '3', IN_GI_DUP: '1', IN_GI_PREM: '9' },
    { IN_GI_DUP: '0' },
    ['V14:IN_GI_ESG'],
  ],
  ['V14', { IN_GI_SI: '900', IN_GI_PREM: '9' }, { IN_GI_SI: '8' }, ['V14:IN_GI_SI']],
  ['V14', { IN_GI_CLMCNT: '2', IN_GI_CLM: '5' }, { IN_GI_CLM: '0' }, ['V14:IN_GI_CLMCNT']],
  [
    'V15',
    { GU_GG_NEW: '30', GU_GG_REL: '20', GU_GG_COMP: '2', GU_GG_BAL: '108' },
    { GU_GG_REL: '22' },
    ['V15:GU_GG_BAL'],
    last({ GU_GG_BAL: '100' }),
  ],
  ['V18', { ...forEach(ENV, '1'), BK_GL_DIRECT: '2', BK_GL_INDIR: '0' }, forEach(ENV, '0'), ['V18:BK_GL_DIRECT']],
  ['V18', { ...forEach(ENV, '0'), LE_G_BAL: '0' }, { ENV_CO2: '3' }, ['V18:LE_G_BAL']],
];
it.each(CASES.map(([rule, sound, broken, expected, context = {}]) => ({ rule, sound, broken, expected, context })))(
  '$rule: $sound passes, with $broken it does not',
  ({ sound, broken, expected, context }) => {
    expect(keys(sound, context)).toEqual([]);
    expect(keys({ ...sound, ...broken }, context)).toEqual(expected);
  },
);

describe('tolerance', () => {
  const sums = (balance: string) => ({ BK_GL_ORD: '90', BK_GL_SML: '8', BK_GL_NPL: '2', BK_GL_BAL: balance });

  it('of sums in 万元 is half a 万元, its edge included, and is told', () => {
    expect(keys(sums('100.5'))).toEqual([]);
    expect(only(sums('100.5001'))).toMatchObject({ tolerance: '0.5', difference: '-0.5001', expected: '= 100.5001' });
    expect(keys(sums('99.5'))).toEqual([]);
    expect(keys(sums('99.4999'))).toEqual(['V02:BK_GL_ORD']);
  });

  it('grows with the items, and follows the unit: counts have none', () => {
    const tolerance = { 万元: { perItem: '0.2', least: '0.5' } };
    const head = { rule: 'V99', severity: 'justify', title: '', message: '', hint: '', kind: 'formula' } as const;
    const rest = { each: null, when: null, unless: null, expected: null, tolerance };
    const of = (holds: string): Rule => ({ ...head, ...rest, holds });
    const found = (holds: string, figures: Figures) => checkFiling(subject(figures), [of(holds)], metrics);
    const three = { BK_GL_ORD: '1', BK_GL_SML: '1', BK_GL_NPL: '1' };
    expect(found('BK_GL_ORD + BK_GL_SML + BK_GL_NPL == BK_GL_BAL', { ...three, BK_GL_BAL: '3.6' })).toEqual([]);
    expect(found('BK_GL_ORD + BK_GL_SML + BK_GL_NPL == BK_GL_BAL', { ...three, BK_GL_BAL: '3.61' })).toMatchObject([
      { tolerance: '0.6' },
    ]);
    expect(found('BK_GL_CUST == BK_GL_CNT', { BK_GL_CUST: '30', BK_GL_CNT: '31' })).toMatchObject([{ tolerance: '0' }]);
  });

  it('compares exactly, where binary floats would differ', () => {
    expect(keys({ SE_GB_UW: '0', SE_ABS_UW: '0.3', SE_UW_TOT: '0.3' })).toEqual([]);
    expect(keys({ BK_GL_DIRECT: '0.1', BK_GL_INDIR: '0.2', BK_GL_BAL: '0.3' })).toEqual([]);
  });
});

describe('figures that are missing', () => {
  it('leave a rule unchecked: a filing of few cells stays submittable', () => {
    expect(keys({ BK_GL_BAL: '1200' })).toEqual([]);
    const { BK_GL_WO: _, ...blank } = roll;
    expect(keys({ ...blank, BK_GL_BAL: '500' }, last({ BK_GL_BAL: '400' }))).toEqual([]);
    expect(keys({ ...forEach(ENV.slice(1), '0'), BK_GL_DIRECT: '2', BK_GL_INDIR: '0' })).toEqual([]);
  });

  it('have no jump: the first filing, and the nine purposes when their edition begins', () => {
    expect(keys({ BK_DEP_BAL: '1000', BK_GL_NEW: '1000' })).toEqual([]);
    const six = { '2025Q3': forEach(P19, '150') };
    expect(keys({ ...forEach(P25, '100'), BK_GL_BAL: '900' }, { period: '2025Q4', before: six })).toEqual([]);
    expect(keys({ BK_DEP_BAL: '5000' }, last({ BK_DEP_BAL: '0' }))).toEqual([]);
    expect(keys({ BK_DEP_BAL: '99' }, last({ BK_DEP_BAL: '20' }))).toEqual([]);
  });
});

describe('V08, the slip of unit', () => {
  const before = last({ BK_LOAN_BAL: '967535.2', BK_GL_BAL: '159656.04', BK_GL_NEW: '15000', BK_LYD_NEW: '0' });
  const slipped = { BK_LOAN_BAL: '9823937800', BK_GL_BAL: '1626560400', BK_GL_NEW: '210000000', BK_LYD_NEW: '5000000' };

  it('is told once for all cells, and the jumps behind it are not', () => {
    expect(only(slipped, before)).toMatchObject({
      key: 'V08:BK_LOAN_BAL',
      severity: 'justify',
      cells: ['BK_LOAN_BAL', 'BK_GL_BAL'],
      message:
        '各项贷款余额（BK_LOAN_BAL）等2项约为上季的10000倍：9,823,937,800.00万元，上季967,535.20万元。计量单位是否有误（元→万元）？',
      conversion: {
        factor: '0.0001',
        title: '元→万元',
        cells: ['BK_LOAN_BAL', 'BK_GL_BAL', 'BK_GL_NEW', 'BK_LYD_NEW'],
      },
    });
  });

  it.each([
    ['10000', '0.0001'],
    ['100000000', '0.00000001'],
    ['1000', '0.001'],
    ['0.0001', '10000'],
    ['0.00000001', '100000000'],
  ])('at %s times offers × %s', (ratio, factor) => {
    const at = (share: string): Figures => ({ BK_GL_BAL: plain(new Decimal('2000').times(ratio).times(share)) });
    const context = last({ BK_GL_BAL: '2000' });
    for (const share of ['0.95', '1', '1.05']) expect(only(at(share), context).conversion?.factor).toBe(factor);
    for (const share of ['0.949', '1.051']) expect(keys(at(share), context)).toEqual(['V07:BK_GL_BAL']);
  });

  it('looks at the peers where there is no last quarter, and only then', () => {
    const peers = new Map([['BK_GL_BAL', { median: '2000', q1: '1', q3: '1', mean: '1', sd: '1', n: 9 }]]);
    expect(only({ BK_GL_BAL: '20000000' }, { peers }).conversion?.cells).toEqual(['BK_GL_BAL']);
    expect(keys({ BK_GL_BAL: '20000000' }, { peers, ...last({ BK_GL_BAL: '20000000' }) })).toEqual([]);
  });

  it('is cleared by the conversion that it offers', () => {
    const amount = fc.bigInt({ min: 10n ** 6n, max: 10n ** 12n }).map((n) => plain(new Decimal(`${n}e-2`)));
    const codes = ['BK_LOAN_BAL', 'BK_DEP_BAL', 'BK_GL_BAL', 'BK_GOFF_BAL'];
    const power = fc.constantFrom('10000', '100000000', '1000', '0.0001', '0.00000001');
    fc.assert(
      fc.property(fc.array(amount, { minLength: 4, maxLength: 4 }), power, (amounts, ratio) => {
        const true_ = Object.fromEntries(codes.map((code, i) => [code, amounts[i] as string]));
        const wrong = Object.fromEntries(
          codes.map((code, i) => [code, plain(new Decimal(amounts[i] as string).times(ratio))]),
        );
        const slip = check(wrong, last(true_)).find((each) => each.rule === 'V08');
        const factor = slip?.conversion?.factor ?? '1';
        const cells: readonly string[] = slip?.conversion?.cells ?? [];
        const mended = Object.fromEntries(
          Object.entries(wrong).map(([code, value]) => [
            code,
            cells.includes(code) ? plain(new Decimal(value).times(factor)) : value,
          ]),
        );
        expect(mended).toEqual(true_);
        expect(keys(mended, last(true_)).filter((key) => /^V0[78]/.test(key))).toEqual([]);
      }),
    );
  });
});

describe('V10, washed green', () => {
  const quarters = (n: number, figures: (i: number) => Figures) =>
    Object.fromEntries(
      Array.from({ length: n }, (_, i) => [quarterCode(quarterIndex('2026Q3') - n + i), figures(i)] as const),
    );
  const zero = (i: number) => ({ BK_GL_NPL: '0', BK_GL_BAL: `${1000 + i}` });

  it('asks after eight quarters without a bad loan while the balance grows', () => {
    const now = { BK_GL_NPL: '0', BK_GL_BAL: '1010' };
    expect(keys(now, { before: quarters(7, zero) })).toEqual(['V10:BK_GL_NPL']);
    expect(keys(now, { before: quarters(6, zero) })).toEqual([]);
    expect(keys({ ...now, BK_GL_BAL: '1000' }, { before: quarters(7, zero) })).toEqual([]);
    expect(keys({ ...now, BK_GL_NPL: '0.1' }, { before: quarters(7, zero) })).toEqual([]);
    const once = (i: number) => ({ ...zero(i), BK_GL_NPL: i === 3 ? '0.1' : '0' });
    expect(keys(now, { before: quarters(7, once) })).toEqual([]);
  });

  const of = '100 * BK_GL_BAL / BK_LOAN_BAL';
  const shares = ['10', '12', '14', '16', '18'].map((share) => new Decimal(share));

  it('asks for a share above mean + 3 sd of the peers: 14 + 3 × 3.1623 = 23.4868', () => {
    const peers = new Map([[of, spreadOf(shares) ?? fail()]]);
    expect(keys({ BK_GL_BAL: '23.48', BK_LOAN_BAL: '100' }, { peers })).toEqual([]);
    expect(only({ BK_GL_BAL: '23.49', BK_LOAN_BAL: '100' }, { peers })).toMatchObject({
      key: 'V10:BK_GL_BAL',
      message: '绿色贷款占比23.49%，同类5家均值14.00%，高于均值加三倍标准差23.4868%',
      formula: '100 × BK_GL_BAL ÷ BK_LOAN_BAL ≤ 同类机构均值 + 3 × 标准差（至少5家）',
    });
    expect(keys({ BK_GL_BAL: '1', BK_LOAN_BAL: '0' }, { peers }).filter((key) => key.startsWith('V10'))).toEqual([]);
  });

  it('says nothing with four peers, or none', () => {
    const figures = { BK_GL_BAL: '90', BK_LOAN_BAL: '100' };
    expect(keys(figures, { peers: new Map([[of, spreadOf(shares.slice(1)) ?? fail()]]) })).toEqual([]);
    expect(keys(figures, { peers: new Map() })).toEqual([]);
    expect(keys(figures)).toEqual([]);
  });
});

describe('V16, last quarter copied', () => {
  const codes = formMetrics(forms.get('bank-quarterly') ?? fail()).filter((code) =>
    /^BK_(LOAN|DEP|GL_P25|TRANS)/.test(code),
  );
  const cells = codes.slice(0, 10);
  const now = (equal: number): Figures => Object.fromEntries(cells.map((code, i) => [code, i < equal ? '3' : '3.01']));

  it('asks from eight equal cells of ten', () => {
    expect(cells).toHaveLength(10);
    const of = (equal: number) => check(now(equal), last(now(10))).filter((each) => each.rule === 'V16');
    expect(of(7)).toEqual([]);
    expect(of(8)).toMatchObject([
      { left: '8', right: '10', expected: '< 80%', message: expect.stringContaining('10个可比单元格中有8个') },
    ]);
  });

  it('does not count zeros, nor say anything of nine cells: a nil return is no copy', () => {
    const nil = forEach(codes, '0');
    expect(keys(nil, last(nil))).toEqual([]);
    const nine = Object.fromEntries(Object.entries(now(10)).slice(1));
    expect(keys({ ...nil, ...nine }, last({ ...nil, ...nine }))).not.toContain('V16:BK_LOAN_NPL');
  });
});

describe('as a form prints it', () => {
  it.each([
    ['BK_GL_BAL <= BK_LOAN_BAL', 'BK_GL_BAL ≤ BK_LOAN_BAL'],
    ['prev(A) + B - C == A', 'A[上季] + B − C = A'],
    ['A - (B - C) >= 2 * (A + B) / -C', 'A − （B − C） ≥ 2 × （A + B） ÷ −C'],
    ['prev(A, 4) + prev(prev(A), 6) > 0', 'A[上年同期] + A[前7季] > 0'],
    ['(A > 0) == (B > 0)', 'A > 0 ⇔ B > 0'],
    ['not (A > 0 and B == 0)', '不得（A > 0 且 B = 0）'],
    ['(A > 0 or B > 0) and C > 0', '（A > 0 或 B > 0） 且 C > 0'],
    ['abs(x) <= max(x, prev(x), 100)', '绝对值（本项） ≤ 较大值（本项，本项[上季]，100）'],
    ['x == round(x, 0)', '本项 = 本项的整数值'],
    ['default(prev(A), 0) > 0', 'A[上季]（无则为0） > 0'],
  ])('%s is %s', (formula, printed) => expect(printFormula(treeOf(formula))).toBe(printed));

  it('speaks of every rule without a code of the language left in it', () => {
    for (const rule of rules) {
      expect(printRule(rule)).not.toMatch(/[{}]|==|<=|>=|\band\b|\bor\b|\bprev\b|\bx\b/);
      expect(printMessage(rule, metrics)).not.toMatch(/[{}]/);
      expect(metricsOfRule(rule, [...metrics.values()]).length).toBeGreaterThan(0);
    }
    const [slip] = rules.filter((rule) => rule.kind === 'slip');
    expect(slip && printRule(slip)).toBe('本项 ÷ 本项[上季] 不在 10⁴、10⁸、10³、10⁻⁴、10⁻⁸ 的 ±5% 以内');
  });

  it('tells the tolerance by unit', () => {
    const [sums] = rules.filter((rule) => rule.rule === 'V02');
    expect(sums && printTolerance(sums)).toBe('0.5万元（项数多时每项0.01万元）');
    expect(
      rules
        .filter((rule) => rule.rule === 'V01')
        .map(printTolerance)
        .every((text) => text === null),
    ).toBe(true);
  });
});

describe('keys', () => {
  it('are unique, in the order of the rules, where two rules meet at a cell', () => {
    const broken = { BK_GL_NPL: '9', BK_GL_BAL: '8', BK_LOAN_NPL: '7', BK_LOAN_BAL: '6' };
    expect(keys(broken)).toEqual(['V01:BK_GL_BAL', 'V01:BK_GL_NPL', 'V01:BK_GL_NPL:2', 'V01:BK_LOAN_NPL']);
  });
});

describe('what still stops a submission', () => {
  const figures = { BK_GL_BAL: '1200', BK_LOAN_BAL: '1000', BK_DEP_BAL: '5000', BK_GB_UW: '7' };
  const checks = check(figures, last({ BK_DEP_BAL: '1000' }));
  const open = (justifications: Record<string, string>) => openChecks(checks, justifications).map((each) => each.key);

  it('is what blocks, and what has no explanation under its key or its rule', () => {
    expect(open({})).toEqual(['V01:BK_GL_BAL', 'V07:BK_DEP_BAL', 'V11:BK_GB_UW']);
    expect(open({ V07: '新增大额存款', 'V11:BK_GB_UW': '证明已上传' })).toEqual(['V01:BK_GL_BAL']);
    expect(open({ V01: '无', V07: ' ', 'V07:BK_GL_BAL': '别处', 'V11:BK_GB_UW': '证明已上传' })).toEqual([
      'V01:BK_GL_BAL',
      'V07:BK_DEP_BAL',
    ]);
    expect(openChecks(checks, Object.create({ V07: 'inherited' }))).toHaveLength(3);
  });

  it('is told as faults of the request', () => {
    expect(openChecks(checks, { V11: '证明已上传' }).map(openViolation)).toMatchObject([
      { path: 'figures.BK_GL_BAL', rule: 'V01', found: '1200', expected: '≤ 1000' },
      { path: 'figures.BK_DEP_BAL', rule: 'V07', found: '5000', expected: '填写说明' },
    ]);
  });

  it('is one sentence', () => {
    expect(verdictOf(openChecks(checks, { V11: '证明已上传' }), false)).toBe('还不能提交：1处错误，1处待说明');
    expect([verdictOf([], false), verdictOf([], true)]).toEqual(['可以提交', '还不能提交：还没有填写任何数字']);
  });
});

it('never throws and never asks of blanks, whatever is filed, with or without history and peers', () => {
  const figure = fc.oneof(
    fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map((n) => plain(new Decimal(`${n}e-4`))),
    fc.constantFrom('0', '1', '0.0001', '-1'),
  );
  const codes = [...forms.values()].flatMap(formMetrics);
  const figures = fc.dictionary(fc.constantFrom(...codes), figure, { maxKeys: 60 });
  const quarters = fc.dictionary(fc.constantFrom('2026Q2', '2025Q3', '2024Q4'), figures);
  const peer = fc.record({ median: figure, q1: figure, q3: figure, mean: figure, sd: figure, n: fc.nat(20) });
  const peers = fc.option(fc.dictionary(fc.constantFrom(...codes, '100 * BK_GL_BAL / BK_LOAN_BAL'), peer));
  fc.assert(
    fc.property(figures, quarters, peers, (now, before, others) => {
      const context = { before, peers: others && new Map(Object.entries(others)) };
      const checks = check(now, context);
      const again = check(now, context);
      expect(again).toEqual(checks);
      expect(new Set(checks.map((each) => each.key)).size).toBe(checks.length);
      for (const { message, cells } of checks) {
        expect(message).not.toMatch(/[{}]|NaN|Infinity/);
        expect(cells.filter((code) => now[code] === undefined)).toEqual([]);
      }
      // What an institution's page tells without peers, the bureau's server tells too.
      const alone = check(now, { before }).filter(({ rule }) => !['V07', 'V08'].includes(rule));
      const keys = new Set(checks.map((each) => each.key));
      expect(alone.filter((each) => !keys.has(each.key))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

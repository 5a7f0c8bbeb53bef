import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import { parse as parseYaml } from 'yaml';
import { quarterCode, quarterIndex } from '../calendar/period.js';
import { loadCatalogue } from '../forms/catalogue.service.js';
import { formMetrics } from '../forms/form.js';
import type { Metric } from '../forms/metric.js';
import { isAsked } from '../forms/metric.js';
import { isUscc } from '../institutions/uscc.js';
import { ROLES } from '../lifecycle/lifecycle.js';
import { Decimal, parseFigure, sumOf, ZERO } from '../numbers/decimal.js';
import { projectRoot } from '../platform/project.service.js';
import { checkFiling } from '../rules/check-filing.js';
import type { DemoAccount, DemoAssessment, DemoEvaluation, DemoInstitution, DemoOpenState } from './demo-rows.js';

const folder = join(projectRoot(), 'config/demo');
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
const rows = <T>(name: string): T[] => parseCsv(text(name), { columns: true }) as T[];
type Row = Readonly<Record<string, string>>;

const catalogue = loadCatalogue();
const institutions = rows<DemoInstitution>('institutions.csv');
const openQuarter = rows<DemoOpenState>('open-quarter.csv');
const stateOf = (uscc: string) => openQuarter.find((each) => each.institution === uscc)?.state;
const nameOf = (uscc: string) => institutions.find((each) => each.institution === uscc)?.name ?? '';
const banks = institutions.filter((each) => each.type === 'bank');
const filings = institutions.flatMap(({ institution, type }) =>
  rows<Row>(`figures/${institution}.csv`).map((row) => ({ institution, type, period: row.period as string, row })),
);
const cell = (row: Row, code: string): Decimal => {
  const value = parseFigure(row[code] ?? '');
  if (!(value instanceof Decimal)) throw new Error(`${row.institution} ${row.period} ${code}: ${row[code]}`);
  return value;
};
const sumIn = (row: Row, codes: readonly string[]): Decimal => sumOf(codes.map((code) => cell(row, code)));
const previous = (filing: { institution: string; period: string }) => {
  const before = quarterCode(quarterIndex(filing.period) - 1);
  return filings.find((each) => each.institution === filing.institution && each.period === before);
};
const checksOf = ({ institution, type, period, row }: (typeof filings)[number]) => {
  const codes = formMetrics(catalogue.formOfType(type));
  const figuresOf = (each: Row) => Object.entries(each).filter(([code, value]) => codes.includes(code) && value !== '');
  const history = new Map(codes.map((code) => [code, new Map<string, string>()]));
  for (const before of filings)
    if (before.institution === institution && before.period < period)
      for (const [code, value] of figuresOf(before.row)) history.get(code)?.set(before.period, value);
  const subject = { period, figures: new Map(figuresOf(row)), codes, history, peers: null };
  return checkFiling(subject, catalogue.rules, catalogue.metrics);
};
/** Filled completely and not in 元: what the identities of a form are true of. */
const sound = filings.filter(
  ({ institution, period }) =>
    period !== '2026Q3' || (stateOf(institution) !== 'draft' && !nameOf(institution).startsWith('南榆')),
);
const bankFilings = sound.filter((each) => each.type === 'bank');
const purposes = (edition: string): string[] =>
  [...catalogue.metrics.values()].filter((each) => each.edition === edition).map((each) => each.code);

describe('institutions', () => {
  it('are 60 of the eight types', () => {
    const counts = new Map<string, number>();
    for (const { type } of institutions) counts.set(type, (counts.get(type) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({
      bank: 24,
      insurer: 14,
      securities: 12,
      micro_lender: 3,
      financing_guarantee: 2,
      commercial_factoring: 2,
      pawnbroker: 2,
      financial_leasing: 1,
    });
    expect(new Set(institutions.map((each) => each.name)).size).toBe(60);
  });

  it('carry codes with a right check character, of a division that does not exist but for two', () => {
    const codes = institutions.map((each) => each.institution);
    expect(codes.filter((code) => !isUscc(code))).toEqual([]);
    expect(new Set(codes).size).toBe(60);
    expect(codes.filter((code) => code.slice(2, 8) !== '990101')).toEqual(['91500106MA5U0A1B7P', '91500106M00000019C']);
    expect(institutions[0]?.name).toBe('青禾银行示范支行');
  });
});

describe('filings', () => {
  it('answer every quarter since the institution exists, from 2023Q1 to the open one', () => {
    expect(readdirSync(join(folder, 'figures')).sort()).toEqual(
      institutions.map((each) => `${each.institution}.csv`).sort(),
    );
    const short = institutions.flatMap(({ institution, name }) => {
      const count = filings.filter((each) => each.institution === institution).length;
      return count === 15 ? [] : [`${name} ${count}`];
    });
    expect(short).toEqual(['青禾银行示范支行 14', '云岭银行示范分行 14', '岚溪银行示范支行 5']);
  });

  it('answer exactly the metrics that their quarter asks', () => {
    for (const { type, period, row } of sound) {
      const asked = formMetrics(catalogue.formOfType(type)).filter((code) =>
        isAsked(catalogue.metrics.get(code) as Metric, catalogue.editions, period),
      );
      const filled = Object.keys(row).filter((key) => !['institution', 'period'].includes(key) && row[key] !== '');
      expect(filled.sort()).toEqual(asked.sort());
    }
  });

  it('keep every rule that blocks, each with its history; few want an explanation', () => {
    const flags = new Map<string, number>();
    for (const filing of filings) {
      const checks = checksOf(filing);
      const blocked = checks.filter((check) => check.severity === 'block');
      expect([filing.institution, filing.period, blocked]).toEqual([filing.institution, filing.period, []]);
      for (const { rule } of checks) flags.set(rule, (flags.get(rule) ?? 0) + 1);
    }
    expect(Object.fromEntries([...flags].sort())).toEqual({ V07: 108, V08: 1, V10: 7, V11: 76 });
  });

  it('keep the decimals of each metric', () => {
    const tooFine = filings.flatMap(({ institution, period, row }) =>
      Object.entries(row)
        .filter(([code, value]) => {
          const [, fraction = ''] = value.split('.');
          return fraction.length > (catalogue.metrics.get(code)?.decimals ?? 0);
        })
        .map(([code, value]) => [institution, period, code, value]),
    );
    expect(tooFine).toEqual([]);
  });

  it('V02: six purposes make the green balance through 2025Q3, nine from 2025Q4; so do the three qualities', () => {
    for (const { period, row } of bankFilings) {
      const green = row.BK_GL_BAL;
      const codes = period <= '2025Q3' ? purposes('2019') : purposes('2025');
      expect([codes.length, sumIn(row, codes).toFixed()]).toEqual([period <= '2025Q3' ? 6 : 9, green]);
      expect(sumIn(row, ['BK_GL_ORD', 'BK_GL_SML', 'BK_GL_NPL']).toFixed()).toBe(green);
      expect(sumIn(row, ['BK_GL_DIRECT', 'BK_GL_INDIR']).lte(cell(row, 'BK_GL_BAL'))).toBe(true);
      for (const part of ['BK_GL_MSE', 'BK_GL_MFG', 'BK_GL_LIST', 'BK_CRST_BAL']) {
        expect(cell(row, part).lte(cell(row, 'BK_GL_BAL'))).toBe(true);
      }
    }
  });

  it.each([
    ['bank', 'BK_GL_BAL', ['BK_GL_NEW', 'BK_GL_RECLASS'], ['BK_GL_REPAY', 'BK_GL_WO']],
    ['financing_guarantee', 'GU_GG_BAL', ['GU_GG_NEW'], ['GU_GG_REL', 'GU_GG_COMP']],
    ['micro_lender', 'ML_G_BAL', ['ML_G_NEW'], ['ML_G_REC']],
    ['financial_leasing', 'LE_G_BAL', ['LE_G_NEW'], ['LE_G_REC']],
    ['commercial_factoring', 'FA_G_BAL', ['FA_G_NEW'], ['FA_G_REC']],
    ['pawnbroker', 'PW_G_BAL', ['PW_G_NEW'], ['PW_G_REDEEM', 'PW_G_DEAD']],
  ])('V03 and V15: %s: %s rolls forward by %j less %j', (type, balance, plus, minus) => {
    const pairs = sound
      .filter((each) => each.type === type)
      .map((each) => ({ now: each.row, before: previous(each)?.row }));
    expect(pairs.filter(({ before }) => before !== undefined).length).toBeGreaterThan(13);
    for (const { now, before } of pairs) {
      if (!before) continue;
      expect(cell(before, balance).plus(sumIn(now, plus)).minus(sumIn(now, minus)).toFixed()).toBe(now[balance]);
    }
  });

  it('V14: the three parts of green insurance less what is counted twice make the premium', () => {
    const insurers = sound.filter((each) => each.type === 'insurer');
    expect(insurers.length).toBeGreaterThan(200);
    for (const { row } of insurers) {
      const parts = sumIn(row, ['IN_GI_ESG', 'IN_GI_IND', 'IN_GI_LIFE']).minus(cell(row, 'IN_GI_DUP'));
      expect(parts.toFixed()).toBe(row.IN_GI_PREM);
      expect(cell(row, 'IN_GI_PREM').lte(cell(row, 'IN_PREM_TOT'))).toBe(true);
      expect(cell(row, 'IN_GI_CLM').lte(cell(row, 'IN_CLM_TOT'))).toBe(true);
      expect(cell(row, 'IN_ENV_PREM').lte(cell(row, 'IN_GI_ESG'))).toBe(true);
      expect(cell(row, 'IN_NEV_PREM').lte(cell(row, 'IN_GI_LIFE'))).toBe(true);
    }
  });

  it.each([
    ['financing_guarantee', 'GU_GG_BAL', 'GU_OUT_BAL'],
    ['financing_guarantee', 'GU_GG_NEW', 'GU_NEW'],
    ['financing_guarantee', 'GU_SMALL_BAL', 'GU_OUT_BAL'],
    ['micro_lender', 'ML_G_NEW', 'ML_NEW'],
    ['micro_lender', 'ML_G_CNT', 'ML_CNT'],
    ['financial_leasing', 'LE_G_BAL', 'LE_BAL'],
    ['commercial_factoring', 'FA_G_BAL', 'FA_BAL'],
    ['pawnbroker', 'PW_G_NEW', 'PW_TOT'],
    ['pawnbroker', 'PW_G_BAL', 'PW_BAL'],
    ['pawnbroker', 'PW_G_CNT', 'PW_CNT'],
    ['securities', 'SE_GB_UW', 'SE_UW_TOT'],
  ])('%s: %s is not above %s', (type, part, whole) => {
    const broken = sound.filter((each) => each.type === type && cell(each.row, part).gt(cell(each.row, whole)));
    expect(broken.map((each) => each.period)).toEqual([]);
  });

  it('stand at the level of a real district at the end of 2025', () => {
    const total = (code: string, period: string): Decimal =>
      sumOf(bankFilings.filter((each) => each.period === period).map((each) => cell(each.row, code)));
    const green = total('BK_GL_BAL', '2025Q4');
    expect(green.div(total('BK_LOAN_BAL', '2025Q4')).times(100).toFixed(1)).toMatch(/^18\.[4-8]$/);
    expect(green.div(total('BK_GL_BAL', '2024Q4')).minus(1).times(100).toFixed(1)).toMatch(/^1(3\.[6-9]|4\.[0-2])$/);
    expect(total('BK_GL_NPL', '2025Q4').div(green).times(100).toFixed(2)).toBe('0.03');
  });

  it('hold one bank whose growth in 2025 is a change of definition', () => {
    const of = (period: string) =>
      filings.find((each) => nameOf(each.institution).startsWith('丹枫') && each.period === period);
    const [then, now] = [of('2024Q4')?.row as Row, of('2025Q4')?.row as Row];
    const growth = cell(now, 'BK_GL_BAL').minus(cell(then, 'BK_GL_BAL'));
    expect(growth.div(cell(then, 'BK_GL_BAL')).gt('0.2')).toBe(true);
    expect(cell(now, 'BK_GL_RECLASS').div(growth).gt('0.9')).toBe(true);
  });
});

describe('the open quarter', () => {
  it('has 45 accepted, 6 submitted, 3 returned with a reason, 4 drafts, 2 untouched', () => {
    const count = (state: string) => openQuarter.filter((each) => each.state === state).length;
    expect(['accepted', 'submitted', 'returned', 'draft', 'untouched'].map(count)).toEqual([45, 6, 3, 4, 2]);
    expect(openQuarter.filter((each) => (each.reason !== '') !== (each.state === 'returned'))).toEqual([]);
    const known = openQuarter.flatMap((each) => each.cells.split(';')).filter((code) => code !== '');
    expect(known.filter((code) => !catalogue.metrics.has(code))).toEqual([]);
  });

  it('leaves the bank of the demonstration filer and the second import code to be filled', () => {
    const untouched = openQuarter.filter((each) => each.state === 'untouched').map((each) => each.institution);
    expect(untouched).toEqual(['91500106MA5U0A1B7P', '91500106M00000019C']);
    expect(filings.filter((each) => untouched.includes(each.institution) && each.period === '2026Q3')).toEqual([]);
  });

  it('has one slip of ten thousand, among the submitted', () => {
    const slips = filings.filter((each) => {
      const before = previous(each)?.row;
      if (each.period !== '2026Q3' || each.type !== 'bank' || !before) return false;
      const ratio = cell(each.row, 'BK_LOAN_BAL').div(cell(before, 'BK_LOAN_BAL'));
      return ratio.gt(9500) && ratio.lt(10500);
    });
    expect(slips.map((each) => [nameOf(each.institution), stateOf(each.institution)])).toEqual([
      ['南榆银行示范支行', 'submitted'],
    ]);
    const [slip] = slips;
    const caught = slip && checksOf(slip).filter((check) => check.rule === 'V08');
    expect(caught).toMatchObject([
      { key: 'V08:BK_LOAN_BAL', severity: 'justify', conversion: { factor: '0.0001', title: '元→万元' } },
    ]);
  });
});

describe('people and evaluations', () => {
  const { accounts } = parseYaml(text('accounts.yaml')) as { accounts: DemoAccount[] };
  const { departments } = parseYaml(text('departments.yaml')) as { departments: { code: string; name: string }[] };

  it('has the accounts that are promised, each tied to where it belongs', () => {
    const pairs = ['ecology', 'devreform', 'economy', 'housing'].flatMap((each) => [each, `${each}_approver`]);
    const rest = ['filer', 'checker', 'insurer', 'insurer_checker', 'reviewer', 'reviewer2', 'officer', 'verifier'];
    const promised = [...rest, 'leader', ...pairs, 'auditor', 'admin', 'sysadmin'];
    expect(accounts.map((each) => each.username)).toEqual(promised);
    expect(new Set(accounts.map((each) => each.name)).size).toBe(accounts.length);
    expect(accounts.flatMap((each) => each.roles).filter((role) => !ROLES.includes(role))).toEqual([]);
    const codes = departments.map((each) => each.code);
    expect(codes).toEqual(['finance_bureau', 'dev_reform', 'ecology', 'economy', 'housing']);
    for (const { institution, department, roles } of accounts) {
      expect(institution === null || department === null).toBe(true);
      expect(institution !== null).toBe(roles.some((role) => role === 'filer' || role === 'checker'));
      if (department !== null) expect(codes).toContain(department);
    }
    const at = (username: string) => nameOf(accounts.find((each) => each.username === username)?.institution ?? '');
    expect([at('filer'), at('checker')]).toEqual(['青禾银行示范支行', '青禾银行示范支行']);
    expect([at('insurer'), at('insurer_checker')]).toEqual(['安禾财产保险示范支公司', '安禾财产保险示范支公司']);
  });

  it('runs schemes that are there, in order', () => {
    const { evaluations } = parseYaml(text('evaluations.yaml')) as { evaluations: DemoEvaluation[] };
    const found = evaluations.map(({ scheme, version, period }) => {
      const document = parseYaml(readFileSync(join(projectRoot(), `config/schemes/${scheme}.yaml`), 'utf8')) as Row;
      return [
        document.scheme === scheme,
        `${document.version}` === `${version}`,
        period.includes('Q'),
        document.cadence,
      ];
    });
    const annual = [true, true, false, 'annual'];
    expect(found).toEqual([[true, true, true, 'quarterly'], annual, annual, annual, annual, annual]);
    expect(evaluations.filter((each) => each.label === '公开数据方法演示').map((each) => each.scheme)).toEqual([
      'published-banks',
    ]);
  });

  it('scores every institution of a panel once by each department', () => {
    const assessments = rows<DemoAssessment>('assessments.csv');
    const keys = assessments.map(({ scheme, institution, node, assessor }) =>
      [scheme, institution, node, assessor].join(' '),
    );
    expect(new Set(keys).size).toBe(keys.length);
    for (const { score, institution } of assessments) {
      const value = parseFigure(score);
      expect(value instanceof Decimal && value.gte(ZERO) && value.lte(100) && value.decimalPlaces() <= 2).toBe(true);
      expect(nameOf(institution)).not.toBe('');
    }
    expect(new Set(assessments.filter((each) => each.scheme === 'bank-142').map((each) => each.institution)).size).toBe(
      banks.length - 1,
    );
  });
});

describe('published figures', () => {
  const published = rows<Row>('published/figures.csv');
  const named = rows<DemoInstitution>('published/institutions.csv');

  it('are keyed by DEMO- and never by a code, each with unit and label', () => {
    expect(named.map((each) => each.institution).filter((key) => !/^DEMO-[A-Z]+$/.test(key))).toEqual([]);
    const keys = new Set(named.map((each) => each.institution));
    for (const { institution, unit, source, value } of published) {
      expect(keys.has(institution as string)).toBe(true);
      expect([unit, parseFigure(value as string) instanceof Decimal]).toEqual(['亿元', true]);
      expect(source).toMatch(
        /^(查得（found）|推算（computed）|凭记忆，未核对，把握(较大（memory-high）|一般（memory-medium）))/,
      );
    }
    expect(new Set(published.map((each) => [each.institution, each.period, each.metric].join(' '))).size).toBe(
      published.length,
    );
  });

  it('prefer found over computed over memory', () => {
    const source = (institution: string, period: string) =>
      published.find(
        (each) => each.institution === institution && each.period === period && each.metric === 'BK_GL_BAL',
      );
    expect(source('DEMO-BOC', '2023Q4')).toMatchObject({ value: '31060', source: expect.stringContaining('computed') });
    expect(source('DEMO-CITIC', '2021Q4')).toMatchObject({
      value: '2000.79',
      source: expect.stringContaining('found'),
    });
    expect(source('DEMO-ICBC', '2023Q4')).toMatchObject({
      value: '54000',
      source: expect.stringContaining('memory-high'),
    });
  });
});

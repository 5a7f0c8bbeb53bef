import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../platform/project.service.js';
import { DomainError } from '../problems/problems.js';
import { loadCatalogue } from './catalogue.service.js';
import { type Form, formMetrics, formWarnings, sectionsAsked } from './form.js';
import { INSTITUTION_TYPES, isCount, isFiled } from './metric.js';

const catalogue = loadCatalogue();
const metric = (code: string) => {
  const found = catalogue.metrics.get(code);
  if (!found) throw new Error(`no ${code}`);
  return found;
};

describe('the catalogue of the project', () => {
  it('holds the 168 metrics of the source list, each kind as counted there, and QL_DEPT', () => {
    const kinds = [...catalogue.metrics.values()].map((each) => each.kind);
    const count = (kind: string) => kinds.filter((each) => each === kind).length;
    expect(kinds.length).toBe(169);
    expect([count('stock'), count('flow'), count('derived'), count('attribute'), count('counted')]).toEqual([
      76, 63, 23, 5, 2,
    ]);
  });

  it('keeps four decimals for amounts and ratios, none for counts', () => {
    for (const each of catalogue.metrics.values()) {
      if (['万元', '%', '倍', '百分点'].includes(each.unit)) expect([each.code, each.decimals]).toEqual([each.code, 4]);
      if (['户', '笔', '件', '只', '场', '个', '次', '人', '项'].includes(each.unit)) {
        expect([each.code, each.decimals]).toEqual([each.code, 0]);
      }
    }
    expect(isCount(metric('BK_GL_CUST'))).toBe(true);
    expect(isCount(metric('QL_ORG'))).toBe(false);
    expect(isCount(metric('QL_LATE'))).toBe(false);
  });

  it('lets only the net reclassification be negative', () => {
    const negative = [...catalogue.metrics.values()].filter((each) => each.mayBeNegative).map((each) => each.code);
    expect(negative).toEqual(['BK_GL_RECLASS']);
  });

  it('asks a type every stock and flow metric once a quarter, and once a year every measure', () => {
    for (const type of INSTITUTION_TYPES) {
      const filed = [...catalogue.metrics.values()].filter((each) => each.types.includes(type) && isFiled(each));
      const codes = (isMeasure: boolean) =>
        filed.filter((each) => (each.kind === 'attribute') === isMeasure).map((each) => each.code);
      const form = catalogue.formOfType(type);
      expect([form.filer, form.version]).toEqual([{ institutionTypes: [type], department: null }, 1]);
      expect(formMetrics(form).sort()).toEqual(codes(false).sort());
      const asked = (quarter: string) =>
        catalogue
          .formsOf({ type }, quarter)
          .filter((each) => !each.onRequest)
          .map((each) => each.form);
      expect(asked('2026Q3')).toEqual([form.form]);
      expect(asked('2026Q4').sort()).toEqual([form.form, 'measures-annual'].sort());
      const questionnaire = catalogue.formInForce('measures-annual', '2026Q4') as Form;
      expect(formMetrics(questionnaire).sort()).toEqual(codes(true).sort());
    }
    expect([...catalogue.forms.keys()].sort()).toEqual([
      'bank-quarterly',
      'commercial-factoring-quarterly',
      'control-district',
      'financial-leasing-quarterly',
      'financing-guarantee-quarterly',
      'insurer-quarterly',
      'measures-annual',
      'micro-lender-quarterly',
      'pawnbroker-quarterly',
      'project-financing-feedback',
      'securities-quarterly',
    ]);
  });

  it.each([
    ['2025Q3', 6, 'BK_GL_P19_', 'the last quarter of the 2019 edition'],
    ['2025Q4', 9, 'BK_GL_P25_', 'the first quarter of the 2025 edition'],
  ])('%s asks for %i purposes %s: %s', (quarter, count, prefix) => {
    const form = catalogue.formOfType('bank');
    const asked = sectionsAsked(form, catalogue.metrics, catalogue.editions, quarter).flatMap((each) => each.metrics);
    const purposes = asked.filter((code) => /^BK_GL_P(19|25)_/.test(code));
    expect([purposes.length, purposes.every((code) => code.startsWith(prefix))]).toEqual([count, true]);
  });

  it('warns of a form that lacks its approval, or whose time is over', () => {
    const form = catalogue.formOfType('bank');
    expect(formWarnings(form, '2026-10-20')).toEqual(['没有标明批准文号、有效期：填报单位可以依法拒绝填报']);
    const approved = { ...form, approval: '文号', validUntil: '2026-10-20' };
    expect(formWarnings(approved, '2026-10-20')).toEqual([]);
    expect(formWarnings(approved, '2026-10-21')).toEqual(['有效期至 2026-10-20，已经过期：填报单位可以依法拒绝填报']);
  });

  it('tells the core kind and unit; what is never filed has no kind', () => {
    const facts = catalogue.facts();
    expect(facts.BK_GL_BAL).toEqual({ kind: 'stock', unit: '万元' });
    expect(facts.BK_GL_NEW).toEqual({ kind: 'flow', unit: '万元' });
    expect(facts.BK_X_RATIO).toEqual({ kind: null, unit: '%' });
    expect(facts.QL_ORG).toEqual({ kind: null, unit: '是/否' });
  });

  it('has a rule for all of domain 9 that a form can answer, by code', () => {
    const codes = [...new Set(catalogue.rules.map((rule) => rule.rule))];
    expect(codes.join(' ')).toBe('V01 V02 V03 V04 V05 V07 V08 V09 V10 V11 V13 V14 V15 V16 V18');
  });
});

describe('a faulty configuration', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'greenrank-config-'));
    for (const folder of ['metrics', 'forms', 'rules', 'calendars']) {
      cpSync(join(projectRoot(), 'config', folder), join(dir, folder), { recursive: true });
    }
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const change = (file: string, from: string, to: string): void => {
    const text = readFileSync(join(dir, file), 'utf8');
    expect(text).toContain(from);
    writeFileSync(join(dir, file), text.replace(from, to));
  };
  const paths = (): string[] => {
    try {
      loadCatalogue(dir);
    } catch (error) {
      if (error instanceof DomainError) return error.violations.map((each) => each.path);
      throw error;
    }
    return [];
  };

  it('copied unchanged is accepted', () => expect(paths()).toEqual([]));

  it('names all faults with file and path, not the first alone', () => {
    change('metrics/bank.yaml', 'kind: stock', 'kind: level');
    change('metrics/insurer.yaml', 'decimals: 4', 'decimals: four');
    change('forms/bank-quarterly.yaml', 'version: 1', 'version: 1\nversoin: 2');
    expect(paths()).toEqual([
      'metrics/bank.yaml.metrics[0].kind',
      'metrics/insurer.yaml.metrics[0].decimals',
      'forms/bank-quarterly.yaml.versoin',
    ]);
  });

  it.each([
    ['forms/bank-quarterly.yaml', '- BK_DEP_BAL', '- BK_X_RATIO', 'forms/bank-quarterly.yaml.sections[0].metrics[4]'],
    ['forms/bank-quarterly.yaml', '- BK_DEP_BAL', '- IN_PREM_TOT', 'forms/bank-quarterly.yaml.sections[0].metrics[4]'],
    ['forms/bank-quarterly.yaml', '- BK_GL_BAL', '- BK_LOAN_BAL', 'forms/bank-quarterly.yaml.sections[1].metrics[0]'],
    ['metrics/bank.yaml', 'code: BK_LOAN_NPL', 'code: BK_LOAN_BAL', 'metrics/bank.yaml.metrics[1].code'],
    ['metrics/bank.yaml', 'types: [bank]', 'types: [banks]', 'metrics/bank.yaml.metrics[0].types[0]'],
    ['rules/parts.yaml', 'holds: BK_GL_BAL <=', 'holds: IN_GI_PREM <=', 'rules/parts.yaml.rules[0].holds'],
    ['rules/parts.yaml', 'holds: BK_GL_BAL <=', 'holds: BK_GL_BALL <=', 'rules/parts.yaml.rules[0].holds'],
    ['rules/parts.yaml', 'holds: BK_GL_BAL <=', 'holds: yoy(BK_GL_BAL) <=', 'rules/parts.yaml.rules[0].holds'],
    ['rules/parts.yaml', 'holds: BK_GL_BAL <=', 'holds: prev(BK_GL_BAL, 13) <=', 'rules/parts.yaml.rules[0].holds'],
    ['rules/parts.yaml', 'holds: BK_GL_BAL <= BK_LOAN_BAL', 'holds: BK_GL_BAL', 'rules/parts.yaml.rules[0].holds'],
    ['rules/parts.yaml', '差{difference}', '差{gap}', 'rules/parts.yaml.rules[0].message'],
    ['rules/values.yaml', 'units: ["%"]', 'units: [亿元]', 'rules/values.yaml.rules[3].each'],
    ['rules/changes.yaml', 'within: "0.05"', 'within: 0.05', 'rules/changes.yaml.rules[3].within'],
    [
      'rules/sums.yaml',
      'holds: IN_GI_SI >=',
      'tolerance: { 元: 1 }\n    holds: IN_GI_SI >=',
      'rules/sums.yaml.rules[14].tolerance.元',
    ],
    ['rules/sums.yaml', 'holds: (IN_GI', 'tolerance: *sums\n    holds: (IN_GI', 'rules/sums.yaml.rules[15].tolerance'],
    ['rules/evidence.yaml', 'BK_GB_HOLD == 0 or', 'BK_GB_UW == 0 or', 'rules/evidence.yaml.rules[3].rule'],
    ['forms/pawnbroker-quarterly.yaml', '[pawnbroker]', '[bank]', 'forms/pawnbroker-quarterly.yaml.filer'],
    ['forms/control-district.yaml', 'finance_bureau', 'bureau', 'forms/control-district.yaml.filer.department'],
    ['forms/control-district.yaml', 'workingDays: 15', 'days: 15', 'forms/control-district.yaml.due.workingDays'],
    ['forms/measures-annual.yaml', 'QL_DISC: asked', 'QL_KPI: asked', 'forms/measures-annual.yaml.evidence'],
    ['calendars/2026.yaml', '- 2026-10-10', '- 2026-10-09', 'calendars/2026.yaml.workdays[5]'],
    ['calendars/2026.yaml', '- 2026-10-10', '- 2025-10-11', 'calendars/2026.yaml.workdays[5]'],
    ['metrics/editions.yaml', 'from: 2025Q4', 'from: 2026Q1', 'metrics/editions.yaml.catalogues.loans.editions'],
  ])('%s with %s → %s is refused at %s', (file, from, to, path) => {
    change(file, from, to);
    expect(paths()).toContain(path);
  });

  it('of two versions that share a quarter is refused; one after the other each has its quarters', () => {
    cpSync(join(dir, 'forms/pawnbroker-quarterly.yaml'), join(dir, 'forms/pawnbroker-quarterly-2.yaml'));
    change('forms/pawnbroker-quarterly-2.yaml', 'version: 1', 'version: 2\nfrom: 2026Q4');
    expect(paths()).toEqual(['forms/pawnbroker-quarterly.yaml.from']);
    change('forms/pawnbroker-quarterly.yaml', 'version: 1', 'version: 1\nuntil: 2026Q3');
    const versioned = loadCatalogue(dir);
    const version = (quarter: string) => versioned.formInForce('pawnbroker-quarterly', quarter)?.version;
    expect([version('2026Q3'), version('2026Q4')]).toEqual([1, 2]);
    expect(versioned.forms.get('pawnbroker-quarterly')?.version).toBe(2);
    expect(versioned.formAt('pawnbroker-quarterly', 1)?.until).toBe('2026Q3');
  });

  it('names the file that is no YAML', () => {
    change('rules/values.yaml', 'title:', 'title: [');
    expect(() => loadCatalogue(dir)).toThrow('rules/values.yaml');
  });
});

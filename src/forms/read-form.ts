import { isDay } from '../calendar/day.js';
import { isQuarter } from '../calendar/period.js';
import { isDepartment } from '../identity/departments.js';
import type { Violation } from '../problems/problems.js';
import { DocumentReader } from './document-reader.js';
import {
  EVIDENCE,
  type Form,
  type FormFiler,
  type FormSection,
  formMetrics,
  isQuarterly,
  type RowTable,
  versionOverlap,
} from './form.js';
import { INSTITUTION_TYPES, isFiled, type Metric } from './metric.js';

const USUAL_CODE = /^[a-z][a-z0-9-]{1,62}[a-z0-9]$/;
const AMOUNT_CODE = /^[A-Z][A-Z0-9_]{1,31}$/;

/** A parsed configuration file; `name` is its path below the configuration folder, `metrics/bank.yaml`. */
export interface ConfigurationFile {
  readonly name: string;
  readonly content: unknown;
}

function readFiler(at: DocumentReader): FormFiler {
  const filer = at.child('filer');
  const department = filer.maybeText('department');
  if (department !== null && !isDepartment(department)) filer.fault('department', department, '已知的部门代码');
  const types = department === null ? filer.texts('institutionTypes') : [];
  for (const [i, type] of types.entries())
    if (!INSTITUTION_TYPES.some((each) => each === type))
      filer.fault(`institutionTypes[${i}]`, type, `${INSTITUTION_TYPES.join('、')} 之一`);
  filer.nothingElse();
  return { institutionTypes: INSTITUTION_TYPES.filter((each) => types.includes(each)), department };
}

function readSection(entry: DocumentReader): FormSection {
  const section = {
    title: entry.text('title'),
    metrics: entry.texts('metrics'),
    sums: entry.has('sums')
      ? entry.entries('sums').map((sum) => {
          const read = { title: sum.text('title'), of: sum.texts('of') };
          sum.nothingElse();
          return read;
        })
      : [],
  };
  entry.nothingElse();
  return section;
}

function readRowTable(at: DocumentReader): RowTable {
  const table = at.child('rows');
  const rows = {
    subject: table.text('subject'),
    amounts: table.entries('amounts').map((entry) => {
      const amount = {
        code: entry.text('code'),
        title: entry.text('title'),
        unit: entry.text('unit'),
        decimals: entry.whole('decimals', 0, 12),
      };
      if (!AMOUNT_CODE.test(amount.code)) entry.fault('code', amount.code, '大写字母、数字和下划线组成的代码');
      entry.nothingElse();
      return amount;
    }),
  };
  table.nothingElse();
  return rows;
}

/** Every metric is known, filed, of all the form's types, and asked once; sums and evidence name metrics of the form. */
function checkMetrics(at: DocumentReader, form: Form, metrics: ReadonlyMap<string, Metric>): void {
  const asked = new Set<string>();
  for (const [s, section] of form.sections.entries())
    for (const [i, code] of section.metrics.entries()) {
      const metric = metrics.get(code);
      const path = `sections[${s}].metrics[${i}]`;
      const foreign = form.filer.institutionTypes.find((type) => !metric?.types.includes(type));
      if (!metric) at.fault(path, code, '指标目录中的代码');
      else if (!isFiled(metric)) at.fault(path, code, '余额、发生额或是否指标（计算指标不在报表中填报）');
      else if (foreign) at.fault(path, code, `${foreign} 填报的指标`);
      if (asked.has(code)) at.fault(path, code, '在本表中没有出现过的指标');
      asked.add(code);
    }
  for (const [s, section] of form.sections.entries())
    for (const [n, sum] of section.sums.entries())
      for (const [i, code] of sum.of.entries())
        if (!asked.has(code)) at.fault(`sections[${s}].sums[${n}].of[${i}]`, code, '本表中的指标');
  for (const code of Object.keys(form.evidence)) if (!asked.has(code)) at.fault('evidence', code, '本表中的指标');
}

function readEvidence(at: DocumentReader): Form['evidence'] {
  if (!at.has('evidence')) return {};
  const child = at.child('evidence');
  const read = Object.fromEntries(child.keys().map((code) => [code, child.oneOf(code, EVIDENCE)]));
  child.nothingElse();
  return read;
}

/** One version of a form. Faults are noted, a stand-in is returned. */
export function readForm(file: ConfigurationFile, metrics: ReadonlyMap<string, Metric>, faults: Violation[]): Form {
  const at = new DocumentReader(file.content, file.name, faults);
  const quarter = (key: string): string | null => {
    const text = at.maybeText(key);
    if (text !== null && !isQuarter(text)) at.fault(key, text, '报告期，如 2026Q1');
    return text !== null && isQuarter(text) ? text : null;
  };
  const kind = at.has('rows') ? 'rows' : 'metrics';
  const due = at.child('due');
  const form: Form = {
    form: at.text('form'),
    version: at.whole('version', 1, 9999),
    title: at.text('title'),
    table: at.maybeText('table'),
    authority: at.maybeText('authority'),
    approval: at.maybeText('approval'),
    validUntil: at.maybeText('validUntil'),
    filer: readFiler(at),
    kind,
    quarters: at.has('quarters') ? at.wholes('quarters', 1, 4) : [1, 2, 3, 4],
    onRequest: at.yes('onRequest'),
    due: { workingDays: due.whole('workingDays', 1, 250) },
    from: quarter('from'),
    until: quarter('until'),
    sections: kind === 'metrics' ? at.entries('sections').map(readSection) : [],
    evidence: readEvidence(at),
    rows: kind === 'rows' ? readRowTable(at) : null,
  };
  due.nothingElse();
  if (!USUAL_CODE.test(form.form)) at.fault('form', form.form, '小写字母、数字和连字符组成的代码，如 bank-quarterly');
  if (form.validUntil !== null && !isDay(form.validUntil))
    at.fault('validUntil', form.validUntil, '日期，如 2027-12-31');
  checkMetrics(at, form, metrics);
  at.nothingElse();
  return form;
}

/**
 * What holds between forms: a version is written once, a quarter has one version of a form, an institution type one
 * table of every quarter, and no metric is asked of the same filer by two forms.
 */
export function checkForms(files: readonly ConfigurationFile[], forms: readonly Form[], faults: Violation[]): void {
  const asker = new Map<string, string>();
  const quarterly = new Map<string, string>();
  for (const [i, form] of forms.entries()) {
    const at = new DocumentReader(form, files[i]?.name ?? '', faults);
    const earlier = forms.slice(0, i).filter((each) => each.form === form.form);
    if (earlier.some((each) => each.version === form.version)) {
      at.fault('version', form.version, '本报表没有用过的版本号');
      continue;
    }
    const overlap = versionOverlap([...earlier, form]);
    if (overlap !== null) at.fault('from', form.from ?? undefined, overlap);
    for (const filer of [...form.filer.institutionTypes, ...(form.filer.department ? [form.filer.department] : [])]) {
      const isTable = isQuarterly(form);
      if (isTable && (quarterly.get(filer) ?? form.form) !== form.form)
        at.fault('filer', filer, `还没有季度报表的填报单位（已有 ${quarterly.get(filer)}）`);
      if (isTable) quarterly.set(filer, form.form);
      for (const code of formMetrics(form)) {
        const key = `${filer} ${code}`;
        const other = asker.get(key) ?? form.form;
        if (other !== form.form) at.fault('sections', code, `没有向同一填报单位问过的指标（已在 ${other}）`);
        asker.set(key, form.form);
      }
    }
  }
}

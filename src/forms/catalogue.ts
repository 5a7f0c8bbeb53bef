import type { Calendars } from '../calendar/working-days.js';
import type { Violation } from '../problems/problems.js';
import { DomainError } from '../problems/problems.js';
import type { Rule } from '../rules/rule.js';
import type { MetricCatalogue, MetricFacts } from '../scoring/types.js';
import { DocumentReader } from './document-reader.js';
import { type Form, formMetrics, isFormAsked, isInForce, isQuarterly } from './form.js';
import type { EditionPeriod, Editions, InstitutionType, Metric } from './metric.js';
import { EDITIONS, editionGap, GREEN_CATALOGUES, INSTITUTION_TYPES, METRIC_CODE, METRIC_KINDS } from './metric.js';
import { readCalendars } from './read-calendar.js';
import { type ConfigurationFile, checkForms, readForm } from './read-form.js';
import { readRules } from './read-rules.js';

/** What is asked: metrics, forms and rules as a bureau configures them. */
export interface Catalogue {
  readonly metrics: ReadonlyMap<string, Metric>;
  /** By code, the latest version of each. */
  readonly forms: ReadonlyMap<string, Form>;
  /** Every version of every form. */
  readonly formVersions: readonly Form[];
  readonly rules: readonly Rule[];
  readonly editions: Editions;
  /** Holidays of the announced years. */
  readonly calendars: Calendars;
  /** The version that an obligation was frozen with; null: the configuration has it no more. */
  formAt(code: string, version: number): Form | null;
  /** The version of a form that is in force in a quarter, whether asked then or not; null: none. */
  formInForce(code: string, quarter: string): Form | null;
  /** Every form that a quarter asks of a filer, with those that are filed on request alone. */
  formsOf(filer: { type: InstitutionType | null } | { department: string }, quarter: string): Form[];
  /** The table that institutions of a type file every quarter, latest version. @throws FORM_UNKNOWN without one */
  formOfType(type: InstitutionType): Form;
  /** What the scoring core knows about metrics. */
  facts(): MetricCatalogue;
}

export interface ConfigurationFiles {
  readonly metrics: readonly ConfigurationFile[];
  readonly editions: ConfigurationFile;
  readonly forms: readonly ConfigurationFile[];
  readonly rules: readonly ConfigurationFile[];
  readonly calendars: readonly ConfigurationFile[];
}

function readMetric(at: DocumentReader): Metric {
  const metric: Metric = {
    code: at.text('code'),
    title: at.text('title'),
    en: at.text('en'),
    unit: at.text('unit'),
    decimals: at.whole('decimals', 0, 12),
    kind: at.oneOf('kind', METRIC_KINDS),
    types: at.texts('types').flatMap((type) => INSTITUTION_TYPES.find((each) => each === type) ?? []),
    catalogue: at.maybeOneOf('catalogue', GREEN_CATALOGUES),
    edition: at.maybeOneOf('edition', EDITIONS),
    mayBeNegative: at.yes('mayBeNegative'),
    definition: at.text('definition'),
    aliases: at.has('aliases') ? at.texts('aliases') : [],
  };
  if (!METRIC_CODE.test(metric.code)) at.fault('code', metric.code, '大写字母、数字和下划线组成的代码，如 BK_GL_BAL');
  for (const [i, type] of at.texts('types').entries()) {
    if (!INSTITUTION_TYPES.some((each) => each === type)) {
      at.fault(`types[${i}]`, type, `${INSTITUTION_TYPES.join('、')} 之一`);
    }
  }
  if (metric.edition !== null && metric.catalogue === null) at.fault('catalogue', undefined, '写明 edition 所属的目录');
  at.nothingElse();
  return metric;
}

function readEditions(file: ConfigurationFile, faults: Violation[]): Editions {
  const at = new DocumentReader(file.content, file.name, faults);
  at.text('title');
  const catalogues = at.child('catalogues');
  const read = (name: 'loans' | 'bonds'): readonly EditionPeriod[] => {
    const catalogue = catalogues.child(name);
    catalogue.text('title');
    const periods = catalogue.entries('editions').map((each) => {
      const period: EditionPeriod = {
        edition: each.oneOf('edition', EDITIONS),
        title: each.text('title'),
        from: each.maybeText('from'),
        until: each.maybeText('until'),
      };
      each.nothingElse();
      return period;
    });
    const objection = editionGap(periods);
    if (objection !== null) catalogue.fault('editions', periods.map((period) => period.edition).join('、'), objection);
    catalogue.nothingElse();
    return periods;
  };
  const editions: Editions = { loans: read('loans'), bonds: read('bonds') };
  catalogues.nothingElse();
  at.nothingElse();
  return editions;
}

function readMetrics(
  files: readonly ConfigurationFile[],
  editions: Editions,
  faults: Violation[],
): Map<string, Metric> {
  const metrics = new Map<string, Metric>();
  for (const file of files) {
    const at = new DocumentReader(file.content, file.name, faults);
    at.text('title');
    for (const entry of at.entries('metrics')) {
      const metric = readMetric(entry);
      if (metrics.has(metric.code)) entry.fault('code', metric.code, '没有用过的代码');
      const { catalogue, edition } = metric;
      if (catalogue !== null && edition !== null && !editions[catalogue].some((each) => each.edition === edition)) {
        entry.fault('edition', edition, `${catalogue} 目录已有的版本`);
      }
      metrics.set(metric.code, metric);
    }
    at.nothingElse();
  }
  return metrics;
}

/** By code, the latest version of each. */
function latestByCode(forms: readonly Form[]): Map<string, Form> {
  const latest = new Map<string, Form>();
  for (const form of forms) {
    const known = latest.get(form.form);
    if (!known || known.version < form.version) latest.set(form.form, form);
  }
  return latest;
}

function factsOf(metrics: ReadonlyMap<string, Metric>): MetricCatalogue {
  const fact = ({ kind, unit }: Metric): MetricFacts => ({
    // What the system counts of a quarter adds up like a flow.
    kind: kind === 'counted' ? 'flow' : kind === 'stock' || kind === 'flow' ? kind : null,
    unit,
  });
  return Object.fromEntries([...metrics].map(([code, metric]) => [code, fact(metric)]));
}

/**
 * Puts the configuration together.
 * @throws CATALOGUE_INVALID with every fault, each with file and path
 */
export function assembleCatalogue(files: ConfigurationFiles): Catalogue {
  const faults: Violation[] = [];
  const editions = readEditions(files.editions, faults);
  const metrics = readMetrics(files.metrics, editions, faults);
  const formVersions = files.forms.map((file) => readForm(file, metrics, faults));
  checkForms(files.forms, formVersions, faults);
  const calendars = readCalendars(files.calendars, faults);
  const forms = latestByCode(formVersions);
  const rules = readRules(files.rules, metrics, formVersions.map(formMetrics), faults);
  if (faults.length > 0) {
    const message = `配置有 ${faults.length} 处错误：\n${faults.map((fault) => fault.message).join('\n')}`;
    throw new DomainError('CATALOGUE_INVALID', 422, message, faults);
  }
  const facts = factsOf(metrics);
  return {
    metrics,
    forms,
    formVersions,
    rules,
    editions,
    calendars,
    formAt: (code, version) => formVersions.find((form) => form.form === code && form.version === version) ?? null,
    formInForce: (code, quarter) => formVersions.find((form) => form.form === code && isInForce(form, quarter)) ?? null,
    formsOf: (filer, quarter) =>
      formVersions.filter(
        (form) =>
          isFormAsked(form, quarter) &&
          ('department' in filer
            ? form.filer.department === filer.department
            : form.filer.institutionTypes.some((type) => type === filer.type)),
      ),
    formOfType(type) {
      const form = [...forms.values()].find((each) => isQuarterly(each) && each.filer.institutionTypes.includes(type));
      if (!form) throw new DomainError('FORM_UNKNOWN', 422, `机构类型“${type}”没有报表`);
      return form;
    },
    facts: () => facts,
  };
}

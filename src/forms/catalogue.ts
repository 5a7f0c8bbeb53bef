import type { Violation } from '../problems/problems.js';
import { DomainError } from '../problems/problems.js';
import type { Rule } from '../rules/rule.js';
import type { MetricCatalogue, MetricFacts } from '../scoring/types.js';
import { DocumentReader } from './document-reader.js';
import type { Form } from './form.js';
import { formMetrics } from './form.js';
import type { EditionPeriod, Editions, InstitutionType, Metric } from './metric.js';
import {
  EDITIONS,
  editionGap,
  GREEN_CATALOGUES,
  INSTITUTION_TYPES,
  isFiled,
  METRIC_CODE,
  METRIC_KINDS,
} from './metric.js';
import { readRules } from './read-rules.js';

/** What is asked: metrics, forms and rules as a bureau configures them. */
export interface Catalogue {
  readonly metrics: ReadonlyMap<string, Metric>;
  /** By code, the latest version of each. */
  readonly forms: ReadonlyMap<string, Form>;
  readonly rules: readonly Rule[];
  readonly editions: Editions;
  /** The form that institutions of a type file. @throws FORM_UNKNOWN when the type has none */
  formOfType(type: InstitutionType): Form;
  /** What the scoring core knows about metrics. */
  facts(): MetricCatalogue;
}

/** A parsed configuration file; `name` is its path below the configuration folder, `metrics/bank.yaml`. */
export interface ConfigurationFile {
  readonly name: string;
  readonly content: unknown;
}

export interface ConfigurationFiles {
  readonly metrics: readonly ConfigurationFile[];
  readonly editions: ConfigurationFile;
  readonly forms: readonly ConfigurationFile[];
  readonly rules: readonly ConfigurationFile[];
}

const USUAL_CODE = /^[a-z][a-z0-9-]{1,62}[a-z0-9]$/;

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

function readForm(file: ConfigurationFile, metrics: ReadonlyMap<string, Metric>, faults: Violation[]): Form {
  const at = new DocumentReader(file.content, file.name, faults);
  const institutionType = at.oneOf('institutionType', INSTITUTION_TYPES);
  const asked = new Set<string>();
  const sections = at.entries('sections').map((entry) => {
    const section = { title: entry.text('title'), metrics: entry.texts('metrics') };
    for (const [i, code] of section.metrics.entries()) {
      const metric = metrics.get(code);
      const path = `metrics[${i}]`;
      if (!metric) entry.fault(path, code, '指标目录中的代码');
      else if (!isFiled(metric)) entry.fault(path, code, '余额或发生额指标（计算指标和是否项不在报表中填报）');
      else if (!metric.types.includes(institutionType)) entry.fault(path, code, `${institutionType} 填报的指标`);
      if (asked.has(code)) entry.fault(path, code, '在本表中没有出现过的指标');
      asked.add(code);
    }
    entry.nothingElse();
    return section;
  });
  const form: Form = {
    form: at.text('form'),
    version: at.whole('version', 1, 9999),
    title: at.text('title'),
    institutionType,
    sections,
  };
  if (!USUAL_CODE.test(form.form)) at.fault('form', form.form, '小写字母、数字和连字符组成的代码，如 bank-quarterly');
  at.nothingElse();
  return form;
}

/** One form per institution type; two forms never share a code. */
function formsByCode(
  files: readonly ConfigurationFile[],
  forms: readonly Form[],
  faults: Violation[],
): Map<string, Form> {
  const byCode = new Map<string, Form>();
  const byType = new Map<InstitutionType, Form>();
  for (const [i, form] of forms.entries()) {
    const at = new DocumentReader(form, files[i]?.name ?? '', faults);
    if (byCode.has(form.form)) at.fault('form', form.form, '没有用过的报表代码');
    if (byType.has(form.institutionType)) at.fault('institutionType', form.institutionType, '还没有报表的机构类型');
    byCode.set(form.form, form);
    byType.set(form.institutionType, form);
  }
  return byCode;
}

function factsOf(metrics: ReadonlyMap<string, Metric>): MetricCatalogue {
  const fact = ({ kind, unit }: Metric): MetricFacts => ({
    kind: kind === 'stock' || kind === 'flow' ? kind : null,
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
  const formList = files.forms.map((file) => readForm(file, metrics, faults));
  const forms = formsByCode(files.forms, formList, faults);
  const rules = readRules(files.rules, metrics, formList.map(formMetrics), faults);
  if (faults.length > 0) {
    const message = `配置有 ${faults.length} 处错误：\n${faults.map((fault) => fault.message).join('\n')}`;
    throw new DomainError('CATALOGUE_INVALID', 422, message, faults);
  }
  const facts = factsOf(metrics);
  return {
    metrics,
    forms,
    rules,
    editions,
    formOfType(type) {
      const form = formList.find((each) => each.institutionType === type);
      if (!form) throw new DomainError('FORM_UNKNOWN', 422, `机构类型“${type}”没有报表`);
      return form;
    },
    facts: () => facts,
  };
}

import type { Form } from '../forms/form.js';
import { markHash, type TemplateMark } from '../templates/template-mark.js';
import type { TemplateReading } from './import-reading.js';
import type { Place } from './place-rows.js';
import type { StoredIssue } from './previews.service.js';

/** Why a template is not the one that is wanted here. */
export type TemplateProblem =
  | 'TEMPLATE_FORM'
  | 'TEMPLATE_VERSION'
  | 'TEMPLATE_INSTITUTION'
  | 'TEMPLATE_PERIOD'
  | 'TEMPLATE_CHANGED';

/** The filing that the file was uploaded for, when it was for one. */
export interface WantedFiling {
  readonly filer: string;
  readonly period: string;
  readonly form: string;
}

/**
 * Whether a template's form, version, filer and period are those of the draft that it would go into; all that is wrong
 * is told at once. With a problem none of its figures is offered.
 * @param place undefined: no such filer, or not the actor's
 * @param asked the codes that a form asks in a period, in its order
 */
export function templateIssues(
  { sheet, fields }: TemplateReading,
  place: Place | undefined,
  asked: (form: Form, period: string) => readonly string[],
  wanted: WantedFiling | null,
): StoredIssue[] {
  const issues: StoredIssue[] = [];
  const add = (code: TemplateProblem, field: keyof TemplateReading['fields'], message: string, expected: string) => {
    const { row, text } = fields[field];
    issues.push({
      code,
      severity: 'problem',
      sheet,
      row,
      column: 'B',
      cell: `B${row}`,
      raw: text,
      message,
      expected,
    });
  };
  const { filer, period, form } = { filer: fields.filer.text, period: fields.period.text, form: fields.form.text };
  if (!place || (wanted && wanted.filer !== filer)) {
    const message = place ? `这是 ${filer} 的模板，不是本报表填报单位的` : `没有机构 ${filer}，或您无权填报`;
    add('TEMPLATE_INSTITUTION', 'filer', message, wanted?.filer ?? '本机构的模板');
  }
  if ((place && !place.isOpen) || (wanted && wanted.period !== period))
    add(
      'TEMPLATE_PERIOD',
      'period',
      wanted ? `这是 ${period} 的模板，不是本报表报告期的` : `报告期 ${period} 不存在或尚未开放`,
      wanted?.period ?? '已开放的报告期',
    );
  if (!place || issues.length > 0) return issues;
  const known = place.forms.map((each) => each.form);
  const its = known.find((each) => each.form === form);
  if (!its || (wanted && wanted.form !== form)) {
    const expected = wanted?.form ?? (known.map((each) => each.form).join('、') || '（本期无报表）');
    add('TEMPLATE_FORM', 'form', `该机构本期不填报表“${form}”`, expected);
    return issues;
  }
  const { version } = its;
  if (`${version}` !== fields.version.text)
    add(
      'TEMPLATE_VERSION',
      'version',
      `模板是报表第 ${fields.version.text} 版，本期用第 ${version} 版`,
      `第 ${version} 版：请重新下载模板`,
    );
  else {
    const mark: TemplateMark = { form, version, filer, period, metrics: asked(its, period) };
    if (markHash(mark) !== fields.hash.text)
      add('TEMPLATE_CHANGED', 'hash', '模板的隐藏信息被改动，或出自另一期、另一机构', '重新下载的模板');
  }
  return issues;
}

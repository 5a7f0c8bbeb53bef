import { Inject, Injectable } from '@nestjs/common';
import { isQuarter, lastDay, periodTitle, quarterCode, quarterIndex } from '../calendar/period.js';
import { type Cell, FilingQuery } from '../filings/filing.query.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { type Form, type FormSection, isQuarterly, sectionsAsked } from '../forms/form.js';
import type { InstitutionType } from '../forms/metric.js';
import { authorityTitle } from '../identity/departments.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { DomainError, notFound } from '../problems/problems.js';
import { isOfEach, metricsOfRule, printRule } from '../rules/print-rule.js';
import type { TemplateMark } from './template-mark.js';
import { cellText, type TemplateContents, type TemplateRule, templateWorkbook } from './template-workbook.js';

/** What a template is made for. */
export interface TemplatePlace {
  /** null: a department files. */
  readonly institutionId: string | null;
  /** USCC, or the department's code. */
  readonly filer: string;
  readonly filerName: string;
  readonly period: string;
  readonly form: Form;
  readonly due: Date | null;
  /** null: no draft yet. */
  readonly filingId: string | null;
}

export interface TemplateFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** 模板: the workbook of one filing, with what the draft holds now and the quarter before. */
@Injectable()
export class Templates {
  constructor(
    private readonly database: Database,
    private readonly filings: FilingQuery,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /** @throws NOT_FOUND for what is absent or not the actor's, TEMPLATE_NONE */
  ofFiling(actor: Actor, filingId: string): Promise<TemplateFile> {
    return this.database.transaction(actor, async (tx) => {
      const { institution, department, institutionName, period, form, formVersion, due } = await this.filings.view(
        tx,
        filingId,
      );
      const row = await tx.row<{ institution_id: string | null }>('select institution_id from filing where id = $1', [
        filingId,
      ]);
      return this.workbook(
        await this.contents(tx, {
          institutionId: row?.institution_id ?? null,
          filer: institution ?? department ?? '',
          filerName: institutionName,
          period,
          form: this.formOf(form, formVersion),
          due: due === null ? null : new Date(due),
          filingId,
        }),
      );
    });
  }

  /**
   * Before a filing is opened: by institution and period.
   * @param form its code; without it the one that is filed every quarter
   * @throws NOT_FOUND, also when nothing is filed then; TEMPLATE_NONE
   */
  ofObligation(actor: Actor, uscc: string, period: string, form?: string): Promise<TemplateFile> {
    return this.database.transaction(actor, async (tx) => {
      const place = await this.find(tx, uscc, period, form);
      if (!place) throw notFound();
      return this.workbook(await this.contents(tx, place));
    });
  }

  /** What a template of this institution and period would be made for; null when there is none. */
  async find(tx: Tx, uscc: string, period: string, code?: string): Promise<TemplatePlace | null> {
    if (!isQuarter(period)) return null;
    const institution = await tx.row<{ id: string; name: string; type: InstitutionType | null }>(
      `select i.id, i.name, t.type from institution i
       left join institution_type t on t.institution_id = i.id and t.valid_from <= $3 and (t.valid_to is null or t.valid_to >= $3)
       where i.uscc = $1 and exists (select 1 from reporting_period where period = $2)`,
      [uscc, period, lastDay(period)],
    );
    if (!institution) return null;
    const asked = this.catalogue.formsOf({ type: institution.type }, period);
    const wanted = code ?? asked.find(isQuarterly)?.form ?? asked[0]?.form;
    const owed = await tx.row<{ form_version: number; due: Date | null; filing_id: string | null }>(
      `select o.form_version, o.due, f.id as filing_id from obligation o left join filing f on f.obligation_id = o.id
       where o.institution_id = $1 and o.period = $2 and o.form = $3`,
      [institution.id, period, wanted],
    );
    const form = owed ? this.formOf(wanted ?? '', owed.form_version) : asked.find((each) => each.form === wanted);
    if (!form) return null;
    return {
      institutionId: institution.id,
      filer: uscc,
      filerName: institution.name,
      period,
      form,
      due: owed?.due ?? null,
      filingId: owed?.filing_id ?? null,
    };
  }

  /** All that the template says, with the figures of the draft. */
  async contents(tx: Tx, place: TemplatePlace): Promise<TemplateContents> {
    const { form, period } = place;
    if (form.kind !== 'metrics') throw new DomainError('TEMPLATE_NONE', 422, '明细表没有工作簿模板，请在页面上填写');
    const previousPeriod = quarterCode(quarterIndex(period) - 1);
    const sections = this.sections(form, period);
    const metrics = sections.flatMap((section) => section.metrics);
    const cells = place.filingId === null ? new Map<string, Cell>() : await this.cells(tx, place.filingId);
    const before = await this.accepted(tx, place, previousPeriod);
    const mark: TemplateMark = { form: form.form, version: form.version, filer: place.filer, period, metrics };
    return {
      mark,
      formTitle: form.title,
      filerName: place.filerName,
      previousPeriod,
      facts: [
        ['报表', `${form.title}（${form.form} 第 ${form.version} 版）`],
        ['表号', form.table ?? '（无）'],
        ['制定机关', form.authority ? authorityTitle(form.authority) : '（无）'],
        ['批准文号', form.approval ?? '（无）'],
        ['有效期至', form.validUntil ?? '（无）'],
        ['填报单位', place.filerName],
        [place.institutionId === null ? '部门' : '统一社会信用代码', place.filer],
        ['报告期', periodTitle(period)],
        ['截止', place.due ? inShanghai(place.due) : '尚未确定'],
      ],
      sections: sections.map((section) => ({
        title: section.title,
        sums: section.sums,
        lines: section.metrics.map((code) => {
          const metric = this.catalogue.metrics.get(code);
          if (!metric) throw new Error(`no metric ${code}`); // a form that asks for it does not load
          const { title, unit, decimals, definition } = metric;
          return {
            code,
            title,
            unit,
            decimals,
            definition,
            present: cellText(cells.get(code)),
            before: before.get(code) ?? '',
          };
        }),
      })),
      rules: this.rules(new Set(metrics)),
    };
  }

  /** The metric codes that a form asks in a period, in its order. */
  asked(form: Form, period: string): string[] {
    return this.sections(form, period).flatMap((section) => section.metrics);
  }

  private sections(form: Form, period: string): FormSection[] {
    return sectionsAsked(form, this.catalogue.metrics, this.catalogue.editions, period);
  }

  private formOf(code: string, version: number): Form {
    const form = this.catalogue.formAt(code, version) ?? this.catalogue.forms.get(code);
    if (!form) throw notFound();
    return form;
  }

  private async cells(tx: Tx, filingId: string): Promise<Map<string, Cell>> {
    const rows = await tx.rows<{ metric: string } & Cell>(
      'select metric, trim_scale(value)::text as value, state, version, source from filing_cell where filing_id = $1',
      [filingId],
    );
    return new Map(rows.map((row) => [row.metric, row]));
  }

  private async accepted(
    tx: Tx,
    { institutionId, filer }: TemplatePlace,
    period: string,
  ): Promise<Map<string, string>> {
    const rows = await tx.rows<{ metric: string; value: string | null }>(
      `select distinct on (metric) metric, trim_scale(value)::text as value from observation
       where institution_id is not distinct from $1 and department is not distinct from $2 and period = $3
       order by metric, in_force_from desc`,
      [institutionId, institutionId === null ? filer : null, period],
    );
    return new Map(rows.flatMap(({ metric, value }): [string, string][] => (value === null ? [] : [[metric, value]])));
  }

  /** Those that this form can break. */
  private rules(asked: ReadonlySet<string>): TemplateRule[] {
    const metrics = [...this.catalogue.metrics.values()];
    return this.catalogue.rules.flatMap((rule) => {
      const { severity, title, hint } = rule;
      const read = metricsOfRule(rule, metrics).map((metric) => metric.code);
      const cells = isOfEach(rule) ? read.filter((code) => asked.has(code)) : read;
      if (cells.length === 0 || !cells.every((code) => asked.has(code))) return [];
      return [
        {
          rule: rule.rule,
          severity,
          title,
          message: hint,
          cells: isOfEach(rule) ? [] : cells,
          formula: printRule(rule),
        },
      ];
    });
  }

  private async workbook(contents: TemplateContents): Promise<TemplateFile> {
    const name = `${contents.formTitle}_${contents.filerName}_${contents.mark.period}.xlsx`;
    return { name, bytes: await templateWorkbook(contents) };
  }
}

/** 2026年10月20日 24:00 is the start of the day after, in the district. */
const inShanghai = (instant: Date): string =>
  new Intl.DateTimeFormat('zh-CN', {
    timeZone: 'Asia/Shanghai',
    dateStyle: 'long',
    timeStyle: 'short',
  }).format(instant);

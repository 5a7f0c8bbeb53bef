import { Inject, Injectable } from '@nestjs/common';
import { isQuarter, lastDay, periodTitle, quarterCode, quarterIndex } from '../calendar/period.js';
import type { Cell } from '../filings/filing.query.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { type Form, type FormSection, sectionsAsked } from '../forms/form.js';
import type { InstitutionType } from '../forms/metric.js';
import { isComparison, type Rule } from '../forms/rule.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { notFound } from '../problems/problems.js';
import type { TemplateMark } from './template-mark.js';
import {
  cellText,
  type TemplateContents,
  type TemplateRule,
  type TemplateSum,
  templateWorkbook,
} from './template-workbook.js';

/** What a template is made for. */
export interface TemplatePlace {
  readonly institutionId: string;
  /** USCC. */
  readonly filer: string;
  readonly filerName: string;
  readonly period: string;
  readonly form: Form;
  readonly version: number;
  readonly due: Date | null;
  /** null: no draft yet. */
  readonly filingId: string | null;
}

interface PlaceRow {
  readonly institution_id: string;
  readonly filer: string;
  readonly name: string;
  readonly period: string;
  readonly form: string;
  readonly form_version: number;
  readonly due: Date | null;
  readonly filing_id: string | null;
}

const SIGNS = { '<=': '≤', '>=': '≥', '==': '=' } as const;

/** 模板: the workbook of one filing, with what the draft holds now and the quarter before. */
@Injectable()
export class Templates {
  constructor(
    private readonly database: Database,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /** @throws NOT_FOUND for what is absent or not the actor's */
  ofFiling(actor: Actor, filingId: string): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
    return this.database.transaction(actor, async (tx) => {
      const row = await tx.row<PlaceRow>(
        `select f.institution_id, i.uscc as filer, i.name, f.period, f.form, f.form_version, o.due, f.id as filing_id
         from filing f join institution i on i.id = f.institution_id join obligation o on o.id = f.obligation_id
         where f.id = $1`,
        [filingId],
      );
      if (!row) throw notFound();
      return this.workbook(await this.contents(tx, this.placeOf(row)));
    });
  }

  /** Before a filing is opened: by institution and period. @throws NOT_FOUND, also when nothing is filed then */
  ofObligation(
    actor: Actor,
    uscc: string,
    period: string,
  ): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
    return this.database.transaction(actor, async (tx) => {
      const place = await this.find(tx, uscc, period);
      if (!place) throw notFound();
      return this.workbook(await this.contents(tx, place));
    });
  }

  /** What a template of this filer and period would be made for; null when there is none. */
  async find(tx: Tx, uscc: string, period: string, asked?: string): Promise<TemplatePlace | null> {
    if (!isQuarter(period)) return null;
    const row = await tx.row<
      Omit<PlaceRow, 'form' | 'form_version'> & {
        type: InstitutionType | null;
        form: string | null;
        form_version: number | null;
      }
    >(
      `select i.id as institution_id, i.uscc as filer, i.name, $2::text as period, t.type, o.form, o.form_version, o.due,
         f.id as filing_id
       from institution i
       left join institution_type t on t.institution_id = i.id and t.valid_from <= $3 and (t.valid_to is null or t.valid_to >= $3)
       left join obligation o on o.institution_id = i.id and o.period = $2
       left join filing f on f.obligation_id = o.id
       where i.uscc = $1 and exists (select 1 from reporting_period where period = $2)`,
      [uscc, period, lastDay(period)],
    );
    if (!row || (row.form === null && row.type === null)) return null;
    const form = row.form === null ? this.catalogue.formOfType(row.type as InstitutionType) : null;
    if (asked !== undefined && asked !== (row.form ?? form?.form)) return null;
    return this.placeOf({
      ...row,
      form: row.form ?? (form as Form).form,
      form_version: row.form_version ?? (form as Form).version,
    });
  }

  /** All that the template says, with the figures of the draft. */
  async contents(tx: Tx, place: TemplatePlace): Promise<TemplateContents> {
    const { form, period } = place;
    const previousPeriod = quarterCode(quarterIndex(period) - 1);
    const sections = this.sections(form, period);
    const metrics = sections.flatMap((section) => section.metrics);
    const cells = place.filingId === null ? new Map<string, Cell>() : await this.cells(tx, place.filingId);
    const before = await this.accepted(tx, place.institutionId, previousPeriod);
    const mark: TemplateMark = { form: form.form, version: place.version, filer: place.filer, period, metrics };
    return {
      mark,
      formTitle: form.title,
      filerName: place.filerName,
      previousPeriod,
      facts: [
        ['报表', `${form.title}（${form.form} 第 ${place.version} 版）`],
        ['填报单位', place.filerName],
        ['统一社会信用代码', place.filer],
        ['报告期', periodTitle(period)],
        ['截止', place.due ? inShanghai(place.due) : '尚未确定'],
      ],
      sections: sections.map((section) => ({
        title: section.title,
        sums: sumsOf(section),
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

  private placeOf(row: PlaceRow): TemplatePlace {
    const form = this.catalogue.forms.get(row.form);
    if (!form) throw notFound();
    return {
      institutionId: row.institution_id,
      filer: row.filer,
      filerName: row.name,
      period: row.period,
      form,
      version: row.form_version,
      due: row.due,
      filingId: row.filing_id,
    };
  }

  private async cells(tx: Tx, filingId: string): Promise<Map<string, Cell>> {
    const rows = await tx.rows<{ metric: string } & Cell>(
      'select metric, trim_scale(value)::text as value, state, version, source from filing_cell where filing_id = $1',
      [filingId],
    );
    return new Map(rows.map((row) => [row.metric, row]));
  }

  private async accepted(tx: Tx, institutionId: string, period: string): Promise<Map<string, string>> {
    const rows = await tx.rows<{ metric: string; value: string | null }>(
      `select distinct on (metric) metric, trim_scale(value)::text as value from observation
       where institution_id = $1 and period = $2 order by metric, in_force_from desc`,
      [institutionId, period],
    );
    return new Map(rows.flatMap(({ metric, value }): [string, string][] => (value === null ? [] : [[metric, value]])));
  }

  /** Those that this form can break. */
  private rules(asked: ReadonlySet<string>): TemplateRule[] {
    return this.catalogue.rules.flatMap((rule) => {
      const cells = isComparison(rule) ? [...rule.left, ...rule.right] : [];
      if (!cells.every((code) => asked.has(code))) return [];
      const { severity, title, message } = rule;
      return [{ rule: rule.rule, severity, title, message, cells, formula: formulaOf(rule) }];
    });
  }

  private async workbook(contents: TemplateContents): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
    const name = `${contents.formTitle}_${contents.filerName}_${contents.mark.period}.xlsx`;
    return { name, bytes: await templateWorkbook(contents) };
  }
}

const formulaOf = (rule: Rule): string =>
  isComparison(rule) ? `${rule.left.join(' + ')} ${SIGNS[rule.relation]} ${rule.right.join(' + ')}` : '对每一项';

const sumsOf = (section: FormSection): readonly TemplateSum[] =>
  (section as FormSection & { readonly sums?: readonly TemplateSum[] }).sums ?? [];

/** 2026年10月20日 24:00 is the start of the day after, in the district. */
const inShanghai = (instant: Date): string =>
  new Intl.DateTimeFormat('zh-CN', {
    timeZone: 'Asia/Shanghai',
    dateStyle: 'long',
    timeStyle: 'short',
  }).format(instant);

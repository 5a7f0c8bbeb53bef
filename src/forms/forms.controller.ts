import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { dayOf } from '../calendar/day.js';
import type { YearCalendar } from '../calendar/working-days.js';
import { Can } from '../identity/access.guard.js';
import { authorityTitle } from '../identity/departments.js';
import { Database, systemActor } from '../platform/database.service.js';
import { ListDto } from '../platform/list.dto.js';
import { type Page, pageOf, pageRequest } from '../platform/pages.js';
import { printRule, printTolerance } from '../rules/print-rule.js';
import type { Rule } from '../rules/rule.js';
import type { Catalogue } from './catalogue.js';
import { CATALOGUE } from './catalogue.service.js';
import { type Form, formWarnings } from './form.js';
import type { Metric } from './metric.js';

/** The latest version of a form, with what an institution may lawfully hold against it. */
type FormItem = Form & { readonly warnings: readonly string[] };

/** A rule as the engine reads it, and as a form prints it. */
type RuleItem = Rule & {
  /** Place in the order in which rules are checked, from 1. */
  readonly no: number;
  /** 校验关系 with codes, `BK_GL_BAL ≤ BK_LOAN_BAL`. */
  readonly formula: string;
  /** What the sides may lie apart, in words; null: nothing. */
  readonly allowed: string | null;
};

@ApiTags('forms')
@Controller()
export class FormsController {
  constructor(
    private readonly database: Database,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  @Get('metrics')
  @Can('catalogue', 'read')
  metrics(@Query() query: ListDto): Page<Metric> {
    return configured([...this.catalogue.metrics.values()], query, 'metrics', (metric) => metric.code);
  }

  /** Public holidays and worked weekends, by year: pages count working days with them. */
  @Get('calendars')
  @Can('catalogue', 'read')
  calendars(@Query() query: ListDto): Page<YearCalendar> {
    return configured([...this.catalogue.calendars.values()], query, 'calendars', ({ year }) => String(year));
  }

  @Get('forms')
  @Can('catalogue', 'read')
  forms(@Query() query: ListDto): Promise<Page<FormItem>> {
    // The day is business time, which GREENRANK_NOW may move.
    return this.database.transaction(systemActor('forms'), async ({ now }) => {
      const today = dayOf(now);
      const items = [...this.catalogue.forms.values()].map((form) => ({
        ...form,
        authority: form.authority && authorityTitle(form.authority),
        warnings: formWarnings(form, today),
      }));
      return configured(items, query, 'forms', (form) => form.form);
    });
  }

  @Get('rules')
  @Can('catalogue', 'read')
  rules(@Query() query: ListDto): Page<RuleItem> {
    const items = this.catalogue.rules.map((rule, i) => ({
      ...rule,
      no: i + 1,
      formula: printRule(rule),
      allowed: printTolerance(rule),
    }));
    return configured(items, query, 'rules', (item) => `${item.no}`.padStart(6, '0'));
  }
}

/** A page of what the configuration lists, by code. */
function configured<T>(all: readonly T[], query: ListDto, list: string, code: (item: T) => string): Page<T> {
  const request = pageRequest(query, list);
  const after = request.after?.[0];
  const sorted = [...all].sort((a, b) => (code(a) < code(b) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((item) => code(item) > String(after));
  return pageOf(rest.slice(0, request.limit + 1), request, list, (item) => [code(item)]);
}

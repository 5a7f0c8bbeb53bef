import { isQuarter, quarterIndex } from '../calendar/period.js';
import type { Editions, InstitutionType, Metric } from './metric.js';
import { isAsked } from './metric.js';

/** A computed line of a section: shown in grid and template, never filed. */
export interface FormSum {
  readonly title: string;
  /** Metric codes of the form that are added. */
  readonly of: readonly string[];
}

export interface FormSection {
  readonly title: string;
  /** Metric codes in the order of the printed form. */
  readonly metrics: readonly string[];
  readonly sums: readonly FormSum[];
}

/** A column of a row table. */
export interface RowAmount {
  readonly code: string;
  readonly title: string;
  readonly unit: string;
  readonly decimals: number;
}

/** A table of subjects and their amounts, as many rows as there are subjects. */
export interface RowTable {
  /** What a row is about: 项目名称. */
  readonly subject: string;
  readonly amounts: readonly RowAmount[];
}

export const EVIDENCE = ['required', 'asked'] as const;

/** Who files a form: institutions of these types, or one department. */
export interface FormFiler {
  readonly institutionTypes: readonly InstitutionType[];
  /** Code of the department; null: institutions. */
  readonly department: string | null;
}

/** 报表: one version of what a filer is asked, in force from one quarter to another. */
export interface Form {
  readonly form: string;
  readonly version: number;
  readonly title: string;
  /** 表号、制定机关、批准文号: empty where the bureau has none yet. */
  readonly table: string | null;
  readonly authority: string | null; // `bureau`: the one of this district
  readonly approval: string | null;
  /** 有效期至, `2027-12-31`. */
  readonly validUntil: string | null;
  readonly filer: FormFiler;
  readonly kind: 'metrics' | 'rows';
  /** The quarters of the year in which it is asked, 1–4. */
  readonly quarters: readonly number[];
  /** Only filed when a filer opens it: no obligation is generated. */
  readonly onRequest: boolean;
  /** Due at the end of this working day after the quarter. */
  readonly due: { readonly workingDays: number };
  /** First and last quarter of this version; null: from the beginning, still in force. */
  readonly from: string | null;
  readonly until: string | null;
  /** Empty for a row table. */
  readonly sections: readonly FormSection[];
  /** Metric code → whether a file must or may prove it. */
  readonly evidence: Readonly<Record<string, (typeof EVIDENCE)[number]>>;
  readonly rows: RowTable | null;
}

/** All metric codes of a form, in its order. */
export const formMetrics = (form: Form): string[] => form.sections.flatMap((section) => section.metrics);

/** Whether this version is the one of a quarter. @throws PERIOD_INVALID */
export function isInForce(form: Form, quarter: string): boolean {
  const at = quarterIndex(quarter);
  return (
    (form.from === null || quarterIndex(form.from) <= at) && (form.until === null || at <= quarterIndex(form.until))
  );
}

/** Whether a quarter asks this version. @throws PERIOD_INVALID */
export const isFormAsked = (form: Form, quarter: string): boolean =>
  isInForce(form, quarter) && form.quarters.includes((quarterIndex(quarter) % 4) + 1);

/** Asked of institutions every quarter: the statistical table of a type, not a questionnaire. */
export const isQuarterly = (form: Form): boolean =>
  form.kind === 'metrics' && form.filer.department === null && !form.onRequest && form.quarters.length === 4;

/**
 * What an institution may lawfully hold against a form (统计法: a survey form carries 表号, 制定机关, 批准文号 and 有效期,
 * and may be refused without them).
 * @param today `2026-10-20`
 */
export function formWarnings(form: Form, today: string): string[] {
  const missing = [
    form.table === null ? '表号' : null,
    form.authority === null ? '制定机关' : null,
    form.approval === null ? '批准文号' : null,
    form.validUntil === null ? '有效期' : null,
  ].filter((each) => each !== null);
  return [
    ...(missing.length > 0 ? [`没有标明${missing.join('、')}：填报单位可以依法拒绝填报`] : []),
    ...(form.validUntil !== null && form.validUntil < today
      ? [`有效期至 ${form.validUntil}，已经过期：填报单位可以依法拒绝填报`]
      : []),
  ];
}

/**
 * The sections as one quarter asks them: metrics of an edition that is not in force fall away, with them sections that
 * are left empty and sums of which nothing is left.
 * @throws PERIOD_INVALID
 */
export function sectionsAsked(
  form: Form,
  metrics: ReadonlyMap<string, Metric>,
  editions: Editions,
  quarter: string,
): FormSection[] {
  const asked = (code: string): boolean => {
    const metric = metrics.get(code);
    return metric !== undefined && isAsked(metric, editions, quarter);
  };
  return form.sections
    .map((section) => ({
      title: section.title,
      metrics: section.metrics.filter(asked),
      sums: section.sums.map((sum) => ({ ...sum, of: sum.of.filter(asked) })).filter((sum) => sum.of.length > 0),
    }))
    .filter((section) => section.metrics.length > 0);
}

/** Whether versions of one form leave no quarter to two of them. @returns the objection in Chinese, or null */
export function versionOverlap(versions: readonly Form[]): string | null {
  const bounds = versions.map(({ version, from, until }) => ({
    version,
    first: from !== null && isQuarter(from) ? quarterIndex(from) : 0,
    last: until !== null && isQuarter(until) ? quarterIndex(until) : Number.MAX_SAFE_INTEGER,
  }));
  for (const [i, one] of bounds.entries())
    for (const other of bounds.slice(i + 1))
      if (one.first <= other.last && other.first <= one.last)
        return `第 ${one.version} 版和第 ${other.version} 版的适用报告期不重叠`;
  return null;
}

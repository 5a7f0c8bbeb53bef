import type { Editions, InstitutionType, Metric } from './metric.js';
import { isAsked } from './metric.js';

export interface FormSection {
  readonly title: string;
  /** Metric codes in the order of the printed form. */
  readonly metrics: readonly string[];
}

/** 报表: the versioned list of metrics that one institution type files. */
export interface Form {
  readonly form: string;
  readonly version: number;
  readonly title: string;
  readonly institutionType: InstitutionType;
  readonly sections: readonly FormSection[];
}

/** All metric codes of a form, in its order. */
export const formMetrics = (form: Form): string[] => form.sections.flatMap((section) => section.metrics);

/**
 * The sections as one quarter asks them: metrics of an edition that is not in force fall away, and with them sections
 * that are left empty.
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
    .map((section) => ({ title: section.title, metrics: section.metrics.filter(asked) }))
    .filter((section) => section.metrics.length > 0);
}

import { useQuery } from '@tanstack/react-query';
import { isOfEach, metricsOfRule } from '../../../src/rules/print-rule.js';
import type { Rule, RuleMetric } from '../../../src/rules/rule.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { Metric } from '../api/shapes.js';

/** The latest version of a form. What a bureau has not registered is null. */
export interface FormItem {
  readonly form: string;
  readonly version: number;
  readonly title: string;
  readonly table: string | null;
  readonly authority: string | null;
  readonly approval: string | null;
  readonly validUntil: string | null;
  readonly filer: { readonly institutionTypes: readonly string[]; readonly department: string | null };
  readonly kind: 'metrics' | 'rows';
  readonly sections: readonly { readonly title: string; readonly metrics: readonly string[] }[];
  readonly rows: {
    readonly subject: string;
    readonly amounts: readonly { readonly code: string; readonly title: string; readonly unit: string }[];
  } | null;
  /** What an institution may lawfully hold against it. */
  readonly warnings: readonly string[];
}

export type CatalogueMetric = Metric & RuleMetric & { readonly edition: string | null };
export type RuleItem = Rule & { readonly no: number; readonly formula: string; readonly allowed: string | null };

export interface FormsCatalogue {
  readonly forms: readonly FormItem[];
  readonly rules: readonly RuleItem[];
  readonly metrics: ReadonlyMap<string, CatalogueMetric>;
}

/** Forms, rules and metrics: all three, since each speaks of the others. */
export const useFormsCatalogue = () =>
  useQuery<FormsCatalogue, Problem>({
    queryKey: ['forms-catalogue'],
    queryFn: async () => {
      const [forms, rules, metrics] = await Promise.all([
        api.all<FormItem>('/forms'),
        api.all<RuleItem>('/rules'),
        api.all<CatalogueMetric>('/metrics'),
      ]);
      return { forms, rules, metrics: new Map(metrics.map((metric) => [metric.code, metric])) };
    },
    staleTime: 300_000,
  });

/** The rules that a form's figures can break, each with the metrics of the form that it speaks of. */
export function rulesOf(
  form: FormItem,
  { rules, metrics }: FormsCatalogue,
): { readonly rule: RuleItem; readonly cells: readonly CatalogueMetric[] }[] {
  const asked = new Set(form.sections.flatMap((section) => section.metrics));
  return rules.flatMap((rule) => {
    const named = metricsOfRule(rule, [...metrics.values()]);

    const cells = named.filter((metric) => asked.has(metric.code));
    return cells.length === 0 || (!isOfEach(rule) && cells.length < named.length) ? [] : [{ rule, cells }];
  });
}

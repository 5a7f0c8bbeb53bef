import { isQuarter, isYear } from '../../calendar/period.js';
import type { Decimal } from '../../numbers/decimal.js';
import { DomainError, type Violation } from '../../problems/problems.js';
import { institutionsOf } from '../inputs/participants.js';
import { checkScheme } from '../scheme/check-scheme.js';
import type { EvaluationInput, EvaluationResult, Figure, ResultRecord } from '../types.js';

/** One figure as it would be; null: not filed. */
export interface Supposed {
  readonly institution: string;
  readonly period: string;
  readonly metric: string;
  readonly value: Decimal | null;
}

/** A score or rank that would be another. Scores as printed. */
export interface Moved {
  /** Where it would stand. */
  readonly cohort: string | null;
  readonly institution: string;
  readonly rankBefore: number | null;
  readonly rankAfter: number | null;
  readonly scoreBefore: string | null;
  readonly scoreAfter: string | null;
}

/**
 * The input with some figures changed. A figure that is as it was keeps its revision, so that nothing changed is the
 * same input to the byte.
 * @throws WHAT_IF_REFUSED for an institution or metric that the evaluation does not know, a period that is none or
 *         comes later, a figure named twice
 */
export function suppose(input: EvaluationInput, set: readonly Supposed[]): EvaluationInput {
  const faults = faultsOf(input, set);
  if (faults.length > 0) throw new DomainError('WHAT_IF_REFUSED', 422, `试算的改动有 ${faults.length} 处不对`, faults);
  const changes = new Map(set.map((change) => [keyOf(change), change] as const));
  const figures: Figure[] = [];
  for (const figure of input.figures) {
    const change = changes.get(keyOf(figure));
    if (!change || change.value?.eq(figure.value)) figures.push(figure);
    else if (change.value)
      figures.push({
        institution: figure.institution,
        period: figure.period,
        metric: figure.metric,
        value: change.value,
        revision: null,
      });
    changes.delete(keyOf(figure));
  }
  for (const { institution, period, metric, value } of changes.values())
    if (value) figures.push({ institution, period, metric, value, revision: null });
  return { ...input, figures };
}

const keyOf = ({ institution, period, metric }: Omit<Supposed, 'value'>): string =>
  [institution, period, metric].join('\n');

function faultsOf(input: EvaluationInput, set: readonly Supposed[]): Violation[] {
  const institutions = new Set(institutionsOf(input).map(({ code }) => code));
  const metrics = new Set([
    ...Object.keys(input.metrics),
    ...[...input.figures].map(({ metric }) => metric),
    ...(checkScheme(input.document, input.metrics).scheme?.inputs ?? []).map(({ metric }) => metric),
  ]);
  const named = new Set<string>();
  return set.flatMap((change, i) => {
    const { institution, period, metric } = change;
    const isTwice = named.has(keyOf(change));
    named.add(keyOf(change));
    const fault = (field: string, found: string, expected: string, message: string): Violation => ({
      path: `set[${i}].${field}`,
      rule: 'WHAT_IF_REFUSED',
      found,
      expected,
      message,
    });
    if (!institutions.has(institution))
      return [fault('institution', institution, '参评机构的代码', `没有参评机构 ${institution}`)];
    if (!metrics.has(metric)) return [fault('metric', metric, '评价用到的指标', `没有指标 ${metric}`)];
    if (!isQuarter(period) && !isYear(period)) return [fault('period', period, '2025 或 2025Q3', '报告期写法不对')];
    if (lastQuarter(period) > lastQuarter(input.period))
      return [fault('period', period, `不晚于 ${input.period}`, '评价期以后的数值不参与计算')];
    return isTwice ? [fault('metric', metric, '同一数值改一次', '同一数值改了两次')] : [];
  });
}

/** Both `2025` and `2025Q4` → `2025Q4`. */
const lastQuarter = (period: string): string => (isYear(period) ? `${period}Q4` : period);

/** Every score or rank that is another, in the order of the ranking before. */
export function movedBetween(before: EvaluationResult, after: EvaluationResult): Moved[] {
  const now = new Map(after.results.map((record) => [record.institution, record]));
  return before.results.flatMap((was): Moved[] => {
    const is = now.get(was.institution) as ResultRecord;
    if (was.rank === is.rank && was.score === is.score && was.cohort === is.cohort) return [];
    return [
      {
        cohort: is.cohort,
        institution: was.institution,
        rankBefore: was.rank,
        rankAfter: is.rank,
        scoreBefore: was.score,
        scoreAfter: is.score,
      },
    ];
  });
}

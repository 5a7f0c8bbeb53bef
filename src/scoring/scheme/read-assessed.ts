import { decimalOf, type Fields } from './fields.js';
import type { AssessmentRule } from './scheme.js';

const MOST_ASSESSORS = 10_000;

/** Reads `assessed: { scale, panel, combine, by }`. @returns null when there is none, or with a fault */
export function readAssessed(owner: Fields): AssessmentRule | null {
  const fields = owner.map('assessed');
  if (!fields) return null;
  fields.require('scale', '[a, b]');
  const items = fields.list('scale');
  const bounds = items?.flatMap((item) => decimalOf(item, fields.faults) ?? []);
  const panel = fields.whole('panel', 1, MOST_ASSESSORS) ?? 1;
  const combine = fields.choice('combine', ['mean', 'median', 'trimmed_mean']) ?? 'mean';
  const by = fields.texts('by');
  fields.finish();
  const [least, most] = bounds ?? [];
  if (!items || bounds?.length !== items.length) return null;
  if (!least || !most || items.length !== 2 || least.gte(most))
    return fields.refuse('scale', 'domain', '[a, b]，a < b', '评分区间不对');
  return { scale: [least, most], panel, combine, by };
}

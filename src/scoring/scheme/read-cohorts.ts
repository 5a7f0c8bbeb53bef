import type { FormulaContext } from '../../formula/check.js';
import { Fields } from './fields.js';
import { readFormula } from './formulas.js';
import type { CohortRule, EligibilityRule } from './scheme.js';

const MOST_MEMBERS = 1_000_000;

/** None declared: one cohort, `all`. */
const EVERYBODY: CohortRule = { code: 'all', title: '全部机构', when: null, minSize: 1, else: null };

export function readCohorts(root: Fields, names: ReadonlySet<string>): readonly CohortRule[] {
  const items = root.list('cohorts') ?? [];
  const context: FormulaContext = { names, aggregates: false, yields: 'condition' };
  const declared = items.map((item) => {
    const fields = Fields.of(item, root.faults, '{ code, when, minSize, else }');
    if (!fields) return null;
    const code = fields.requiredText('code') ?? '';
    const cohort = {
      code,
      title: fields.label('title'),
      when: readFormula(fields, 'when', context),
      minSize: fields.whole('minSize', 1, MOST_MEMBERS) ?? 1,
      else: fields.text('else'),
    };
    fields.finish();
    return { cohort, fields };
  });
  const codes = declared.map((entry) => entry?.cohort.code ?? '');
  declared.forEach((entry, i) => {
    if (!entry) return;
    const { cohort, fields } = entry;
    if (codes.indexOf(cohort.code) < i)
      fields.refuse('code', 'double-code', '每个代码一次', `分组 ${cohort.code} 重复`);
    if (cohort.else !== null && !codes.includes(cohort.else, i + 1))
      fields.refuse('else', 'else', codes.slice(i + 1).join(' | ') || '不写', 'else 只能指向后面的分组');
  });
  const cohorts = declared.flatMap((entry) => entry?.cohort ?? []);
  return cohorts.length > 0 ? cohorts : [EVERYBODY];
}

export function readEligibility(root: Fields, names: ReadonlySet<string>): readonly EligibilityRule[] {
  const context: FormulaContext = { names, aggregates: false, yields: 'condition' };
  return (root.list('eligibility') ?? []).flatMap((item) => {
    const fields = Fields.of(item, root.faults, '{ when, reason }');
    if (!fields) return [];
    fields.require('when', '条件');
    const when = readFormula(fields, 'when', context);
    const reason = fields.requiredText('reason');
    fields.finish();
    return when && reason !== null ? { when, reason } : [];
  });
}

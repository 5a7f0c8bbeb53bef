import { isQuarter, isYear } from '../../calendar/period.js';
import type { Violation } from '../../problems/problems.js';
import type { AssessmentRule, Scheme } from '../scheme/scheme.js';
import { leavesOf } from '../scheme/scheme.js';
import type { Assessment, EvaluationInput, Figure, Institution } from '../types.js';
import { hasTable, institutionsOf } from './participants.js';
import { tableFault } from './table.js';

/** All faults of the tables against each other and the scheme, whatever source they came from. */
export function checkTables(input: EvaluationInput, scheme: Scheme): readonly Violation[] {
  const known = new Set(institutionsOf(input).map((institution) => institution.code));
  return [
    ...checkInstitutions(input.institutions ?? []),
    ...checkFigures(input, scheme, known),
    ...checkAssessments(input.assessments, scheme, known),
  ];
}

function checkInstitutions(institutions: readonly Institution[]): readonly Violation[] {
  const seen = new Set<string>();
  return institutions.flatMap(({ code, at }, i) => {
    const twice = seen.has(code);
    seen.add(code);
    return twice ? [tableFault(at ?? `institutions[${i}]`, 'double-row', code, '每个机构一行', '机构重复')] : [];
  });
}

function checkFigures(
  { figures, institutions }: EvaluationInput,
  scheme: Scheme,
  known: ReadonlySet<string>,
): readonly Violation[] {
  const faults: Violation[] = [];
  const seen = new Marks();
  const table = hasTable(institutions);
  const quartersOf = new Marks();
  const place = (figure: Figure, i: number): string => figure.at ?? `figures[${i}]`;
  let i = -1;
  for (const figure of figures) {
    i++;
    const { institution, period, metric } = figure;
    const [quarterly, yearly] = [isQuarter(period), isYear(period)];
    if (!quarterly && !yearly)
      faults.push(tableFault(place(figure, i), 'period', period, '2025Q3 或 2025', '没有这个报告期'));
    if (!seen.add(metric, period, institution))
      faults.push(tableFault(place(figure, i), 'double-row', written(figure), '同一数据一行', '同一数据重复'));
    if (quarterly) quartersOf.add(metric, period.slice(0, 4), institution);
    if (table && !known.has(institution))
      faults.push(tableFault(place(figure, i), 'institution', institution, '机构表里的机构', '机构表里没有这个机构'));
    if (yearly && scheme.cadence === 'quarterly')
      faults.push(tableFault(place(figure, i), 'period', written(figure), '2025Q3', '年度数不能用于季度方案'));
  }
  i = -1;
  for (const figure of figures) {
    i++;
    const { institution, period, metric } = figure;
    if (isYear(period) && quartersOf.has(metric, period, institution))
      faults.push(
        tableFault(
          place(figure, i),
          'year-beside-quarters',
          written(figure),
          '年度数或季度数',
          '同一年既有年度数又有季度数',
        ),
      );
  }
  return faults;
}

const written = ({ institution, period, metric }: Figure): string => `${institution},${period},${metric}`;

/** Which institutions state a metric for a period. A set of long keys would take more memory than the figures. */
class Marks {
  private readonly columns = new Map<string, Map<string, boolean[]>>();
  private readonly numbers = new Map<string, number>();

  /** @returns false: it was there */
  add(metric: string, period: string, institution: string): boolean {
    let periods = this.columns.get(metric);
    if (!periods) {
      periods = new Map();
      this.columns.set(metric, periods);
    }
    let marks = periods.get(period);
    if (!marks) {
      marks = [];
      periods.set(period, marks);
    }
    let number = this.numbers.get(institution);
    if (number === undefined) {
      number = this.numbers.size;
      this.numbers.set(institution, number);
    }
    if (marks[number]) return false;
    marks[number] = true;
    return true;
  }

  has(metric: string, period: string, institution: string): boolean {
    const number = this.numbers.get(institution);
    return number !== undefined && this.columns.get(metric)?.get(period)?.[number] === true;
  }
}

/** Assessed indicators and adjustments by code. */
export function assessmentRules(scheme: Scheme): ReadonlyMap<string, AssessmentRule> {
  const rules = new Map<string, AssessmentRule>();
  for (const leaf of leavesOf(scheme.root)) if (leaf.kind === 'assessed') rules.set(leaf.code, leaf.assessed);
  for (const adjustment of scheme.adjustments)
    if ((adjustment.kind === 'bonus' || adjustment.kind === 'deduction') && adjustment.points.by === 'assessed')
      rules.set(adjustment.code, adjustment.points.assessed);
  return rules;
}

/** The part before `/`. */
const departmentOf = (assessor: string): string => assessor.split('/')[0] ?? '';

function checkAssessments(
  assessments: readonly Assessment[],
  scheme: Scheme,
  known: ReadonlySet<string>,
): readonly Violation[] {
  const rules = assessmentRules(scheme);
  const seen = new Set<string>();
  const faults: Violation[] = [];
  for (const [i, { institution, node, assessor, score, at }] of assessments.entries()) {
    const refuse = (rule: string, found: string, expected: string, message: string): void => {
      faults.push(tableFault(at ?? `assessments[${i}]`, rule, found, expected, message));
    };
    const rule = rules.get(node);
    const key = keyOf(institution, node, assessor);
    if (!known.has(institution)) refuse('institution', institution, '机构表或数据里的机构', '没有这个机构');
    if (!rule) {
      refuse('node', node, [...rules.keys()].join(' | '), '不是定性评分的节点');
      continue;
    }
    const [least, most] = rule.scale;
    if (score.lt(least) || score.gt(most))
      refuse('scale', score.toFixed(), `${least.toFixed()}–${most.toFixed()}`, `${node} 的评分超出区间`);
    if (rule.by && !rule.by.includes(departmentOf(assessor)))
      refuse('assessor', assessor, rule.by.join(' | '), `${node} 不由这个部门评分`);
    if (seen.has(key)) refuse('double-row', `${institution},${node},${assessor}`, '每人一次', '同一人重复评分');
    seen.add(key);
  }
  return faults;
}

/** No code holds the character U+0000. */
const keyOf = (...parts: readonly string[]): string => parts.join('\u0000');

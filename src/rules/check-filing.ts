import { checkCopied } from './check-copied.js';
import { checkEach, checkFormulaRule } from './check-formula.js';
import { checkOutlier } from './check-outlier.js';
import { checkSlip } from './check-slip.js';
import { isSelected, type Rule, type RuleMetrics, type Severity } from './rule.js';

export type CellState = 'blank' | 'not_applicable' | 'not_available';

/** How the accepted figures of the same type of institution lie. Decimals as text, in the metric's unit. */
export interface PeerFigures {
  readonly median: string;
  readonly q1: string;
  readonly q3: string;
  readonly mean: string;
  readonly sd: string;
  /** Institutions counted. */
  readonly n: number;
}

/** What is checked: one filing, drafts included. All decimals are plain text in the metric's unit. */
export interface FilingSubject {
  /** `2026Q3`. */
  readonly period: string;
  /** Metric → figure. A cell without value has no entry. */
  readonly figures: ReadonlyMap<string, string>;
  /** Why cells have no value. */
  readonly states?: ReadonlyMap<string, CellState>;
  /** What the form asks in this period, in its order. */
  readonly codes: readonly string[];
  /** Metric → quarter → ACCEPTED figure, of the 12 quarters before. */
  readonly history: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** By metric code, and by the formula of each outlier rule; null for an institution's login and in the browser. */
  readonly peers: ReadonlyMap<string, PeerFigures> | null;
}

/** A change of unit that would mend the cells: each figure times `factor`. */
export interface Conversion {
  /** Plain decimal: `0.0001`. */
  readonly factor: string;
  /** `元→万元`. */
  readonly title: string;
  readonly cells: readonly string[];
}

/** One rule that a filing breaks. Decimals are plain text. */
export interface Check {
  readonly rule: string;
  /** `V07:BK_GL_NEW`: the rule and its first cell, unique within the filing. */
  readonly key: string;
  readonly severity: Severity;
  readonly title: string;
  readonly message: string;
  /** With the codes of the cells: `BK_GL_BAL ≤ BK_LOAN_BAL`. */
  readonly formula: string;
  /** Codes of the cells that the rule reads. */
  readonly cells: readonly string[];
  /** Left side, or the value alone. */
  readonly left: string;
  /** Right side; null when a value is checked alone against no number. */
  readonly right: string | null;
  /** Left less right; null without a right side. */
  readonly difference: string | null;
  /** What the two sides may lie apart; null: nothing was allowed. */
  readonly tolerance: string | null;
  /** What would be right: `≤ 1000`, `整数`. */
  readonly expected: string;
  /** What to do. */
  readonly hint: string;
  readonly conversion: Conversion | null;
}

/** A check before it has its key. */
export type Finding = Omit<Check, 'key'>;

/**
 * Checks one filing against the rules: all that it breaks, in the order of the rules, within one rule in the order of
 * the form. Never throws for what is filed: a rule is not checked while a figure it needs is missing.
 * Source: domain 9, V01–V19.
 * @param rules as `assembleCatalogue` has read them: their formulas are sound
 */
export function checkFiling(subject: FilingSubject, rules: readonly Rule[], metrics: RuleMetrics): Check[] {
  const found = rules.flatMap((rule) => findings(subject, rule, metrics).map((finding) => ({ rule, finding })));
  const explained = (code: string, by: string): boolean =>
    found.some(({ finding }) => finding.rule === by && (finding.conversion?.cells ?? finding.cells).includes(code));
  const keys = new Set<string>();
  return found
    .filter(({ rule, finding }) => {
      const unless = rule.kind === 'formula' ? rule.unless : null;
      return unless === null || !explained(finding.cells[0] ?? '', unless);
    })
    .map(({ finding }) => ({ ...finding, key: freeKey(`${finding.rule}:${finding.cells[0]}`, keys) }));
}

function findings(subject: FilingSubject, rule: Rule, metrics: RuleMetrics): Finding[] {
  if (rule.kind === 'copied') return checkCopied(subject, rule);
  if (rule.kind === 'outlier') return checkOutlier(subject, rule, metrics);
  if (rule.kind === 'formula' && rule.each === null) return checkFormulaRule(subject, rule, metrics);
  const { each } = rule;
  const selected = subject.codes.filter((code) => {
    const metric = metrics.get(code);
    return metric !== undefined && each !== null && subject.figures.has(code) && isSelected(metric, each);
  });
  if (rule.kind === 'slip') return checkSlip(subject, rule, selected, metrics);
  return selected.flatMap((code) => checkEach(subject, rule, code, metrics));
}

/** Only rules that block may meet at one cell: those that want an explanation are kept apart when they are read. */
function freeKey(wanted: string, taken: Set<string>): string {
  let key = wanted;
  for (let no = 2; taken.has(key); no++) key = `${wanted}:${no}`;
  taken.add(key);
  return key;
}

import { readsOf } from '../formula/reads.js';
import { Decimal, plain } from '../numbers/decimal.js';
import { copyFormula } from './check-copied.js';
import { outlierFormula } from './check-outlier.js';
import { slipFormula } from './check-slip.js';
import { cellTitle, PLACE } from './fill-message.js';
import { printFormula } from './print-formula.js';
import { isSelected, type Rule, type RuleMetric, type RuleMetrics } from './rule.js';
import { EACH, QUARTERS_PER_YEAR, treeOf } from './rule-formula.js';

/** A rule as a form prints its 校验关系, with codes; 本项 stands for each selected metric. */
export function printRule(rule: Rule): string {
  if (rule.kind === 'copied') return copyFormula(rule);
  if (rule.kind === 'outlier') return outlierFormula(rule);
  if (rule.kind === 'slip') return slipFormula(rule);
  const condition = rule.when === null ? '' : `（${printFormula(treeOf(rule.when))} 时检查）`;
  return `${printFormula(treeOf(rule.holds))}${condition}`;
}

/** A rule's tolerance in words, such as 万元：每项0.01，至少0.5; null: none. */
export function printTolerance(rule: Rule): string | null {
  if (rule.kind !== 'formula' || rule.tolerance === null) return null;
  return Object.entries(rule.tolerance)
    .map(
      ([unit, { perItem, least }]) =>
        `${plain(new Decimal(least))}${unit}（项数多时每项${plain(new Decimal(perItem))}${unit}）`,
    )
    .join('；');
}

/** The message before it has numbers: 绿色贷款余额（BK_GL_BAL）大于各项贷款余额（BK_LOAN_BAL），差…. */
export const printMessage = (rule: Rule, metrics: RuleMetrics): string =>
  rule.message.replace(PLACE, (_, name: string) =>
    name === EACH ? '本项' : metrics.has(name) ? cellTitle(name, metrics) : '…',
  );

/** Whether a rule speaks of every selected metric, or of whole forms, rather than of named ones. */
export const isOfEach = (rule: Rule): boolean =>
  rule.kind === 'copied' || rule.kind === 'slip' || (rule.kind === 'formula' && rule.each !== null);

/** The metrics out of `metrics` that a rule speaks of; all for a rule that compares whole forms. */
export function metricsOfRule<M extends RuleMetric>(rule: Rule, metrics: readonly M[]): M[] {
  if (rule.kind === 'copied') return [...metrics];
  if (rule.kind === 'outlier' || (rule.kind === 'formula' && rule.each === null)) {
    const text = rule.kind === 'outlier' ? rule.of : rule.holds;
    const codes = new Set(readsOf(treeOf(text), QUARTERS_PER_YEAR).map(({ name }) => name));
    return metrics.filter((metric) => codes.has(metric.code));
  }
  const { each } = rule;
  return each === null ? [] : metrics.filter((metric) => isSelected(metric, each));
}

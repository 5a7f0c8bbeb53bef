import { isOutcome } from '../formula/outcome.js';
import { readsOf } from '../formula/reads.js';
import { Decimal, plain } from '../numbers/decimal.js';
import type { FilingSubject, Finding } from './check-filing.js';
import { readerOf } from './check-formula.js';
import { figureText } from './figure-text.js';
import { fillMessage } from './fill-message.js';
import { printFormula } from './print-formula.js';
import type { OutlierRule, RuleMetrics } from './rule.js';
import { numberOf, QUARTERS_PER_YEAR, treeOf } from './rule-formula.js';

/** V10: whether a value stands more than some standard deviations above the mean of its peers. */
export function checkOutlier(subject: FilingSubject, rule: OutlierRule, metrics: RuleMetrics): Finding[] {
  const peers = subject.peers?.get(rule.of);
  if (!peers || peers.n < rule.peers) return [];
  const tree = treeOf(rule.of);
  const value = numberOf(tree, readerOf(subject, null));
  if (isOutcome(value)) return [];
  const bound = new Decimal(peers.mean).plus(new Decimal(rule.deviations).times(peers.sd));
  if (value.lte(bound)) return [];
  const cells = [...new Set(readsOf(tree, QUARTERS_PER_YEAR).map(({ name }) => name))];
  const sides = { left: value, right: bound, difference: value.minus(bound), unit: rule.unit };
  const words = { mean: figureText(new Decimal(peers.mean), rule.unit), peers: `${peers.n}` };
  return [
    {
      rule: rule.rule,
      severity: rule.severity,
      title: rule.title,
      message: fillMessage(rule.message, sides, cells[0] ?? '', metrics, words),
      formula: outlierFormula(rule),
      cells,
      left: plain(value),
      right: plain(bound),
      difference: plain(sides.difference),
      tolerance: null,
      expected: `≤ ${plain(bound)}`,
      hint: rule.hint,
      conversion: null,
    },
  ];
}

export const OUTLIER_WORDS = ['mean', 'peers'] as const;

/** As the page prints it. */
export const outlierFormula = (rule: OutlierRule): string =>
  `${printFormula(treeOf(rule.of))} ≤ 同类机构均值 + ${rule.deviations} × 标准差（至少${rule.peers}家）`;

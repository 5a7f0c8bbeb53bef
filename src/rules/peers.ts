import { isOutcome, MISSING } from '../formula/outcome.js';
import { readsOf } from '../formula/reads.js';
import { Decimal, meanOf, plain } from '../numbers/decimal.js';
import { sampleDeviation } from '../numbers/statistics.js';
import type { PeerFigures } from './check-filing.js';
import type { Rule } from './rule.js';
import { numberOf, QUARTERS_PER_YEAR, treeOf } from './rule-formula.js';

/** The formulas whose values outlier rules compare with the peers', and the metrics that they read. */
export const peerFormulas = (rules: readonly Rule[]): { readonly of: string; readonly codes: readonly string[] }[] =>
  rules.flatMap((rule) =>
    rule.kind === 'outlier'
      ? [{ of: rule.of, codes: [...new Set(readsOf(treeOf(rule.of), QUARTERS_PER_YEAR).map(({ name }) => name))] }]
      : [],
  );

/** The value of such a formula for one institution's figures of the quarter; null: none. */
export function valueAmong(of: string, figures: ReadonlyMap<string, string>): Decimal | null {
  const value = numberOf(treeOf(of), (name, back) => {
    const text = back === 0 ? figures.get(name) : undefined;
    return text === undefined ? MISSING : new Decimal(text);
  });
  return isOutcome(value) ? null : value;
}

/** Median, quartiles (linear between the two nearest), mean and sample deviation; null without values. */
export function spreadOf(values: readonly Decimal[]): PeerFigures | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a.comparedTo(b));
  const quantile = (share: string): string => {
    const at = new Decimal(share).times(sorted.length - 1);
    const [low, high] = [at.floor(), at.ceil()].map((i) => sorted[i.toNumber()] as Decimal) as [Decimal, Decimal];
    return plain(low.plus(high.minus(low).times(at.minus(at.floor()))));
  };
  return {
    median: quantile('0.5'),
    q1: quantile('0.25'),
    q3: quantile('0.75'),
    mean: plain(meanOf(values)),
    sd: plain(sampleDeviation(values)),
    n: values.length,
  };
}

import { readsOf } from '../../formula/reads.js';
import { Decimal, plain } from '../../numbers/decimal.js';
import type { Violation } from '../../problems/problems.js';
import { weightsOf } from './check-weights.js';
import {
  type Group,
  type Indicator,
  type Leaf,
  leavesOf,
  type Policy,
  periodsPerYear,
  type Scheme,
  titleOf,
} from './scheme.js';

/** Fewer members make min-max say nothing but first and last. */
export const FEWEST_FOR_MINMAX = 3;
/** Said of a document by its `minSize`, of a run by the members there are. */
export const SMALL_COHORT = 'small-minmax';
const HEAVY = 50;
/** With these, not filing may pay: siblings or peers stand in. */
const LENIENT: readonly (Policy | null)[] = ['exclude', 'cohort_median', 'previous_period'];

export function warning(path: string, rule: string, found: string, expected: string, message: string): Violation {
  return { path, rule, found, expected, message };
}

/** What has bitten somebody, as far as the document alone shows it (scheme-language 8). Changes nothing. */
export function warningsOf(scheme: Scheme): readonly Violation[] {
  return [
    ...smallCohorts(scheme),
    ...lenientPolicies(scheme.root, false),
    ...movedByNotFiling(scheme),
    ...zeroIsNotWorst(scheme),
    ...sharesWithTies(scheme),
    ...heavyIndicators(scheme.root, new Decimal(100)),
  ];
}

export const usesMinmax = (leaf: Leaf): leaf is Indicator =>
  leaf.kind === 'indicator' && leaf.method.name === 'minmax' && leaf.over === 'cohort';

function smallCohorts(scheme: Scheme): readonly Violation[] {
  if (scheme.cohorts.length < 2 || !leavesOf(scheme.root).some(usesMinmax)) return [];
  return scheme.cohorts.flatMap(({ minSize, code }, i) =>
    minSize >= FEWEST_FOR_MINMAX
      ? []
      : warning(
          `cohorts[${i}].minSize`,
          SMALL_COHORT,
          minSize.toString(),
          `≥ ${FEWEST_FOR_MINMAX}`,
          `分组 ${code} 可能不足三家，minmax 只会给出最好和最差`,
        ),
  );
}

function lenientPolicies(group: Group, required: boolean): readonly Violation[] {
  const guarded = required || !group.requires.isZero();
  return group.children.flatMap((child) => {
    if (child.kind === 'group') return lenientPolicies(child, guarded);
    const policies = child.kind === 'assessed' ? [child.missing] : [child.missing, child.zeroDenominator];
    const lenient = policies.find((policy) => LENIENT.includes(policy));
    if (guarded || !lenient) return [];
    const message = `${titleOf(child)} 不报送可能反而有利`;
    return [warning(child.path, 'not-filing-pays', lenient, 'unranked、zero，或上级写 requires: 60', message)];
  });
}

function movedByNotFiling(scheme: Scheme): readonly Violation[] {
  const perYear = periodsPerYear(scheme.cadence);
  const inputs = new Set(scheme.inputs.map((input) => input.name));
  const demanded = new Set(
    scheme.eligibility.flatMap(({ when }) => readsOf(when.tree, perYear).map((read) => read.name)),
  );
  return scheme.cohorts.flatMap(({ when }) => {
    if (!when) return [];
    const names = new Set(readsOf(when.tree, perYear).map((read) => read.name));
    return [...names]
      .filter((name) => inputs.has(name) && !demanded.has(name))
      .map((name) =>
        warning(when.path, 'cohort-by-filing', name, `eligibility 里要求 ${name}`, `不报 ${name} 的机构会被分到别的组`),
      );
  });
}

function zeroIsNotWorst(scheme: Scheme): readonly Violation[] {
  return leavesOf(scheme.root).flatMap((leaf) => {
    if (leaf.kind === 'assessed' || ![leaf.missing, leaf.zeroDenominator].includes('zero')) return [];
    const { method } = leaf;
    const lowest = Array.isArray(method.parameters.to) ? `${method.parameters.to[0]}` : '0';
    if (method.name !== 'zscore' && lowest === '0') return [];
    const found = method.name === 'zscore' ? 'zscore' : `to 从 ${lowest} 起`;
    return [warning(leaf.path, 'zero-not-worst', found, '0 是最低分', `${titleOf(leaf)} 的 zero 不是最低分`)];
  });
}

function sharesWithTies(scheme: Scheme): readonly Violation[] {
  if (scheme.ranking.ties === 'ordinal') return [];
  return scheme.grades.flatMap(({ code, topShare }, i) =>
    topShare
      ? [
          warning(
            `grades[${i}].topShare`,
            'share-with-ties',
            plain(topShare),
            'ordinal 或 tieBreak',
            `并列时等次 ${code} 可能超过比例`,
          ),
        ]
      : [],
  );
}

function heavyIndicators(group: Group, share: Decimal): readonly Violation[] {
  const weights = weightsOf(group);
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
  return group.children.flatMap((child, i) => {
    const own = share.times((weights[i] ?? 0n).toString()).div(whole.toString());
    if (child.kind === 'group') return heavyIndicators(child, own);
    if (own.lte(HEAVY)) return [];
    return [
      warning(child.path, 'heavy', plain(own.toDecimalPlaces(2)), `≤ ${HEAVY}`, `${titleOf(child)} 一项的有效权重过半`),
    ];
  });
}

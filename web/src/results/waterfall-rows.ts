import { Decimal, plain, ZERO } from '../../../src/numbers/decimal.js';
import type { Grade, InstitutionResult } from '../api/shapes.js';
import { fixed, signed } from '../figures/figure-text.js';
import type { Leaf } from './tree.js';

/** One bar: where it starts, what is earned, what is lost, in points of the total. */
export interface WaterfallRow {
  readonly title: string;
  readonly from: string;
  readonly earned: string;
  readonly lost: string;
  /** `18.06`, and what was to be had: ` / 20`. */
  readonly label: string;
  readonly of: string;
  readonly kind: 'leaf' | 'adjustment' | 'total';
}

const FULL_MARKS = '100';

/** Bars that add up from indicator to indicator to the total. */
export function waterfallRows(result: InstitutionResult, leaves: readonly Leaf[]): WaterfallRow[] {
  let reached = ZERO;
  const rows: WaterfallRow[] = leaves
    .filter((leaf) => leaf.weight !== null)
    .map((leaf) => {
      const earned = new Decimal(leaf.node.contribution ?? '0');
      const from = earned.isNegative() ? reached.plus(earned) : reached;
      reached = reached.plus(earned);
      return {
        title: leaf.node.title,
        from: plain(from),
        earned: plain(earned.abs()),
        lost: leaf.lost ?? '0',
        label: fixed(leaf.node.contribution),
        of: ` / ${fixed(leaf.weight).replace(/\.00$/, '')}`,
        kind: 'leaf',
      };
    });
  const steps = result.adjustments.filter(
    (each) => each.applied && each.change !== null && !new Decimal(each.change).isZero(),
  );
  for (const step of steps) {
    // A deduction or a cap takes away, however the answer signs it.
    const size = new Decimal(step.change ?? '0').abs();
    const change = step.kind === 'bonus' ? size : size.negated();
    const from = change.isNegative() ? reached.plus(change) : reached;
    reached = reached.plus(change);
    rows.push({
      title: step.title,
      from: plain(from),
      earned: change.isNegative() ? '0' : plain(change),
      lost: change.isNegative() ? plain(size) : '0',
      label: signed(plain(change)),
      of: step.kind === 'cap' ? ' 封顶' : '',
      kind: 'adjustment',
    });
  }
  if (steps.length === 0)
    rows.push({
      title: '加减分',
      from: plain(reached),
      earned: '0',
      lost: '0',
      label: '0.00',
      of: ' 无',
      kind: 'adjustment',
    });
  const score = result.score ?? plain(reached);
  rows.push({
    title: '总分',
    from: '0',
    earned: score,
    lost: plain(Decimal.max(ZERO, new Decimal(FULL_MARKS).minus(score))),
    label: fixed(score),
    of: ` / ${FULL_MARKS}`,
    kind: 'total',
  });
  return rows;
}

/** The next better grade and how many points are missing to it; null at the top, or when grades have no limits. */
export function nextGrade(
  result: Pick<InstitutionResult, 'score' | 'status'>,
  grades: readonly Grade[],
): { grade: string; min: string; missing: string } | null {
  if (result.score === null || result.status !== 'ranked') return null;
  const score = new Decimal(result.score);
  const better = grades.filter((grade) => grade.min !== null && score.lt(grade.min));
  const next = better.at(-1);
  return next?.min ? { grade: next.code, min: next.min, missing: plain(new Decimal(next.min).minus(score)) } : null;
}

import { type Adjustment, leavesOf, type Scheme, titleOf, type WrittenFormula } from '../scheme/scheme.js';

/** A formula whose number an institution is shown, or can tell from its points. */
export interface ShownFormula extends WrittenFormula {
  readonly title: string;
  readonly isAdjustment: boolean;
  /** Evaluation periods back at which it is read besides now: for a vertical benchmark, for a policy. */
  readonly backs: readonly number[];
}

export function shownFormulas(scheme: Scheme): readonly ShownFormula[] {
  const leaves = leavesOf(scheme.root).flatMap((leaf): ShownFormula[] => {
    if (leaf.kind === 'assessed') return [];
    const { vertical } = leaf.method.parameters as { vertical?: { periods: number; step: number } };
    const past = Array.from({ length: vertical?.periods ?? 0 }, (_, i) => (i + 1) * (vertical?.step ?? 1));
    const before = [leaf.missing, leaf.zeroDenominator].includes('previous_period') ? [1] : [];
    const backs = [...past, ...before];
    return [{ ...leaf.value, path: `${leaf.path}.value`, title: titleOf(leaf), isAdjustment: false, backs }];
  });
  const adjustments = scheme.adjustments.flatMap((adjustment: Adjustment): ShownFormula[] => {
    if (adjustment.kind === 'veto' || adjustment.kind === 'cap' || adjustment.points.by !== 'value') return [];
    return [{ ...adjustment.points.value, title: titleOf(adjustment), isAdjustment: true, backs: [] }];
  });
  return [...leaves, ...adjustments];
}

import { evaluate } from '../evaluate.js';
import type { EvaluationInput, EvaluationResult, ResultRecord } from '../types.js';

/** Two of those who stay, whose order turns round when somebody leaves. */
export interface Reversal {
  readonly leaves: string;
  readonly pairs: readonly { readonly cohort: string; readonly upper: string; readonly lower: string }[];
}

/**
 * Rank reversal: every ranked institution leaves once, and everything is computed again without it, exactly. Listed are
 * those whose leaving turns round the order of others who stay in one cohort.
 * @param tick called after each of them
 */
export function reversals(
  input: EvaluationInput,
  { results }: EvaluationResult,
  tick: () => void = () => undefined,
): readonly Reversal[] {
  return results
    .filter(({ rank }) => rank !== null)
    .flatMap(({ institution }) => {
      const without = new Map(evaluate(leaving(input, institution)).results.map((each) => [each.institution, each]));
      const pairs = reversed(results, without);
      tick();
      return pairs.length === 0 ? [] : [{ leaves: institution, pairs }];
    });
}

const leaving = (input: EvaluationInput, institution: string): EvaluationInput => ({
  ...input,
  institutions: input.institutions?.filter(({ code }) => code !== institution) ?? null,
  figures: [...input.figures].filter((figure) => figure.institution !== institution),
  assessments: input.assessments.filter((assessment) => assessment.institution !== institution),
});

function reversed(results: readonly ResultRecord[], now: ReadonlyMap<string, ResultRecord>): Reversal['pairs'] {
  const pairs: { cohort: string; upper: string; lower: string }[] = [];
  for (const [i, upper] of results.entries())
    for (const lower of results.slice(i + 1)) {
      if (upper.cohort !== lower.cohort || upper.rank === null || lower.rank === null) continue;
      const [a, b] = [now.get(upper.institution), now.get(lower.institution)];
      if (upper.rank >= lower.rank || a?.cohort !== b?.cohort || a?.rank == null || b?.rank == null) continue;
      if (a.rank > b.rank)
        pairs.push({ cohort: upper.cohort ?? '', upper: upper.institution, lower: lower.institution });
    }
  return pairs;
}

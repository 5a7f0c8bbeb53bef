import { type Cadence, quarterCode, quarterIndex, windowQuarters } from '../../calendar/period.js';
import { byCodePoint } from '../../numbers/code-point.js';
import { plain } from '../../numbers/decimal.js';
import { fromMicro, type Micro } from '../../numbers/micro.js';
import { DomainError } from '../../problems/problems.js';
import { cohortPlans, prepare } from '../evaluate.js';
import { assessmentRules } from '../inputs/check-tables.js';
import { checkScheme } from '../scheme/check-scheme.js';
import { type Group, groupsOf, type Scheme } from '../scheme/scheme.js';
import { CohortScores } from '../score-cohort.js';
import type { EvaluationInput } from '../types.js';
import { documentWithWeights } from '../what-if/document-weights.js';

/**
 * Why a total changed. In this order one thing after the other is put in place of the old one, and what the total does
 * at each step is due to it:
 * `method`     the scheme: indicators, formulas, normalisation, adjustments, rounding
 * `weights`    its weights
 * `figures`    the institution's own figures and assessments
 * `benchmark`  the figures and assessments of those who are in both
 * `cohort`     who takes part: those who came and went, types and flags
 */
export type Factor = 'method' | 'weights' | 'figures' | 'benchmark' | 'cohort';

export const FACTORS: readonly Factor[] = ['method', 'weights', 'figures', 'benchmark', 'cohort'];

export interface Attribution {
  readonly institution: string;
  /** Rounded totals, plain; null without one. */
  readonly before: string | null;
  readonly after: string | null;
  readonly rankBefore: number | null;
  readonly rankAfter: number | null;
  /**
   * Points by factor; they sum to after − before exactly. null: there was no total on one of the two sides. A step
   * without a total in between counts with the next one that has one.
   */
  readonly points: Readonly<Record<Factor, string>> | null;
}

/** Which institutions are wanted, by code: each costs an evaluation. */
export interface Slice {
  /** null: from the first. */
  readonly after: string | null;
  /** null: all. */
  readonly limit: number | null;
}

const ALL: Slice = { after: null, limit: null };

/**
 * Attributes the changes between two evaluations, of one period under two schemes or of two periods under one or two.
 * Two periods are laid over each other: the earlier figures count as if they were as many quarters later.
 *
 * @returns for the institutions of both, by code
 * @throws SCHEME_REFUSED, TABLE_REFUSED when one of the two cannot be computed
 */
export function attribute(before: EvaluationInput, after: EvaluationInput, slice: Slice = ALL): readonly Attribution[] {
  const [first, last] = [totalsOf(before), totalsOf(after)];
  const old = alignedTo(before, after);
  const known = new Set(codesOf(old));
  const both = codesOf(after).filter((code) => known.has(code));
  const inBoth = new Set(both);
  const method = mixedTotals(old, { ...old, document: withWeightsOf(after, before) }, after, () => false);
  const weights = mixedTotals(old, after, after, () => false);
  const benchmark = mixedTotals(old, after, after, (code) => inBoth.has(code));
  const wanted = both.sort(byCodePoint).filter((code) => slice.after === null || byCodePoint(code, slice.after) > 0);
  return wanted.slice(0, slice.limit ?? wanted.length).map((institution) => {
    const own = mixedTotals(old, after, after, (code) => code === institution);
    const steps = [first, method, weights, own, benchmark, last].map((totals) => totals.get(institution));
    const [start, end] = [steps[0], steps.at(-1)];
    return {
      institution,
      before: textOf(start?.total),
      after: textOf(end?.total),
      rankBefore: start?.rank ?? null,
      rankAfter: end?.rank ?? null,
      points: pointsOf(steps.map((step) => step?.total ?? null)),
    };
  });
}

interface Standing {
  readonly total: Micro | null;
  readonly rank: number | null;
}

/** Rounded totals by institution. */
function totalsOf(input: EvaluationInput): ReadonlyMap<string, Standing> {
  const run = prepare(input);
  const totals = new Map<string, Standing>();
  for (const { code } of cohortPlans(run)) {
    const scores = new CohortScores(run, code);
    for (const [member, institution] of scores.institutions.entries())
      totals.set(institution.code, {
        total: scores.standings.totals.at(member),
        rank: scores.placeOf(member)?.rank ?? null,
      });
  }
  return totals;
}

function pointsOf(totals: readonly (Micro | null)[]): Attribution['points'] {
  let standing = totals[0] ?? null;
  if (standing === null || (totals.at(-1) ?? null) === null) return null;
  const points = {} as Record<Factor, string>;
  for (const [i, factor] of FACTORS.entries()) {
    const total: Micro | null = totals[i + 1] ?? null;
    points[factor] = total === null ? '0' : plain(fromMicro(total - standing));
    standing = total ?? standing;
  }
  return points;
}

const textOf = (total: Micro | null | undefined): string | null => (total == null ? null : plain(fromMicro(total)));

function codesOf({ institutions, figures }: EvaluationInput): readonly string[] {
  return [
    ...new Set([
      ...(institutions ?? []).map(({ code }) => code),
      ...[...figures].map(({ institution }) => institution),
    ]),
  ];
}

/** The figures of an earlier evaluation, moved so that its period is the later one's. */
function alignedTo(before: EvaluationInput, after: EvaluationInput): EvaluationInput {
  const quarters = lastQuarter(after) - lastQuarter(before);
  if (quarters === 0) return before;
  const move = (period: string): string =>
    period.includes('Q')
      ? quarterCode(quarterIndex(period) + quarters)
      : `${Number.parseInt(period, 10) + Math.round(quarters / 4)}`;
  return {
    ...before,
    figures: [...before.figures].map((figure) => ({
      institution: figure.institution,
      period: move(figure.period),
      metric: figure.metric,
      value: figure.value,
      revision: figure.revision,
    })),
  };
}

const cadenceOf = ({ period }: EvaluationInput): Cadence => (period.includes('Q') ? 'quarterly' : 'annual');

const lastQuarter = (input: EvaluationInput): number => windowQuarters(input.period, cadenceOf(input)).at(-1) as number;

/**
 * Totals of a mixture: the institutions of old, the new figures and assessments of those that are new. What cannot be
 * computed, such as a new scheme that reads a column which the old table lacks, has none.
 */
function mixedTotals(
  old: EvaluationInput,
  { document }: { readonly document: string },
  now: EvaluationInput,
  isNew: (institution: string) => boolean,
): ReadonlyMap<string, Standing> {
  const mixed = <T extends { readonly institution: string }>(before: Iterable<T>, after: Iterable<T>): T[] => [
    ...[...before].filter(({ institution }) => !isNew(institution)),
    ...[...after].filter(({ institution }) => isNew(institution)),
  ];
  const scheme = checkScheme(document, now.metrics).scheme;
  const assessed = scheme ? assessmentRules(scheme) : new Map();
  try {
    return totalsOf({
      ...old,
      document,
      metrics: now.metrics,
      period: now.period,
      figures: mixed(old.figures, now.figures),
      assessments: mixed(old.assessments, now.assessments).filter(({ node }) => assessed.has(node)),
    });
  } catch (error) {
    if (error instanceof DomainError) return new Map();
    throw error;
  }
}

/**
 * The new document with the old weights, in every group that has the same children in both; a group that has not is a
 * change of method.
 */
function withWeightsOf({ document, metrics }: EvaluationInput, old: EvaluationInput): string {
  const now = checkScheme(document, metrics).scheme;
  const before = checkScheme(old.document, old.metrics).scheme;
  if (!now || !before) return document;
  const weights = groupsOf(now.root).flatMap((group): [string, string][] => {
    const same = sameGroup(before, group);
    if (same?.weights !== 'stated' || group.weights !== 'stated') return [];
    return same.children.flatMap(({ code, weight }): [string, string][] => (weight ? [[code, weight.text]] : []));
  });
  return documentWithWeights(document, metrics, Object.fromEntries(weights));
}

function sameGroup(before: Scheme, group: Group): Group | undefined {
  const childrenOf = ({ children }: Group): string =>
    children
      .map(({ code }) => code)
      .sort()
      .join('\n');
  return groupsOf(before.root).find(
    (candidate) => candidate.code === group.code && childrenOf(candidate) === childrenOf(group),
  );
}

import { DomainError, type Violation } from '../../../src/problems/problems.js';
import { correlation, type Points, type Redundancy, redundancies } from '../../../src/scoring/advice/correlation.js';
import { entropyWeights } from '../../../src/scoring/advice/entropy.js';
import { importances } from '../../../src/scoring/advice/importance.js';
import { inputOf } from '../../../src/scoring/bundle/read-bundle.js';
import { cohortPlans, prepare, type Run } from '../../../src/scoring/evaluate.js';
import { checkScheme } from '../../../src/scoring/scheme/check-scheme.js';
import { type Group, groupsOf, leavesOf, type Scheme, titleOf } from '../../../src/scoring/scheme/scheme.js';
import { SMALL_COHORT } from '../../../src/scoring/scheme/warnings.js';
import { CohortScores } from '../../../src/scoring/score-cohort.js';
import type { EvaluationInput, MetricCatalogue } from '../../../src/scoring/types.js';
import { type Reweighed, Reweigher } from '../../../src/scoring/what-if/reweigh.js';
import { movedWeights, type Weights, weighable } from '../../../src/scoring/what-if/weights.js';

/** A node of the scheme's tree as the page shows it. */
export interface OutlineNode {
  readonly code: string;
  readonly title: string;
  readonly path: string;
  /** Millionths; null: none is stated. */
  readonly weight: bigint | null;
  /** Whether other weights can be tried. */
  readonly isMovable: boolean;
  readonly kind: 'group' | 'indicator' | 'assessed';
  readonly formula: string | null;
  readonly unit: string | null;
}

export interface OutlineGroup {
  /** Empty: the root. */
  readonly code: string;
  readonly title: string;
  readonly aggregate: Group['aggregate'];
  readonly weights: Group['weights'];
  readonly children: readonly OutlineNode[];
}

export interface Outline {
  readonly code: string;
  readonly version: number;
  readonly title: string;
  readonly groups: readonly OutlineGroup[];
  readonly inputs: readonly { readonly name: string; readonly metric: string; readonly kind: 'stock' | 'flow' }[];
}

export interface TrialRow {
  readonly institution: string;
  readonly name: string;
  readonly rankBefore: number | null;
  readonly rank: number | null;
  readonly scoreBefore: string | null;
  readonly score: string | null;
  readonly gradeBefore: string | null;
  readonly grade: string | null;
  /** Why there is no rank. */
  readonly reason: string;
}

export interface TrialCohort {
  readonly code: string;
  readonly title: string;
  /** By rank, those without one last. */
  readonly rows: readonly TrialRow[];
}

export interface GroupAdvice {
  readonly group: string;
  readonly title: string;
  readonly rows: readonly {
    readonly code: string;
    readonly title: string;
    readonly nominal: number;
    readonly effective: number | null;
    readonly r: number | null;
    /** Entropy weight, percent of the group. */
    readonly entropy: number | null;
  }[];
}

export interface CohortAdvice {
  readonly cohort: string;
  readonly groups: readonly GroupAdvice[];
  readonly redundant: readonly Redundancy[];
  readonly leaves: readonly { readonly code: string; readonly title: string }[];
  /** Of the leaves, row by row. */
  readonly matrix: readonly (readonly (number | null)[])[];
}

interface Before {
  readonly cohort: string;
  readonly rank: number | null;
  readonly score: string | null;
  readonly grade: string | null;
}

/** A scheme with the cohorts it makes of the figures, until another document takes its place. */
interface Prepared {
  readonly document: string;
  readonly run: Run;
  readonly cohorts: readonly { readonly code: string; readonly title: string; readonly reweigher: Reweigher }[];
}

/**
 * What a scheme would make of the figures of an evaluation: the same core as the official run, nothing stored. Runs in
 * a worker; see `workbench.worker.ts`.
 */
export class Trial {
  private readonly before = new Map<string, Before>();
  private prepared: Prepared | null = null;
  private latest: readonly { readonly code: string; readonly outcome: Reweighed }[] = [];

  private constructor(
    private readonly input: EvaluationInput | null,
    private readonly metrics: MetricCatalogue,
    ranking: readonly (readonly string[])[],
  ) {
    for (const [cohort = '', rank = '', institution = '', , score = '', grade = ''] of ranking)
      this.before.set(institution, {
        cohort,
        rank: rank === '' ? null : Number.parseInt(rank, 10),
        score: score || null,
        grade: grade || null,
      });
  }

  /** @param text a full bundle @throws BundleShapeError */
  static of(text: string): Trial {
    const bundle = JSON.parse(text) as Parameters<typeof inputOf>[0] & { results: { ranking: string[][] } };
    const input = inputOf(bundle);
    return new Trial(input, input.metrics, bundle.results.ranking);
  }

  /** Without figures a document can still be checked. */
  static withoutFigures(metrics: MetricCatalogue): Trial {
    return new Trial(null, metrics, []);
  }

  get hasFigures(): boolean {
    return this.input !== null;
  }

  /** What stands against a document, and its tree when nothing does. */
  check(document: string): {
    readonly errors: readonly Violation[];
    readonly warnings: readonly Violation[];
    readonly outline: Outline | null;
  } {
    // A metric of the catalogue that this evaluation did not need is unknown to its bundle.
    const { errors, warnings, scheme } = checkScheme(document, { ...this.metrics });
    return { errors, warnings, outline: scheme ? outlineOf(scheme) : null };
  }

  /**
   * Ranks under other weights. Another document is scored afresh, moved weights alone only summed up again.
   * @returns null without figures @throws DomainError when the figures do not fit the document
   */
  rank(document: string, weights: Weights): readonly TrialCohort[] | null {
    if (!this.input) return null;
    const prepared = this.prepare(document, this.input);
    this.latest = prepared.cohorts.map(({ code, reweigher }) => ({ code, outcome: reweigher.reweigh(weights) }));
    return prepared.cohorts.map(({ code, title, reweigher }, i) => ({
      code,
      title,
      rows: this.rows(code, prepared.run.scheme, reweigher, this.latest[i]?.outcome as Reweighed),
    }));
  }

  private prepare(document: string, input: EvaluationInput): Prepared {
    if (this.prepared?.document === document) return this.prepared;
    const run = prepare({ ...input, document });
    const cohorts = cohortPlans(run).map(({ code, title }) => ({
      code,
      title,
      reweigher: new Reweigher(new CohortScores(run, code)),
    }));
    this.prepared = { document, run, cohorts };
    return this.prepared;
  }

  private rows(cohort: string, scheme: Scheme, { members }: Reweigher, outcome: Reweighed): readonly TrialRow[] {
    const rows = members.map(({ institution, name, reason }, i): TrialRow => {
      const before = this.before.get(institution);
      const rank = outcome.ranks[i] as number;
      return {
        institution,
        name,
        rankBefore: before?.cohort === cohort ? before.rank : null,
        rank: rank === 0 ? null : rank,
        scoreBefore: before?.score ?? null,
        score: outcome.score(i),
        gradeBefore: before?.grade ?? null,
        grade: scheme.grades[outcome.grades[i] as number]?.code ?? null,
        reason: rank === 0 ? reason : '',
      };
    });
    const last = rows.length + 1;
    return rows.sort((a, b) => (a.rank ?? last) - (b.rank ?? last));
  }

  /** Warnings that only the figures show, and advice, of the ranks last computed. */
  advise(weights: Weights): { readonly warnings: readonly Violation[]; readonly cohorts: readonly CohortAdvice[] } {
    if (!this.prepared) return { warnings: [], cohorts: [] };
    const { run } = this.prepared;
    return {
      warnings: run.warnings.filter(({ rule }) => SHOWN_BY_FIGURES.includes(rule)),
      cohorts: this.latest.map(({ code, outcome }) => adviceOf(code, run.scheme, outcome, weights)),
    };
  }
}

/** Rules of warnings that the figures decide. */
export const SHOWN_BY_FIGURES: readonly string[] = [SMALL_COHORT, 'short-history'];

/** Every fault of a refusal; anything else is thrown on. */
export function violationsOf(error: unknown): readonly Violation[] {
  if (!(error instanceof DomainError)) throw error;
  return error.violations;
}

function outlineOf(scheme: Scheme): Outline {
  const movable = new Set(weighable(scheme.root));
  return {
    code: scheme.code,
    version: scheme.version,
    title: scheme.title || scheme.code,
    inputs: scheme.inputs.map(({ name, metric, kind }) => ({ name, metric, kind })),
    groups: groupsOf(scheme.root).map((group) => ({
      code: group.code,
      title: group.code === '' ? '总分' : titleOf(group),
      aggregate: group.aggregate,
      weights: group.weights,
      children: group.children.map((child) => ({
        code: child.code,
        title: titleOf(child),
        path: child.path,
        weight: group.weights === 'equal' ? null : (child.weight?.millionths ?? null),
        isMovable: movable.has(child) && group.weights !== 'equal',
        kind: child.kind,
        formula: child.kind === 'indicator' ? child.value.text : null,
        unit: child.kind === 'group' ? null : child.unit,
      })),
    })),
  };
}

const HUNDREDTHS = 10_000n;

function adviceOf(cohort: string, { root }: Scheme, outcome: Reweighed, weights: Weights): CohortAdvice {
  const points = (code: string): Points => outcome.points(code);
  const leaves = leavesOf(root);
  const columns = new Map(leaves.map(({ code }) => [code, points(code)] as const));
  return {
    cohort,
    groups: groupsOf(root)
      .filter((group) => group.children.length > 1)
      .map((group) => {
        const children = movedWeights(group, weights).map((weight, i) => ({
          points: points(group.children[i]?.code ?? ''),
          weight: Number.parseInt((group.weights === 'equal' ? weight : weight / HUNDREDTHS).toString(), 10),
        }));
        const found = importances(children, points(group.code));
        const entropy = entropyWeights(children.map((child) => child.points));
        return {
          group: group.code,
          title: group.code === '' ? '总分' : titleOf(group),
          rows: group.children.map((child, i) => ({
            code: child.code,
            title: titleOf(child),
            ...(found[i] ?? { nominal: 0, effective: null, r: null }),
            entropy: entropy?.[i] ?? null,
          })),
        };
      }),
    redundant: redundancies(columns),
    leaves: leaves.map((leaf) => ({ code: leaf.code, title: titleOf(leaf) })),
    matrix: [...columns.values()].map((a) => [...columns.values()].map((b) => correlation(a, b))),
  };
}

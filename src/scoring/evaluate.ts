import { byCodePoint } from '../numbers/code-point.js';
import type { Standing } from './cohorts/settle.js';
import { prepare } from './prepare.js';
import type { Run } from './run.js';
import { scoreCohort } from './score-cohort.js';
import type { CohortPlan, EvaluationInput, EvaluationResult, Institution, ResultRecord } from './types.js';

export { prepare } from './prepare.js';
export type { Run } from './run.js';
export { scoreCohort } from './score-cohort.js';

/**
 * The whole evaluation, the one function behind command line, worker, browser and verifier:
 *
 *     prepare       scheme and tables checked; participants, cohorts, eligibility, sizes settled over everybody
 *     scoreCohort   values → treatment → policies → points → groups → adjustments → ranks, one cohort at a time
 *     assemble      the unscored added, everything in the order of ranking.csv
 *
 * Equal input, equal bytes: nothing depends on the order of rows, on time, or on how the cohorts were split.
 * @throws SCHEME_REFUSED, TABLE_REFUSED
 */
export function evaluate(input: EvaluationInput): EvaluationResult {
  const run = prepare(input);
  return assemble(
    run,
    cohortPlans(run).map((plan) => scoreCohort(run, plan.code)),
  );
}

/** The cohorts that are scored, in declared order. */
export function cohortPlans({ settled, participants }: Run): readonly CohortPlan[] {
  return settled.cohorts.map(({ code, title, rows }) => ({
    code,
    title,
    members: rows.map((row) => (participants.list[row] as Institution).code),
  }));
}

/** @param scored the records of every scored cohort, in any order */
export function assemble(run: Run, scored: readonly (readonly ResultRecord[])[]): EvaluationResult {
  const { scheme, settled, participants } = run;
  const unscored = settled.standings.flatMap((standing, row) =>
    standing.status === 'scored' ? [] : unscoredRecord(standing, participants.list[row] as Institution, run),
  );
  const order = new Map(scheme.cohorts.map((cohort, index) => [cohort.code, index] as const));
  const cohortOf = ({ cohort }: ResultRecord): number =>
    cohort === null ? order.size : (order.get(cohort) ?? order.size);
  const results = [...scored.flat(), ...unscored].sort(
    (a, b) => cohortOf(a) - cohortOf(b) || byRank(a, b) || byCodePoint(a.institution, b.institution),
  );
  return { results };
}

/** Those without a rank last. */
function byRank(a: ResultRecord, b: ResultRecord): number {
  if (a.rank === b.rank) return 0;
  if (a.rank === null) return 1;
  return b.rank === null ? -1 : a.rank - b.rank;
}

function unscoredRecord(
  { cohort, status, reason }: Standing,
  { code, name }: Institution,
  { scheme }: Run,
): ResultRecord {
  return {
    cohort: cohort === null ? null : (scheme.cohorts[cohort]?.code ?? null),
    rank: null,
    tied: false,
    institution: code,
    name,
    score: null,
    base: null,
    grade: null,
    status: status === 'small_cohort' ? 'small_cohort' : 'ineligible',
    reason,
    nodes: [],
    adjustments: [],
  };
}

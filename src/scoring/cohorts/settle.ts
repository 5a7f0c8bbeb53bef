import { compileCondition, type Decide, type Environment } from '../../formula/compile.js';
import type { Decimal } from '../../numbers/decimal.js';
import type { CohortRule, Scheme } from '../scheme/scheme.js';

const NO_COHORT = '无对应分组';
const TOO_SMALL = '分组机构数不足';

/** Where a participant stands before anything is scored. */
export interface Standing {
  /** Index of the declared cohort under which it is listed; null: none fits. */
  readonly cohort: number | null;
  readonly status: 'scored' | 'ineligible' | 'small_cohort';
  /** Chinese; empty when scored. */
  readonly reason: string;
}

/** A cohort that is scored, with the rows of its eligible members by code. */
export interface ScoredCohort {
  readonly code: string;
  readonly title: string;
  readonly rows: readonly number[];
}

export interface Settled {
  /** By row. */
  readonly standings: readonly Standing[];
  /** In declared order. */
  readonly cohorts: readonly ScoredCohort[];
  /** By row: index in `cohorts`, -1 when not scored. */
  readonly scoredCohortOf: readonly number[];
  /** The eligible of all scored cohorts, rising. */
  readonly scoredRows: readonly number[];
}

/**
 * Cohort, eligibility and size of everybody (scheme-language 3, steps 2–4). A condition that turns out MISSING or
 * DIV0 counts as not met.
 * @param size number of participants
 */
export function settle(scheme: Scheme, size: number, environment: Environment<Decimal>): Settled {
  const whens = scheme.cohorts.map((cohort) => cohort.when && compileCondition(cohort.when.tree, environment));
  const demands = scheme.eligibility.map(({ when, reason }) => ({
    holds: compileCondition(when.tree, environment),
    reason,
  }));
  const standings: Standing[] = [];
  for (let row = 0; row < size; row++) {
    const cohort = whens.findIndex((when) => when === null || holds(when, row));
    const unmet = demands.find((demand) => !holds(demand.holds, row));
    if (cohort === -1) standings.push({ cohort: null, status: 'ineligible', reason: NO_COHORT });
    else if (unmet) standings.push({ cohort, status: 'ineligible', reason: unmet.reason });
    else standings.push({ cohort, status: 'scored', reason: '' });
  }
  emptySmall(scheme.cohorts, standings);
  return collect(scheme.cohorts, standings);
}

const holds = (condition: Decide, row: number): boolean => condition(row, 0) === true;

/** Cohorts in declared order: one below its `minSize` gives its eligible members to `else`, or they go unscored. */
function emptySmall(cohorts: readonly CohortRule[], standings: Standing[]): void {
  for (const [index, cohort] of cohorts.entries()) {
    const members = standings.flatMap((standing, row) =>
      standing.cohort === index && standing.status === 'scored' ? [row] : [],
    );
    if (members.length >= cohort.minSize) continue;
    const other = cohort.else === null ? -1 : cohorts.findIndex((candidate) => candidate.code === cohort.else);
    for (const row of members)
      standings[row] =
        other === -1
          ? { cohort: index, status: 'small_cohort', reason: TOO_SMALL }
          : { cohort: other, status: 'scored', reason: '' };
  }
}

function collect(cohorts: readonly CohortRule[], standings: readonly Standing[]): Settled {
  const scored = cohorts
    .map((cohort, index) => ({
      code: cohort.code,
      title: cohort.title || cohort.code,
      rows: standings.flatMap((standing, row) =>
        standing.cohort === index && standing.status === 'scored' ? [row] : [],
      ),
    }))
    .filter((cohort) => cohort.rows.length > 0);
  const scoredCohortOf = standings.map(() => -1);
  for (const [index, cohort] of scored.entries()) for (const row of cohort.rows) scoredCohortOf[row] = index;
  return {
    standings,
    cohorts: scored,
    scoredCohortOf,
    scoredRows: standings.flatMap((standing, row) => (standing.status === 'scored' ? [row] : [])),
  };
}

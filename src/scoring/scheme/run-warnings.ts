import { type QuarterIndex, quarterCode } from '../../calendar/period.js';
import { readsOf } from '../../formula/reads.js';
import type { Violation } from '../../problems/problems.js';
import type { Settled } from '../cohorts/settle.js';
import type { FigureStore } from '../inputs/figure-store.js';
import type { Windows } from '../inputs/windows.js';
import { type Indicator, leavesOf, periodsPerYear, type Scheme, titleOf } from './scheme.js';
import { FEWEST_FOR_MINMAX, SMALL_COHORT, usesMinmax, warning } from './warnings.js';

/** What has bitten somebody and shows only with the figures (scheme-language 8). Changes nothing. */
export function runWarnings(
  scheme: Scheme,
  settled: Settled,
  windows: Windows,
  store: FigureStore,
): readonly Violation[] {
  return [...smallCohorts(scheme, settled), ...shortHistory(scheme, windows, store)];
}

function smallCohorts(scheme: Scheme, settled: Settled): readonly Violation[] {
  if (!leavesOf(scheme.root).some(usesMinmax)) return [];
  return settled.cohorts
    .filter((cohort) => cohort.rows.length < FEWEST_FOR_MINMAX)
    .map(({ code, rows }) =>
      warning(
        'cohorts',
        SMALL_COHORT,
        `${code} ${rows.length} 家`,
        `≥ ${FEWEST_FOR_MINMAX} 家`,
        'minmax 只会给出最好和最差',
      ),
    );
}

/** A vertical benchmark or `yoy` that looks back farther than the data: for the first years everything is horizontal. */
function shortHistory(scheme: Scheme, windows: Windows, store: FigureStore): readonly Violation[] {
  const earliest = store.earliest();
  if (earliest === null) return [];
  return leavesOf(scheme.root).flatMap((leaf) => {
    if (leaf.kind === 'assessed') return [];
    const back = farthestBack(leaf, scheme);
    const needed = windows.quarters(back).at(-1) as QuarterIndex;
    if (back === 0 || needed >= earliest) return [];
    const message = `${titleOf(leaf)} 要用的往期数据不全`;
    return [
      warning(
        leaf.path,
        'short-history',
        `数据从 ${quarterCode(earliest)} 起`,
        `从 ${quarterCode(needed)} 起`,
        message,
      ),
    ];
  });
}

/** Evaluation periods between the evaluated one and the earliest that a vertical benchmark or `yoy` reads; else 0. */
function farthestBack({ value, method }: Indicator, scheme: Scheme): number {
  const reads = readsOf(value.tree, periodsPerYear(scheme.cadence));
  return method.history + Math.max(0, ...reads.map((read) => read.back));
}

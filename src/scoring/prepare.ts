import { isQuarter, isYear } from '../calendar/period.js';
import { attributesOf } from '../formula/reads.js';
import type { Decimal } from '../numbers/decimal.js';
import { DomainError, type Violation } from '../problems/problems.js';
import { settle } from './cohorts/settle.js';
import { checkTables } from './inputs/check-tables.js';
import { ownEnvironment, settledEnvironment } from './inputs/environment.js';
import { FigureStore } from './inputs/figure-store.js';
import { floatEnvironment } from './inputs/float-environment.js';
import { type Participants, participantsOf } from './inputs/participants.js';
import { Windows } from './inputs/windows.js';
import type { Run } from './run.js';
import { checkScheme } from './scheme/check-scheme.js';
import { runWarnings } from './scheme/run-warnings.js';
import { leavesOf, type Scheme, type WrittenFormula } from './scheme/scheme.js';
import { SMALL_COHORT } from './scheme/warnings.js';
import type { Assessment, EvaluationInput, Figure } from './types.js';
import { ValueColumns } from './values/value-columns.js';

const refused = (
  code: 'SCHEME_REFUSED' | 'TABLE_REFUSED',
  what: string,
  violations: readonly Violation[],
): DomainError => new DomainError(code, 422, `${what}：${violations.length} 处`, violations);

/**
 * Checks scheme and tables and settles participants, cohorts, eligibility and sizes over everybody.
 * @throws SCHEME_REFUSED, TABLE_REFUSED with every violation
 */
export function prepare(input: EvaluationInput): Run {
  const check = checkScheme(input.document, input.metrics);
  if (!check.scheme) throw refused('SCHEME_REFUSED', '评价方案未通过检查', check.errors);
  const { scheme } = check;
  const participants = participantsOf(input, scheme);
  const columns = checkColumns(scheme, participants);
  if (columns.length > 0) throw refused('SCHEME_REFUSED', '评价方案未通过检查', columns);
  const faults = [...checkPeriod(input.period, scheme), ...checkTables(input, scheme)];
  if (faults.length > 0) throw refused('TABLE_REFUSED', '数据未通过检查', faults);
  const run = settledRun({ input, scheme, participants, store: new FigureStore(input.figures, participants) });
  return {
    ...run,
    warnings: [
      ...check.warnings.filter(({ rule }) => rule !== SMALL_COHORT),
      ...runWarnings(scheme, run.settled, run.windows, run.store),
    ],
  };
}

/**
 * The run as it would be if one figure had another value: settled and to be scored anew, without checking scheme and
 * tables again, so that a search may ask for it a thousand times. Its warnings are those of the run.
 * @param figure states what the run's input states too, but for the value
 */
export function withFigure(run: Run, figure: Figure): Run {
  const { input, scheme, participants, store, warnings } = run;
  return { ...settledRun({ input, scheme, participants, store: store.replacing(figure) }), warnings };
}

type Settling = Pick<Run, 'input' | 'scheme' | 'participants' | 'store'>;

function settledRun({ input, scheme, participants, store }: Settling): Omit<Run, 'warnings'> {
  const windows = new Windows(store, input.period, scheme.cadence);
  const own = ownEnvironment(scheme, participants, windows);
  const settled = settle(scheme, participants.list.length, own);
  const environment = settledEnvironment(own, settled);
  const floats = floatEnvironment(scheme, participants, windows, settled);
  const columns = new ValueColumns(environment, settled, scoresByNode(input.assessments, participants), floats);
  return { input, scheme, participants, settled, store, windows, environment, columns };
}

function checkPeriod(period: string, { cadence }: Scheme): readonly Violation[] {
  if (cadence === 'annual' ? isYear(period) : isQuarter(period)) return [];
  const expected = cadence === 'annual' ? '2025' : '2025Q3';
  return [{ path: 'period', rule: 'period', found: period, expected, message: '报告期与方案的周期不符' }];
}

/** `attr` of a column that the institutions table lacks. */
function checkColumns(scheme: Scheme, { columns }: Participants): readonly Violation[] {
  return formulasOf(scheme).flatMap(({ tree, text, path }) =>
    attributesOf(tree)
      .filter((column) => !columns?.has(column))
      .map((column) => ({
        path,
        rule: 'attr',
        found: text,
        expected: columns ? [...columns].join(' | ') : '先给出机构表',
        message: `机构表没有 ${column} 这一列`,
      })),
  );
}

/** Every formula of a scheme, in the order of computing. */
export function formulasOf(scheme: Scheme): readonly WrittenFormula[] {
  return [
    ...scheme.cohorts.flatMap((cohort) => cohort.when ?? []),
    ...scheme.eligibility.map((rule) => rule.when),
    ...leavesOf(scheme.root).flatMap((leaf) => (leaf.kind === 'indicator' ? leaf.value : [])),
    ...scheme.adjustments.flatMap((adjustment) => {
      if (adjustment.kind === 'veto' || adjustment.kind === 'cap') return adjustment.when;
      if (adjustment.points.by === 'when') return adjustment.points.when;
      return adjustment.points.by === 'value' ? adjustment.points.value : [];
    }),
  ];
}

function scoresByNode(
  assessments: readonly Assessment[],
  participants: Participants,
): ReadonlyMap<string, ReadonlyMap<number, readonly Decimal[]>> {
  const nodes = new Map<string, Map<number, Decimal[]>>();
  for (const { institution, node, score } of assessments) {
    const row = participants.rowOf.get(institution);
    if (row === undefined) continue;
    const rows = nodes.get(node) ?? new Map<number, Decimal[]>();
    nodes.set(node, rows);
    rows.set(row, [...(rows.get(row) ?? []), score]);
  }
  return nodes;
}

import { compileValue } from '../../formula/compile.js';
import { isOutcome } from '../../formula/outcome.js';
import { comparesWithAll, readsOf } from '../../formula/reads.js';
import { Decimal, maxOf, plain, ZERO } from '../../numbers/decimal.js';
import { settledEnvironment } from '../inputs/environment.js';
import type { Run } from '../run.js';
import { type Indicator, type Input, periodsPerYear, titleOf } from '../scheme/scheme.js';
import { ExactCells, type LeafCell } from '../values/exact-cells.js';
import { sealed } from './seen.js';
import { shownFormulas } from './shown-formulas.js';
import { isSpanned, spanOf } from './span.js';

/** Relations between so many others determine nobody. */
const MOST_OTHERS = 100;
/** Of a figure; of the largest of its kind, where it is 0. */
const STEP = new Decimal('1e-4');
const STEP_FROM_ZERO = new Decimal('1e-7');
/** Values are kept to twelve decimals: a change no larger than this may be rounding. */
const BLUR = new Decimal('1e-10');

/** What somebody can compute of somebody else. */
export interface Inferred {
  /** In the scheme. */
  readonly path: string;
  readonly title: string;
}

/**
 * What members of a cohort can compute of each other from all that they are shown of these indicators under `sealed`.
 * Every number that a member is shown is an equation in the others' figures; a figure, or an indicator's value, is determined exactly if
 * no change of the others' figures that leaves all those numbers as they are changes it. So: the slopes of all shown
 * numbers by the others' figures, from the scoring itself with one figure moved a little, and whether the slope of
 * what is sought lies in their span. Floats are enough: the question is whether, not how much.
 */
export function inferences(run: Run, cohort: number, among: readonly Indicator[]): readonly Inferred[] {
  const { settled } = run;
  const members = settled.cohorts[cohort]?.rows ?? [];
  const isFew = settled.scoredRows.length - members.length <= MOST_OTHERS;
  const leaves = among.filter((leaf) => isFew || !looksAtAll(leaf));
  if (leaves.length === 0) return [];
  const rows = leaves.some(looksAtAll) ? settled.scoredRows : members;
  const unknowns = figuresRead(run, rows, leaves);
  const now = looksOf(run, cohort, leaves, rows);
  const slopes = unknowns.map((unknown) => slopesBy(run, cohort, leaves, rows, unknown, now));
  const found = new Map<string, Inferred>();
  for (const reader of members) {
    const others = unknowns.flatMap((unknown, i) =>
      unknown.row === reader ? [] : [{ unknown, ...(slopes[i] as Slopes) }],
    );
    const numbers = [...new Set(others.flatMap(({ shown }) => [...(shown.get(reader)?.keys() ?? [])]))];
    const span = spanOf(numbers.map((number) => others.map(({ shown }) => shown.get(reader)?.get(number) ?? 0)));
    if (span.length === 0) continue;
    for (const [i, { unknown }] of others.entries()) if (isSpanned([[i, 1]], span)) found.set(unknown.path, unknown);
    for (const leaf of leaves)
      for (const row of rows) {
        const direction = others.flatMap(({ values }, i): [number, number][] => {
          const slope = values.get(`${row} ${leaf.code}`);
          return slope === undefined ? [] : [[i, slope]];
        });
        if (row !== reader && isSpanned(direction, span))
          found.set(leaf.path, { path: leaf.path, title: titleOf(leaf) });
      }
  }
  return [...found.values()].map(({ path, title }) => ({ path, title }));
}

const looksAtAll = ({ over, value }: Indicator): boolean => over === 'all' || comparesWithAll(value.tree);

/** One figure of one institution, as formulas take it: a metric over a window. */
interface Unknown extends Inferred {
  readonly row: number;
  /** The window, whichever input reads it. */
  readonly figure: string;
  /** Paths of the formulas that read it. */
  readonly readBy: ReadonlySet<string>;
  readonly step: Decimal;
  /** Typical size: what somebody who knows nothing reckons with. */
  readonly size: Decimal;
}

const figureOf = ({ metric, take, shift }: Input, back: number): string => `${metric} ${take} ${back - shift}`;

/** What the indicators read of these institutions, now and for their vertical benchmarks and policies. */
function figuresRead({ scheme, environment }: Run, rows: readonly number[], leaves: readonly Indicator[]): Unknown[] {
  const perYear = periodsPerYear(scheme.cadence);
  const paths = new Set(leaves.map(valuePath));
  const readers = new Map<string, Set<string>>();
  const found = new Map<string, Unknown>();
  for (const { tree, backs, path, isAdjustment } of shownFormulas(scheme))
    for (const { name, back } of isAdjustment || paths.has(path) ? readsOf(tree, perYear) : []) {
      const input = scheme.inputs.find((each) => each.name === name);
      if (!input) continue;
      for (const at of [0, ...backs].map((further) => back + further)) {
        const figure = figureOf(input, at);
        const readBy = readers.get(figure) ?? new Set<string>();
        readers.set(figure, readBy.add(path));
        const values = rows.map((row) => environment.read(name)(row, at));
        const size = maxOf([ZERO, ...values.flatMap((value) => (isOutcome(value) ? [] : value.abs()))]);
        for (const [i, value] of values.entries()) {
          if (isOutcome(value) || size.isZero()) continue;
          const row = rows[i] as number;
          const step = value.isZero() ? size.times(STEP_FROM_ZERO) : value.abs().times(STEP);
          found.set(`${row} ${figure}`, { path: `inputs.${name}`, title: name, row, figure, readBy, step, size });
        }
      }
    }
  return [...found.values()];
}

const valuePath = ({ path }: Indicator): string => `${path}.value`;

interface Slopes {
  /** By member and number shown. */
  readonly shown: ReadonlyMap<number, ReadonlyMap<string, number>>;
  /** By row and leaf. */
  readonly values: ReadonlyMap<string, number>;
}

function slopesBy(
  run: Run,
  cohort: number,
  leaves: readonly Indicator[],
  rows: readonly number[],
  unknown: Unknown,
  now: Looks,
): Slopes {
  const moving = leaves.filter((leaf) => unknown.readBy.has(valuePath(leaf)));
  const look = (by: Decimal): Looks => looksOf(moved(run, unknown, by), cohort, moving, rows);
  const [above, below] = [look(unknown.step), look(unknown.step.negated())];
  const slope = (a: Decimal, b: Decimal): number =>
    a.minus(b).div(unknown.step.times(2)).times(unknown.size).toNumber();
  type Numbers<K> = ReadonlyMap<K, Decimal>;
  const between = <K>(
    upper: Numbers<K>,
    middle: Numbers<K> | undefined,
    lower: Numbers<K> | undefined,
  ): Map<K, number> =>
    new Map(
      [...upper].flatMap(([key, up]): [K, number][] => {
        const [at, down] = [middle?.get(key), lower?.get(key)];
        // A number that stays the same on one side, as the least of two equal ones does, says no more than on which.
        if (!at || !down || isBlur(up.minus(at)) || isBlur(at.minus(down))) return [];
        return [[key, slope(up, down)]];
      }),
    );
  const shown = [...above.shown].map(
    ([row, numbers]) => [row, between(numbers, now.shown.get(row), below.shown.get(row))] as const,
  );
  return { shown: new Map(shown), values: between(above.values, now.values, below.values) };
}

const isBlur = (change: Decimal): boolean => change.abs().lte(BLUR);

/** The run as it would be with one figure moved. */
function moved(run: Run, { row: where, figure }: Unknown, by: Decimal): Run {
  const { scheme, settled } = run;
  const environment = settledEnvironment(
    {
      ...run.environment,
      read: (name) => {
        const read = run.environment.read(name);
        const input = scheme.inputs.find((each) => each.name === name);
        if (!input) return read;
        return (row, back) => {
          const value = read(row, back);
          return row !== where || isOutcome(value) || figureOf(input, back) !== figure ? value : value.plus(by);
        };
      },
    },
    settled,
  );
  return { ...run, environment, columns: run.columns.over(environment) };
}

interface Looks {
  readonly shown: ReadonlyMap<number, ReadonlyMap<string, Decimal>>;
  readonly values: ReadonlyMap<string, Decimal>;
}

/** Every number that each member is shown, and every indicator value. */
function looksOf(run: Run, cohort: number, leaves: readonly Indicator[], rows: readonly number[]): Looks {
  const { scheme, settled, participants, columns, environment } = run;
  const members = settled.cohorts[cohort]?.rows ?? [];
  const shown = new Map(members.map((row) => [row, new Map<string, Decimal>()] as const));
  const values = new Map<string, Decimal>();
  for (const leaf of leaves) {
    const place = {
      leaf,
      rows: members,
      cohort,
      columns,
      rowOf: participants.rowOf,
      places: scheme.rounding.indicator,
    };
    for (const [i, cell] of new ExactCells(place).all().entries())
      for (const [name, number] of numbersOf(leaf, cell))
        shown.get(members[i] as number)?.set(`${leaf.code} ${name}`, number);
    for (const row of rows) {
      const value = columns.own(leaf, row, 0);
      if (!isOutcome(value)) values.set(`${row} ${leaf.code}`, value);
    }
  }
  for (const { path, tree } of shownFormulas(scheme).filter(({ isAdjustment }) => isAdjustment)) {
    const points = compileValue(tree, environment);
    for (const row of members) {
      const value = points(row, 0);
      if (!isOutcome(value)) shown.get(row)?.set(path, value);
    }
  }
  return { shown, values };
}

/** The numbers of one cell that its member is shown, points as the method gives them. */
function numbersOf(leaf: Indicator, { value, points, treated, policy, statistics }: LeafCell): [string, Decimal][] {
  const node = {
    value: value && plain(value),
    treated: treated && plain(treated),
    policy,
    normalisation: { method: leaf.method.name, parameters: { ...leaf.method.parameters, over: leaf.over }, statistics },
  };
  const { treated: shown, statistics: compared } = sealed(node);
  const texts = Object.entries({ treated: shown, ...compared }).flatMap(([name, text]): [string, Decimal][] =>
    text === null ? [] : [[name, new Decimal(text)]],
  );
  return [
    ...texts,
    ...(value ? [['value', value] as [string, Decimal]] : []),
    ...(points ? [['points', points] as [string, Decimal]] : []),
  ];
}

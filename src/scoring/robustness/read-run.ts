import { compileCondition, compileValue, type Environment, type Evaluate } from '../../formula/compile.js';
import { isOutcome, MISSING, type Value } from '../../formula/outcome.js';
import { Decimal, maxOf, ONE } from '../../numbers/decimal.js';
import { toMicro } from '../../numbers/micro.js';
import { turns } from '../normalise/registry.js';
import type { Run } from '../run.js';
import { weightsOf } from '../scheme/check-weights.js';
import {
  type Adjustment,
  type Group,
  type Indicator,
  type Input,
  type Leaf,
  leavesOf,
  nodesOf,
  periodsPerYear,
  type SchemeNode,
  titleOf,
} from '../scheme/scheme.js';
import { CohortScores } from '../score-cohort.js';
import type { Treatment } from '../treat/treatment.js';
import type { EvaluationResult, ResultRecord } from '../types.js';
import {
  ANSWERS,
  type Answer,
  type CohortMaterial,
  type GradeMaterial,
  type LeafMaterial,
  type Material,
  type MethodMaterial,
  type NodeMaterial,
  type Slopes,
  type TreatmentMaterial,
  type ValueColumn,
} from './material.js';
import { constant, type Sloped, slopedArithmetic } from './slopes.js';

/**
 * The one place where a simulation reads a prepared run: exact values become float64 columns.
 * @param result   of the same run: what is official (ranks, grades, adjustments, who is there) is taken from it
 * @param rounding also how every value moves with the figures behind it
 */
export function readRun(run: Run, result: EvaluationResult, rounding: boolean): Material {
  const { scheme, settled, participants } = run;
  const rows = settled.cohorts.flatMap((cohort) => cohort.rows);
  const records = recordsByRow(run, result, rows);
  const leaves = leavesOf(scheme.root);
  const noise = rounding ? new Noise(run) : null;
  const cohorts = cohortsOf(run, records);
  return {
    cohorts,
    institutions: rows.map((row) => participants.list[row]?.code ?? ''),
    leaves: leaves.map((leaf) => leafOf(run, leaf, rows, noise)),
    nodes: nodesOfTree(run, leaves),
    indicatorPlaces: scheme.rounding.indicator,
    totalPlaces: scheme.rounding.total,
    total: totalOf(run, rows, records),
    ranking: {
      on: scheme.ranking.on,
      ties: scheme.ranking.ties,
      tieBreak: scheme.ranking.tieBreak.map((code) => treeOf(run).findIndex((node) => node.code === code)),
    },
    grades: gradesOf(run, cohorts),
    halves: Float64Array.from(noise?.halves ?? []),
  };
}

const treeOf = ({ scheme }: Run): readonly SchemeNode[] => [scheme.root, ...nodesOf(scheme.root)];

function recordsByRow(run: Run, { results }: EvaluationResult, rows: readonly number[]): readonly ResultRecord[] {
  const byCode = new Map(results.map((record) => [record.institution, record]));
  return rows.map((row) => byCode.get(run.participants.list[row]?.code ?? '') as ResultRecord);
}

function cohortsOf({ scheme, settled }: Run, records: readonly ResultRecord[]): CohortMaterial[] {
  const quota = scheme.commendation?.quota ?? null;
  let from = 0;
  return settled.cohorts.map(({ code, title, rows }) => {
    const to = from + rows.length;
    const ranked = rows
      .map((_, i) => from + i)
      .filter((row) => records[row]?.rank != null)
      // Rows are in the order of codes, and a stable sort keeps equal ranks so.
      .sort((a, b) => (records[a]?.rank ?? 0) - (records[b]?.rank ?? 0));
    const cohort = {
      code,
      title,
      from,
      to,
      ranked: Int32Array.from(ranked),
      ranks: Int32Array.from(ranked, (row) => records[row]?.rank ?? 0),
      grades: Int32Array.from(ranked, (row) => scheme.grades.findIndex((grade) => grade.code === records[row]?.grade)),
      quota,
    };
    from = to;
    return cohort;
  });
}

function gradesOf({ scheme }: Run, cohorts: readonly CohortMaterial[]): GradeMaterial[] {
  return scheme.grades.map(({ code, title, min, topShare }) => ({
    code,
    title: title || code,
    min: min ? toMicroNumber(min) : -Infinity,
    lastRank: cohorts.map(({ ranked }) =>
      topShare ? maxOf([ONE, topShare.times(ranked.length).floor()]).toNumber() : null,
    ),
  }));
}

const toMicroNumber = (points: Decimal): number => Number.parseInt(toMicro(points).toString(), 10);

function nodesOfTree(run: Run, leaves: readonly Leaf[]): NodeMaterial[] {
  const scored = run.settled.cohorts.map(({ code }) => new CohortScores(run, code));
  const tree = treeOf(run);
  const weights = new Map<SchemeNode, number>();
  for (const node of tree)
    if (node.kind === 'group')
      for (const [i, weight] of weightsOf(node).entries())
        weights.set(node.children[i] as SchemeNode, Number.parseInt(weight.toString(), 10));
  return tree.map((node) => ({
    code: node.code,
    title: titleOf(node),
    leaf: node.kind === 'group' ? -1 : leaves.indexOf(node),
    weight: weights.get(node) ?? 1,
    aggregate: node.kind === 'group' ? node.aggregate : null,
    children: node.kind === 'group' ? node.children.map((child) => tree.indexOf(child)) : [],
    absent: node.kind === 'group' ? absence(scored, node) : null,
    mayGoBelowZero: mayGoBelowZero(node),
  }));
}

/**
 * Who has no score of a group is taken from the official scores, since `requires` speaks of the declared weights; not
 * from the records, whose traces are written when they are read.
 */
function absence(scored: readonly CohortScores[], group: Group): Uint8Array | null {
  const columns = scored.map(({ standings: { scores }, institutions }) =>
    institutions.map((_, member) => (scores.get(group)?.has(member) ? 0 : 1)),
  );
  const absent = Uint8Array.from(columns.flat());
  return absent.includes(1) ? absent : null;
}

function mayGoBelowZero(node: SchemeNode): boolean {
  if (node.kind === 'group') return node.children.some(mayGoBelowZero);
  return node.kind === 'indicator' && node.method.belowZero !== null;
}

function totalOf(run: Run, rows: readonly number[], records: readonly ResultRecord[]): Material['total'] {
  const { scheme, environment } = run;
  const added = Float64Array.from(records, ({ adjustments }) =>
    adjustments
      .filter(({ kind }) => kind === 'bonus' || kind === 'deduction')
      .reduce((sum, { change }) => sum + toMicroNumber(new Decimal(change ?? 0)), 0),
  );
  const limit = (micro: bigint | null, otherwise: number): number =>
    micro === null ? otherwise : Number.parseInt(micro.toString(), 10);
  return {
    added,
    min: limit(scheme.total.min, -Infinity),
    max: limit(scheme.total.max, Infinity),
    caps: scheme.adjustments.filter(isCap).map((cap) => {
      const holds = compileCondition(cap.when.tree, environment);
      return { at: toMicroNumber(cap.at), holds: Uint8Array.from(rows, (row) => (holds(row, 0) === true ? 1 : 0)) };
    }),
  };
}

const isCap = (adjustment: Adjustment): adjustment is Adjustment & { kind: 'cap' } => adjustment.kind === 'cap';

function leafOf(run: Run, leaf: Leaf, rows: readonly number[], noise: Noise | null): LeafMaterial {
  const { columns, participants } = run;
  if (leaf.kind === 'assessed') {
    const own = rows.map((row) => columns.assessed(leaf.code, leaf.assessed, row));
    return {
      code: leaf.code,
      own: { values: floats(own), slopes: null },
      answers: answersOf(own, () => leaf.missing),
      previous: null,
      past: [],
      treatment: null,
      method: methodOf('assessed', leaf.assessed.scale.map(toFloat), {}, 'higher', -1),
      over: 'cohort',
    };
  }
  const own = rows.map((row) => columns.own(leaf, row, 0));
  const answers = answersOf(own, (outcome) => (outcome === MISSING ? leaf.missing : leaf.zeroDenominator) ?? 'exclude');
  const moves = noise?.slopesOf(leaf) ?? null;
  const { parameters } = leaf.method;
  const vertical = parameters.vertical as { periods: number; step: number } | undefined;
  const reference = participants.rowOf.get(`${parameters.institution ?? ''}`);
  return {
    code: leaf.code,
    own: column(own, rows, moves && ((row) => moves(row, 0))),
    answers,
    previous: answers.includes(ANSWERS.indexOf('previous_period'))
      ? floats(rows.map((row) => columns.own(leaf, row, 1)))
      : null,
    past: Array.from({ length: vertical?.periods ?? 0 }, (_, k) => {
      const back = (k + 1) * (vertical?.step ?? 1);
      const values = rows.map((row) => columns.own(leaf, row, back));
      return column(values, rows, moves && ((row) => moves(row, back)));
    }),
    treatment: leaf.treat && treatmentOf(leaf.treat),
    method: methodOf(
      leaf.method.name,
      rangeOf(parameters.to),
      parameters,
      leaf.direction,
      reference === undefined ? -1 : rows.indexOf(reference),
    ),
    over: leaf.over,
  };
}

const toFloat = (value: Decimal): number => value.toNumber();

const floats = (values: readonly Value<Decimal>[]): Float64Array =>
  Float64Array.from(values, (value) => (isOutcome(value) ? Number.NaN : value.toNumber()));

const answersOf = (values: readonly Value<Decimal>[], policy: (outcome: string) => Answer): Uint8Array =>
  Uint8Array.from(values, (value) => ANSWERS.indexOf(isOutcome(value) ? policy(value) : 'none'));

function column(
  values: readonly Value<Decimal>[],
  rows: readonly number[],
  moves: ((row: number) => Sloped | null) | null,
): ValueColumn {
  return { values: floats(values), slopes: moves && packed(rows.map((row) => moves(row))) };
}

function packed(rows: readonly (Sloped | null)[]): Slopes {
  const starts = new Int32Array(rows.length + 1);
  for (const [i, row] of rows.entries()) starts[i + 1] = (starts[i] as number) + (row?.figures.length ?? 0);
  return {
    starts,
    figures: Int32Array.from(rows.flatMap((row) => row?.figures ?? [])),
    slopes: Float64Array.from(rows.flatMap((row) => row?.slopes ?? [])),
  };
}

const rangeOf = (to: unknown): readonly number[] =>
  Array.isArray(to) ? to.map((text) => new Decimal(text as string).toNumber()) : [0, 100];

function methodOf(
  name: string,
  [lo = 0, hi = 100]: readonly number[],
  parameters: Readonly<Record<string, unknown>>,
  direction: Indicator['direction'],
  reference: number,
): MethodMaterial {
  const { institution: _, ...own } = parameters;
  return {
    name,
    direction,
    turned: direction === 'lower' && turns(name),
    to: [lo, hi],
    parameters: numeric(own) as Readonly<Record<string, unknown>>,
    reference,
  };
}

const DECIMAL = /^-?[0-9]+(\.[0-9]+)?$/;

/** Decimals as text become numbers, whatever they stand in. */
function numeric(value: unknown): unknown {
  if (typeof value === 'string') return DECIMAL.test(value) ? new Decimal(value).toNumber() : value;
  if (Array.isArray(value)) return value.map(numeric);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, numeric(item)]));
}

const NO_TREATMENT = { points: 0, skewness: 0, kurtosis: 0, thenLog: false, lambda: 0 };

function treatmentOf(treatment: Treatment): TreatmentMaterial {
  switch (treatment.kind) {
    case 'winsorise': {
      const { maxPoints, skewness, kurtosis, thenLog } = treatment;
      return {
        kind: 'winsorise',
        points: maxPoints,
        skewness: skewness.toNumber(),
        kurtosis: kurtosis.toNumber(),
        thenLog,
        lambda: 0,
      };
    }
    case 'force':
      return { ...NO_TREATMENT, kind: 'force', points: treatment.points };
    case 'log':
      return { ...NO_TREATMENT, kind: 'log' };
    case 'box_cox':
      return { ...NO_TREATMENT, kind: 'box_cox', lambda: treatment.lambda.toNumber() };
  }
}

/**
 * How values move with the figures behind them. One figure moves by the same amount wherever it is read. The last filed
 * digit is that of the finest figure of its metric, since a value of 400 does not say whether it was filed as 400.00.
 */
class Noise {
  readonly halves: number[] = [];
  private readonly places = new Map<string, number>();
  private readonly indices = new Map<string, number>();
  private readonly environment: Environment<Sloped>;

  constructor(private readonly run: Run) {
    for (const { metric, value } of run.input.figures)
      this.places.set(metric, Math.max(this.places.get(metric) ?? 0, value.decimalPlaces()));
    this.environment = this.environmentOf();
  }

  /** @returns by row and periods back; null for an outcome */
  slopesOf(indicator: Indicator): (row: number, back: number) => Sloped | null {
    const evaluate = compileValue(indicator.value.tree, this.environment);
    return (row, back) => {
      const value = evaluate(row, back);
      return isOutcome(value) ? null : value;
    };
  }

  private environmentOf(): Environment<Sloped> {
    const { scheme, settled, environment } = this.run;
    const inputs = new Map(scheme.inputs.map((input) => [input.name, remembered(this.reading(input))]));
    return {
      arithmetic: slopedArithmetic,
      periodsPerYear: periodsPerYear(scheme.cadence),
      flag: environment.flag,
      attribute: environment.attribute,
      read: (name) => inputs.get(name) ?? fixed(environment.read(name)),
      aggregate: ({ scope, statistic }, of) =>
        remembered((row, back) => {
          const cohort = settled.scoredCohortOf[row] ?? -1;
          const rows = scope === 'all' ? settled.scoredRows : (settled.cohorts[cohort]?.rows ?? []);
          const values = rows.map((each) => of(each, back)).filter((value): value is Sloped => !isOutcome(value));
          if (statistic === 'count') return constant(values.length);
          return values.length === 0 ? MISSING : slopedArithmetic[statistic](values);
        }),
    };
  }

  private reading(input: Input): Evaluate<Sloped> {
    const read = this.run.environment.read(input.name);
    return (row, back) => {
      const value = read(row, back);
      if (isOutcome(value)) return value;
      const uses = this.run.windows.uses(input, row, back).filter((use) => use.value !== null);
      const moving =
        input.take === 'max' ? uses.filter((use) => value.eq(new Decimal(use.value ?? 0))).slice(0, 1) : uses;
      const slope = input.take === 'mean' ? 1 / moving.length : 1;
      const figures = moving.map((use) => this.index(row, use.metric, use.period)).sort((a, b) => a - b);
      return { value: value.toNumber(), figures, slopes: figures.map(() => slope) };
    };
  }

  private index(row: number, metric: string, period: string): number {
    const key = `${row} ${period} ${metric}`;
    let index = this.indices.get(key);
    if (index === undefined) {
      index = this.halves.length;
      this.indices.set(key, index);
      this.halves.push(0.5 / 10 ** (this.places.get(metric) ?? 0));
    }
    return index;
  }
}

const fixed =
  (evaluate: Evaluate<Decimal>): Evaluate<Sloped> =>
  (row, back) => {
    const value = evaluate(row, back);
    return isOutcome(value) ? value : constant(value.toNumber());
  };

function remembered(evaluate: Evaluate<Sloped>): Evaluate<Sloped> {
  const cells = new Map<string, Value<Sloped>>();
  return (row, back) => {
    const key = `${row} ${back}`;
    let cell = cells.get(key);
    if (cell === undefined) {
      cell = evaluate(row, back);
      cells.set(key, cell);
    }
    return cell;
  };
}

import { Decimal } from '../src/numbers/decimal.js';
import { evaluate } from '../src/scoring/evaluate.js';
import type { EvaluationInput, Figure, ResultRecord } from '../src/scoring/types.js';

/** What one institution is shown; any shape. */
export type View = (record: ResultRecord) => unknown;

/** A rival's figure or indicator value that the reader can compute, as `B02 x 2025Q4` or `B02 value of only`. */
export type Solved = string;

/** Relative step of the difference quotients. */
const STEP = new Decimal('0.001');
/** Directions closer than this count as one. */
const NEAR = 1e-3;
/** Share of a movement that rounding may hide. */
const BLUR = 1e-4;

/**
 * Tries to compute rivals' figures and indicator values from what every institution is shown: every number in its view
 * is an equation in the figures of the others, and a figure is determined exactly if no change of the others' figures
 * that leaves all shown numbers as they are changes it. So: the derivatives of all shown numbers by all figures of the
 * others, and whether the direction of the figure lies in their span. Own figures, the scheme and the method count as
 * known; that is all a reader has.
 *
 * @returns by reader, what it can compute; readers that can compute nothing are left out
 */
export function solve(input: EvaluationInput, view: View): ReadonlyMap<string, readonly Solved[]> {
  const { results } = evaluate(input);
  const moved = [...input.figures].map((figure) => difference(input, figure, view));
  const found = new Map<string, readonly Solved[]>();
  for (const { institution: reader } of results) {
    const others = [...input.figures].flatMap((figure, i) => (figure.institution === reader ? [] : [i]));
    const changes = others.map((i) => moved[i]?.shown.get(reader) ?? new Map<string, Movement>());
    const shown = new Set(changes.flatMap((change) => [...change.keys()]));
    const rows = [...shown].flatMap((number) => {
      const row = changes.map((change) => change.get(number)?.slope ?? 0);
      // A total of two decimals moves in jumps; what it says its unrounded neighbours say better.
      const places = Math.max(...changes.map((change) => change.get(number)?.places ?? 0));
      const blur = STEP.pow(-1).times(new Decimal(10).pow(-places)).toNumber();
      return blur > BLUR * Math.max(...row.map(Math.abs)) ? [] : [row];
    });
    const span = orthonormal(rows);
    const solved: Solved[] = [];
    for (const [k, i] of others.entries()) {
      const { institution, metric, period } = input.figures.at(i) as Figure;
      const direction = others.map((_, at) => (at === k ? 1 : 0));
      if (isInside(direction, span)) solved.push(`${institution} ${metric} ${period}`);
    }
    const values = new Set(moved.flatMap((change) => [...change.values.keys()]));
    for (const value of values) {
      if (value.startsWith(`${reader} `)) continue;
      const direction = others.map((i) => moved[i]?.values.get(value) ?? 0);
      if (isInside(direction, span)) solved.push(value);
    }
    if (solved.length > 0) found.set(reader, solved);
  }
  return found;
}

/** Of a number per doubling of a figure. */
interface Movement {
  readonly slope: number;
  /** Decimals that are told. */
  readonly places: number;
}

interface Change {
  /** By reader and place in its view. */
  readonly shown: ReadonlyMap<string, ReadonlyMap<string, Movement>>;
  /** The same of every indicator value, relative to itself. */
  readonly values: ReadonlyMap<string, number>;
}

function difference(input: EvaluationInput, figure: Figure, view: View): Change {
  const [more, less] = [STEP, STEP.negated()].map((step) => {
    const value = figure.value.times(step.plus(1)).toDecimalPlaces(12);
    const figures = [...input.figures].map((each) => (each === figure ? { ...each, value } : each));
    return evaluate({ ...input, figures }).results;
  }) as [readonly ResultRecord[], readonly ResultRecord[]];
  const lower = new Map(less.map((record) => [record.institution, record]));
  const shown = new Map<string, Map<string, Movement>>();
  const values = new Map<string, number>();
  for (const record of more) {
    const other = lower.get(record.institution) as ResultRecord;
    const [above, below] = [numbersIn(view(record)), numbersIn(view(other))];
    const changes = new Map<string, Movement>();
    for (const [place, number] of above) {
      const before = below.get(place);
      if (before && !before.eq(number))
        changes.set(place, { slope: slope(number, before), places: Math.max(number.dp(), before.dp()) });
    }
    shown.set(record.institution, changes);
    for (const [i, node] of record.nodes.entries()) {
      const before = other.nodes[i]?.value ?? null;
      if (node.value === null || before === null || new Decimal(before).isZero()) continue;
      const change = slope(new Decimal(node.value), new Decimal(before)) / new Decimal(before).toNumber();
      if (Math.abs(change) > NEAR) values.set(`${record.institution} value of ${node.code}`, change);
    }
  }
  return { shown, values };
}

const slope = (above: Decimal, below: Decimal): number => above.minus(below).div(STEP.times(2)).toNumber();

const NUMBER = /^-?[0-9]+(\.[0-9]+)?$/;

/** Every number of a view by its place. */
function numbersIn(view: unknown, place = ''): Map<string, Decimal> {
  if (typeof view === 'string') return new Map(NUMBER.test(view) ? [[place, new Decimal(view)]] : []);
  if (typeof view !== 'object' || view === null) return new Map();
  return new Map(Object.entries(view).flatMap(([key, value]) => [...numbersIn(value, `${place}.${key}`)]));
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

function without(row: readonly number[], span: readonly (readonly number[])[]): number[] {
  let rest = [...row];
  // Twice: once leaves what rounding put back.
  for (const direction of [...span, ...span]) {
    const share = dot(rest, direction);
    rest = rest.map((x, i) => x - share * (direction[i] ?? 0));
  }
  return rest;
}

/** Directions that span the rows; the farthest from those chosen comes next. */
function orthonormal(rows: readonly (readonly number[])[]): number[][] {
  const units = rows.map((row) => row.map((x) => x / Math.sqrt(dot(row, row))));
  const span: number[][] = [];
  for (;;) {
    const rests = units.map((row) => without(row, span));
    const lengths = rests.map((row) => Math.sqrt(dot(row, row)));
    const longest = Math.max(0, ...lengths);
    if (longest < NEAR) return span;
    const chosen = rests[lengths.indexOf(longest)] as number[];
    span.push(chosen.map((x) => x / longest));
  }
}

function isInside(direction: readonly number[], span: readonly (readonly number[])[]): boolean {
  const length = Math.sqrt(dot(direction, direction));
  if (length < NEAR) return false;
  const rest = without(direction, span);
  return Math.sqrt(dot(rest, rest)) / length < NEAR;
}

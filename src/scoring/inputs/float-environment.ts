import {
  BLOCK,
  type Bounded,
  type FloatBlock,
  MISSING_CELL,
  NUMBER,
  newBlock,
  OPEN,
  SLACK,
  ULP,
} from '../../formula/float/block.js';
import {
  type EvaluateBlock,
  evaluateColumn,
  type FloatEnvironment,
  type RowBlock,
} from '../../formula/float/compile-float.js';
import type { AggregateName } from '../../formula/tree.js';
import type { Settled } from '../cohorts/settle.js';
import { periodsPerYear, type Scheme } from '../scheme/scheme.js';
import { attributeOf, type Participants } from './participants.js';
import type { Windows } from './windows.js';

/** What formulas read, in floats with bounds: the same inputs and cohorts as `settledEnvironment`. */
export function floatEnvironment(
  scheme: Scheme,
  participants: Participants,
  windows: Windows,
  settled: Settled,
): FloatEnvironment {
  const inputs = new Map(scheme.inputs.map((input) => [input.name, input]));
  const size = participants.list.length;
  const columns = new Map<string, Float64Array>();
  const columnOf = (name: string, back: number): Float64Array => {
    const key = `${back} ${name}`;
    let column = columns.get(key);
    if (!column) {
      const input = inputs.get(name);
      column = input
        ? windows.floats(input, back, size)
        : Float64Array.from({ length: size }, (_, row) => windows.quartersFiled(row, back));
      columns.set(key, column);
    }
    return column;
  };
  return {
    periodsPerYear: periodsPerYear(scheme.cadence),
    // A count is exact, a figure within half a unit of its last place.
    read: (name, rows, back, into) => readInto(columnOf(name, back), inputs.has(name) ? ULP : 0, rows, into),
    flag: (name) => {
      const flagged = participants.list.map((institution) => institution.flags.includes(name));
      return (row) => flagged[row] ?? false;
    },
    attribute: (column) => {
      const texts = participants.list.map((institution) => attributeOf(institution, column));
      return (row) => texts[row] ?? '';
    },
    aggregate: (name, of) => aggregates(name, of, settled),
  };
}

function readInto(column: Float64Array, unit: number, { rows, from, size }: RowBlock, into: FloatBlock): void {
  const { value, error, outcome } = into;
  const first = rows[from] as number;
  // Rows rise: these follow each other without a gap.
  if (rows[from + size - 1] === first + size - 1) value.set(column.subarray(first, first + size));
  else for (let i = 0; i < size; i++) value[i] = column[rows[from + i] as number] as number;
  const clean = boundsOf(value, error, unit, size);
  if (!clean)
    for (let i = 0; i < size; i++) {
      const isMissing = Number.isNaN(value[i] as number);
      outcome[i] = isMissing ? MISSING_CELL : NUMBER;
      if (isMissing) {
        value[i] = 0;
        error[i] = 0;
      }
    }
  else if (!into.clean) outcome.fill(NUMBER, 0, BLOCK);
  into.clean = clean;
}

/** @returns whether all are numbers */
function boundsOf(value: Float64Array, error: Float64Array, unit: number, size: number): boolean {
  let missing = 0;
  for (let i = 0; i < size; i++) {
    const far = Math.abs(value[i] as number);
    error[i] = far * unit;
    if (!(far >= 0)) missing++;
  }
  return missing === 0;
}

/** One answer per cohort and window. */
function aggregates(
  name: AggregateName,
  of: EvaluateBlock,
  settled: Settled,
): (row: number, back: number) => Bounded | 'MISSING' | 'OPEN' {
  const answers = new Map<string, Bounded | 'MISSING' | 'OPEN'>();
  return (row, back) => {
    const cohort = name.scope === 'all' ? -1 : (settled.scoredCohortOf[row] ?? -1);
    const key = `${cohort} ${back}`;
    let answer = answers.get(key);
    if (answer === undefined) {
      const rows = name.scope === 'all' ? settled.scoredRows : (settled.cohorts[cohort]?.rows ?? []);
      const column = newBlock(rows.length);
      evaluateColumn(of, Int32Array.from(rows), back, column);
      answer = column.outcome.includes(OPEN) ? 'OPEN' : statistic(name.statistic, column);
      answers.set(key, answer);
    }
    return answer;
  };
}

function statistic(name: AggregateName['statistic'], { value, error, outcome }: FloatBlock): Bounded | 'MISSING' {
  let count = 0;
  let sum = 0;
  let magnitude = 0;
  let errors = 0;
  let worst = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < value.length; i++) {
    if (outcome[i] !== NUMBER) continue;
    const x = value[i] as number;
    count++;
    sum += x;
    magnitude += Math.abs(x);
    errors += error[i] as number;
    worst = Math.max(worst, error[i] as number);
    min = Math.min(min, x);
    max = Math.max(max, x);
  }
  if (name === 'count') return { value: count, error: 0 };
  if (count === 0) return 'MISSING';
  // Adding in any order: at most one unit per addition.
  const total = (errors + count * ULP * magnitude) * SLACK;
  switch (name) {
    case 'sum':
      return { value: sum, error: total };
    case 'mean':
      return { value: sum / count, error: (total / count + ULP * Math.abs(sum / count)) * SLACK };
    case 'min':
      return { value: min, error: worst };
    case 'max':
      return { value: max, error: worst };
    case 'median': {
      const sorted = value.filter((_, i) => outcome[i] === NUMBER).sort();
      const low = sorted[(count - 1) >> 1] as number;
      const high = sorted[count >> 1] as number;
      return { value: (low + high) / 2, error: (worst + ULP * (Math.abs(low) + Math.abs(high))) * SLACK };
    }
  }
}

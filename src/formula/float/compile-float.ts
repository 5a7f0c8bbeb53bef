import { Decimal } from '../../numbers/decimal.js';
import { isAttribute, isCondition } from '../check.js';
import {
  type AggregateName,
  aggregateOf,
  type BinaryOperator,
  type Formula,
  literalOf,
  stepsOfPrev,
  wholeLiteralOf,
} from '../tree.js';
import {
  BLOCK,
  type Bounded,
  errorsOf,
  type FloatBlock,
  MISSING_CELL,
  NUMBER,
  newBlock,
  newTruthBlock,
  OPEN,
  SLACK,
  type TruthBlock,
  ULP,
} from './block.js';
import { add, divide, least, meet, most, multiply, multiplyBy, subtract, type Work } from './kernels.js';

/** Institutions of one block: `rows[from]` … `rows[from + size − 1]`, at most BLOCK of them. */
export interface RowBlock {
  readonly rows: Int32Array;
  readonly from: number;
  readonly size: number;
}

/** A formula over a block of rows. The block returned is the formula's own and holds until it is asked again. */
export type EvaluateBlock = (rows: RowBlock, back: number) => FloatBlock;
type DecideBlock = (rows: RowBlock, back: number) => TruthBlock;

/** What a formula reads, in floats. */
export interface FloatEnvironment {
  readonly periodsPerYear: number;
  /** Fills the block with an input or a known name. */
  read(name: string, rows: RowBlock, back: number, into: FloatBlock): void;
  flag(name: string): (row: number) => boolean;
  attribute(column: string): (row: number) => string;
  /** `cohort_sum` and its kin over the values of `of`, by row: the answer for the row's cohort. */
  aggregate(name: AggregateName, of: EvaluateBlock): (row: number, back: number) => Bounded | 'MISSING' | 'OPEN';
}

/** A checked formula that yields a number → its evaluation in floats with bounds. */
export const compileFloat = (tree: Formula, environment: FloatEnvironment): EvaluateBlock =>
  new FloatCompiler(environment).value(tree);

/**
 * The second back end beside `compile.ts`, a whole block of rows at a time. Every operation adds its rounding to the
 * bounds of its operands; the decimal result's own rounding (34 digits) is far below one float unit and lies within
 * the slack.
 */
class FloatCompiler {
  constructor(private readonly environment: FloatEnvironment) {}

  value(node: Formula): EvaluateBlock {
    switch (node.kind) {
      case 'number':
        return literal(node.text);
      case 'name': {
        const block = newBlock();
        return (rows, back) => {
          this.environment.read(node.name, rows, back, block);
          return block;
        };
      }
      case 'unary':
        return mapped(this.value(node.of), (x) => -x);
      case 'binary':
        return this.operation(node.operator, node.left, node.right);
      case 'choice':
        return this.choice(node.test, this.value(node.yes), this.value(node.no));
      case 'call':
        return this.call(node);
      case 'text':
        throw new TypeError('a text is no number: the formula was not checked');
    }
  }

  private call(node: Formula & { kind: 'call' }): EvaluateBlock {
    const [first, second, third] = node.args as [Formula, Formula, Formula];
    const aggregate = aggregateOf(node.name);
    if (aggregate) return this.aggregate(aggregate, this.value(first));
    switch (node.name) {
      case 'if':
        return this.choice(first, this.value(second), this.value(third));
      case 'default':
        return fallback(this.value(first), this.value(second));
      case 'min':
        return this.folded(node.args, least);
      case 'max':
        return this.folded(node.args, most);
      case 'sum':
        return this.folded(node.args, add);
      case 'avg':
        return combined(this.folded(node.args, add), literal(String(node.args.length)), divide);
      case 'abs':
        return mapped(this.value(first), Math.abs);
      case 'round':
        return rounded(this.value(first), wholeLiteralOf(second) ?? 0);
      case 'band':
        return this.band(node.args);
      case 'prev': {
        const of = this.value(first);
        const steps = stepsOfPrev(node.args);
        return (rows, back) => of(rows, back + steps);
      }
      case 'yoy':
        return this.growth(first);
      default:
        throw new TypeError(`${node.name} yields no number: the formula was not checked`);
    }
  }

  /** One argument after the other. */
  private folded(args: readonly Formula[], work: Work): EvaluateBlock {
    return args.map((argument) => this.value(argument)).reduce((left, right) => combined(left, right, work));
  }

  /** 100 · (now − before) / |before|. Two compilations, since a block is its formula's own. */
  private growth(of: Formula): EvaluateBlock {
    const { periodsPerYear } = this.environment;
    const now = this.value(of);
    const earlier = this.value(of);
    const before: EvaluateBlock = (rows, back) => earlier(rows, back + periodsPerYear);
    const change = combined(literal('100'), combined(now, before, subtract), multiply);
    return combined(change, mapped(before, Math.abs), divide);
  }

  private operation(operator: BinaryOperator, left: Formula, right: Formula): EvaluateBlock {
    const work = OPERATIONS[operator];
    if (!work) throw new TypeError(`${operator} yields no number: the formula was not checked`);
    if (operator === '*' && left.kind === 'number') return times(boundedLiteral(left.text), this.value(right));
    if (operator === '*' && right.kind === 'number') return times(boundedLiteral(right.text), this.value(left));
    return combined(this.value(left), this.value(right), work);
  }

  private choice(test: Formula, yes: EvaluateBlock, no: EvaluateBlock): EvaluateBlock {
    const decide = this.condition(test);
    const out = newBlock();
    return (rows, back) => {
      const decision = decide(rows, back);
      const a = yes(rows, back);
      const b = no(rows, back);
      errorsOf(a, rows.size);
      errorsOf(b, rows.size);
      out.relative = null;
      out.clean = false;
      for (let i = 0; i < rows.size; i++) {
        const outcome = decision.outcome[i] as number;
        const taken = decision.truth[i] === 1 ? a : b;
        out.value[i] = taken.value[i] as number;
        out.error[i] = taken.error[i] as number;
        out.outcome[i] = outcome === NUMBER ? (taken.outcome[i] as number) : outcome;
      }
      return out;
    };
  }

  private aggregate(name: AggregateName, of: EvaluateBlock): EvaluateBlock {
    const answer = this.environment.aggregate(name, of);
    const out = newBlock();
    return (rows, back) => {
      out.relative = null;
      out.clean = false;
      for (let i = 0; i < rows.size; i++) {
        const result = answer(rows.rows[rows.from + i] as number, back);
        const known = typeof result === 'object';
        out.value[i] = known ? result.value : 0;
        out.error[i] = known ? result.error : 0;
        out.outcome[i] = known ? NUMBER : result === 'MISSING' ? MISSING_CELL : OPEN;
      }
      return out;
    };
  }

  private band(args: readonly Formula[]): EvaluateBlock {
    const bounds = args.flatMap((argument, i) =>
      i >= 2 && i % 2 === 0 ? [boundedLiteral(literalOf(argument) ?? '')] : [],
    );
    const x = this.value(args[0] as Formula);
    const steps = args.flatMap((argument, i) => (i % 2 === 1 ? [this.value(argument)] : []));
    const out = newBlock();
    return (rows, back) => {
      const cells = x(rows, back);
      const points = steps.map((step) => step(rows, back));
      for (const block of [cells, ...points]) errorsOf(block, rows.size);
      out.relative = null;
      out.clean = false;
      for (let i = 0; i < rows.size; i++) {
        let outcome = cells.outcome[i] as number;
        for (const point of points) outcome = Math.max(outcome, point.outcome[i] as number);
        let above = 0;
        for (const bound of bounds) {
          const order = compare(cells.value[i] as number, cells.error[i] as number, bound.value, bound.error);
          if (order === UNSETTLED) outcome = Math.max(outcome, OPEN);
          else if (order >= 0) above++;
        }
        const point = points[above] as FloatBlock;
        out.value[i] = point.value[i] as number;
        out.error[i] = point.error[i] as number;
        out.outcome[i] = outcome;
      }
      return out;
    };
  }

  condition(node: Formula): DecideBlock {
    if (node.kind === 'unary') {
      const of = this.condition(node.of);
      return decided((rows, back, out) => {
        const a = of(rows, back);
        for (let i = 0; i < rows.size; i++) {
          out.truth[i] = 1 - (a.truth[i] as number);
          out.outcome[i] = a.outcome[i] as number;
        }
      });
    }
    if (node.kind === 'binary') {
      if (node.operator === 'and' || node.operator === 'or')
        return junction(node.operator === 'or' ? 1 : 0, this.condition(node.left), this.condition(node.right));
      return this.comparison(node.operator, node.left, node.right);
    }
    if (node.kind === 'choice') return this.chosen(node.test, node.yes, node.no);
    if (node.kind !== 'call') throw new TypeError('a number is no condition: the formula was not checked');
    const [first, second, third] = node.args as [Formula, Formula, Formula];
    if (node.name === 'if') return this.chosen(first, second, third);
    if (node.name === 'flag') return byRow(this.environment.flag(first.kind === 'text' ? first.value : ''));
    if (node.name === 'default') {
      const [a, b] = [this.condition(first), this.condition(second)];
      return decided((rows, back, out) => {
        const [left, right] = [a(rows, back), b(rows, back)];
        for (let i = 0; i < rows.size; i++) take(left.outcome[i] === MISSING_CELL ? right : left, i, out);
      });
    }
    const of = isCondition(first) ? this.condition(first) : this.value(first);
    return decided((rows, back, out) => {
      const { outcome } = of(rows, back);
      for (let i = 0; i < rows.size; i++) {
        out.truth[i] = outcome[i] === MISSING_CELL ? 1 : 0;
        out.outcome[i] = outcome[i] === OPEN ? OPEN : NUMBER;
      }
    });
  }

  private chosen(test: Formula, yes: Formula, no: Formula): DecideBlock {
    const [decide, a, b] = [this.condition(test), this.condition(yes), this.condition(no)];
    return decided((rows, back, out) => {
      const [decision, left, right] = [decide(rows, back), a(rows, back), b(rows, back)];
      for (let i = 0; i < rows.size; i++)
        take(decision.outcome[i] !== NUMBER ? decision : decision.truth[i] === 1 ? left : right, i, out);
    });
  }

  private comparison(operator: BinaryOperator, left: Formula, right: Formula): DecideBlock {
    if (isAttribute(left)) return this.attributeIs(operator, left, right);
    if (isAttribute(right)) return this.attributeIs(operator, right, left);
    const holds = COMPARISONS[operator] as (order: number) => boolean;
    if (isCondition(left)) {
      const [a, b] = [this.condition(left), this.condition(right)];
      return decided((rows, back, out) => {
        const [first, second] = [a(rows, back), b(rows, back)];
        for (let i = 0; i < rows.size; i++) {
          out.truth[i] = holds((first.truth[i] as number) - (second.truth[i] as number)) ? 1 : 0;
          out.outcome[i] = Math.max(first.outcome[i] as number, second.outcome[i] as number);
        }
      });
    }
    const [a, b] = [this.value(left), this.value(right)];
    return decided((rows, back, out) => {
      const [first, second] = [a(rows, back), b(rows, back)];
      errorsOf(first, rows.size);
      errorsOf(second, rows.size);
      for (let i = 0; i < rows.size; i++) {
        const order = compare(
          first.value[i] as number,
          first.error[i] as number,
          second.value[i] as number,
          second.error[i] as number,
        );
        const outcome = Math.max(first.outcome[i] as number, second.outcome[i] as number);
        out.truth[i] = holds(order) ? 1 : 0;
        out.outcome[i] = order === UNSETTLED ? Math.max(outcome, OPEN) : outcome;
      }
    });
  }

  private attributeIs(operator: BinaryOperator, call: Formula & { kind: 'call' }, text: Formula): DecideBlock {
    const column = call.args[0];
    const attribute = this.environment.attribute(column?.kind === 'text' ? column.value : '');
    const wanted = text.kind === 'text' ? text.value : '';
    return byRow((row) => (attribute(row) === wanted) === (operator === '=='));
  }
}

/** The sign of a − b; UNSETTLED when the bounds overlap. */
function compare(a: number, aError: number, b: number, bError: number): number {
  const difference = a - b;
  const doubt = (aError + bError + ULP * Math.abs(difference)) * SLACK;
  if (difference > doubt) return 1;
  if (difference < -doubt) return -1;
  return doubt === 0 ? 0 : UNSETTLED;
}

const UNSETTLED = 2;

const COMPARISONS: Readonly<Partial<Record<BinaryOperator, (order: number) => boolean>>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
};

function decided(work: (rows: RowBlock, back: number, out: TruthBlock) => void): DecideBlock {
  const out = newTruthBlock();
  return (rows, back) => {
    work(rows, back, out);
    return out;
  };
}

const byRow = (holds: (row: number) => boolean): DecideBlock =>
  decided((rows, _, out) => {
    for (let i = 0; i < rows.size; i++) {
      out.truth[i] = holds(rows.rows[rows.from + i] as number) ? 1 : 0;
      out.outcome[i] = NUMBER;
    }
  });

function take(from: TruthBlock, i: number, out: TruthBlock): void {
  out.truth[i] = from.truth[i] as number;
  out.outcome[i] = from.outcome[i] as number;
}

/** `or` ends at a truth, `and` at an untruth; an outcome on the left is the result. */
const junction = (ends: number, left: DecideBlock, right: DecideBlock): DecideBlock =>
  decided((rows, back, out) => {
    const [a, b] = [left(rows, back), right(rows, back)];
    for (let i = 0; i < rows.size; i++) take(a.outcome[i] !== NUMBER || a.truth[i] === ends ? a : b, i, out);
  });

function boundedLiteral(text: string): Bounded {
  const exact = new Decimal(text);
  const value = exact.toNumber();
  // A float prints as the shortest text that leads back to it: only of a whole number does that say it is exact.
  const isExact = Number.isSafeInteger(value) && exact.isInteger();
  return { value, error: isExact ? 0 : Math.abs(value) * ULP * SLACK };
}

function literal(text: string): EvaluateBlock {
  const { value, error } = boundedLiteral(text);
  const block = newBlock();
  block.value.fill(value);
  const relative = error === 0 ? 0 : ULP;
  block.smallest = Math.abs(value);
  block.largest = Math.abs(value);
  return () => {
    block.relative = relative;
    return block;
  };
}

/** An exact function of one argument that keeps distances. */
function mapped(of: EvaluateBlock, map: (x: number) => number): EvaluateBlock {
  const out = newBlock();
  return (rows, back) => {
    const a = of(rows, back);
    for (let i = 0; i < rows.size; i++) out.value[i] = map(a.value[i] as number);
    if (a.relative === null) out.error.set(a.error);
    if (!a.clean || !out.clean) out.outcome.set(a.outcome);
    out.relative = a.relative;
    out.smallest = a.smallest;
    out.largest = a.largest;
    out.clean = a.clean;
    return out;
  };
}

function fallback(of: EvaluateBlock, otherwise: EvaluateBlock): EvaluateBlock {
  const out = newBlock();
  return (rows, back) => {
    const a = of(rows, back);
    if (a.clean) return a;
    const b = otherwise(rows, back);
    errorsOf(a, rows.size);
    errorsOf(b, rows.size);
    out.relative = null;
    out.clean = false;
    for (let i = 0; i < rows.size; i++) {
      const taken = a.outcome[i] === MISSING_CELL ? b : a;
      out.value[i] = taken.value[i] as number;
      out.error[i] = taken.error[i] as number;
      out.outcome[i] = taken.outcome[i] as number;
    }
    return out;
  };
}

/** A literal times a formula. */
function times(factor: Bounded, of: EvaluateBlock): EvaluateBlock {
  const out = newBlock();
  return (rows, back) => {
    const a = of(rows, back);
    if (!a.clean) out.outcome.set(a.outcome);
    else if (!out.clean) out.outcome.fill(NUMBER);
    out.clean = a.clean;
    multiplyBy(factor, a, out, rows.size);
    return out;
  };
}

/** Half-up to `places`; settled unless the bound reaches a half. */
function rounded(of: EvaluateBlock, places: number): EvaluateBlock {
  const out = newBlock();
  const scale = 10 ** places;
  return (rows, back) => {
    const a = of(rows, back);
    errorsOf(a, rows.size);
    out.relative = null;
    out.clean = false;
    for (let i = 0; i < rows.size; i++) {
      const scaled = (a.value[i] as number) * scale;
      const whole = Math.round(scaled);
      const doubt = ((a.error[i] as number) * scale + Math.abs(scaled) * 2 * ULP) * SLACK;
      out.value[i] = whole / scale;
      out.error[i] = places === 0 ? 0 : Math.abs(whole / scale) * ULP;
      const settled = 0.5 - Math.abs(scaled - whole) > doubt && Math.abs(scaled) < 2 ** 52;
      out.outcome[i] = settled ? (a.outcome[i] as number) : Math.max(a.outcome[i] as number, OPEN);
    }
    return out;
  };
}

function combined(left: EvaluateBlock, right: EvaluateBlock, work: Work): EvaluateBlock {
  const out = newBlock();
  return (rows, back) => {
    const a = left(rows, back);
    const b = right(rows, back);
    meet(a, b, out, rows.size);
    work(a, b, out, rows.size);
    return out;
  };
}

const OPERATIONS: Readonly<Partial<Record<BinaryOperator, Work>>> = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': divide,
};

/** A formula over all the rows, block by block. @param out as long as the rows */
export function evaluateColumn(evaluate: EvaluateBlock, rows: Int32Array, back: number, out: FloatBlock): void {
  out.clean = true;
  out.plus = 0;
  for (let from = 0; from < rows.length; from += BLOCK) {
    const size = Math.min(BLOCK, rows.length - from);
    const block = evaluate({ rows, from, size }, back);
    const whole = size === BLOCK;
    out.value.set(whole ? block.value : block.value.subarray(0, size), from);
    if (from === 0) out.relative = block.relative;
    // One bound for all as long as every block has the same.
    else if (out.relative !== block.relative) errorsOf(out, from);
    if (out.relative === null) out.error.set(errorsOf(block, size).subarray(0, size), from);
    if (block.clean) out.outcome.fill(NUMBER, from, from + size);
    else {
      out.outcome.set(whole ? block.outcome : block.outcome.subarray(0, size), from);
      out.clean = false;
    }
  }
}

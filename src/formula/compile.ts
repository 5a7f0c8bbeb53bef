import type { Arithmetic } from './arithmetic.js';
import { isAttribute, isCondition } from './check.js';
import { DIV0, isOutcome, MISSING, type Outcome, outcomeOf, type Value } from './outcome.js';
import {
  type AggregateName,
  aggregateOf,
  type BinaryOperator,
  type Formula,
  literalOf,
  stepsOfPrev,
  wholeLiteralOf,
} from './tree.js';

/** A compiled formula. `row` is an institution; `back` moves every window that many evaluation periods back. */
export type Evaluate<N> = (row: number, back: number) => Value<N>;
export type Decide = (row: number, back: number) => boolean | Outcome;

/** What formulas read. All of it by row, so that a caller may keep columns. */
export interface Environment<N> {
  readonly arithmetic: Arithmetic<N>;
  /** Evaluation periods of one year: annual 1, quarterly 4. */
  readonly periodsPerYear: number;
  /** An input or a known name. */
  read(name: string): Evaluate<N>;
  flag(name: string): (row: number) => boolean;
  attribute(column: string): (row: number) => string;
  /** `cohort_sum` and its kin over the values of `of`; the result for the row's cohort. */
  aggregate(name: AggregateName, of: Evaluate<N>): Evaluate<N>;
}

/** A checked formula that yields a number → its evaluation. */
export const compileValue = <N>(tree: Formula, environment: Environment<N>): Evaluate<N> =>
  new Compiler(environment).value(tree);

/** A checked formula that yields a condition → its evaluation. */
export const compileCondition = <N>(tree: Formula, environment: Environment<N>): Decide =>
  new Compiler(environment).condition(tree);

const HUNDRED_TEXT = '100';

/** Formulas were checked before: every node has its type, so a tree of closures needs no tests at run time. */
class Compiler<N> {
  constructor(private readonly environment: Environment<N>) {}

  value(node: Formula): Evaluate<N> {
    const { arithmetic } = this.environment;
    switch (node.kind) {
      case 'number': {
        const literal = arithmetic.literal(node.text);
        return () => literal;
      }
      case 'name':
        return this.environment.read(node.name);
      case 'unary': {
        const of = this.value(node.of);
        return (row, back) => {
          const a = of(row, back);
          return isOutcome(a) ? a : arithmetic.negate(a);
        };
      }
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

  condition(node: Formula): Decide {
    if (node.kind === 'unary') {
      const of = this.condition(node.of);
      return (row, back) => {
        const a = of(row, back);
        return isOutcome(a) ? a : !a;
      };
    }
    if (node.kind === 'binary') {
      if (node.operator === 'and' || node.operator === 'or') return this.junction(node.operator, node.left, node.right);
      return this.comparison(node.operator, node.left, node.right);
    }
    if (node.kind === 'choice') return this.choice(node.test, this.condition(node.yes), this.condition(node.no));
    if (node.kind !== 'call') throw new TypeError('a number is no condition: the formula was not checked');
    const [first, second, third] = node.args as [Formula, Formula, Formula];
    if (node.name === 'if') return this.choice(first, this.condition(second), this.condition(third));
    if (node.name === 'default') return this.fallback(this.condition(first), this.condition(second));
    if (node.name === 'flag') return this.environment.flag(first.kind === 'text' ? first.value : '');
    const of = isCondition(first) ? this.condition(first) : this.value(first);
    return (row, back) => of(row, back) === MISSING;
  }

  private choice<T>(
    test: Formula,
    yes: (row: number, back: number) => T | Outcome,
    no: (row: number, back: number) => T | Outcome,
  ): (row: number, back: number) => T | Outcome {
    const decide = this.condition(test);
    return (row, back) => {
      const decision = decide(row, back);
      if (isOutcome(decision)) return decision;
      return decision ? yes(row, back) : no(row, back);
    };
  }

  private fallback<T>(
    of: (row: number, back: number) => T | Outcome,
    otherwise: (row: number, back: number) => T | Outcome,
  ): (row: number, back: number) => T | Outcome {
    return (row, back) => {
      const a = of(row, back);
      return a === MISSING ? otherwise(row, back) : a;
    };
  }

  private junction(operator: 'and' | 'or', leftNode: Formula, rightNode: Formula): Decide {
    const left = this.condition(leftNode);
    const right = this.condition(rightNode);
    return (row, back) => {
      const a = left(row, back);
      if (isOutcome(a) || a === (operator === 'or')) return a;
      return right(row, back);
    };
  }

  private comparison(operator: BinaryOperator, leftNode: Formula, rightNode: Formula): Decide {
    if (isAttribute(leftNode)) return this.attributeIs(operator, leftNode, rightNode);
    if (isAttribute(rightNode)) return this.attributeIs(operator, rightNode, leftNode);
    if (isCondition(leftNode)) {
      const [left, right] = [this.condition(leftNode), this.condition(rightNode)];
      return (row, back) => {
        const [a, b] = [left(row, back), right(row, back)];
        return outcomeOf([a, b]) ?? (a === b) === (operator === '==');
      };
    }
    const [left, right] = [this.value(leftNode), this.value(rightNode)];
    const holds = COMPARISONS[operator] as (order: number) => boolean;
    const { arithmetic } = this.environment;
    return (row, back) => {
      const [a, b] = [left(row, back), right(row, back)];
      return outcomeOf([a, b]) ?? holds(arithmetic.compare(a as N, b as N));
    };
  }

  private attributeIs(operator: BinaryOperator, call: Formula & { kind: 'call' }, text: Formula): Decide {
    const column = call.args[0];
    const attribute = this.environment.attribute(column?.kind === 'text' ? column.value : '');
    const wanted = text.kind === 'text' ? text.value : '';
    return (row) => (attribute(row) === wanted) === (operator === '==');
  }

  private operation(operator: BinaryOperator, leftNode: Formula, rightNode: Formula): Evaluate<N> {
    const { arithmetic } = this.environment;
    const [left, right] = [this.value(leftNode), this.value(rightNode)];
    const compute: Readonly<Partial<Record<BinaryOperator, (a: N, b: N) => Value<N>>>> = {
      '+': (a, b) => arithmetic.add(a, b),
      '-': (a, b) => arithmetic.subtract(a, b),
      '*': (a, b) => arithmetic.multiply(a, b),
      '/': (a, b) => (arithmetic.isZero(b) ? DIV0 : arithmetic.divide(a, b)),
    };
    const apply = compute[operator] as (a: N, b: N) => Value<N>;
    return (row, back) => {
      const [a, b] = [left(row, back), right(row, back)];
      return outcomeOf([a, b]) ?? apply(a as N, b as N);
    };
  }

  /** All arguments are evaluated; any outcome is the result. */
  private ofNumbers(args: readonly Formula[], compute: (numbers: readonly N[]) => Value<N>): Evaluate<N> {
    const evaluations = args.map((argument) => this.value(argument));
    return (row, back) => {
      const values = evaluations.map((evaluate) => evaluate(row, back));
      return outcomeOf(values) ?? compute(values as N[]);
    };
  }

  private call(node: Formula & { kind: 'call' }): Evaluate<N> {
    const { arithmetic, periodsPerYear } = this.environment;
    const [first, second, third] = node.args as [Formula, Formula, Formula];
    const aggregate = aggregateOf(node.name);
    if (aggregate) return this.environment.aggregate(aggregate, this.value(first));
    switch (node.name) {
      case 'if':
        return this.choice(first, this.value(second), this.value(third));
      case 'default':
        return this.fallback(this.value(first), this.value(second));
      case 'min':
        return this.ofNumbers(node.args, arithmetic.min);
      case 'max':
        return this.ofNumbers(node.args, arithmetic.max);
      case 'sum':
        return this.ofNumbers(node.args, arithmetic.sum);
      case 'avg':
        return this.ofNumbers(node.args, arithmetic.mean);
      case 'abs':
        return this.ofNumbers([first], ([a]) => arithmetic.abs(a as N));
      case 'round': {
        const places = wholeLiteralOf(second) ?? 0;
        return this.ofNumbers([first], ([a]) => arithmetic.round(a as N, places));
      }
      case 'band':
        return this.band(node.args);
      case 'prev': {
        const of = this.value(first);
        const steps = stepsOfPrev(node.args);
        return (row, back) => of(row, back + steps);
      }
      case 'yoy':
        return this.growth(this.value(first), periodsPerYear);
      default:
        throw new TypeError(`${node.name} yields no number: the formula was not checked`);
    }
  }

  private growth(of: Evaluate<N>, year: number): Evaluate<N> {
    const { arithmetic } = this.environment;
    const hundred = arithmetic.literal(HUNDRED_TEXT);
    return (row, back) => {
      const [now, before] = [of(row, back), of(row, back + year)];
      const outcome = outcomeOf([now, before]);
      if (outcome) return outcome;
      if (arithmetic.isZero(before as N)) return DIV0;
      const change = arithmetic.multiply(hundred, arithmetic.subtract(now as N, before as N));
      return arithmetic.divide(change, arithmetic.abs(before as N));
    };
  }

  private band(args: readonly Formula[]): Evaluate<N> {
    const { arithmetic } = this.environment;
    const bounds = args.flatMap((argument, i) =>
      i >= 2 && i % 2 === 0 ? [arithmetic.literal(literalOf(argument) ?? '')] : [],
    );
    const evaluated = args.filter((_, i) => i < 2 || i % 2 === 1);
    return this.ofNumbers(evaluated, ([x, ...steps]) => {
      const above = bounds.filter((bound) => arithmetic.compare(bound, x as N) <= 0).length;
      return steps[above] as N;
    });
  }
}

const COMPARISONS: Readonly<Partial<Record<BinaryOperator, (order: number) => boolean>>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
};

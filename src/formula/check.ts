import { type FormulaFault, formulaFault } from './fault.js';
import { aggregateOf, type BinaryOperator, type Formula, literalOf, wholeLiteralOf } from './tree.js';

export type FormulaType = 'number' | 'condition' | 'text';

export interface FormulaContext {
  /** What a formula may read: inputs and the known names. */
  readonly names: ReadonlySet<string>;
  /** `cohort_…` and `all_…` are refused where cohorts are not settled yet. */
  readonly aggregates: boolean;
  /** What the formula must yield. */
  readonly yields: 'number' | 'condition';
}

const TYPE_TITLES: Readonly<Record<FormulaType, string>> = { number: '数值', condition: '条件', text: '文字' };

const MAX_PLACES = 12;

/**
 * All faults of a formula against its context: names, functions, numbers of arguments, types.
 * Types are settled before any run, so evaluation never meets a condition where a number is due.
 */
export function checkFormula(tree: Formula, context: FormulaContext): readonly FormulaFault[] {
  const checker = new Checker(context);
  const type = checker.typeOf(tree);
  if (checker.faults.length === 0 && type !== context.yields)
    checker.refuse(tree, 'formula-type', TYPE_TITLES[type], TYPE_TITLES[context.yields], '公式结果的类型不对');
  return checker.faults;
}

interface FunctionRule {
  /** Fewest and most arguments. */
  readonly arity: readonly [number, number];
  readonly type: (checker: Checker, call: Formula & { kind: 'call' }) => FormulaType;
}

const numbers = (checker: Checker, call: Formula & { kind: 'call' }): FormulaType => {
  for (const argument of call.args) checker.expect(argument, 'number');
  return 'number';
};

/** Both branches of one type, which is the result's. */
const sameType = (checker: Checker, first: Formula, second: Formula): FormulaType => {
  const type = checker.typeOf(first);
  if (type === 'text') return 'number';
  checker.expect(second, type);
  return type;
};

const UNLIMITED = 500;

const FUNCTIONS: Readonly<Record<string, FunctionRule>> = {
  if: {
    arity: [3, 3],
    type: (checker, { args: [test, yes, no] }) => {
      checker.expect(test as Formula, 'condition');
      return sameType(checker, yes as Formula, no as Formula);
    },
  },
  min: { arity: [1, UNLIMITED], type: numbers },
  max: { arity: [1, UNLIMITED], type: numbers },
  sum: { arity: [1, UNLIMITED], type: numbers },
  avg: { arity: [1, UNLIMITED], type: numbers },
  abs: { arity: [1, 1], type: numbers },
  yoy: { arity: [1, 1], type: numbers },
  round: {
    arity: [2, 2],
    type: (checker, { args: [value, places] }) => {
      checker.expect(value as Formula, 'number');
      const whole = wholeLiteralOf(places as Formula);
      if (whole === null || whole > MAX_PLACES)
        checker.refuse(places as Formula, 'formula-argument', '小数位数', `0–${MAX_PLACES} 的整数`, 'round 的位数不对');
      return 'number';
    },
  },
  prev: {
    arity: [1, 2],
    type: (checker, { args: [value, steps] }) => {
      checker.expect(value as Formula, 'number');
      if (steps && !wholeLiteralOf(steps))
        checker.refuse(steps, 'formula-argument', '期数', '不小于 1 的整数', 'prev 的期数不对');
      return 'number';
    },
  },
  band: { arity: [4, UNLIMITED], type: (checker, call) => checker.band(call) },
  is_missing: {
    arity: [1, 1],
    type: (checker, { args: [value] }) => {
      checker.typeOf(value as Formula);
      return 'condition';
    },
  },
  default: {
    arity: [2, 2],
    type: (checker, { args: [value, otherwise] }) => sameType(checker, value as Formula, otherwise as Formula),
  },
  flag: {
    arity: [1, 1],
    type: (checker, { args: [name] }) => {
      checker.literalText(name as Formula, 'flag("标记")');
      return 'condition';
    },
  },
};

/** Names that a formula may call, `cohort_…` and `all_…` aside: what an editor offers. */
export const FUNCTION_NAMES: readonly string[] = [...Object.keys(FUNCTIONS), 'attr'];

/** `attr("column")`, the only call that yields a text. */
export const isAttribute = (node: Formula): node is Formula & { kind: 'call' } =>
  node.kind === 'call' && node.name === 'attr';

/** Whether a checked node yields a condition. */
export function isCondition(node: Formula): boolean {
  if (node.kind === 'unary') return node.operator === 'not';
  if (node.kind === 'binary') return !['+', '-', '*', '/'].includes(node.operator);
  if (node.kind === 'choice') return isCondition(node.yes);
  if (node.kind !== 'call') return false;
  if (node.name === 'if') return isCondition(node.args[1] as Formula);
  if (node.name === 'default') return isCondition(node.args[0] as Formula);
  return node.name === 'flag' || node.name === 'is_missing';
}

class Checker {
  readonly faults: FormulaFault[] = [];

  constructor(private readonly context: FormulaContext) {}

  refuse(node: Formula, rule: string, found: string, expected: string, what: string): void {
    this.faults.push(formulaFault(node.at, rule, found, expected, what));
  }

  expect(node: Formula, type: FormulaType): void {
    const before = this.faults.length;
    const found = this.typeOf(node);
    if (found !== type && this.faults.length === before)
      this.refuse(node, 'formula-type', TYPE_TITLES[found], TYPE_TITLES[type], `这里要用${TYPE_TITLES[type]}`);
  }

  literalText(node: Formula, expected: string): void {
    if (node.kind !== 'text') this.refuse(node, 'formula-argument', '算式', expected, '这里只能写引号里的文字');
  }

  typeOf(node: Formula): FormulaType {
    switch (node.kind) {
      case 'number':
        return 'number';
      case 'text':
        this.refuse(node, 'formula-text', `"${node.value}"`, 'attr("列") == "文字"', '文字不能用在这里');
        return 'text';
      case 'name':
        if (!this.context.names.has(node.name))
          this.refuse(node, 'formula-name', node.name, [...this.context.names].join(' '), '没有声明的名称');
        return 'number';
      case 'unary': {
        const type = node.operator === 'not' ? 'condition' : 'number';
        this.expect(node.of, type);
        return type;
      }
      case 'choice':
        this.expect(node.test, 'condition');
        return sameType(this, node.yes, node.no);
      case 'binary':
        return this.binary(node.operator, node.left, node.right);
      case 'call':
        return this.call(node);
    }
  }

  private binary(operator: BinaryOperator, left: Formula, right: Formula): FormulaType {
    if (operator === 'and' || operator === 'or') {
      this.expect(left, 'condition');
      this.expect(right, 'condition');
      return 'condition';
    }
    if (operator === '==' || operator === '!=') {
      this.equality(left, right);
      return 'condition';
    }
    this.expect(left, 'number');
    this.expect(right, 'number');
    return operator === '<' || operator === '<=' || operator === '>' || operator === '>=' ? 'condition' : 'number';
  }

  private equality(left: Formula, right: Formula): void {
    const [attribute, other] = isAttribute(left) ? [left, right] : [right, left];
    if (!isAttribute(attribute)) {
      sameType(this, left, right);
      return;
    }
    this.attribute(attribute);
    this.literalText(other, 'attr("列") == "文字"');
  }

  private attribute(call: Formula & { kind: 'call' }): void {
    if (call.args.length !== 1) this.arity(call, [1, 1]);
    else this.literalText(call.args[0] as Formula, 'attr("列")');
  }

  private call(node: Formula & { kind: 'call' }): FormulaType {
    if (node.name === 'attr') {
      this.refuse(node, 'formula-text', 'attr', 'attr("列") == "文字"', 'attr 只能与引号里的文字作 == 或 != 比较');
      return 'text';
    }
    const aggregate = aggregateOf(node.name);
    if (aggregate) {
      if (!this.context.aggregates)
        this.refuse(
          node,
          'formula-aggregate',
          node.name,
          '不含 cohort_、all_ 的公式',
          '分组和参评条件里不能用分组统计',
        );
      return this.checkArity(node, [1, 1]) ? numbers(this, node) : 'number';
    }
    const rule = Object.hasOwn(FUNCTIONS, node.name) ? FUNCTIONS[node.name] : undefined;
    if (!rule) {
      this.refuse(node, 'formula-function', node.name, Object.keys(FUNCTIONS).join(' '), '没有这个函数');
      return 'number';
    }
    if (!this.checkArity(node, rule.arity))
      return node.name === 'is_missing' || node.name === 'flag' ? 'condition' : 'number';
    return rule.type(this, node);
  }

  private checkArity(node: Formula & { kind: 'call' }, arity: readonly [number, number]): boolean {
    if (node.args.length >= arity[0] && node.args.length <= arity[1]) return true;
    this.arity(node, arity);
    return false;
  }

  private arity(node: Formula & { kind: 'call' }, [least, most]: readonly [number, number]): void {
    const expected =
      least === most ? `${least} 个参数` : most === UNLIMITED ? `至少 ${least} 个参数` : `${least}–${most} 个参数`;
    this.refuse(node, 'formula-arity', `${node.name} 有 ${node.args.length} 个参数`, expected, '参数个数不对');
  }

  /** band(x, v0, b1, v1, …, bk, vk): the b are rising literals. */
  band(call: Formula & { kind: 'call' }): FormulaType {
    const expected = 'band(x, v0, b1, v1, …)';
    if (call.args.length % 2 !== 0) {
      this.refuse(call, 'formula-arity', `band 有 ${call.args.length} 个参数`, expected, '参数个数不对');
      return 'number';
    }
    let below: string | null = null;
    for (const [i, argument] of call.args.entries()) {
      if (i < 2 || i % 2 === 1) {
        this.expect(argument, 'number');
        continue;
      }
      const bound = literalOf(argument);
      if (bound === null) this.refuse(argument, 'formula-argument', '算式', expected, '分段点只能是数');
      else if (below !== null && compareLiterals(below, bound) >= 0)
        this.refuse(argument, 'formula-argument', bound, `大于 ${below}`, '分段点要逐个增大');
      below = bound ?? below;
    }
    return 'number';
  }
}

/** Compares two plain decimal texts without leaving text: digit by digit. */
function compareLiterals(a: string, b: string): number {
  const [x, y] = [parts(a), parts(b)];
  if (x.negative !== y.negative) return x.negative ? -1 : 1;
  const length = Math.max(x.whole.length, y.whole.length);
  const places = Math.max(x.fraction.length, y.fraction.length);
  const digits = (part: { whole: string; fraction: string }): string =>
    part.whole.padStart(length, '0') + part.fraction.padEnd(places, '0');
  const order = digits(x) < digits(y) ? -1 : digits(x) > digits(y) ? 1 : 0;
  return x.negative ? -order : order;
}

function parts(text: string): { negative: boolean; whole: string; fraction: string } {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  return { negative: text.startsWith('-') && /[1-9]/.test(text), whole, fraction };
}

import jsep from 'jsep';
import { type FormulaFault, formulaFault } from './fault.js';
import { normaliseFormula, type Token, tokenise } from './tokens.js';
import { type BinaryOperator, childrenOf, type Formula, type UnaryOperator } from './tree.js';

export const MAX_CHARACTERS = 2000;
export const MAX_NODES = 500;
export const MAX_LEVELS = 40;

// jsep only builds the tree: its own words are taken out, what it may see has passed `tokenise` and `checkOrder`.
jsep.removeAllUnaryOps();
jsep.removeAllBinaryOps();
jsep.removeAllLiterals();
for (const operator of ['-', 'not']) jsep.addUnaryOp(operator);
const PRECEDENCE: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/'],
];
PRECEDENCE.forEach((operators, level) => {
  for (const operator of operators) jsep.addBinaryOp(operator, level + 1);
});
// A binary node is a token of its own only when it stood in brackets.
jsep.hooks.add('after-token', (env: { node?: jsep.Expression }) => {
  if (env.node?.type === 'BinaryExpression') env.node.bracketed = true;
});

const COMPARISONS: readonly (readonly string[])[] = [
  ['==', '!='],
  ['<', '<=', '>', '>='],
];

/**
 * A formula as the scheme writes it → its tree, or its first fault with the position. Types and names are checked
 * later (`checkFormula`). Never throws.
 */
export function parseFormula(written: string): Formula | FormulaFault {
  const length = [...written].length;
  if (length > MAX_CHARACTERS)
    return formulaFault(1, 'formula-length', `${length} 个字符`, `≤ ${MAX_CHARACTERS} 个字符`, '公式太长');
  const tokens = tokenise(normaliseFormula(written));
  if ('rule' in tokens) return tokens;
  if (tokens.length === 0) return formulaFault(1, 'formula-syntax', '空', '公式', '公式是空的');
  const disorder = checkOrder(tokens);
  if (disorder) return disorder;
  const operands = tokens.filter((token) => token.kind === 'number' || token.kind === 'name' || token.kind === 'text');
  try {
    // One blank between all tokens: jsep then cannot read `?.` or the like out of two of them.
    const tree = new TreeBuilder(operands).build(jsep(tokens.map((token) => token.text).join(' ')));
    return tooLarge(tree) ?? tree;
  } catch (error) {
    if (error instanceof FormulaRefusal) return error.fault;
    const at = tokens.at(-1)?.at ?? 1;
    return formulaFault(at, 'formula-syntax', tokens.at(-1)?.text ?? '', '完整的公式', '公式不完整，或括号没有成对');
  }
}

class FormulaRefusal extends Error {
  constructor(readonly fault: FormulaFault) {
    super(fault.message);
  }
}

const endsOperand = (token: Token | undefined): boolean =>
  token?.kind === 'number' || token?.kind === 'name' || token?.kind === 'text' || token?.kind === 'close';

/** Two operands without an operator, a stray comma, a bracket too many: jsep would read some of these its own way. */
function checkOrder(tokens: readonly Token[]): FormulaFault | null {
  const calls: boolean[] = [];
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1];
    const refuse = (expected: string, what: string): FormulaFault =>
      formulaFault(token.at, 'formula-syntax', token.text, expected, what);
    if (token.kind === 'name' && token.text === 'this')
      return formulaFault(token.at, 'formula-node', 'this', '数、名称、运算符、函数', '公式里不能用 this');
    if (token.kind === 'open') {
      if (endsOperand(before) && before?.kind !== 'name') return refuse('运算符', '这里不能调用');
      calls.push(before?.kind === 'name');
    } else if (token.kind === 'close') {
      if (calls.pop() === undefined) return refuse('(', '多了一个右括号');
      if (before?.kind === 'comma' || before?.kind === 'open') return refuse('算式', '括号里缺少算式');
    } else if (token.kind === 'comma') {
      if (calls.at(-1) !== true) return refuse('运算符', '逗号只能分隔函数的参数');
      if (!endsOperand(before)) return refuse('算式', '逗号前缺少参数');
    } else if (token.kind !== 'operator' && endsOperand(before)) return refuse('运算符', '前面缺少运算符');
  }
  const last = tokens.at(-1) as Token;
  if (calls.length > 0) return formulaFault(last.at, 'formula-syntax', last.text, ')', '括号没有成对');
  if (!endsOperand(last)) return formulaFault(last.at, 'formula-syntax', last.text, '算式', '公式不完整');
  return null;
}

/** Our own nodes from jsep's, with the positions of the tokens: operands come in the same order in both. */
class TreeBuilder {
  private next = 0;

  constructor(private readonly operands: readonly Token[]) {}

  build(node: jsep.Expression): Formula {
    switch (node.type) {
      case 'Literal':
      case 'Identifier':
        return this.operand();
      case 'UnaryExpression': {
        const of = this.build(node.argument as jsep.Expression);
        return { kind: 'unary', operator: node.operator as UnaryOperator, of, at: of.at };
      }
      case 'BinaryExpression':
        return this.binary(node);
      case 'ConditionalExpression': {
        const test = this.build(node.test as jsep.Expression);
        const yes = this.build(node.consequent as jsep.Expression);
        const no = this.build(node.alternate as jsep.Expression);
        return { kind: 'choice', test, yes, no, at: test.at };
      }
      case 'CallExpression': {
        const callee = this.build(node.callee as jsep.Expression);
        if (callee.kind !== 'name') return this.refuse(callee.at, node.type);
        const args = (node.arguments as jsep.Expression[]).map((argument) => this.build(argument));
        return { kind: 'call', name: callee.name, args, at: callee.at };
      }
      default:
        return this.refuse(this.operands[this.next]?.at ?? 1, node.type);
    }
  }

  private binary(node: jsep.Expression): Formula {
    const operator = node.operator as BinaryOperator;
    const leftSource = node.left as jsep.Expression;
    const left = this.build(leftSource);
    const group = COMPARISONS.find((comparisons) => comparisons.includes(operator));
    if (group?.includes(leftSource.operator as string) && leftSource.bracketed !== true)
      throw new FormulaRefusal(formulaFault(left.at, 'formula-chain', operator, 'and 连接的两个比较', '比较不能连写'));
    return { kind: 'binary', operator, left, right: this.build(node.right as jsep.Expression), at: left.at };
  }

  private operand(): Formula {
    const token = this.operands[this.next++] as Token;
    if (token.kind === 'number') return { kind: 'number', text: token.text, at: token.at };
    if (token.kind === 'name') return { kind: 'name', name: token.text, at: token.at };
    return { kind: 'text', value: unquote(token.text), at: token.at };
  }

  private refuse(at: number, type: string): never {
    throw new FormulaRefusal(formulaFault(at, 'formula-node', type, '数、名称、运算符、函数', '公式里不能有这种写法'));
  }
}

const unquote = (text: string): string => text.slice(1, -1).replace(/\\(.)/gsu, '$1');

function tooLarge(tree: Formula): FormulaFault | null {
  let nodes = 0;
  let levels = 0;
  const open: [Formula, number][] = [[tree, 1]];
  for (let item = open.pop(); item; item = open.pop()) {
    const [node, level] = item;
    nodes++;
    levels = Math.max(levels, level);
    for (const child of childrenOf(node)) open.push([child, level + 1]);
  }
  if (nodes > MAX_NODES)
    return formulaFault(1, 'formula-nodes', `${nodes} 个节点`, `≤ ${MAX_NODES} 个节点`, '公式太大');
  if (levels > MAX_LEVELS)
    return formulaFault(1, 'formula-levels', `${levels} 层`, `≤ ${MAX_LEVELS} 层`, '公式嵌套太深');
  return null;
}

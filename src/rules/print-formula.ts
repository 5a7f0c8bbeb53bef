import { type BinaryOperator, type Formula, stepsOfPrev } from '../formula/tree.js';
import { EACH, QUARTERS_PER_YEAR, yieldsCondition } from './rule-formula.js';

const SIGNS: Readonly<Record<BinaryOperator, string>> = {
  '*': '×',
  '/': '÷',
  '+': '+',
  '-': '−',
  '<': '<',
  '<=': '≤',
  '>': '>',
  '>=': '≥',
  '==': '=',
  '!=': '≠',
  and: '且',
  or: '或',
};
const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ['or'],
  ['and'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/'],
];
const levelOf = (operator: BinaryOperator): number => LEVELS.findIndex((level) => level.includes(operator));

const CALLS: Readonly<Record<string, string>> = {
  abs: '绝对值',
  min: '较小值',
  max: '较大值',
  sum: '合计',
  round: '取整',
  is_missing: '未填',
};

/** `≤`, `=` … for people. */
export const relationSign = (operator: BinaryOperator): string => SIGNS[operator];

/** How a quarter before is called on a form. */
function quarterBefore(back: number): string {
  if (back === 1) return '上季';
  return back === QUARTERS_PER_YEAR ? '上年同期' : `前${back}季`;
}

/**
 * A formula as a form prints its 校验关系: `BK_GL_ORD + BK_GL_SML + BK_GL_NPL = BK_GL_BAL`, a quarter before in
 * brackets behind the code: `BK_GL_BAL[上季]`.
 * @param nameOf what stands for a name; left out: the name itself, 本项 for `x`
 */
export function printFormula(
  tree: Formula,
  nameOf: (name: string) => string = (name) => (name === EACH ? '本项' : name),
): string {
  const print = (node: Formula, back: number): string => {
    switch (node.kind) {
      case 'number':
        return node.text;
      case 'text':
        return node.value;
      case 'name':
        return `${nameOf(node.name)}${back === 0 ? '' : `[${quarterBefore(back)}]`}`;
      case 'unary': {
        const of = print(node.of, back);
        if (node.operator === '-') return `−${node.of.kind === 'binary' ? `（${of}）` : of}`;
        return `不得（${of}）`;
      }
      case 'choice':
        return `若${print(node.test, back)}，则${print(node.yes, back)}，否则${print(node.no, back)}`;
      case 'binary': {
        const level = levelOf(node.operator);
        // Both or neither, as the printed 校验关系 write it.
        const isBoth = node.operator === '==' && yieldsCondition(node.left);
        const side = (child: Formula, isRight: boolean): string => {
          const text = print(child, back);
          if (child.kind !== 'binary') return text;
          const inner = levelOf(child.operator);
          const needs = inner < level || (isRight && inner === level && ['-', '/'].includes(node.operator));
          const mixes = level < 2 && inner < 2 && inner !== level;
          return needs || mixes ? `（${text}）` : text;
        };
        return `${side(node.left, false)} ${isBoth ? '⇔' : SIGNS[node.operator]} ${side(node.right, true)}`;
      }
      case 'call':
        return call(node, back);
    }
  };
  const call = (node: Formula & { kind: 'call' }, back: number): string => {
    const [first, second] = node.args as [Formula, Formula];
    if (node.name === 'prev') return print(first, back + stepsOfPrev(node.args));
    if (node.name === 'default') return `${print(first, back)}（无则为${print(second, back)}）`;
    if (node.name === 'round') return `${print(first, back)}的整数值`;
    return `${CALLS[node.name] ?? node.name}（${node.args.map((argument) => print(argument, back)).join('，')}）`;
  };
  return print(tree, 0);
}

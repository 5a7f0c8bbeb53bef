/** A formula's syntax tree. Brackets are no nodes. Numbers keep their source text: they never become a double. */
export type Formula =
  | { readonly kind: 'number'; readonly text: string; readonly at: number }
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  | { readonly kind: 'text'; readonly value: string; readonly at: number }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly of: Formula; readonly at: number }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Formula;
      readonly right: Formula;
      readonly at: number;
    }
  | {
      readonly kind: 'choice';
      readonly test: Formula;
      readonly yes: Formula;
      readonly no: Formula;
      readonly at: number;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Formula[]; readonly at: number };

export type UnaryOperator = '-' | 'not';
export type BinaryOperator = '*' | '/' | '+' | '-' | '<' | '<=' | '>' | '>=' | '==' | '!=' | 'and' | 'or';

export function childrenOf(node: Formula): readonly Formula[] {
  switch (node.kind) {
    case 'unary':
      return [node.of];
    case 'binary':
      return [node.left, node.right];
    case 'choice':
      return [node.test, node.yes, node.no];
    case 'call':
      return node.args;
    default:
      return [];
  }
}

/** A literal number, perhaps with a minus, as plain text; null for anything else. */
export function literalOf(node: Formula): string | null {
  if (node.kind === 'number') return node.text;
  if (node.kind === 'unary' && node.operator === '-' && node.of.kind === 'number') return `-${node.of.text}`;
  return null;
}

/** A whole literal without a minus (`round(a, 2)`, `prev(a, 1)`); null for anything else. */
export function wholeLiteralOf(node: Formula): number | null {
  if (node.kind !== 'number' || !/^[0-9]{1,6}$/.test(node.text)) return null;
  return Number.parseInt(node.text, 10);
}

/** What `cohort_sum` and its kin compare with, and how. */
export interface AggregateName {
  readonly scope: 'cohort' | 'all';
  readonly statistic: 'sum' | 'mean' | 'median' | 'min' | 'max' | 'count';
}

const AGGREGATE = /^(cohort|all)_(sum|mean|median|min|max|count)$/;

export function aggregateOf(name: string): AggregateName | null {
  const match = AGGREGATE.exec(name);
  if (!match) return null;
  return { scope: match[1] as AggregateName['scope'], statistic: match[2] as AggregateName['statistic'] };
}

/** The periods that `prev` moves its argument back. */
export const stepsOfPrev = (args: readonly Formula[]): number => (args[1] ? (wholeLiteralOf(args[1]) ?? 1) : 1);

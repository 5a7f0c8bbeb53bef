/** `block` stops the submission, `justify` wants an explanation, `inform` is shown. */
export const SEVERITIES = ['block', 'justify', 'inform'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** How two sums are compared. */
export const RELATIONS = ['<=', '>=', '=='] as const;
export type Relation = (typeof RELATIONS)[number];

/** What is checked of every figure alone. */
export const VALUE_CHECKS = ['not_negative', 'whole_count'] as const;
export type ValueCheck = (typeof VALUE_CHECKS)[number];

interface RuleHead {
  /** Stable code, `V01`; several comparisons may share it. */
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  /** Chinese; what is wrong and what to look at. */
  readonly message: string;
}

/** Sum of the left metrics against the sum of the right ones. Not checked while one of them has no value. */
export interface ComparisonRule extends RuleHead {
  readonly left: readonly string[];
  readonly relation: Relation;
  readonly right: readonly string[];
}

/** Checked for every metric of the form. */
export interface ValueRule extends RuleHead {
  readonly check: ValueCheck;
}

/** 校验规则: a check on a filing. */
export type Rule = ComparisonRule | ValueRule;

export const isComparison = (rule: Rule): rule is ComparisonRule => 'relation' in rule;

import type { Cadence } from '../../calendar/period.js';
import type { Formula } from '../../formula/tree.js';
import type { Decimal } from '../../numbers/decimal.js';
import type { Micro } from '../../numbers/micro.js';
import type { BoundMethod } from '../normalise/method.js';
import type { Treatment } from '../treat/treatment.js';

/** A scheme that has passed the check. Codes are as written; `path`s lead back to the document. */
export interface Scheme {
  readonly code: string;
  readonly version: number;
  readonly title: string;
  /** What it rests on; for readers alone. */
  readonly basis: readonly BasisDocument[];
  /** null: all types take part. */
  readonly institutionTypes: readonly string[] | null;
  readonly cadence: Cadence;
  /** At least one; none declared: the one cohort `all`. */
  readonly cohorts: readonly CohortRule[];
  readonly eligibility: readonly EligibilityRule[];
  readonly inputs: readonly Input[];
  /** The top list; its code is empty. */
  readonly root: Group;
  readonly adjustments: readonly Adjustment[];
  readonly total: { readonly min: Micro | null; readonly max: Micro | null };
  readonly rounding: { readonly indicator: number; readonly total: number };
  readonly ranking: { readonly on: 'rounded' | 'exact'; readonly ties: Ties; readonly tieBreak: readonly string[] };
  readonly grades: readonly Grade[];
  /** For the list drawn from a final ranking; it changes no digit. */
  readonly commendation: Commendation | null;
}

/** A document that a scheme rests on, and how; the note may be empty. */
export interface BasisDocument {
  readonly document: string;
  readonly note: string;
}

export interface Commendation {
  readonly quota: number | null;
  /** Code of a grade. */
  readonly minGrade: string | null;
}

export type Ties = 'competition' | 'dense' | 'ordinal';

/** A formula as written, with its tree. */
export interface WrittenFormula {
  readonly text: string;
  readonly tree: Formula;
  readonly path: string;
}

export interface CohortRule {
  readonly code: string;
  readonly title: string;
  /** null: everybody who is left. */
  readonly when: WrittenFormula | null;
  readonly minSize: number;
  readonly else: string | null;
}

export interface EligibilityRule {
  readonly when: WrittenFormula;
  readonly reason: string;
}

export type Take = 'last' | 'first' | 'sum' | 'mean' | 'max';

export interface Input {
  /** After NFKC. */
  readonly name: string;
  readonly metric: string;
  readonly kind: 'stock' | 'flow';
  readonly take: Take;
  /** Evaluation periods, 0 or negative. */
  readonly shift: number;
  /** Put in place of a missing figure, quarter by quarter. */
  readonly missing: Decimal | null;
  readonly atLeast: number | null;
}

export type Aggregation = 'arithmetic' | 'geometric' | 'harmonic' | 'median' | 'min' | 'outranking';
export type Policy = 'exclude' | 'zero' | 'cohort_median' | 'cohort_mean' | 'previous_period' | 'unranked';
export type Direction = 'higher' | 'lower';
export type Over = 'cohort' | 'all';

export interface Group {
  readonly kind: 'group';
  readonly code: string;
  readonly title: string;
  readonly path: string;
  readonly weight: Weight;
  readonly aggregate: Aggregation;
  readonly weights: 'stated' | 'equal' | 'relative';
  /** Percent of the weight that must be present. */
  readonly requires: Decimal;
  readonly children: readonly SchemeNode[];
}

export interface Indicator {
  readonly kind: 'indicator';
  readonly code: string;
  readonly title: string;
  readonly path: string;
  readonly weight: Weight;
  readonly unit: string | null;
  readonly value: WrittenFormula;
  readonly direction: Direction;
  readonly treat: Treatment | null;
  readonly method: BoundMethod;
  readonly over: Over;
  /** null: the outcome cannot happen. */
  readonly missing: Policy | null;
  readonly zeroDenominator: Policy | null;
}

export interface Assessed {
  readonly kind: 'assessed';
  readonly code: string;
  readonly title: string;
  readonly path: string;
  readonly weight: Weight;
  readonly unit: string | null;
  readonly assessed: AssessmentRule;
  readonly missing: Policy;
}

export type Leaf = Indicator | Assessed;
export type SchemeNode = Group | Leaf;

/** A declared weight in millionths, with its text; null when none is stated (each child then counts 1). */
export type Weight = { readonly millionths: bigint; readonly text: string } | null;

export interface AssessmentRule {
  readonly scale: readonly [Decimal, Decimal];
  /** Fewest scores, else MISSING. */
  readonly panel: number;
  readonly combine: 'mean' | 'median' | 'trimmed_mean';
  /** Departments that may score; null: any. */
  readonly by: readonly string[] | null;
}

export type Adjustment = BonusOrDeduction | Veto | Cap;

export interface BonusOrDeduction {
  readonly kind: 'bonus' | 'deduction';
  readonly code: string;
  readonly title: string;
  readonly path: string;
  readonly points: PointsRule;
  readonly max: Decimal | null;
}

export type PointsRule =
  | { readonly by: 'when'; readonly when: WrittenFormula; readonly points: Decimal }
  | { readonly by: 'value'; readonly value: WrittenFormula }
  | { readonly by: 'assessed'; readonly assessed: AssessmentRule };

export interface Veto {
  readonly kind: 'veto';
  readonly code: string;
  readonly title: string;
  readonly path: string;
  readonly when: WrittenFormula;
}

export interface Cap {
  readonly kind: 'cap';
  readonly code: string;
  readonly title: string;
  readonly path: string;
  readonly when: WrittenFormula;
  readonly at: Decimal;
}

export interface Grade {
  readonly code: string;
  readonly title: string;
  readonly min: Decimal | null;
  /** 0–1 of the number ranked in the cohort. */
  readonly topShare: Decimal | null;
}

/** Nodes in tree order, a group before its children, the root left out. */
export function nodesOf(group: Group): readonly SchemeNode[] {
  return group.children.flatMap((child) => (child.kind === 'group' ? [child, ...nodesOf(child)] : [child]));
}

export const leavesOf = (group: Group): readonly Leaf[] =>
  nodesOf(group).filter((node): node is Leaf => node.kind !== 'group');

/** Codes of nodes and adjustments that people give points for. */
export const assessedCodes = ({ root, adjustments }: Scheme): readonly string[] => [
  ...nodesOf(root).flatMap((node) => (node.kind === 'assessed' ? [node.code] : [])),
  ...adjustments.flatMap((each) =>
    (each.kind === 'bonus' || each.kind === 'deduction') && each.points.by === 'assessed' ? [each.code] : [],
  ),
];

/** The root and all groups below it, each before its own groups. */
export const groupsOf = (root: Group): readonly Group[] => [
  root,
  ...nodesOf(root).filter((node): node is Group => node.kind === 'group'),
];

/** A node or adjustment without title is called by its code. */
export const titleOf = (node: { readonly code: string; readonly title: string }): string => node.title || node.code;

/** What formulas may read without declaring it. */
export const KNOWN_NAMES = ['quarters_filed'] as const;

export const periodsPerYear = (cadence: Cadence): number => (cadence === 'annual' ? 1 : 4);

import type { Decimal } from '../numbers/decimal.js';

/** One figure as it enters the core. `period` is `2025Q3` or, on the command line, also `2025`. */
export interface Figure {
  readonly institution: string;
  readonly period: string;
  readonly metric: string;
  /** In the metric's unit. */
  readonly value: Decimal;
  /** Hash of the revision that filed it; null on the command line. */
  readonly revision: string | null;
  /** Where it stands, `data.csv:12`, for messages. */
  readonly at?: string;
}

/**
 * Many figures: a list of them, or a table that makes each when it is read (whose properties are getters: a copy names
 * them, `{ ...figure }` would lose them).
 */
export interface Figures extends Iterable<Figure> {
  readonly length: number;
  at(index: number): Figure | undefined;
}

/** A row of the institutions table. `attributes` are its further columns, as text. */
export interface Institution {
  readonly code: string;
  readonly name: string;
  /** null: no institutions table was given; then everybody takes part. */
  readonly type: string | null;
  readonly flags: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  /** Where it stands, `institutions.csv:3`, for messages. */
  readonly at?: string;
}

export interface Assessment {
  readonly institution: string;
  readonly node: string;
  /** `department` or `department/person`. */
  readonly assessor: string;
  readonly score: Decimal;
  /** Where it stands, `assessments.csv:7`, for messages. */
  readonly at?: string;
}

/** What the metric catalogue says. `kind` null: neither stock nor flow (then an input must state it). */
export interface MetricFacts {
  readonly kind: 'stock' | 'flow' | null;
  /** 万元, %, 笔 …; null outside the catalogue. */
  readonly unit: string | null;
}
export type MetricCatalogue = Readonly<Record<string, MetricFacts>>;

/** Everything an evaluation is made from; the same for command line, worker, browser and verifier. */
export interface EvaluationInput {
  /** The scheme document's text, byte for byte. */
  readonly document: string;
  readonly metrics: MetricCatalogue;
  readonly figures: Figures;
  /** null: no institutions table; all in the data take part, type unknown, name = code. */
  readonly institutions: readonly Institution[] | null;
  readonly assessments: readonly Assessment[];
  readonly period: string;
}

export type ResultStatus = 'ranked' | 'vetoed' | 'ineligible' | 'small_cohort' | 'insufficient_data';

/** One figure that an indicator's formula read for this institution. */
export interface InputUse {
  readonly name: string;
  readonly metric: string;
  readonly period: string;
  /** Plain decimal, null when missing. */
  readonly value: string | null;
  /** What the formula took for the name from the whole window (the sum of a flow's quarters); null when missing. */
  readonly taken: string | null;
  readonly revision: string | null;
  /** Chinese: 缺失，以 0 代替 … or empty. */
  readonly note: string;
}

/** The record of one cell: tables, trace and page show it and nobody recomputes for display. Decimals are plain text. */
export interface NodeRecord {
  readonly code: string;
  readonly title: string;
  readonly parent: string | null;
  readonly kind: 'group' | 'indicator' | 'assessed';
  /** The formula as written; for a group its aggregation; for an assessed node how scores are combined. */
  readonly formula: string;
  readonly unit: string | null;
  readonly inputs: readonly InputUse[];
  /** As computed, 12 decimals; null for a group, an outcome, and when not scored. */
  readonly value: string | null;
  /** `MISSING` or `DIV0` when the value is an outcome. */
  readonly outcome: 'MISSING' | 'DIV0' | null;
  /** After treatment or policy; null if unchanged. */
  readonly treated: string | null;
  /** The policy that answered the outcome. */
  readonly policy: string | null;
  readonly normalisation: {
    readonly method: string;
    readonly parameters: Readonly<Record<string, unknown>>;
    /** min, max, mean, sd, n, bV, bH, sV, sH …: what the method compared with. Plain decimals as text. */
    readonly statistics: Readonly<Record<string, string | null>>;
  } | null;
  /** Points, scheme's indicator scale (groups: 6 decimals); null when excluded. */
  readonly score: string | null;
  /** Declared weight among its siblings, as written; null when none. */
  readonly declaredWeight: string | null;
  /** Effective weight within its parent, percent, 6 decimals; null when excluded. */
  readonly weight: string | null;
  /** Share of the base total in points; null unless every group is arithmetic. */
  readonly contribution: string | null;
  /** As scores.csv prints it, `MISSING: exclude`. */
  readonly note: string;
}

export interface AdjustmentRecord {
  readonly code: string;
  readonly title: string;
  readonly kind: 'bonus' | 'deduction' | 'veto' | 'cap';
  readonly applied: boolean;
  /** What it changed the total by; null for a veto. */
  readonly change: string | null;
  readonly reason: string;
}

/** The result of one institution, with the whole trace. */
export interface ResultRecord {
  /** null: 无对应分组. */
  readonly cohort: string | null;
  readonly rank: number | null;
  readonly tied: boolean;
  readonly institution: string;
  readonly name: string;
  /** Rounded total with exactly `rounding.total` decimals. */
  readonly score: string | null;
  /** Base total before adjustments, plain. */
  readonly base: string | null;
  readonly grade: string | null;
  readonly status: ResultStatus;
  /** Chinese; empty for a ranked one. */
  readonly reason: string;
  /** Empty unless scored (an eligible institution of a scored cohort). In tree order, a group before its children. */
  readonly nodes: readonly NodeRecord[];
  readonly adjustments: readonly AdjustmentRecord[];
}

/** A cohort that is scored. Members are the codes of its eligible institutions, by code point. */
export interface CohortPlan {
  readonly code: string;
  readonly title: string;
  readonly members: readonly string[];
}

export interface EvaluationResult {
  /** In the order of ranking.csv. */
  readonly results: readonly ResultRecord[];
}

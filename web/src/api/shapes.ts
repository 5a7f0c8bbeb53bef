import type { Role } from '../../../src/lifecycle/lifecycle.js';
import type { Violation } from '../../../src/problems/problems.js';
import type { Withheld } from '../../../src/scoring/disclosure/seen.js';
import type { ResultStatus } from '../../../src/scoring/types.js';

/** What the server answers. Figures, points and weights are plain decimals as text. */

export interface Me {
  readonly user: { readonly id: string; readonly username: string; readonly name: string };
  /** The server's clock when it was asked; the page's own may be wrong. */
  readonly now: string;
  readonly roles: readonly Role[];
  readonly roleTitles: readonly string[];
  /** What the roles may do: resource → actions. */
  readonly rights: Readonly<Record<string, readonly string[]>>;
  /** Where this person is reached; null: not said. */
  readonly contact: { readonly email: string | null; readonly phone: string | null };
  readonly institution: { readonly uscc: string; readonly name: string } | null;
  readonly department: { readonly code: string; readonly title: string } | null;
  /** The roles that hold now; `to` null: open. */
  readonly grants: readonly Grant[];
  /** Whether a second factor is set up, and whether the roles demand one. */
  readonly secondFactor: boolean;
  readonly secondFactorRequired: boolean;
  /** Whose installation this is, and what new evaluations disclose unless somebody says otherwise. */
  readonly district: { readonly name: string; readonly bureau: string; readonly disclosure: 'sealed' | 'open' };
  readonly demo: boolean;
  readonly testClock: boolean;
}

export interface Grant {
  readonly role: Role;
  readonly title: string;
  readonly from: string;
  readonly to: string | null;
}

export interface DemoAccount {
  readonly username: string;
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly string[];
  readonly action: string;
  readonly to: string;
  readonly primary: boolean;
}

export interface Demonstration {
  readonly accounts: readonly DemoAccount[];
  readonly showcase: { readonly evaluation: Evaluation; readonly items: readonly RankingItem[] } | null;
  readonly published: { readonly id: string } | null;
}

export type EvaluationState =
  | 'draft'
  | 'queued'
  | 'running'
  | 'failed'
  | 'cancelled'
  | 'computed'
  | 'verified'
  | 'provisional'
  | 'final'
  | 'superseded'
  | 'annulled';

export type EvaluationAction = 'requeue' | 'cancel' | 'verify' | 'publish' | 'finalise' | 'annul';

export interface Progress {
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

export interface Grade {
  readonly code: string;
  readonly min: string | null;
}

export interface Cohort {
  readonly code: string;
  readonly title: string;
  readonly state: string;
  /** Eligible members that were scored. */
  readonly size: number;
  readonly ranked: number;
}

export interface Evaluation {
  readonly id: string;
  readonly scheme: string;
  readonly version: number;
  readonly title: string;
  readonly period: string;
  readonly periodTitle: string;
  readonly state: EvaluationState;
  readonly cutOff: string;
  readonly disclosure: 'sealed' | 'open';
  /** 公布名次; false: published by grades alone. */
  readonly ranks: boolean;
  /** For staff: what by the scheme alone keeps a sealed evaluation from being published. */
  readonly disclosureIssues: readonly Violation[];
  /** 公开数据方法演示 …, or null for an evaluation of filed figures. */
  readonly label: string | null;
  /** 文号 and days of effect of the scheme, as they were at the start. */
  readonly documentNumber: string | null;
  readonly effectiveFrom: string | null;
  readonly effectiveTo: string | null;
  /** What the start was warned of about the scheme. */
  readonly schemeWarnings: readonly Violation[];
  readonly progress: Progress | null;
  readonly cohorts: readonly Cohort[];
  readonly hash: string | null;
  readonly counts: Readonly<Partial<Record<ResultStatus, number>>>;
  readonly grades: readonly Grade[];
  readonly startedBy: string;
  readonly startedAt: string;
  readonly verifiedBy: string | null;
  readonly error: string | null;
  readonly actions: readonly EvaluationAction[];
}

export interface Part {
  readonly code: string;
  readonly title: string;
  readonly weight: string | null;
  /** Points of the total; null when the scheme does not add up linearly. */
  readonly contribution: string | null;
  readonly kind: 'node' | 'bonus' | 'deduction';
}

export interface RankingItem {
  readonly cohort: string | null;
  readonly rank: number | null;
  readonly tied: boolean;
  readonly institution: string;
  readonly name: string;
  readonly score: string | null;
  readonly grade: string | null;
  readonly status: ResultStatus;
  readonly reason: string;
  readonly previousRank: number | null;
  /** Of the latest robustness analysis; null as long as there is none. `next` is told to staff alone. */
  readonly interval: {
    readonly p5: number;
    readonly median: number;
    readonly p95: number;
    readonly next: { readonly separable: boolean; readonly lines: readonly string[] } | null;
  } | null;
  readonly parts: readonly Part[];
}

/** The filed cell behind a figure: who filed, signed and accepted it. */
export interface FiledRevision {
  readonly id: string;
  readonly no: number;
  readonly hash: string;
  readonly filing: string;
  readonly filedBy: string | null;
  readonly signedBy: string | null;
  readonly submittedAt: string | null;
  readonly acceptedBy: string | null;
  readonly acceptedAt: string | null;
  /** Where a published figure comes from (found, computed, from memory), or null for a filed one. */
  readonly source: string | null;
  /** 补录: history that was filed afterwards. */
  readonly backfill: boolean;
  readonly channel: 'grid' | 'import' | 'api' | 'file';
  /** 收表: the workbook behind it; all null where somebody signed in. */
  readonly fileHash: string | null;
  readonly fileName: string | null;
  readonly sender: string | null;
  readonly receivedBy: string | null;
  readonly receivedOn: string | null;
}

export interface InputUse {
  readonly name: string;
  readonly metric: string;
  readonly title: string;
  readonly period: string;
  /** Unit of the metric. */
  readonly unit: string | null;
  readonly value: string | null;
  /** What the formula took for the name from its whole window. */
  readonly taken: string | null;
  readonly revision: FiledRevision | null;
  /** Counted by the system, filed by nobody. */
  readonly system: boolean;
  readonly note: string;
}

export interface Normalisation {
  readonly method: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Without what is sealed for the reader. */
  readonly statistics: Readonly<Record<string, string | null>>;
}

export interface ResultNode {
  readonly code: string;
  readonly title: string;
  readonly parent: string | null;
  readonly kind: 'group' | 'indicator' | 'assessed';
  readonly formula: string;
  readonly unit: string | null;
  readonly inputs: readonly InputUse[];
  readonly value: string | null;
  readonly outcome: 'MISSING' | 'DIV0' | null;
  readonly treated: string | null;
  readonly policy: string | null;
  readonly normalisation: Normalisation | null;
  readonly score: string | null;
  readonly declaredWeight: string | null;
  /** Effective, in percent of the parent. */
  readonly weight: string | null;
  readonly contribution: string | null;
  readonly note: string;
  /** What is sealed for the reader. */
  readonly withheld: readonly Withheld[];
}

export interface Adjustment {
  readonly code: string;
  readonly title: string;
  readonly kind: 'bonus' | 'deduction' | 'veto' | 'cap';
  readonly applied: boolean;
  readonly change: string | null;
  readonly reason: string;
}

export interface InstitutionResult {
  readonly cohort: string | null;
  readonly rank: number | null;
  readonly tied: boolean;
  /** How many institutions of its cohort have a rank; 0 without a cohort. */
  readonly cohortSize: number;
  readonly institution: string;
  readonly name: string;
  readonly score: string | null;
  readonly base: string | null;
  readonly grade: string | null;
  readonly status: ResultStatus;
  readonly reason: string;
  readonly nodes: readonly ResultNode[];
  readonly adjustments: readonly Adjustment[];
}

export interface SchemeSummary {
  readonly code: string;
  readonly version: number;
  readonly title: string;
  readonly cadence: 'annual' | 'quarterly';
  readonly register: string;
  readonly state: SchemeState;
  readonly standing: SchemeStanding;
  readonly documentNumber: string | null;
  /** `2026-01-31`, the first and the last day. */
  readonly effectiveFrom: string | null;
  readonly effectiveTo: string | null;
}

export type SchemeState = 'draft' | 'consultation' | 'reviewed' | 'issued' | 'retired';
export type SchemeAction = 'consult' | 'review' | 'issue' | 'retire';
/** Of an issued one: whether it holds today. */
export type SchemeStanding = 'none' | 'to_come' | 'in_effect' | 'over';

/** Who did something, and when. */
export interface Deed {
  readonly by: string;
  readonly at: string;
}

export interface SchemeVersion extends SchemeSummary {
  readonly document: string;
  /** ETag of its life. */
  readonly lifeVersion: number;
  readonly created: Deed;
  readonly consultation: {
    readonly opensOn: string;
    readonly closesOn: string;
    readonly whom: string | null;
    readonly replies: number;
    readonly unsettled: number;
  } | null;
  readonly reviewed: Deed | null;
  readonly issued: Deed | null;
  readonly retired: (Deed & { readonly reason: string }) | null;
  readonly actions: readonly SchemeAction[];
}

export type ReplyOutcome = 'adopted' | 'partly' | 'declined';

export interface SchemeReply {
  readonly id: string;
  readonly from: string;
  readonly receivedOn: string;
  readonly content: string;
  readonly outcome: ReplyOutcome | null;
  readonly reason: string | null;
  readonly recorded: Deed;
  readonly settled: Deed | null;
  readonly version: number;
}

export interface SchemeCheck {
  readonly ok: boolean;
  readonly errors: readonly Violation[];
  readonly warnings: readonly Violation[];
}

export interface Metric {
  readonly code: string;
  readonly title: string;
  readonly unit: string | null;
  /** Decimals that a figure keeps. */
  readonly decimals: number;
  readonly kind: 'stock' | 'flow' | 'attribute' | 'derived';
  readonly definition: string;
  readonly mayBeNegative: boolean;
  /** The institution types that file it. */
  readonly types: readonly string[];
  /** Other names under which files bring it. */
  readonly aliases: readonly string[];
}

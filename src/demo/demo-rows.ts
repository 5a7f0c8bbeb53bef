import { firstDay, lastDay } from '../calendar/period.js';
import type { InstitutionType } from '../forms/metric.js';
import type { Role } from '../lifecycle/lifecycle.js';

/** A row of institutions.csv. */
export interface DemoInstitution {
  /** 统一社会信用代码, for published figures a key such as `DEMO-ICBC`. */
  readonly institution: string;
  readonly name: string;
  readonly type: InstitutionType;
  /** `2025-09-15`; empty for published figures. */
  readonly opened_on: string;
  /** Read by schemes as `attr("segment")`. */
  readonly segment: string;
}

/** A row of flags.csv: holds from the first to the last of two days, both included; `until` empty: still. */
export interface DemoFlag {
  readonly institution: string;
  readonly flag: string;
  readonly from: string;
  readonly until: string;
  readonly evidence: string;
}

/** A row of assessments.csv. */
export interface DemoAssessment {
  readonly scheme: string;
  readonly period: string;
  readonly institution: string;
  readonly node: string;
  /** A department's code. */
  readonly assessor: string;
  /** Plain decimal inside the scale of the scheme's node. */
  readonly score: string;
}

export const OPEN_STATES = ['accepted', 'submitted', 'returned', 'draft', 'untouched'] as const;

/** A row of open-quarter.csv; `cells` are metric codes with `;` between them. */
export interface DemoOpenState {
  readonly institution: string;
  readonly state: (typeof OPEN_STATES)[number];
  readonly reason: string;
  readonly cells: string;
}

/** An entry of accounts.yaml. */
export interface DemoAccount {
  readonly username: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly institution: string | null;
  readonly department: string | null;
  /** For people only. */
  readonly unit: string;
}

/** An entry of evaluations.yaml, in the order in which they are run. */
export interface DemoEvaluation {
  readonly scheme: string;
  readonly version: number;
  readonly period: string;
  readonly label?: string;
}

/** An entry of schemes.yaml: an invented document number and day of effect. */
export interface DemoScheme {
  readonly scheme: string;
  readonly version: number;
  readonly documentNumber: string;
  readonly effectiveFrom: string;
}

/** The flags of an institution whose days touch a period, each once. @throws PERIOD_INVALID */
export function flagsTouching(flags: readonly DemoFlag[], institution: string, period: string): string[] {
  const touches = ({ from, until }: DemoFlag): boolean =>
    from <= lastDay(period) && (until === '' || until >= firstDay(period));
  return [
    ...new Set(flags.filter((each) => each.institution === institution && touches(each)).map((each) => each.flag)),
  ];
}

export const PROGRESS_STATES = [
  'not_started',
  'draft',
  'internal_review',
  'submitted',
  'under_review',
  'returned',
  'accepted',
  'amending',
  'exempt',
  'closed',
] as const;
export type ProgressState = (typeof PROGRESS_STATES)[number];

export interface ProgressCounts {
  readonly counts: Readonly<Record<ProgressState, number>>;
  readonly overdue: number;
  readonly owed: number;
  readonly filed: number;
  readonly judged: number;
  readonly onTime: number;
  /** In %, one decimal; null: nothing to judge. */
  readonly completeness: string | null;
  readonly timeliness: string | null;
}

export interface ProgressRow extends ProgressCounts {
  /** Institution type, `department`, or null: type not known. */
  readonly type: string | null;
  readonly title: string;
}

export interface Progress {
  readonly period: string;
  readonly due: string | null;
  readonly provisional: boolean;
  readonly types: readonly ProgressRow[];
  readonly total: ProgressCounts;
  readonly mails: boolean;
  readonly undelivered: number;
}

export interface ProgressName {
  readonly id: string;
  readonly institution: string | null;
  readonly name: string;
  readonly type: string | null;
  readonly formTitle: string;
  readonly state: ProgressState;
  readonly overdue: boolean;
  readonly filing: string | null;
  readonly due: string | null;
  readonly provisional: boolean;
  readonly daysLeft: number | null;
  readonly filled: { readonly done: number; readonly of: number };
  readonly reminding: string | null;
  readonly closedReason: string | null;
  readonly contacts: readonly {
    readonly id: string;
    readonly name: string;
    readonly roles: string;
    readonly email: string | null;
    readonly phone: string | null;
  }[];
  readonly lastReminder: string | null;
  readonly lastCall: { readonly at: string; readonly whom: string; readonly promised: string | null } | null;
}

export interface Reminders {
  readonly reminders: readonly {
    readonly obligation: string;
    readonly name: string;
    readonly formTitle: string;
    readonly title: string;
    readonly todo: string;
    readonly people: readonly { readonly name: string; readonly roles: string; readonly mailed: boolean }[];
  }[];
  readonly skipped: readonly { readonly obligation: string; readonly name: string; readonly why: string }[];
}

export interface ChasingHistory {
  readonly reminders: readonly {
    readonly at: string;
    readonly by: string;
    readonly step: string;
    readonly told: number;
  }[];
  readonly calls: readonly {
    readonly at: string;
    readonly by: string;
    readonly whom: string;
    readonly said: string;
    readonly promised: string | null;
  }[];
  readonly notices: readonly {
    readonly id: string;
    readonly at: string;
    readonly by: string;
    readonly number: string;
  }[];
}

export interface GroupText {
  readonly type: string;
  readonly title: string;
  readonly counts: string;
  readonly names: string;
}

export interface FormalNotice {
  readonly id: string;
  readonly number: string;
  readonly untilTitle: string;
  readonly issuedAt: string;
  readonly issuedBy: string;
  readonly facts: {
    readonly name: string;
    readonly institution: string | null;
    readonly formTitle: string;
    readonly table: string | null;
    readonly authority: string | null;
    readonly approval: string | null;
    readonly validUntil: string | null;
    readonly periodTitle: string;
    readonly dueTitle: string;
    readonly state: string;
  };
}

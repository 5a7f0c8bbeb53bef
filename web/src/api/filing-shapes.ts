export type FilingState =
  | 'draft'
  | 'internal_review'
  | 'submitted'
  | 'under_review'
  | 'returned'
  | 'accepted'
  | 'amendment_requested';

export type FilingAction =
  | 'edit'
  | 'pass'
  | 'submit'
  | 'receive'
  | 'withdraw'
  | 'claim'
  | 'release'
  | 'return'
  | 'accept'
  | 'confirm'
  | 'decline'
  | 'amend'
  | 'approve_amendment'
  | 'refuse_amendment'
  | 'set_aside';

export type CellState = 'value' | 'blank' | 'not_applicable' | 'not_available';

export interface FiledCell {
  /** In the metric's unit; null unless `state` is `value`. */
  readonly value: string | null;
  readonly state: CellState;
  /** Precondition of the next change; 0: never filled. */
  readonly version: number;
  /** Where a published or prefilled figure comes from (`预填:2026Q2`); null for a typed one. */
  readonly source: string | null;
}

export interface FilingCheck {
  readonly rule: string;
  /** Unique in the filing, `V07:BK_GL_NEW`; a justification stands under it or under the bare rule. */
  readonly key?: string;
  readonly severity: 'block' | 'justify' | 'inform';
  readonly title?: string;
  readonly message: string;
  /** As a formula with codes. */
  readonly formula?: string;
  readonly cells: readonly string[];
  readonly left: string | null;
  readonly right: string | null;
  readonly difference: string | null;
  readonly expected?: string;
  /** What to do. */
  readonly hint?: string;
  /** The figures of `cells` times `factor` would pass: 元→万元. */
  readonly conversion?: { readonly factor: string; readonly title: string; readonly cells: readonly string[] } | null;
}

export interface FormSum {
  readonly title: string;
  readonly of: readonly string[];
}

export interface FilingSection {
  readonly title: string;
  /** Metric codes in the order of the printed form. */
  readonly metrics: readonly string[];
  readonly sums?: readonly FormSum[];
}

export interface Justification {
  readonly text: string;
  readonly by: string;
  readonly at: string;
  readonly ruling: 'upheld' | 'refused' | null;
  readonly note: string | null;
}

export interface Evidence {
  readonly id: string;
  readonly metric: string | null;
  readonly fileName: string;
  readonly sha256: string;
  readonly addedBy: string;
  readonly addedAt: string;
}

/** A filing as lists show it. */
export interface FilingItem {
  readonly id: string;
  /** USCC; null for a department's. */
  readonly institution: string | null;
  readonly institutionName: string;
  readonly form: string;
  readonly formTitle: string;
  readonly period: string;
  readonly state: FilingState;
  readonly version: number;
  readonly due: string | null;
  readonly revision: {
    readonly no: number;
    readonly hash: string;
    readonly filedBy: string | null;
    readonly signedBy: string | null;
    readonly submittedAt: string | null;
    readonly onTime?: boolean | null;
    /** 收表: the workbook behind it; null where somebody signed in. */
    readonly received?: {
      readonly by: string;
      readonly at: string;
      readonly sender: string;
      readonly receivedOn: string;
      readonly fileName: string;
      readonly sha256: string;
    } | null;
  } | null;
}

export interface RiskPart {
  readonly code: string;
  readonly title: string;
  readonly points: number;
}

export interface Risk {
  /** 0–100; from `confirmAtRisk` a second person confirms. */
  readonly score: number;
  readonly parts: readonly RiskPart[];
}

/** 待确认: a reviewer accepted, another person has yet to. */
export interface SecondPerson {
  readonly by: string;
  readonly at: string;
  readonly why: readonly string[];
}

export interface Claim {
  readonly id: string;
  readonly name: string;
  readonly at: string | null;
}

export interface Filing extends FilingItem {
  readonly kind: 'regular' | 'backfill' | 'control';
  readonly provisional: boolean;
  readonly overdue: boolean;
  readonly formVersion: number;
  readonly inForce: {
    readonly no: number;
    readonly acceptedBy: string | null;
    readonly acceptedAt: string | null;
  } | null;
  /** Why it came back; null unless it is returned. */
  readonly returned: {
    readonly reason: string;
    readonly message: string;
    readonly cells: readonly string[];
    readonly due?: string | null;
    readonly by?: string | null;
    readonly at?: string | null;
  } | null;
  /** As asked in this period. */
  readonly sections: readonly FilingSection[];
  readonly figures: Readonly<Record<string, FiledCell>>;
  readonly checks: readonly FilingCheck[];
  readonly justifications: Readonly<Record<string, Justification>>;
  readonly evidence: readonly Evidence[];
  /** 不予采信. */
  readonly setAside: readonly {
    readonly metric: string;
    readonly reason: string;
    readonly by: string;
    readonly at: string;
  }[];
  readonly amendment: {
    readonly reason: string;
    readonly message: string;
    readonly by: string;
    readonly at: string;
  } | null;
  readonly rows: readonly { readonly subject: string; readonly amounts: Readonly<Record<string, string>> }[];
  readonly waiver: boolean;
  /** For the bureau alone. */
  readonly risk: Risk | null;
  readonly claimedBy: Claim | null;
  readonly second: SecondPerson | null;
  readonly maySubmit: boolean;
  readonly verdict: string;
  readonly actions: readonly FilingAction[];
}

/** What stands beside the cells of a filing. */
export interface FilingContext {
  /** Accepted figures of the quarters before, the oldest first. */
  readonly history: Readonly<Record<string, readonly { readonly period: string; readonly value: string }[]>>;
  readonly accepted: Readonly<Record<string, string>> | null;
  readonly sent: Readonly<Record<string, string>> | null;
  /** Breaks in series: the first quarter of an edition of the catalogue. */
  readonly editions: readonly { readonly period: string; readonly title: string }[];
  /** For the bureau alone. */
  readonly peers: Readonly<Record<string, PeerFigures>> | null;
}

/** Submitted figures of the same form and period; plain decimals in the metric's unit. */
export interface PeerFigures {
  readonly median: string;
  readonly q1: string;
  readonly q3: string;
  readonly n: number;
}

export interface CellChangeEntry {
  readonly before: string | null;
  readonly after: string | null;
  readonly state: CellState;
  readonly by: string;
  readonly at: string;
}

/** What a filer owes. Fields that are still missing from the server are optional. */
export interface Obligation {
  readonly id: string;
  readonly institution: string | null;
  readonly department?: string | null;
  readonly institutionName: string;
  readonly form: string;
  readonly formTitle?: string;
  readonly period: string;
  readonly kind?: 'regular' | 'backfill' | 'control';
  readonly due: string | null;
  readonly provisional?: boolean;
  readonly overdue?: boolean;
  readonly filing: string | null;
  readonly state: FilingState | 'not_started' | 'exempt' | 'closed';
  readonly filled?: { readonly done: number; readonly of: number };
  readonly asked?: { readonly kind: 'extension' | 'exemption'; readonly until: string | null } | null;
}

export interface ImportRow {
  readonly institution: string;
  readonly period: string;
  readonly metric: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly kind: 'added' | 'changed' | 'cleared' | 'unchanged';
}

export interface ImportIssue {
  readonly code: string;
  readonly severity: 'problem' | 'warning';
  readonly sheet: string;
  readonly row: number | null;
  readonly column: string | null;
  readonly cell: string | null;
  readonly raw: string;
  readonly message: string;
  readonly expected: string;
}

export interface ImportPreview {
  readonly id: string;
  readonly fileName: string;
  readonly encoding: string;
  readonly state: 'previewed' | 'committed';
  readonly counts: {
    readonly added: number;
    readonly changed: number;
    readonly cleared: number;
    readonly unchanged: number;
    readonly problems: number;
    readonly warnings: number;
  };
  /** The first two hundred of each. */
  readonly rows: readonly ImportRow[];
  readonly issues: readonly ImportIssue[];
}

export interface ImportOutcome {
  readonly filings: readonly {
    readonly id: string;
    readonly institution: string;
    readonly period: string;
    readonly changed: number;
  }[];
}

export type FilingState =
  | 'draft'
  | 'internal_review'
  | 'submitted'
  | 'under_review'
  | 'returned'
  | 'accepted'
  | 'amendment_requested';

export type CellState = 'value' | 'blank' | 'not_applicable' | 'not_available';

export interface FiledCell {
  /** In the metric's unit; null unless `state` is `value`. */
  readonly value: string | null;
  readonly state: CellState;
  /** Where a published figure comes from; null for a filed one. */
  readonly source: string | null;
}

export interface FilingCheck {
  readonly rule: string;
  readonly severity: 'block' | 'justify' | 'inform';
  readonly message: string;
  readonly cells: readonly string[];
  readonly left: string | null;
  readonly right: string | null;
  readonly difference: string | null;
}

/** A filing as lists show it. */
export interface FilingItem {
  readonly id: string;
  /** USCC. */
  readonly institution: string;
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
  } | null;
}

export interface Filing extends FilingItem {
  readonly formVersion: number;
  readonly inForce: {
    readonly no: number;
    readonly acceptedBy: string | null;
    readonly acceptedAt: string | null;
  } | null;
  /** Why it came back; null unless it is returned. */
  readonly returned: { readonly reason: string; readonly message: string; readonly cells: readonly string[] } | null;
  readonly figures: Readonly<Record<string, FiledCell>>;
  readonly checks: readonly FilingCheck[];
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

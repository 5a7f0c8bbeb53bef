export type FlagState = 'entered' | 'confirmed' | 'withdrawn';
export type FlagAction = 'confirm' | 'withdraw';

export interface Department {
  readonly code: string;
  readonly title: string;
}

/** Where a version of a scheme reads a kind, and what that does there. */
export interface FlagUse {
  readonly scheme: string;
  readonly version: number;
  readonly schemeTitle: string;
  readonly does: 'veto' | 'cap' | 'deduction' | 'bonus' | 'eligibility' | 'cohort' | 'value';
  readonly title: string;
  readonly points: string | null;
}

export interface FlagKind {
  readonly code: string;
  readonly title: string;
  readonly note: string;
  readonly departments: readonly Department[];
  readonly uses: readonly FlagUse[];
}

export interface Deed {
  readonly by: string;
  readonly at: string;
}

export interface Flag {
  readonly id: string;
  readonly institution: string;
  readonly institutionName: string;
  readonly kind: string;
  readonly kindTitle: string;
  /** Days, both included; null: still. */
  readonly from: string;
  readonly to: string | null;
  readonly department: Department;
  readonly document: string;
  readonly note: string;
  readonly evidence: { readonly fileName: string; readonly sha256: string } | null;
  readonly state: FlagState;
  readonly entered: Deed;
  readonly confirmed: Deed | null;
  readonly withdrawn: (Deed & { readonly reason: string }) | null;
  readonly actions: readonly FlagAction[];
}

export interface FlagDetail extends Flag {
  readonly uses: readonly FlagUse[];
  readonly evaluations: readonly {
    readonly id: string;
    readonly title: string;
    readonly periodTitle: string;
    readonly state: string;
    readonly carries: boolean;
    /** `predates`: pinned without it; `outlives`: pinned with what was withdrawn since. */
    readonly gap: 'predates' | 'outlives' | null;
  }[];
}

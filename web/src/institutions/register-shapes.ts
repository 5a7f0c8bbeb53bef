export interface RegisterFile {
  readonly id: string;
  readonly fileName: string;
  readonly state: 'previewed' | 'committed';
  readonly counts: {
    readonly added: number;
    readonly changed: number;
    readonly unchanged: number;
    /** Places, not lines. */
    readonly problems: number;
    /** Lines withheld. */
    readonly faulty: number;
    readonly accounts: number;
  };
  readonly ignored: readonly string[];
  readonly uploadedBy: string;
  readonly uploadedAt: string;
  readonly outcome: {
    readonly added: number;
    readonly changed: number;
    readonly aliases: number;
    readonly accounts: number;
    readonly events: number;
  } | null;
}

export type LineKind = 'added' | 'changed' | 'unchanged';

export interface RegisterLine {
  readonly line: number;
  readonly uscc: string;
  readonly name: string;
  readonly kind: LineKind;
  readonly changes: readonly { readonly what: string; readonly before: string; readonly after: string }[];
  readonly notes: readonly string[];
}

export interface RegisterProblem {
  readonly line: number;
  readonly cell: string | null;
  readonly column: string;
  readonly rule: string;
  readonly found: string;
  readonly expected: string;
  readonly message: string;
}

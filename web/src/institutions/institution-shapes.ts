export interface InstitutionItem {
  readonly uscc: string;
  readonly name: string;
  /** Today's. */
  readonly type: string | null;
  readonly openedOn: string | null;
  readonly closedOn: string | null;
  readonly register: string;
}

export type EventKind = 'rename' | 'merger' | 'succession' | 'type_change' | 'closing';

export interface InstitutionEvent {
  readonly id: string;
  readonly kind: EventKind;
  readonly effectiveOn: string;
  readonly before: Readonly<Record<string, string | null>>;
  readonly after: Readonly<Record<string, string | null>>;
  readonly other: { readonly uscc: string; readonly name: string } | null;
  /** `taken_over`: this institution is the successor. */
  readonly side: 'own' | 'taken_over';
  readonly document: string;
  readonly reason: string;
  readonly recordedBy: string;
  readonly recordedAt: string;
}

export interface Institution extends Omit<InstitutionItem, 'type'> {
  readonly formerNames: readonly { readonly name: string; readonly until: string }[];
  readonly aliases: readonly {
    readonly alias: string;
    readonly learnedFrom: string;
    readonly addedBy: string;
    readonly addedAt: string;
  }[];
  readonly contact: {
    readonly name: string | null;
    readonly phone: string | null;
    readonly email: string | null;
  } | null;
  readonly attributes: Readonly<Record<string, string>>;
  readonly types: readonly { readonly type: string; readonly from: string; readonly to: string | null }[];
  readonly flags: readonly {
    readonly flag: string;
    readonly from: string;
    readonly to: string | null;
    readonly evidence: string;
  }[];
  readonly events: readonly InstitutionEvent[];
  readonly obligations: readonly {
    readonly period: string;
    readonly owed: number;
    readonly accepted: number;
    readonly exempt: number;
    readonly backfill: boolean;
  }[];
}

import type { Filing, FilingItem } from '../api/filing-shapes.js';

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

/** A filing that waits for the bureau. */
export interface QueueItem extends FilingItem {
  readonly overdue: boolean;
  readonly risk: Risk;
  readonly claimedBy: Claim | null;
  readonly second: SecondPerson | null;
  readonly ageHours: number;
}

export interface Justification {
  readonly text: string;
  readonly by: string;
  readonly at: string;
  readonly ruling: 'upheld' | 'refused' | null;
  readonly note: string;
}

/** A check as the rules tell it. */
export interface ReviewCheck {
  readonly rule: string;
  readonly key?: string;
  readonly severity: 'block' | 'justify' | 'inform';
  readonly message: string;
  readonly cells: readonly string[];
  readonly hint?: string;
}

export interface ReviewFiling extends Omit<Filing, 'checks'> {
  readonly sections: readonly { readonly title: string; readonly metrics: readonly string[] }[];
  readonly rows: readonly { readonly subject: string; readonly amounts: Readonly<Record<string, string>> }[];
  readonly overdue: boolean;
  readonly checks: readonly ReviewCheck[];
  readonly justifications: Readonly<Record<string, Justification>>;
  readonly evidence: readonly {
    readonly id: string;
    readonly metric: string | null;
    readonly fileName: string;
    readonly sha256: string;
    readonly addedBy: string;
    readonly addedAt: string;
  }[];
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
  readonly waiver: boolean;
  readonly risk: Risk | null;
  readonly claimedBy: Claim | null;
  readonly second: SecondPerson | null;
}

export interface PeerFigures {
  readonly median: string;
  readonly q1: string;
  readonly q3: string;
  readonly n: number;
}

/** GET /filings/:id/context. */
export interface FilingContext {
  readonly history: Readonly<Record<string, readonly { readonly period: string; readonly value: string }[]>>;
  readonly accepted: Readonly<Record<string, string>> | null;
  readonly sent: Readonly<Record<string, string>> | null;
  readonly peers: Readonly<Record<string, PeerFigures>> | null;
}

export interface ReviewRules {
  readonly second: { readonly confirmAtRisk: number };
  readonly returnReasons: readonly { readonly code: string; readonly title: string }[];
}

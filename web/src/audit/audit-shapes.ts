import type { Role } from '../../../src/lifecycle/lifecycle.js';

/** The paper on which an act stands that was done on behalf of somebody. */
export interface AuditPaper {
  readonly record: string;
  readonly person: string;
  readonly paperNumber: string;
  readonly paperHash: string;
  readonly recordedBy: string;
  readonly confirmedBy: string;
}

export interface AuditItem {
  readonly id: string;
  readonly at: string;
  readonly actor: { readonly id: string; readonly roles: readonly Role[] };
  readonly onBehalf?: AuditPaper;
  /** Id of the token, when a program did it. */
  readonly token?: string;
  readonly from: string;
  readonly action: string;
  readonly subject: string | null;
  /** USCC. */
  readonly institution: string | null;
  readonly reason: string | null;
  readonly before: unknown;
  readonly after: unknown;
  /** What the sealed batch is made of, hex. */
  readonly leaf: string;
  /** null until a batch seals it. */
  readonly seal: { readonly batch: number; readonly root: string } | null;
}

export interface AuditHead {
  readonly root: string | null;
  /** Entries that this root covers. */
  readonly entries: number;
  readonly unsealed: number;
  readonly oldestUnsealedSeconds: number;
}

export interface DayRoot {
  /** `2026-10-20`. */
  readonly day: string;
  readonly batch: number;
  readonly root: string;
  readonly entries: number;
}

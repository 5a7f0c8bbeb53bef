import type { Claim, FilingItem, Risk, SecondPerson } from '../api/filing-shapes.js';

/** A filing that waits for the bureau. */
export interface QueueItem extends FilingItem {
  readonly overdue: boolean;
  readonly risk: Risk;
  readonly claimedBy: Claim | null;
  readonly second: SecondPerson | null;
  readonly ageHours: number;
}

export interface ReviewRules {
  readonly second: { readonly confirmAtRisk: number };
  readonly returnReasons: readonly { readonly code: string; readonly title: string }[];
}

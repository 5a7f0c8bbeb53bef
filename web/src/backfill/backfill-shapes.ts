import type { PlaceVerdict, PlannedPlace } from '../../../src/backfill/backfill-plan.js';

export interface BackfillPreview {
  readonly fileName: string;
  readonly sha256: string;
  readonly places: readonly PlannedPlace[];
  readonly issues: readonly {
    readonly sheet: string;
    readonly place: string;
    readonly raw: string;
    readonly message: string;
    readonly isProblem: boolean;
  }[];
  readonly unknown: readonly {
    readonly name: string;
    readonly candidates: readonly { readonly uscc: string; readonly name: string }[];
  }[];
}

export interface BackfillAnswer {
  readonly id: string;
  readonly filings: readonly { readonly id: string; readonly institutionName: string; readonly period: string }[];
  readonly skipped: number;
}

export interface BackfillItem {
  readonly id: string;
  readonly fileName: string;
  readonly sha256: string;
  readonly reason: string;
  readonly document: string;
  readonly sender: string;
  readonly receivedOn: string;
  readonly filings: number;
  readonly accepted: number;
  readonly keptBy: string;
  readonly keptAt: string;
}

/** Sign and word of a verdict: never colour alone. */
export const VERDICTS: Readonly<Record<PlaceVerdict, { readonly sign: string; readonly title: string }>> = {
  ready: { sign: '●', title: '可收' },
  same: { sign: '＝', title: '已采纳，无变化' },
  conflict: { sign: '≠', title: '与已采纳的冲突' },
  blocked: { sign: '✕', title: '不能补录' },
};

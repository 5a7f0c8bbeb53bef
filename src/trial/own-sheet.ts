import type { SourceCell } from '../imports/source-sheet.js';

/** A cell of anybody's sheet; null = the file has no such cell. */
export type OwnCell = Exclude<SourceCell, undefined> | null;

export interface OwnRow {
  /** 1 = the first row of the sheet. */
  readonly number: number;
  readonly cells: readonly OwnCell[];
}

/** A sheet as its file holds it, before anybody says what it means. */
export interface OwnSheet {
  /** Empty for a CSV. */
  readonly name: string;
  readonly rows: readonly OwnRow[];
}

/** A file as it was read; neither it nor its figures are kept anywhere. */
export interface OwnFile {
  readonly name: string;
  readonly sha256: string;
  readonly sheets: readonly OwnSheet[];
}

/** What is needed of a metric to know it by its header. */
export interface OwnMetric {
  readonly code: string;
  readonly title: string;
  readonly unit: string;
  readonly decimals: number;
  readonly kind: string;
  readonly types: readonly string[];
  readonly aliases: readonly string[];
  readonly mayBeNegative: boolean;
}

/** More than any district's sheet has; a file beyond it is refused, not cut. */
export const OWN_LIMITS = { rows: 5_000, columns: 200, cells: 100_000 } as const;

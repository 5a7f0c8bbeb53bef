import type { OwnColumn, OwnLayout } from '../../../src/trial/own-header.js';

/** A sheet on its way from the trial to 补录历史, with what was said of it. A file does not fit into an address. */
export interface Handed {
  readonly file: File;
  readonly sheet: number;
  readonly header: OwnLayout['header'];
  readonly columns: readonly OwnColumn[];
  readonly period: string;
  /** USCC by the name in the sheet; null: not to be filed. */
  readonly names: Readonly<Record<string, string | null>>;
}

let waiting: Handed | null = null;

export function hand(handed: Handed): void {
  waiting = handed;
}

/** Once: who comes back later begins anew. */
export function takeHanded(): Handed | null {
  const taken = waiting;
  waiting = null;
  return taken;
}

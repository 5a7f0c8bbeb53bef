import type { Violation } from '../../problems/problems.js';

const LONGEST_FOUND = 200;

/** Collects every fault of a document: all are listed at once, not the first alone. */
export class Faults {
  readonly list: Violation[] = [];

  /** @param what Chinese, for people; path, found and expected are added by whoever prints */
  add(path: string, rule: string, found: string, expected: string, what: string): void {
    const shown = found.length > LONGEST_FOUND ? `${found.slice(0, LONGEST_FOUND)}…` : found;
    this.list.push({ path, rule, found: shown, expected, message: what });
  }
}

/** `path.key` or, at the root, `key`. */
export const under = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

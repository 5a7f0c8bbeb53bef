import { BLANK, type Entry, sameEntry } from './typed-text.js';

/** Entries by metric code; a cell without one is blank. */
export type Entries = ReadonlyMap<string, Entry>;

/** What one undo takes back: a typed cell, or a whole paste. */
export interface Step {
  /** 粘贴40格. */
  readonly title: string;
  readonly before: Entries;
  readonly after: Entries;
}

export interface Edits {
  readonly entries: Entries;
  readonly past: readonly Step[];
  readonly future: readonly Step[];
}

export const MOST_STEPS = 100;

export const entryAt = (entries: Entries, code: string): Entry => entries.get(code) ?? BLANK;

export const untouched = (entries: Entries): Edits => ({ entries, past: [], future: [] });

const merged = (entries: Entries, changes: Entries): Entries => new Map([...entries, ...changes]);

/** The same edits when nothing would change. What was undone before can no longer be done again. */
export function written(edits: Edits, title: string, changes: Entries): Edits {
  const after = new Map([...changes].filter(([code, entry]) => !sameEntry(entryAt(edits.entries, code), entry)));
  if (after.size === 0) return edits;
  const before = new Map([...after.keys()].map((code): [string, Entry] => [code, entryAt(edits.entries, code)]));
  return {
    entries: merged(edits.entries, after),
    past: [...edits.past, { title, before, after }].slice(-MOST_STEPS),
    future: [],
  };
}

/** @returns null when there is nothing to take back */
export function undone({ entries, past, future }: Edits): { readonly edits: Edits; readonly step: Step } | null {
  const step = past.at(-1);
  if (!step) return null;
  return {
    edits: { entries: merged(entries, step.before), past: past.slice(0, -1), future: [step, ...future] },
    step,
  };
}

/** @returns null when nothing was taken back */
export function redone({ entries, past, future }: Edits): { readonly edits: Edits; readonly step: Step } | null {
  const [step, ...rest] = future;
  if (!step) return null;
  return { edits: { entries: merged(entries, step.after), past: [...past, step], future: rest }, step };
}

export interface Change {
  /** Place in the recorded facts, with dots. */
  readonly place: string;
  /** null: not there. */
  readonly before: string | null;
  readonly after: string | null;
}

const isTree = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every value of what was recorded, by its place. Lists stay whole: their order belongs to them. */
function leaves(value: unknown, place: string): [string, string][] {
  if (value === null || value === undefined) return place === '' ? [] : [[place, '空']];
  if (isTree(value))
    return Object.entries(value).flatMap(([key, child]) => leaves(child, place === '' ? key : `${place}.${key}`));
  return [[place, typeof value === 'string' ? value : JSON.stringify(value)]];
}

/** What was before and what came after, side by side; in the order in which they were recorded. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const old = new Map(leaves(before, ''));
  const now = new Map(leaves(after, ''));
  return [...new Set([...old.keys(), ...now.keys()])].map((place) => ({
    place,
    before: old.get(place) ?? null,
    after: now.get(place) ?? null,
  }));
}

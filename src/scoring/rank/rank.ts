import { byCodePoint } from '../../numbers/code-point.js';
import { maxOf, ONE } from '../../numbers/decimal.js';
import { fromMicro, type Micro } from '../../numbers/micro.js';
import type { Grade, Ties } from '../scheme/scheme.js';

/** A candidate for a rank; `keys` in falling importance, null counts lowest. */
export interface Candidate {
  readonly institution: string;
  readonly keys: readonly (Micro | null)[];
}

export interface Place {
  readonly rank: number;
  /** Shares its rank with another. */
  readonly tied: boolean;
}

function compareKeys(a: Candidate, b: Candidate): number {
  for (const [i, mine] of a.keys.entries()) {
    const other = b.keys[i] ?? null;
    if (mine === other) continue;
    if (mine === null) return 1;
    if (other === null) return -1;
    return mine > other ? -1 : 1;
  }
  return 0;
}

/**
 * Ranks within one cohort, higher first. What is equal in every key: `competition` 1-2-2-4, `dense` 1-2-2-3,
 * `ordinal` by institution code. Never by input order.
 */
export function rank(candidates: readonly Candidate[], ties: Ties): ReadonlyMap<string, Place> {
  const sorted = [...candidates].sort((a, b) => compareKeys(a, b) || byCodePoint(a.institution, b.institution));
  const places = new Map<string, Place>();
  let rankNow = 0;
  for (const [i, candidate] of sorted.entries()) {
    const before = sorted[i - 1];
    const after = sorted[i + 1];
    const likeBefore = before !== undefined && compareKeys(before, candidate) === 0;
    const likeAfter = after !== undefined && compareKeys(candidate, after) === 0;
    if (ties === 'ordinal' || !likeBefore) rankNow = ties === 'dense' ? rankNow + 1 : i + 1;
    places.set(candidate.institution, { rank: rankNow, tied: ties !== 'ordinal' && (likeBefore || likeAfter) });
  }
  return places;
}

/**
 * The first grade, in declared order, whose conditions all hold: rounded total ≥ `min`, rank within `topShare` of the
 * number ranked in the cohort, at least one.
 */
export function gradeOf(grades: readonly Grade[], total: Micro, place: number, ranked: number): string | null {
  const points = fromMicro(total);
  const grade = grades.find(({ min, topShare }) => {
    if (min && points.lt(min)) return false;
    return !topShare || maxOf([ONE, topShare.times(ranked).floor()]).gte(place);
  });
  return grade?.code ?? null;
}

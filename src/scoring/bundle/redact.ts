import { canonical, type Json } from '../../numbers/canonical.js';
import { byCodePoint } from '../../numbers/code-point.js';
import { type Shown, seenByOwner } from '../disclosure/seen.js';
import { rankingRows, scoreRows } from '../tables.js';
import type { EvaluationInput, EvaluationResult } from '../types.js';
import { type BundleContent, bundleContent, HASHED_PARTS, packed, REDACTED_FORMAT, type Sha256 } from './bundle.js';

/** For whom a bundle is redacted. */
export interface Redaction extends Shown {
  /** By institution: 32 secret bytes, in hex. A leaf of few possible rows could be guessed without them. */
  readonly salts: Readonly<Record<string, string>>;
  /** The institution whose rows stand in clear; null: nobody's. */
  readonly own: string | null;
}

export const REDACTED_PARTS = [...HASHED_PARTS, 'own'] as const;

/** The rows of a bundle that belong to institutions, with whom each belongs to. */
interface Owned {
  readonly institutions: readonly Row[];
  readonly figures: readonly Row[];
  readonly assessments: readonly Row[];
  readonly results: { readonly ranking: readonly Row[]; readonly scores: readonly Row[] };
}
interface Row {
  readonly owner: string;
  readonly row: Json;
}

/**
 * A bundle without what others filed: every row of an institution becomes a leaf, SHA-256(salt ‖ canonical row), in an
 * order that says nothing; the reader's own rows stand in clear beside it with their salt, so that they can be checked
 * against the leaves. A leaf holds the row as the institution that it concerns may see it. All readers of one
 * evaluation get the same leaves, and `full` names the bundle that staff hold.
 *
 * @returns the text, and the hash of the full bundle
 * @throws  Error when an institution has no salt
 */
export function redactBundle(
  input: EvaluationInput,
  result: EvaluationResult,
  redaction: Redaction,
  sha256: Sha256,
): { readonly text: string; readonly full: string } {
  const content = bundleContent(input, result);
  const { hash: full } = packed(content, HASHED_PARTS, sha256);
  const { period, scheme, metrics } = content;
  const seen = { results: result.results.map((record) => seenByOwner(record, redaction)) };
  const owned = ownedRows({ ...content, results: { ranking: rankingRows(seen), scores: scoreRows(seen) } });
  const leaves = ({ owner, row }: Row): string => leafOf(row, saltOf(redaction, owner), sha256);
  const { text } = packed(
    {
      format: REDACTED_FORMAT,
      full,
      period,
      scheme,
      metrics,
      ...everyList(owned, (rows) => rows.map(leaves).sort(byCodePoint)),
      own: ownPart(owned, redaction),
    },
    REDACTED_PARTS,
    sha256,
  );
  return { text, full };
}

/** @param salt hex */
export const leafOf = (row: Json, salt: string, sha256: Sha256): string => sha256(canonical(row), salt);

function saltOf({ salts }: Redaction, institution: string): string {
  const salt = Object.hasOwn(salts, institution) ? salts[institution] : undefined;
  if (salt === undefined) throw new Error(`no salt for institution ${institution}`);
  return salt;
}

function ownedRows(content: BundleContent): Owned {
  const at =
    (column: number) =>
    (row: readonly (string | null)[]): Row => ({ owner: row[column] ?? '', row });
  return {
    institutions: content.institutions.map((row) => ({ owner: row.code, row })),
    figures: content.figures.map(at(0)),
    // Whoever of a department gave a score is not told.
    assessments: content.assessments
      .map(([institution, node, assessor, score]) => [institution, node, assessor.split('/')[0] ?? '', score])
      .map(at(0)),
    results: { ranking: content.results.ranking.map(at(2)), scores: content.results.scores.map(at(0)) },
  };
}

function everyList(
  { institutions, figures, assessments, results }: Owned,
  change: (rows: readonly Row[]) => readonly Json[],
): { readonly [part: string]: Json } {
  return {
    institutions: change(institutions),
    figures: change(figures),
    assessments: change(assessments),
    results: { ranking: change(results.ranking), scores: change(results.scores) },
  };
}

/** Nobody's rows for a reader who has none: staff without the right to the full bundle, institutions of another type. */
function ownPart(owned: Owned, redaction: Redaction): Json {
  const { own } = redaction;
  if (own === null || !owned.institutions.some(({ owner }) => owner === own)) return null;
  const mine = (rows: readonly Row[]): readonly Json[] =>
    rows.filter(({ owner }) => owner === own).map(({ row }) => row);
  return { institution: own, salt: saltOf(redaction, own), ...everyList(owned, mine) };
}

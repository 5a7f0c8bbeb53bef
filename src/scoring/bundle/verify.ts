import { canonical, type Json } from '../../numbers/canonical.js';
import { DomainError } from '../../problems/problems.js';
import { assemble, cohortPlans, prepare, scoreCohort } from '../evaluate.js';
import { RANKING_HEADER, rankingRows, SCORES_HEADER, scoreRows } from '../tables.js';
import type { ResultRecord } from '../types.js';
import { BUNDLE_FORMAT, HASHED_PARTS, REDACTED_FORMAT, type Sha256 } from './bundle.js';
import { type Bundle, BundleShapeError, inputOf, isObject, listAt, objectAt, readJson, textAt } from './read-bundle.js';
import { leafOf, REDACTED_PARTS } from './redact.js';

/** What `verify` says of a bundle; `difference` names the first one, in Chinese. */
export type Verification =
  | { readonly ok: true; readonly hash: string }
  | { readonly ok: false; readonly difference: string };

export const REDACTED = 'REDACTED: not recomputable';

/** The hash over everything, which comes after those of the parts. */
export const WHOLE = 'bundle';

/** What a verification does next or has just found, so that whoever looks on can be told. */
export type VerificationStep =
  | { readonly kind: 'read'; readonly bundle: Bundle; readonly isRedacted: boolean }
  /** One part, at last {@link WHOLE}. */
  | { readonly kind: 'hash'; readonly part: string; readonly stated: string; readonly computed: string }
  /** Rows in clear of a redacted bundle that were looked for among the leaves. */
  | { readonly kind: 'leaves'; readonly rows: number; readonly missing: string | null }
  | { readonly kind: 'prepare' }
  /** About to be scored; `members` of them are eligible. */
  | { readonly kind: 'cohort'; readonly title: string; readonly members: number }
  | { readonly kind: 'compare' };

/**
 * Hashes first, then everything is computed again and compared row by row; of a redacted bundle the rows in clear are
 * compared with their leaves, and nothing can be computed. Never throws: a bundle that cannot be read differs too.
 */
export function verifyBundle(text: string, sha256: Sha256): Verification {
  const steps = verification(text, sha256);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** {@link verifyBundle} step by step: a page shows each and breathes in between. */
export function* verification(text: string, sha256: Sha256): Generator<VerificationStep, Verification> {
  try {
    const bundle = readJson(text);
    const isRedacted = isRedactedFormat(bundle);
    yield { kind: 'read', bundle, isRedacted };
    const broken = yield* checkHashes(bundle, isRedacted, sha256);
    if (broken !== null)
      return { ok: false, difference: [broken, ...(isRedacted ? [] : yield* whereItShows(bundle))].join('；') };
    if (isRedacted) return { ok: false, difference: (yield* checkLeaves(bundle, sha256)) ?? REDACTED };
    const difference = yield* recompute(bundle);
    if (difference !== null) return { ok: false, difference };
    return { ok: true, hash: textAt(objectAt(bundle.hashes, 'hashes').bundle, 'hashes.bundle') };
  } catch (error) {
    if (error instanceof BundleShapeError) return { ok: false, difference: error.message };
    if (error instanceof DomainError) return { ok: false, difference: refusal(error) };
    throw error;
  }
}

/** @throws BundleShapeError for a format that this version does not know */
function isRedactedFormat(bundle: Bundle): boolean {
  const format = textAt(bundle.format, 'format');
  if (format === REDACTED_FORMAT) return true;
  if (format === BUNDLE_FORMAT) return false;
  throw new BundleShapeError(`format：收到 ${format}，`, ` ${BUNDLE_FORMAT}`);
}

/** @returns the first difference between a bundle's parts and their hashes; null: they agree */
export function brokenHash(bundle: Bundle, sha256: Sha256): string | null {
  const steps = checkHashes(bundle, isRedactedFormat(bundle), sha256);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Every part is looked at, so that all that differ are shown. @returns the first difference */
function* checkHashes(bundle: Bundle, isRedacted: boolean, sha256: Sha256): Generator<VerificationStep, string | null> {
  const hashes = objectAt(bundle.hashes, 'hashes');
  let broken: string | null = null;
  for (const part of isRedacted ? REDACTED_PARTS : HASHED_PARTS) {
    if (isRedacted && bundle[part] === undefined && hashes[part] === undefined) continue;
    if (bundle[part] === undefined) throw new BundleShapeError(part, '存证包的一部分');
    const stated = textAt(hashes[part], `hashes.${part}`);
    const computed = sha256(canonical(bundle[part]));
    yield { kind: 'hash', part, stated, computed };
    if (stated !== computed) broken ??= `${part} 的内容与哈希不符：hashes.${part} 写 ${stated}，实为 ${computed}`;
  }
  const { bundle: whole, ...others } = hashes;
  const stated = textAt(whole, 'hashes.bundle');
  const computed = sha256(canonical({ ...bundle, hashes: others }));
  yield { kind: 'hash', part: WHOLE, stated, computed };
  if (stated !== computed) broken ??= `存证包与总哈希不符：hashes.bundle 写 ${stated}，实为 ${computed}`;
  return broken;
}

/** Where a content that its hash denies shows in the results, if it can be computed at all. */
function* whereItShows(bundle: Bundle): Generator<VerificationStep, readonly string[]> {
  try {
    const difference = yield* recompute(bundle);
    return difference === null ? [] : [difference];
  } catch (error) {
    if (error instanceof DomainError || error instanceof BundleShapeError) return [];
    throw error;
  }
}

const HEX = /^[0-9a-f]{64}$/;

/** The lists of leaves, and of rows in clear, of a redacted bundle. */
const LISTS = [['institutions'], ['figures'], ['assessments'], ['results', 'ranking'], ['results', 'scores']] as const;

/** @returns the first row in clear that has no leaf */
function* checkLeaves(bundle: Bundle, sha256: Sha256): Generator<VerificationStep, string | null> {
  if (bundle.own === undefined || bundle.own === null) return null;
  const own = objectAt(bundle.own, 'own');
  const salt = textAt(own.salt, 'own.salt');
  if (!HEX.test(salt)) throw new BundleShapeError('own.salt', ' 64 位十六进制');
  let rows = 0;
  for (const list of LISTS) {
    const path = list.join('.');
    const leaves = new Set(listOf(bundle, list, path));
    for (const [i, row] of listOf(own, list, `own.${path}`).entries()) {
      rows++;
      if (leaves.has(leafOf(row, salt, sha256))) continue;
      const missing = `own.${path}[${i}] 不在 ${path} 的散列叶之中：${canonical(row)}`;
      yield { kind: 'leaves', rows, missing };
      return missing;
    }
  }
  yield { kind: 'leaves', rows, missing: null };
  return null;
}

function listOf(of: Bundle, [part, table]: readonly [string, string?], path: string): readonly Json[] {
  return listAt(table === undefined ? of[part] : objectAt(of[part], part)[table], path);
}

function* recompute(bundle: Bundle): Generator<VerificationStep, string | null> {
  yield { kind: 'prepare' };
  const run = prepare(inputOf(bundle));
  const scored: (readonly ResultRecord[])[] = [];
  for (const { code, title, members } of cohortPlans(run)) {
    yield { kind: 'cohort', title: title || code, members: members.length };
    scored.push(scoreCohort(run, code));
  }
  const result = assemble(run, scored);
  yield { kind: 'compare' };
  const results = objectAt(bundle.results, 'results');
  return (
    compareRows('ranking', RANKING_HEADER, results.ranking, rankingRows(result)) ??
    compareRows('scores', SCORES_HEADER, results.scores, scoreRows(result))
  );
}

function compareRows(
  table: string,
  header: readonly string[],
  stated: Json | undefined,
  computed: readonly (readonly string[])[],
): string | null {
  const path = `results.${table}`;
  const rows = listAt(stated, path).map((row, i) => listAt(row, `${path}[${i}]`));
  if (rows.length !== computed.length) return `${path}：存 ${rows.length} 行，重算 ${computed.length} 行`;
  for (const [i, row] of rows.entries()) {
    const again = computed[i] ?? [];
    if (row.length !== again.length) return `${path}[${i}]：存 ${row.length} 格，重算 ${again.length} 格`;
    const k = again.findIndex((cell, column) => cell !== row[column]);
    if (k === -1) continue;
    const who = table === 'ranking' ? again[2] : `${again[0]} ${again[1]}`;
    return `${path}[${i}]（${who}）${header[k]}：存“${shown(row[k])}”，重算“${again[k]}”`;
  }
  return null;
}

const shown = (cell: Json | undefined): string =>
  typeof cell === 'string' ? cell : isObject(cell) || cell === undefined ? '' : canonical(cell);

function refusal(error: DomainError): string {
  const first = error.violations[0];
  return first
    ? `重算被拒绝：${first.path} ${first.message}（收到 ${first.found}，应为 ${first.expected}）`
    : error.message;
}

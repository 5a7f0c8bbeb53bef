import { canonical, type Json } from '../../numbers/canonical.js';
import { DomainError } from '../../problems/problems.js';
import { evaluate } from '../evaluate.js';
import { RANKING_HEADER, rankingRows, SCORES_HEADER, scoreRows } from '../tables.js';
import { BUNDLE_FORMAT, HASHED_PARTS, REDACTED_FORMAT, type Sha256 } from './bundle.js';
import { type Bundle, BundleShapeError, inputOf, isObject, listAt, objectAt, readJson, textAt } from './read-bundle.js';
import { leafOf, REDACTED_PARTS } from './redact.js';

/** What `verify` says of a bundle; `difference` names the first one, in Chinese. */
export type Verification =
  | { readonly ok: true; readonly hash: string }
  | { readonly ok: false; readonly difference: string };

export const REDACTED = 'REDACTED: not recomputable';

/**
 * Hashes first, then everything is computed again and compared row by row; of a redacted bundle the rows in clear are
 * compared with their leaves, and nothing can be computed. Never throws: a bundle that cannot be read differs too.
 */
export function verifyBundle(text: string, sha256: Sha256): Verification {
  try {
    const bundle = readJson(text);
    const broken = checkHashes(bundle, sha256);
    if (broken !== null) return { ok: false, difference: [broken, ...whereItShows(bundle)].join('；') };
    const difference =
      bundle.format === REDACTED_FORMAT ? (checkLeaves(bundle, sha256) ?? REDACTED) : recompute(bundle);
    if (difference !== null) return { ok: false, difference };
    return { ok: true, hash: textAt(objectAt(bundle.hashes, 'hashes').bundle, 'hashes.bundle') };
  } catch (error) {
    if (error instanceof BundleShapeError) return { ok: false, difference: error.message };
    if (error instanceof DomainError) return { ok: false, difference: refusal(error) };
    throw error;
  }
}

/** @returns the first difference */
export function checkHashes(bundle: Bundle, sha256: Sha256): string | null {
  const format = textAt(bundle.format, 'format');
  if (format !== BUNDLE_FORMAT && format !== REDACTED_FORMAT) return `format：收到 ${format}，应为 ${BUNDLE_FORMAT}`;
  const hashes = objectAt(bundle.hashes, 'hashes');
  for (const part of format === REDACTED_FORMAT ? REDACTED_PARTS : HASHED_PARTS) {
    if (format === REDACTED_FORMAT && bundle[part] === undefined && hashes[part] === undefined) continue;
    if (bundle[part] === undefined) throw new BundleShapeError(part, '存证包的一部分');
    const stated = textAt(hashes[part], `hashes.${part}`);
    const computed = sha256(canonical(bundle[part]));
    if (stated !== computed) return `${part} 的内容与哈希不符：hashes.${part} 写 ${stated}，实为 ${computed}`;
  }
  const { bundle: stated, ...others } = hashes;
  const computed = sha256(canonical({ ...bundle, hashes: others }));
  if (stated !== computed)
    return `存证包与总哈希不符：hashes.bundle 写 ${textAt(stated, 'hashes.bundle')}，实为 ${computed}`;
  return null;
}

/** Where a content that its hash denies shows in the results, if it can be computed at all. */
function whereItShows(bundle: Bundle): readonly string[] {
  if (bundle.format === REDACTED_FORMAT) return [];
  try {
    return [recompute(bundle)].flatMap((difference) => difference ?? []);
  } catch (error) {
    if (error instanceof DomainError || error instanceof BundleShapeError) return [];
    throw error;
  }
}

const HEX = /^[0-9a-f]{64}$/;

/** The lists of leaves, and of rows in clear, of a redacted bundle. */
const LISTS = [['institutions'], ['figures'], ['assessments'], ['results', 'ranking'], ['results', 'scores']] as const;

/** @returns the first row in clear that has no leaf */
function checkLeaves(bundle: Bundle, sha256: Sha256): string | null {
  if (bundle.own === undefined || bundle.own === null) return null;
  const own = objectAt(bundle.own, 'own');
  const salt = textAt(own.salt, 'own.salt');
  if (!HEX.test(salt)) throw new BundleShapeError('own.salt', ' 64 位十六进制');
  for (const list of LISTS) {
    const path = list.join('.');
    const leaves = new Set(listOf(bundle, list, path));
    for (const [i, row] of listOf(own, list, `own.${path}`).entries())
      if (!leaves.has(leafOf(row, salt, sha256)))
        return `own.${path}[${i}] 不在 ${path} 的散列叶之中：${canonical(row)}`;
  }
  return null;
}

function listOf(of: Bundle, [part, table]: readonly [string, string?], path: string): readonly Json[] {
  return listAt(table === undefined ? of[part] : objectAt(of[part], part)[table], path);
}

function recompute(bundle: Bundle): string | null {
  const result = evaluate(inputOf(bundle));
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

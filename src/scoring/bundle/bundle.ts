import { canonical, type Json } from '../../numbers/canonical.js';
import { byCodePoint } from '../../numbers/code-point.js';
import { plain } from '../../numbers/decimal.js';
import { institutionsOf } from '../inputs/participants.js';
import { checkScheme } from '../scheme/check-scheme.js';
import { rankingRows, scoreRows } from '../tables.js';
import type { EvaluationInput, EvaluationResult } from '../types.js';

export const BUNDLE_FORMAT = 'greenrank-bundle/1';
export const REDACTED_FORMAT = 'greenrank-bundle-redacted/1';

/**
 * SHA-256, in hex, of a text's UTF-8 bytes, after those that the hex text `salt` writes; handed in, since every
 * platform has its own.
 */
export type Sha256 = (text: string, salt?: string) => string;

/** The parts that are hashed one by one, in the order in which they are compared. */
export const HASHED_PARTS = ['scheme', 'metrics', 'institutions', 'figures', 'assessments', 'results'] as const;

/**
 * Scheme, figures, results and hashes: enough for anyone to recompute a published ranking to the byte. Canonical JSON
 * (RFC 8785); no time, path, evaluation or engine version, so equal inputs give equal bytes (interfaces 5).
 */
export const makeBundle = (input: EvaluationInput, result: EvaluationResult, sha256: Sha256): Packed =>
  packed(bundleContent(input, result), HASHED_PARTS, sha256);

/** A document as canonical text, and the hash over the whole that stands in it. */
export interface Packed {
  readonly text: string;
  readonly hash: string;
}

/** @param hashed the parts that are hashed one by one */
export function packed(content: Readonly<Record<string, Json>>, hashed: readonly string[], sha256: Sha256): Packed {
  // Every part becomes text once: parts, whole and hashes are made from the same characters.
  const parts = new Map<string, string>();
  for (const [part, value] of Object.entries(content)) parts.set(part, canonical(value));
  const hashes: Record<string, Json> = {};
  for (const part of hashed) hashes[part] = sha256(parts.get(part) ?? '');
  parts.set('hashes', canonical(hashes));
  const hash = sha256(together(parts));
  parts.set('hashes', canonical({ ...hashes, bundle: hash }));
  return { text: together(parts), hash };
}

/** The canonical text of an object whose values are canonical texts already. */
function together(parts: ReadonlyMap<string, string>): string {
  const keys = [...parts.keys()].sort(byCodePoint);
  return `{${keys.map((key) => `${canonical(key)}:${parts.get(key)}`).join(',')}}`;
}

/** What a full bundle holds besides its hashes. */
export interface BundleContent {
  readonly format: string;
  readonly period: string;
  readonly scheme: string;
  readonly metrics: { readonly [code: string]: Json };
  readonly institutions: readonly {
    readonly code: string;
    readonly name: string;
    readonly type: string | null;
    readonly flags: readonly string[];
    readonly attributes: Readonly<Record<string, string>>;
  }[];
  readonly figures: readonly (readonly [string, string, string, string, string | null])[];
  readonly assessments: readonly (readonly [string, string, string, string])[];
  readonly results: { readonly ranking: readonly string[][]; readonly scores: readonly string[][] };
  readonly [part: string]: Json;
}

export function bundleContent(input: EvaluationInput, result: EvaluationResult): BundleContent {
  return {
    format: BUNDLE_FORMAT,
    period: input.period,
    scheme: input.document,
    metrics: metricsOf(input),
    institutions: institutionsOf(input)
      .map(({ code, name, type, flags, attributes }) => ({
        code,
        name,
        type,
        flags: [...flags].sort(byCodePoint),
        attributes,
      }))
      .sort((a, b) => byCodePoint(a.code, b.code)),
    figures: [...input.figures]
      .map(
        ({ institution, period, metric, value, revision }) =>
          [institution, period, metric, plain(value), revision] as const,
      )
      .sort(byTexts),
    assessments: input.assessments
      .map(({ institution, node, assessor, score }) => [institution, node, assessor, plain(score)] as const)
      .sort(byTexts),
    results: { ranking: rankingRows(result), scores: scoreRows(result) },
  };
}

/** By the first three texts, which tell rows apart. */
function byTexts(a: readonly (string | null)[], b: readonly (string | null)[]): number {
  for (let i = 0; i < 3; i++) {
    const order = byCodePoint(a[i] ?? '', b[i] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/** What is known of every metric that the figures or the scheme's inputs name: catalogue first, then what an input states. */
function metricsOf({ document, metrics, figures }: EvaluationInput): { [code: string]: Json } {
  const inputs = checkScheme(document, metrics).scheme?.inputs ?? [];
  const codes = [...new Set([...[...figures].map((figure) => figure.metric), ...inputs.map((input) => input.metric)])];
  return Object.fromEntries(
    codes.sort(byCodePoint).map((code) => {
      const facts = Object.hasOwn(metrics, code) ? metrics[code] : undefined;
      const stated = inputs.find((input) => input.metric === code);
      return [code, { kind: facts?.kind ?? stated?.kind ?? null, unit: facts?.unit ?? null }];
    }),
  );
}

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { REDACTED, verifyBundle } from '../../src/scoring/bundle/verify.js';
import { BENCHMARK_RULES } from '../../src/scoring/normalise/benchmark/registry.js';
import { METHODS } from '../../src/scoring/normalise/registry.js';
import { checkScheme } from '../../src/scoring/scheme/check-scheme.js';
import { groupsOf, leavesOf, type Scheme } from '../../src/scoring/scheme/scheme.js';

// Bundles that were handed out once: every later version must recompute them to the byte. Never edit or remove one.
const folder = path.dirname(new URL(import.meta.url).pathname);
const sha256 = (text: string, salt = ''): string =>
  createHash('sha256').update(Buffer.from(salt, 'hex')).update(text, 'utf8').digest('hex');
const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
const bundles = readdirSync(folder).filter((name) => name.endsWith('.json'));
const full = bundles.filter((name) => !name.includes('redacted'));
const redacted = bundles.filter((name) => name.includes('redacted'));

it.each(full)('%s is recomputed to the byte', (name) => {
  const text = read(name);
  const { hashes } = JSON.parse(text) as { hashes: { bundle: string } };
  expect(verifyBundle(text, sha256)).toEqual({ ok: true, hash: hashes.bundle });
});

it.each(redacted)('%s is checked and not recomputed', (name) => {
  expect(verifyBundle(read(name), sha256)).toEqual({ ok: false, difference: REDACTED });
});

describe('the documented format', () => {
  const schema = JSON.parse(readFileSync(path.join(folder, '../../docs/bundle-format.schema.json'), 'utf8')) as object;
  const fits = new Ajv2020({ strict: true, strictTuples: false, strictRequired: false, allowUnionTypes: true }).compile(
    schema,
  );

  it.each(bundles)('describes %s', (name) => {
    expect([fits(JSON.parse(read(name))), fits.errors]).toEqual([true, null]);
  });

  it.each([
    ['a key of its own', (bundle: Parsed) => Object.assign(bundle, { engine: '1.0' })],
    ['a number that is no text', (bundle: Parsed) => Object.assign(bundle.figures[0] ?? [], { 3: 1.5 })],
    ['a part left out', (bundle: Parsed) => Reflect.deleteProperty(bundle, 'assessments')],
    ['a cell left out', (bundle: Parsed) => bundle.results.ranking[0]?.pop()],
    ['a hash of another kind', (bundle: Parsed) => Object.assign(bundle.hashes, { figures: 'abc' })],
  ])('refuses %s', (_, change) => {
    const bundle = JSON.parse(read(full[0] ?? '')) as Parsed;
    change(bundle);
    expect(fits(bundle)).toBe(false);
  });
});

interface Parsed {
  readonly figures: unknown[][];
  readonly results: { readonly ranking: string[][] };
  readonly hashes: Record<string, string>;
}

describe('together they use', () => {
  const schemes = full.map((name) => {
    const { scheme, metrics } = JSON.parse(read(name));
    return checkScheme(scheme, metrics).scheme as Scheme;
  });
  const leaves = schemes.flatMap(({ root }) => leavesOf(root));
  const indicators = leaves.flatMap((leaf) => (leaf.kind === 'indicator' ? [leaf] : []));
  const texts = full.map((name) => (JSON.parse(read(name)) as { scheme: string }).scheme).join('\n');
  const all = (found: readonly (string | null | undefined)[]): string[] =>
    [...new Set(found.flatMap((each) => each ?? []))].sort();

  it('every normalisation and every rule of a benchmark', () => {
    expect(all(indicators.map(({ method }) => method.name))).toEqual(METHODS.map(({ name }) => name).sort());
    const unused = BENCHMARK_RULES.filter(({ name }) => !new RegExp(`rule: (\\{ name: )?${name}\\b`).test(texts));
    expect(unused).toEqual([]);
  });

  it('every treatment, policy, aggregation, way to combine assessments, adjustment and way to rank', () => {
    expect(all(indicators.map(({ treat }) => treat?.kind))).toEqual(['box_cox', 'force', 'log', 'winsorise']);
    const policies = leaves.flatMap((leaf) => [leaf.missing, leaf.kind === 'indicator' ? leaf.zeroDenominator : null]);
    expect(all(policies)).toEqual(['cohort_mean', 'cohort_median', 'exclude', 'previous_period', 'unranked', 'zero']);
    const groups = schemes.flatMap(({ root }) => groupsOf(root));
    expect(all(groups.map(({ aggregate }) => aggregate))).toEqual([
      'arithmetic',
      'geometric',
      'harmonic',
      'median',
      'min',
      'outranking',
    ]);
    expect(all(leaves.map((leaf) => (leaf.kind === 'assessed' ? leaf.assessed.combine : null)))).toEqual([
      'mean',
      'median',
      'trimmed_mean',
    ]);
    expect(all(schemes.flatMap(({ adjustments }) => adjustments.map(({ kind }) => kind)))).toEqual([
      'bonus',
      'cap',
      'deduction',
      'veto',
    ]);
    expect(all(schemes.map(({ ranking }) => ranking.ties))).toEqual(['competition', 'dense', 'ordinal']);
  });
});

import { createHash } from 'node:crypto';
import { inputOf, long, oneIndicator } from '../../../test/scenario.js';
import { canonical, type Json } from '../../numbers/canonical.js';
import { evaluate } from '../evaluate.js';
import type { EvaluationInput } from '../types.js';
import { makeBundle } from './bundle.js';
import { leafOf, REDACTED_PARTS, type Redaction, redactBundle } from './redact.js';
import { REDACTED, verifyBundle } from './verify.js';

const sha256 = (text: string, salt = ''): string =>
  createHash('sha256').update(salt, 'hex').update(text, 'utf8').digest('hex');

const INPUT = inputOf({
  document: oneIndicator(
    'value: 100 * x / y, normalise: { method: minmax }, missing: exclude, zeroDenominator: zero',
    'adjustments: [{ code: green, kind: bonus, assessed: { scale: [0, 5] } }]',
  ),
  data: long('B 2025Q4 x=1 y=4', 'A 2025Q4 x=3 y=4', 'C 2025Q4 x=2 y=4'),
  institutions: 'institution,name,type,flags\nB,乙,bank,warned\nA,甲,bank,\nC,丙,bank,',
  assessments: 'institution,node,assessor,score\nA,green,ecology/zhang,2\nB,green,ecology/zhang,3',
  metrics: { x: { kind: 'stock', unit: '万元' } },
});
const SALTS = { A: sha256('salt of A'), B: sha256('salt of B'), C: sha256('salt of C') };

const redacted = (own: string | null, input: EvaluationInput = INPUT, salts: Redaction['salts'] = SALTS): string =>
  redactBundle(input, evaluate(input), { disclosure: 'sealed', ranks: true, salts, own }, sha256).text;

interface Lists {
  readonly institutions: Json[];
  readonly figures: Json[];
  readonly assessments: Json[];
  readonly results: { readonly ranking: Json[]; readonly scores: Json[] };
}
type Parsed = Lists & {
  readonly metrics: Json;
  readonly own: { institution: string; salt: string } & Lists;
  readonly hashes: { [part: string]: Json };
};
const asJson = (bundle: unknown): { [part: string]: Json } => bundle as { [part: string]: Json };
const parsed = (text: string): Parsed => JSON.parse(text) as Parsed;
const difference = (text: string): string => {
  const verification = verifyBundle(text, sha256);
  return verification.ok ? '' : verification.difference;
};
const LISTS: readonly ((of: Lists) => Json[])[] = [
  (of) => of.institutions,
  (of) => of.figures,
  (of) => of.assessments,
  (of) => of.results.ranking,
  (of) => of.results.scores,
];

it('holds the own rows in clear, everybody’s as leaves, and names the full bundle', () => {
  const bundle = parsed(redacted('A'));
  const full = parsed(makeBundle(INPUT, evaluate(INPUT), sha256).text);
  expect(bundle).toMatchObject({
    format: 'greenrank-bundle-redacted/1',
    full: full.hashes.bundle,
    period: '2025',
    scheme: INPUT.document,
    metrics: full.metrics,
    own: { institution: 'A', salt: SALTS.A },
  });
  expect(bundle.hashes).toMatchObject({ scheme: full.hashes.scheme, metrics: full.hashes.metrics });
  expect(bundle.own.institutions).toMatchObject([{ code: 'A', name: '甲' }]);
  expect(bundle.own.figures).toEqual([
    ['A', '2025Q4', 'x', '3', null],
    ['A', '2025Q4', 'y', '4', null],
  ]);
  expect(bundle.own.results.ranking).toEqual([['all', '1', 'A', '甲', '102.00', '', 'ranked', '']]);
  for (const list of LISTS) {
    expect(list(bundle)).toHaveLength(list(full).length);
    for (const leaf of list(bundle)) expect(leaf).toMatch(/^[0-9a-f]{64}$/);
    expect(list(bundle)).toEqual([...list(bundle)].sort());
  }
});

it('a holder of the full bundle and of all salts comes to the same leaves: both belong together', () => {
  const bundle = parsed(redacted('A'));
  const full = parsed(makeBundle(INPUT, evaluate(INPUT), sha256).text);
  const owner = (row: Json): string => (Array.isArray(row) ? row[0] : (row as { code: string }).code) as string;
  const leaves = (rows: Json[]): string[] =>
    rows.map((row) => leafOf(row, SALTS[owner(row) as keyof typeof SALTS], sha256)).sort();
  expect(bundle.institutions).toEqual(leaves(full.institutions));
  expect(bundle.figures).toEqual(leaves(full.figures));
  expect(bundle.results.scores).toEqual(leaves(full.results.scores));
});

it('who of a department gave points is not told', () => {
  expect(parsed(redacted('A')).own.assessments).toEqual([['A', 'green', 'ecology', '2']]);
  expect(redacted('A')).not.toContain('zhang');
});

it('repeats to the byte, whatever the order of the rows; all readers get the same leaves', () => {
  const turned: EvaluationInput = {
    ...INPUT,
    figures: [...INPUT.figures].reverse(),
    institutions: [...(INPUT.institutions ?? [])].reverse(),
  };
  expect(redacted('A', turned)).toBe(redacted('A'));
  const { own: _, hashes: __, ...first } = parsed(redacted('A'));
  const { own: ___, hashes: ____, ...second } = parsed(redacted('B'));
  expect(second).toEqual(first);
});

it('whoever has no rows gets none, and without a salt nothing is made', () => {
  for (const reader of [null, 'Z']) {
    expect(parsed(redacted(reader)).own).toBeNull();
    expect(difference(redacted(reader))).toBe(REDACTED);
  }
  expect(() => redacted('A', INPUT, { A: SALTS.A })).toThrow('no salt');
});

describe('verified', () => {
  it('hashes and own rows are right, and nothing can be computed', () => {
    expect(difference(redacted('A'))).toBe('REDACTED: not recomputable');
  });

  /** The text with the last letter or digit of the first text in a part changed, hashes left as they were. */
  const broken = (part: string): string => {
    const bundle = parsed(redacted('A'));
    const changed = (value: Json): Json => {
      if (typeof value === 'string') return value.slice(0, -1) + (value.endsWith('0') ? '1' : '0');
      if (Array.isArray(value)) return [changed(value[0]), ...value.slice(1)];
      const [key, inner] = Object.entries(value as object)[0] as [string, Json];
      return { ...(value as object), [key]: changed(inner) } as Json;
    };
    return canonical({ ...asJson(bundle), [part]: changed(asJson(bundle)[part] as Json) });
  };

  it.each(REDACTED_PARTS)('one byte of %s is named by its part', (part) => {
    expect(difference(broken(part))).toMatch(new RegExp(`^${part} 的内容与哈希不符`));
  });

  it.each(['full', 'period'])('one byte of %s is named by the whole', (part) => {
    expect(difference(broken(part))).toMatch(/^存证包与总哈希不符/);
  });

  it.each(['scheme', 'own', 'bundle'])('one byte of the hash of %s is named', (part) => {
    const bundle = parsed(redacted('A'));
    bundle.hashes[part] = sha256('another');
    expect(difference(canonical(asJson(bundle)))).toMatch(part === 'bundle' ? /^存证包与总哈希不符/ : `${part} 的内容`);
  });

  it('an own row, or salt, that was forged together with all hashes is not among the leaves', () => {
    const forged = (change: (bundle: Parsed) => void): string => {
      const bundle = parsed(redacted('A'));
      change(bundle);
      for (const part of REDACTED_PARTS) bundle.hashes[part] = sha256(canonical(asJson(bundle)[part] as Json));
      const { bundle: _, ...hashes } = bundle.hashes;
      bundle.hashes.bundle = sha256(canonical({ ...asJson(bundle), hashes }));
      return difference(canonical(asJson(bundle)));
    };
    expect(forged(() => undefined)).toBe(REDACTED);
    for (const [i, path] of ['institutions', 'figures', 'assessments', 'results.ranking', 'results.scores'].entries())
      expect(
        forged((bundle) => {
          const rows = LISTS[i]?.(bundle.own) as Json[];
          rows[0] = JSON.parse(JSON.stringify(rows[0]).replace('A', 'B')) as Json;
        }),
      ).toMatch(`own.${path}[0] 不在 ${path} 的散列叶之中`);
    expect(
      forged((bundle) => {
        bundle.own.salt = SALTS.B;
      }),
    ).toMatch(/^own.institutions\[0\] 不在/);
    expect(
      forged((bundle) => {
        bundle.own.salt = 'abc';
      }),
    ).toBe('own.salt 应为 64 位十六进制');
    expect(
      forged((bundle) => {
        bundle.figures.splice(0, 1, sha256('a leaf less, another more'));
        bundle.figures.splice(1, 5);
      }),
    ).toMatch(/^own.figures/);
  });
});

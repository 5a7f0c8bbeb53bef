import { createHash } from 'node:crypto';
import { inputOf, long, oneIndicator } from '../../../test/scenario.js';
import { canonical, type Json } from '../../numbers/canonical.js';
import { evaluate } from '../evaluate.js';
import type { EvaluationInput } from '../types.js';
import { makeBundle } from './bundle.js';
import { verifyBundle } from './verify.js';

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

const INPUT = inputOf({
  document: oneIndicator(
    'value: 100 * x / y, normalise: { method: minmax }, missing: exclude, zeroDenominator: zero',
    `adjustments: [{ code: green, kind: bonus, when: 'attr("flags") == "a;b"', points: 1 }]`,
  ),
  data: long('B 2025Q4 x=1 y=4', 'A 2025Q4 x=3 y=4', 'C 2024Q4 z=0.50', 'C 2025Q4 x=2 y=4'),
  institutions: 'institution,name,type,flags,district\nB,乙,bank,b;a,东\nA,甲,bank,,西\nC,丙,bank,,东',
  metrics: { x: { kind: 'stock', unit: '万元' } },
});
const bundleOf = (input: EvaluationInput): string => makeBundle(input, evaluate(input), sha256).text;
const BUNDLE = bundleOf(INPUT);

type Parsed = { [key: string]: Json } & { hashes: { [key: string]: Json } };
const parsed = (): Parsed => JSON.parse(BUNDLE) as Parsed;

/** The bundle after a change, with the hashes made anew or left as they were. */
function changed(change: (bundle: Parsed) => void, rehash: boolean): string {
  const bundle = parsed();
  change(bundle);
  if (rehash) {
    for (const part of ['scheme', 'metrics', 'institutions', 'figures', 'assessments', 'results'])
      bundle.hashes[part] = sha256(canonical(bundle[part] as Json));
    const { bundle: _, ...hashes } = bundle.hashes;
    bundle.hashes.bundle = sha256(canonical({ ...bundle, hashes }));
  }
  return canonical(bundle);
}

const difference = (text: string): string => {
  const verification = verifyBundle(text, sha256);
  return verification.ok ? '' : verification.difference;
};

it('holds everything, in one order, without a word of when and where', () => {
  const bundle = parsed();
  expect(Object.keys(bundle).sort()).toEqual(
    ['format', 'period', 'scheme', 'metrics', 'institutions', 'figures', 'assessments', 'results', 'hashes'].sort(),
  );
  expect(bundle.scheme).toBe(INPUT.document);
  expect(bundle.metrics).toMatchObject({
    x: { kind: 'stock', unit: '万元' },
    y: { kind: 'stock', unit: null },
    z: { kind: null, unit: null },
  });
  expect((bundle.institutions as Json[])[1]).toEqual({
    code: 'B',
    name: '乙',
    type: 'bank',
    flags: ['a', 'b'],
    attributes: { district: '东' },
  });
  expect((bundle.figures as Json[][]).at(-3)).toEqual(['C', '2024Q4', 'z', '0.5', null]);
  expect((bundle.results as { ranking: Json[][] }).ranking[0]).toEqual([
    'all',
    '1',
    'A',
    '甲',
    '100.00',
    '',
    'ranked',
    '',
  ]);
});

it('verifies, and equal input in another order gives equal bytes', () => {
  expect(verifyBundle(BUNDLE, sha256)).toEqual({ ok: true, hash: parsed().hashes.bundle });
  const turned = {
    ...INPUT,
    figures: [...INPUT.figures].reverse(),
    institutions: [...(INPUT.institutions ?? [])].reverse(),
  };
  expect(bundleOf(turned)).toBe(BUNDLE);
});

it('verifies without an institutions table too', () => {
  const input = inputOf({
    document: oneIndicator('value: x, normalise: { method: rank }, missing: zero'),
    data: long('A 2025Q4 x=3', 'B 2025Q4 x='),
  });
  expect(verifyBundle(bundleOf(input), sha256)).toMatchObject({ ok: true });
});

describe('a change is named', () => {
  it('a score, by its hash and by its cell', () => {
    const text = difference(BUNDLE.replace('"50.00"', '"52.00"'));
    expect(text).toContain('results 的内容与哈希不符');
    expect(text).toContain('results.ranking[1]（C）score：存“52.00”，重算“50.00”');
  });

  it('a figure, by its hash and by the first result it changes', () => {
    const text = difference(BUNDLE.replace('["A","2025Q4","x","3",null]', '["A","2025Q4","x","4",null]'));
    expect(text).toMatch(/^figures 的内容与哈希不符/);
    expect(text).toContain('results.ranking');
  });

  it('the scheme, the period, the format', () => {
    expect(difference(BUNDLE.replace('version: 1', 'version: 2'))).toMatch(/^scheme /);
    expect(difference(BUNDLE.replace('"period":"2025"', '"period":"2024"'))).toMatch(/^存证包与总哈希不符/);
    expect(difference(BUNDLE.replace('bundle/1', 'bundle/9'))).toMatch(/^format/);
  });

  it('results that were forged together with all hashes', () => {
    const forged = changed((bundle) => {
      const { ranking } = bundle.results as { ranking: string[][] };
      (ranking[0] as string[])[4] = '99.00';
    }, true);
    expect(difference(forged)).toBe('results.ranking[0]（A）score：存“99.00”，重算“100.00”');
  });

  it('a row left out', () => {
    const forged = changed((bundle) => {
      (bundle.results as { scores: string[][] }).scores.pop();
    }, true);
    expect(difference(forged)).toMatch(/^results.scores：存 \d+ 行，重算 \d+ 行$/);
  });

  it('a scheme that is refused, and a part that is not there', () => {
    const refused = changed((bundle) => {
      bundle.scheme = 'scheme: x';
    }, true);
    expect(difference(refused)).toMatch(/^重算被拒绝：version /);
    expect(difference('{"format":"greenrank-bundle/1","hashes":{}}')).toBe('scheme 应为存证包的一部分');
    expect(difference('not json')).toBe('存证包 应为 JSON');
  });
});

it('a redacted bundle is checked and not recomputed', () => {
  const redacted = changed((bundle) => {
    bundle.format = 'greenrank-bundle-redacted/1';
  }, true);
  expect(difference(redacted)).toBe('REDACTED: not recomputable');
  expect(difference(redacted.replace('"100.00"', '"99.00"'))).toMatch(/^results 的内容与哈希不符/);
});

import fc from 'fast-check';
import { nodeOf, oneIndicator, scored } from '../../../test/scenario.js';
import { Decimal } from '../../numbers/decimal.js';
import { distanceToMax } from './distance-to-max.js';
import { minmax } from './minmax.js';
import { percentile } from './percentile.js';
import { Sample } from './sample.js';

/** Points of A, B, C … whose x are given, under `normalise` and more keys of the indicator. */
function points(values: readonly string[], normalise: string, more = ''): (string | null)[] {
  const codes = values.map((_, i) => String.fromCharCode(65 + i));
  const rows = values.map((value, i) => `${codes[i]},2025Q4,x,${value}\n${codes[i]},2025Q4,y,1`);
  const document = oneIndicator(`value: x, normalise: { ${normalise} }, missing: exclude${more && `, ${more}`}`);
  const results = scored({ document, data: `institution,period,metric,value\n${rows.join('\n')}` });
  return codes.map((code) => nodeOf(results[code], 'only').score);
}

const VALUES = ['10', '40', '20', '40'];

describe('each method on 10, 40, 20, 40', () => {
  it.each([
    ['method: minmax', '', ['0', '100', '33.333333', '100']],
    ['method: minmax', 'direction: lower', ['100', '0', '66.666667', '0']],
    ['method: minmax, to: [60, 100]', '', ['60', '100', '73.333333', '100']],
    // mean 27.5, sample standard deviation 15
    ['method: zscore', '', ['-1.166667', '0.833333', '-0.5', '0.833333']],
    ['method: zscore, to: { mean: 60, sd: 15 }', 'direction: lower', ['77.5', '47.5', '67.5', '47.5']],
    ['method: percentile', '', ['0', '66.666667', '33.333333', '66.666667']],
    ['method: percentile', 'direction: lower', ['100', '0', '66.666667', '0']],
    ['method: rank', '', ['1', '3', '2', '3']],
    ['method: rank', 'direction: lower', ['4', '1', '3', '1']],
    ['method: goalposts, min: 20, max: 30', '', ['0', '100', '0', '100']],
    ['method: goalposts, min: 20, max: 30, truncate: false', '', ['-100', '200', '0', '200']],
    ['method: goalposts, min: 0, max: 50', 'direction: lower', ['80', '20', '60', '20']],
    ['method: distance_to_target, target: 30', '', ['0', '100', '50', '100']],
    ['method: distance_to_target, target: 30, truncate: false', '', ['0', '150', '50', '150']],
    ['method: distance_to_target, target: 20', 'direction: lower', ['100', '0', '100', '0']],
    ['method: distance_to_target, target: 10', '', ['100', '100', '100', '100']],
    ['method: distance_to_max', '', ['0', '100', '33.333333', '100']],
    ['method: distance_to_reference, institution: C', '', ['0', '300', '100', '300']],
    ['method: distance_to_reference, institution: C, truncate: true', '', ['0', '100', '100', '100']],
    ['method: distance_to_reference, institution: C', 'direction: lower', ['150', '0', '100', '0']],
    ['method: distance_to_reference, institution: A', '', [null, null, null, null]],
    ['method: distance_to_reference, institution: Z', '', [null, null, null, null]],
    ['method: fraction_of_max', '', ['25', '100', '50', '100']],
    ['method: proportional, target: 32', '', ['31.25', '100', '62.5', '100']],
    ['method: proportional, target: 16', 'direction: lower', ['100', '40', '80', '40']],
    [
      'method: bands, bands: [{ below: 20, points: 5 }, { below: 40, points: 50 }, { points: 90 }]',
      '',
      ['5', '90', '50', '90'],
    ],
    ['method: none', '', ['10', '40', '20', '40']],
  ])('%s %s', (normalise, more, expected) => expect(points(VALUES, normalise, more)).toEqual(expected));
});

describe('edges', () => {
  it.each([
    ['one alone', ['7'], 'method: minmax', ['50']],
    ['all equal', ['7', '7'], 'method: minmax', ['50', '50']],
    ['one alone', ['7'], 'method: percentile', ['50']],
    ['all equal', ['7', '7'], 'method: percentile', ['0', '0']],
    ['one alone', ['7'], 'method: zscore, to: { mean: 60 }', ['60']],
    ['all equal', ['7', '7'], 'method: zscore, to: { mean: 60 }', ['60', '60']],
    ['one alone', ['7'], 'method: rank', ['1']],
    ['all equal', ['7', '7'], 'method: distance_to_max', ['50', '50']],
    ['no maximum above 0', ['-7', '0'], 'method: fraction_of_max', ['0', '0']],
    ['below 0', ['-7', '5'], 'method: proportional, target: 10', ['0', '50']],
    ['below 0 and promised not to be', ['-7', '5'], 'method: none, min: 0', ['0', '5']],
    ['the other spelling', ['-7', '5'], 'none: { min: 0 }', ['0', '5']],
    ['on the edge of a band', ['5'], 'method: bands, bands: [{ below: 5, points: 1 }, { points: 2 }]', ['2']],
  ])('%s: %s %s', (_purpose, values, normalise, expected) => expect(points(values, normalise)).toEqual(expected));
});

const figure = fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }).map((n) => new Decimal(`${n}e-4`));
const figures = fc.array(figure, { minLength: 1, maxLength: 30 });

it.each([
  ['minmax', minmax],
  ['percentile', percentile],
  ['distance_to_max', distanceToMax],
])('%s stays within 0–1, keeps the order, and is the same in 元 as in 万元', (_name, method) => {
  fc.assert(
    fc.property(figures, (values) => {
      const sample = new Sample(values);
      const yuan = new Sample(values.map((x) => x.times(10_000)));
      for (const x of values) {
        const f = method(x, sample);
        expect(f.gte(0) && f.lte(1)).toBe(true);
        expect(method(x.times(10_000), yuan).eq(f)).toBe(true);
        for (const other of values) if (other.gt(x)) expect(method(other, sample).gte(f)).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});

describe('a value put in by a policy', () => {
  // D has no y now; a period earlier its x / y was far above, far below or inside the others' 1, 2, 3.
  const policy = (earlier: string, normalise: string, more = ''): string | null => {
    const data = [
      'institution,period,metric,value',
      ...['A,1', 'B,2', 'C,3'].map((row) => row.replace(',', ',2025Q4,x,')),
      ...['A', 'B', 'C'].map((code) => `${code},2025Q4,y,1`),
      `D,2024Q4,x,${earlier}`,
      'D,2024Q4,y,1',
      'D,2025Q4,x,5',
    ].join('\n');
    const document = oneIndicator(
      `value: x / y, normalise: { ${normalise} }, missing: previous_period, zeroDenominator: exclude${more}`,
    );
    return nodeOf(scored({ document, data }).D, 'only').score;
  };

  it.each([
    ['9', 'method: minmax', '', '100'],
    ['-9', 'method: minmax', '', '0'],
    ['-9', 'method: minmax', ', direction: lower', '100'],
    ['2.5', 'method: minmax', '', '75'],
    ['9', 'method: percentile', '', '100'],
    ['9', 'method: rank', '', '3'],
    ['-9', 'method: distance_to_max', '', '0'],
    ['-9', 'method: distance_to_reference, institution: C', '', '0'],
    ['5', 'method: distance_to_reference, institution: C', '', '200'],
    ['4', 'method: zscore', '', '2'],
    ['6', 'method: fraction_of_max', '', '200'],
  ])('%s under %s%s gives %s', (earlier, normalise, more, expected) => {
    expect(policy(earlier, normalise, more)).toBe(expected);
  });

  it('is alone when nobody has a value', () => {
    const data = ['institution,period,metric,value', 'A,2024Q4,x,4', 'A,2025Q4,y,1'].join('\n');
    const of = (normalise: string): string | null =>
      nodeOf(
        scored({ document: oneIndicator(`value: x, normalise: { ${normalise} }, missing: previous_period`), data }).A,
        'only',
      ).score;
    expect(['minmax', 'percentile', 'rank', 'zscore', 'fraction_of_max'].map((name) => of(`method: ${name}`))).toEqual([
      '50',
      '50',
      '1',
      '0',
      '100',
    ]);
  });
});

import fc from 'fast-check';
import { nodeOf, oneIndicator, scored } from '../../test/scenario.js';
import { Decimal } from '../numbers/decimal.js';

/** Points of each institution for values of x, in the order of the values. */
function points(values: readonly string[], normalise: string): Decimal[] {
  const document = oneIndicator(`value: x, normalise: ${normalise}, missing: zero`);
  const data = ['institution,period,x', ...values.map((x, i) => `I${i},2025Q4,${x}`)].join('\n');
  const results = scored({ document, data });
  return values.map((_, i) => new Decimal(nodeOf(results[`I${i}`], 'only').score ?? Number.NaN));
}

const RELATIVE = ['minmax', 'zscore', 'percentile', 'rank', 'distance_to_max'].map((method) => `{ method: ${method} }`);
const RISING = [
  ...RELATIVE,
  '{ method: minmax, to: [20, 90] }',
  '{ method: goalposts, min: 100, max: 700 }',
  '{ method: distance_to_target, target: 600 }',
  '{ method: fraction_of_max }',
  '{ method: proportional, target: 500 }',
  '{ method: bands, bands: [{ below: 200, points: 10 }, { below: 600, points: 50 }, { points: 100 }] }',
  '{ method: none }',
  ...['rel60', 'pp60', 'anqing', 'mean_cap'].map((rule) => `{ method: benchmark, rule: ${rule}, horizontal: {} }`),
  '{ method: benchmark, rule: ratio_to_best }',
  '{ method: benchmark, rule: { name: rank_step, step: 7 } }',
];

const values = fc.array(fc.integer({ min: 1, max: 999 }), { minLength: 2, maxLength: 7 });

it.each(RISING)('%s: a better value never gets fewer points, neither beside others nor than before', (normalise) => {
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 500 }), (before, more) => {
      const after = before.map((x, i) => (i === 0 ? x + more : x));
      const [then, now] = [points(before.map(String), normalise), points(after.map(String), normalise)];
      expect((now[0] as Decimal).gte(then[0] as Decimal)).toBe(true);
      for (const [i, x] of before.entries())
        for (const [k, y] of before.entries())
          if (x >= y) expect((then[i] as Decimal).gte(then[k] as Decimal)).toBe(true);
    }),
    { numRuns: 25 },
  );
});

it.each(RELATIVE)('%s: another unit (元 for 万元) changes no digit', (normalise) => {
  fc.assert(
    fc.property(values, (list) => {
      const inYuan = list.map((x) => `${x}0000`);
      expect(points(inYuan, normalise)).toEqual(points(list.map(String), normalise));
    }),
    { numRuns: 25 },
  );
});

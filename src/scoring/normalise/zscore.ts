import { type Decimal, ONE, plain, ZERO } from '../../numbers/decimal.js';
import { type Fields, POSITIVE } from '../scheme/fields.js';
import { bounded, quotient } from './floats.js';
import type { Method, Points } from './method.js';
import type { Sample } from './sample.js';

/**
 * m + s · (x − mean) / sd, sample standard deviation (n − 1). All equal, or one alone: m.
 * Source: OECD/JRC Handbook (2008), step 5.
 */
export function zscore(x: Decimal, sample: Sample, m: Decimal, s: Decimal): Decimal {
  if (sample.size < 2 || sample.deviation.isZero()) return m;
  return m.plus(s.times(x.minus(sample.mean)).div(sample.deviation));
}

export const zscoreMethod: Method = {
  name: 'zscore',
  title: '标准分',
  direction: 'turns',
  read: (fields) => {
    const to = readMoments(fields);
    if (!to) return null;
    const { mean, sd } = to;
    return {
      name: 'zscore',
      tells: 'all',
      parameters: { to: { mean: plain(mean), sd: plain(sd) } },
      belowZero: 'zscore',
      history: 0,
      points: (cells, { sample }) =>
        cells.map(
          ({ value }): Points => ({
            points: zscore(value, sample, mean, sd),
            note: '',
            statistics: sample.size > 0 ? { sd: plain(sample.deviation) } : {},
          }),
        ),
      explains: true,
      line: (sample) => {
        const slope = sample.deviation && quotient(bounded(sd), sample.deviation);
        return (
          slope && {
            from: sample.mean,
            slope,
            at: bounded(mean),
            least: Number.NEGATIVE_INFINITY,
            most: Number.POSITIVE_INFINITY,
          }
        );
      },
    };
  },
};

function readMoments(fields: Fields): { mean: Decimal; sd: Decimal } | null {
  if (!fields.has('to')) return { mean: ZERO, sd: ONE };
  const to = fields.map('to');
  if (!to) return null;
  const mean = to.has('mean') ? to.decimal('mean') : ZERO;
  const sd = to.has('sd') ? to.decimal('sd', POSITIVE) : ONE;
  to.finish();
  return mean && sd ? { mean, sd } : null;
}

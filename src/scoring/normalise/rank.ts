import { Decimal } from '../../numbers/decimal.js';
import { type Method, NO_STATISTICS } from './method.js';
import { brought } from './range.js';
import { Sample } from './sample.js';

/** 1 + number of values < x: worst 1, best n. */
export const rankPoints = (x: Decimal, sample: Sample): Decimal => new Decimal(1 + sample.below(x));

export const rankMethod: Method = {
  name: 'rank',
  title: '名次分',
  direction: 'turns',
  read: (fields) => {
    fields.forbid('to', 'rank 没有 to');
    return {
      name: 'rank',
      tells: 'order',
      parameters: {},
      belowZero: null,
      history: 0,
      points: (cells, comparison) =>
        cells.map(({ value, byPolicy }) => {
          const sample = comparison.sample.size > 0 ? comparison.sample : new Sample([value]);
          const x = byPolicy ? brought(value, sample, 'inside') : value;
          return { points: rankPoints(x, sample), note: '', statistics: NO_STATISTICS };
        }),
    };
  },
};

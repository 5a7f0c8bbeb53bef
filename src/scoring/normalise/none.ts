import { maxOf, ZERO } from '../../numbers/decimal.js';
import type { Fields } from '../scheme/fields.js';
import { type Method, NO_STATISTICS } from './method.js';

const EXACTLY_0 = { value: 0, error: 0 };
const ONLY_ZERO = { holds: (value: { isZero(): boolean }) => value.isZero(), says: '0' };

/** The value is the points. `min: 0` promises points of at least 0 and clamps there. */
export const noneMethod: Method = {
  name: 'none',
  title: '原值计分',
  direction: 'none',
  read: (fields) => {
    fields.forbid('to', 'none 没有 to');
    const atLeastZero = readMin(fields);
    return {
      name: 'none',
      tells: 'nothing',
      parameters: atLeastZero ? { min: '0' } : {},
      belowZero: atLeastZero ? null : 'none',
      history: 0,
      points: (cells) =>
        cells.map(({ value }) => ({
          points: atLeastZero ? maxOf([value, ZERO]) : value,
          note: '',
          statistics: NO_STATISTICS,
        })),
      line: () => ({
        from: EXACTLY_0,
        slope: { value: 1, error: 0 },
        at: EXACTLY_0,
        least: atLeastZero ? 0 : Number.NEGATIVE_INFINITY,
        most: Number.POSITIVE_INFINITY,
      }),
    };
  },
};

/** `{ method: none, min: 0 }`, also written `{ none: { min: 0 } }`. */
function readMin(fields: Fields): boolean {
  const inner = fields.map('none');
  const stated = fields.decimal('min', ONLY_ZERO) ?? inner?.decimal('min', ONLY_ZERO) ?? null;
  inner?.finish();
  return stated !== null;
}

import { type Decimal, plain } from '../../numbers/decimal.js';
import { Fields } from '../scheme/fields.js';
import { type Method, NO_STATISTICS } from './method.js';

export interface Band {
  /** null in the last row: no upper end. */
  readonly below: Decimal | null;
  readonly points: Decimal;
}

/** The first row with x < below, the last row otherwise. @param bands rising, at least one */
export function bandPoints(x: Decimal, bands: readonly Band[]): Decimal {
  const row = bands.find((band) => band.below !== null && x.lt(band.below)) ?? (bands.at(-1) as Band);
  return row.points;
}

export const bandsMethod: Method = {
  name: 'bands',
  title: '分档',
  direction: 'none',
  read: (fields) => {
    fields.forbid('to', 'bands 没有 to');
    const bands = readBands(fields);
    if (!bands) return null;
    const negative = bands.find((band) => band.points.lt(0));
    return {
      name: 'bands',
      tells: 'order',
      parameters: {
        bands: bands.map(({ below, points }) => ({ below: below && plain(below), points: plain(points) })),
      },
      belowZero: negative ? plain(negative.points) : null,
      history: 0,
      points: (cells) =>
        cells.map(({ value }) => ({ points: bandPoints(value, bands), note: '', statistics: NO_STATISTICS })),
    };
  },
};

function readBands(fields: Fields): readonly Band[] | null {
  if (!fields.require('bands', '[{ below, points }, …, { points }]')) return null;
  const items = fields.list('bands');
  if (!items) return null;
  if (items.length === 0) return fields.refuse('bands', 'domain', '至少一档', 'bands 是空的');
  const bands: Band[] = [];
  let bound: Decimal | null = null;
  for (const [i, item] of items.entries()) {
    const row = Fields.of(item, fields.faults, '{ below, points }');
    if (!row) continue;
    const last = i === items.length - 1;
    if (last) row.forbid('below', '最后一档没有 below');
    const below: Decimal | null = last ? null : row.requiredDecimal('below');
    const points = row.requiredDecimal('points');
    row.finish();
    if (below && bound && below.lte(bound))
      row.refuse('below', 'domain', `> ${plain(bound)}`, '各档的 below 应逐档增大');
    bound = below ?? bound;
    if (points) bands.push({ below, points });
  }
  return bands.length === items.length ? bands : null;
}

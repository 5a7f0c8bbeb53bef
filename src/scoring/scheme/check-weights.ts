import { Decimal, plain, sumOf } from '../../numbers/decimal.js';
import { writtenText } from './document.js';
import type { Faults } from './faults.js';
import { isDecimal, type Placed, WEIGHT } from './fields.js';
import type { Aggregation, Group } from './scheme.js';

const WHOLE = new Decimal(100);

/**
 * The weights of one group: each stated and summing to exactly 100, or `equal`, or `relative`. A median or a minimum
 * knows no weights: left out, or equal. Read from the document itself, so that a child with another fault counts too.
 *
 * @param items the children as written
 * @param path  of the list, where a wrong sum is reported
 */
export function checkWeights(
  items: readonly Placed[],
  path: string,
  aggregate: Aggregation,
  weights: Group['weights'],
  faults: Faults,
): void {
  const stated = items.filter((item) => weightOf(item) !== null);
  if (weights === 'equal') {
    for (const item of stated)
      faults.add(`${item.path}.weight`, 'not-here', weightOf(item) ?? '', '不写', 'weights: equal 时不写各项权重');
    return;
  }
  const unweighted = aggregate === 'median' || aggregate === 'min';
  if (unweighted && stated.length === 0 && weights === 'stated') return;
  for (const item of items)
    if (item.written.kind === 'map' && weightOf(item) === null)
      faults.add(`${item.path}.weight`, 'required', '', WEIGHT.says, '缺少 weight');
  const texts = stated.map((item) => weightOf(item) ?? '');
  if (texts.length !== items.length || !texts.every(isDecimal)) return;
  const values = texts.map((text) => new Decimal(text));
  if (unweighted && values.some((value) => !value.eq(values[0] as Decimal)))
    faults.add(path, 'weights-equal', texts.join(' '), '相等或不写', `${aggregate} 不用权重`);
  const sum = sumOf(values);
  if (weights === 'stated' && !sum.eq(WHOLE))
    faults.add(path, 'weights-sum', plain(sum), '100', '各项权重之和应恰为 100');
}

function weightOf({ written }: Placed): string | null {
  const weight = written.kind === 'map' ? written.entries.get('weight') : undefined;
  return weight ? writtenText(weight) : null;
}

/**
 * The weights that a mean runs with, in the order of the children: millionths, or 1 each where none are stated or
 * all count the same.
 */
export const weightsOf = (group: Group): readonly bigint[] =>
  group.children.map((child) => (group.weights === 'equal' ? 1n : (child.weight?.millionths ?? 1n)));

import { Decimal, plain, sumOf, ZERO } from '../../../src/numbers/decimal.js';
import type { Part } from '../api/shapes.js';
import { SERIES, SERIES_BONUS } from '../theme.js';

export interface Segment {
  readonly code: string;
  readonly title: string;
  readonly weight: string | null;
  /** Points; null when the scheme's total is no sum of its parts. */
  readonly points: string | null;
  readonly colour: string;
  readonly kind: Part['kind'];
}

const REST = '其他';

const total = (texts: readonly (string | null)[]): string | null => {
  const known = texts.filter((text): text is string => text !== null);
  return known.length === 0 ? null : plain(sumOf(known.map((text) => new Decimal(text))));
};

/**
 * The pieces of a score bar in the order of the scheme: six parts have a colour of their own, further ones are
 * shown as one piece 其他 (at most six groups can be told apart, ux 4.7). Bonuses are one piece, deductions another.
 */
export function segmentsOf(parts: readonly Part[]): Segment[] {
  const nodes = parts.filter((part) => part.kind === 'node');
  const own = nodes.length > SERIES.length ? nodes.slice(0, SERIES.length - 1) : nodes;
  const rest = nodes.slice(own.length);
  const segments: Segment[] = own.map((part, index) => ({
    code: part.code,
    title: part.title,
    weight: part.weight,
    points: part.contribution,
    colour: SERIES[index] ?? '',
    kind: 'node',
  }));
  if (rest.length > 0)
    segments.push({
      code: 'rest',
      title: REST,
      weight: total(rest.map((part) => part.weight)),
      points: total(rest.map((part) => part.contribution)),
      colour: SERIES.at(-1) ?? '',
      kind: 'node',
    });
  for (const [kind, title] of [
    ['bonus', '加分'],
    ['deduction', '扣分'],
  ] as const) {
    const these = parts.filter((part) => part.kind === kind);
    if (these.length > 0)
      segments.push({
        code: kind,
        title,
        weight: null,
        points: total(these.map((part) => part.contribution)),
        colour: kind === 'bonus' ? SERIES_BONUS : 'transparent',
        kind,
      });
  }
  return segments;
}

/** Whether the pieces add up to the total; else one bar of the total is drawn. */
export const addsUp = (segments: readonly Segment[]): boolean =>
  segments.some((segment) => segment.kind === 'node') &&
  segments.every(
    (segment) => segment.points === null || segment.kind !== 'node' || !new Decimal(segment.points).lt(ZERO),
  ) &&
  segments.some((segment) => segment.kind === 'node' && segment.points !== null);

/** The pieces of all rows together, for the legend: a bonus that only one institution has stands there too. */
export function legendOf(rows: readonly { readonly parts: readonly Part[] }[]): Segment[] {
  const known = new Map<string, Segment>();
  for (const row of rows)
    for (const segment of segmentsOf(row.parts)) if (!known.has(segment.code)) known.set(segment.code, segment);
  const order = { node: 0, bonus: 1, deduction: 2 };
  return [...known.values()].sort((a, b) => order[a.kind] - order[b.kind]);
}

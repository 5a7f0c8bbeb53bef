import { Decimal } from '../numbers/decimal.js';

/** Longest first, so that 万亿 is not read as 万 and a base 亿. */
const SCALES: readonly (readonly [string, Decimal])[] = (
  [
    ['万亿', '1e12'],
    ['千万', '1e7'],
    ['百万', '1e6'],
    ['亿', '1e8'],
    ['万', '1e4'],
    ['千', '1e3'],
    ['百', '1e2'],
    ['', '1'],
  ] as const
).map(([prefix, factor]) => [prefix, new Decimal(factor)]);

/** What may be counted in 万 or 亿. Others, such as % and 倍, convert to nothing but themselves. */
const BASES: ReadonlySet<string> = new Set([
  '元',
  '户',
  '笔',
  '件',
  '只',
  '个',
  '人',
  '次',
  '场',
  '项',
  '吨',
  '吨标准煤',
]);

function parts(unit: string): { readonly base: string; readonly factor: Decimal } | null {
  for (const [prefix, factor] of SCALES) {
    if (unit.startsWith(prefix) && BASES.has(unit.slice(prefix.length)))
      return { base: unit.slice(prefix.length), factor };
  }
  return null;
}

/**
 * By what a figure in `from` is multiplied to stand in `to`: 亿元 → 万元 is 10⁴.
 * @returns null for an unknown unit or one of another kind
 */
export function unitFactor(from: string, to: string): Decimal | null {
  if (from === to) return new Decimal(1);
  const source = parts(from);
  const target = parts(to);
  return source && target && source.base === target.base ? source.factor.div(target.factor) : null;
}

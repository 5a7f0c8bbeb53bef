import { Decimal, plain, quantise } from '../../../src/numbers/decimal.js';

/** A figure that stands 10⁴ or 10⁸ times off last quarter's: 元 typed for 万元, 万元 for 亿元. */
export interface Slip {
  /** What the figure is multiplied by to stand near last quarter's. */
  readonly factor: string;
  /** 元→万元. */
  readonly title: string;
  /** The figure in the metric's unit, converted. */
  readonly converted: string;
  /** 10,000 倍, 万分之一 … */
  readonly ratio: string;
}

const SLIPS: readonly (readonly [power: number, factor: string, title: string, ratio: string])[] = [
  [4, '0.0001', '元→万元', '约 10,000 倍'],
  [-4, '10000', '亿元→万元', '约万分之一'],
  [8, '0.00000001', '元→亿元', '约 1 亿倍'],
  [-8, '100000000', '万元→元', '约一亿分之一'],
];
/** How far from the power of ten a slip may stand: between a third and three times. */
const NEAR = new Decimal(3);

/** @param last last quarter's figure in the same unit @returns null when nothing looks like a wrong unit */
export function slipOf(value: string | null, last: string | null | undefined, decimals: number): Slip | null {
  if (value === null || last === null || last === undefined) return null;
  const [now, before] = [new Decimal(value), new Decimal(last)];
  if (now.isZero() || before.isZero()) return null;
  const ratio = now.div(before).abs();
  for (const [power, factor, title, words] of SLIPS) {
    const off = ratio.div(new Decimal(10).pow(power));
    if (off.gte(Decimal.div(1, NEAR)) && off.lte(NEAR))
      return { factor, title, converted: converted(value, factor, decimals), ratio: words };
  }
  return null;
}

/** `value` × `factor`, in the metric's decimals. */
export const converted = (value: string, factor: string, decimals: number): string =>
  plain(quantise(new Decimal(value).times(new Decimal(factor)), decimals));

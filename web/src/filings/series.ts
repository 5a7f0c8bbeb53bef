import { quarterCode, quarterIndex } from '../../../src/calendar/period.js';
import { Decimal, plain } from '../../../src/numbers/decimal.js';

export interface Point {
  readonly period: string;
  /** null: not filed, the line has a gap. */
  readonly value: string | null;
}

type History = readonly { readonly period: string; readonly value: string | null }[];

export const PERIODS = 12;

/** The figure of a quarter so and so many before `period`. */
export function valueBefore(history: History | undefined, period: string, quarters: number): string | null {
  const wanted = quarterCode(quarterIndex(period) - quarters);
  return history?.find((each) => each.period === wanted)?.value ?? null;
}

/** Twelve quarters to `period`, the last with the figure that is being filed. */
export function seriesOf(history: History | undefined, period: string, now: string | null): Point[] {
  const last = quarterIndex(period);
  const known = new Map(history?.map((each) => [each.period, each.value]));
  return Array.from({ length: PERIODS }, (_, n) => {
    const code = quarterCode(last - PERIODS + 1 + n);
    return { period: code, value: code === period ? now : (known.get(code) ?? null) };
  });
}

/** 26Q3. */
export const shortPeriod = (period: string): string => period.slice(2);

const LARGE = new Decimal(10_000);

/** Money from one 亿 on is drawn in 亿元. */
export function drawnIn(
  points: readonly Point[],
  unit: string | null,
): { readonly unit: string; readonly points: readonly Point[] } {
  const isLarge = points.some(({ value }) => value !== null && new Decimal(value).abs().gte(LARGE));
  if (unit !== '万元' || !isLarge) return { unit: unit ?? '', points };
  return {
    unit: '亿元',
    points: points.map(({ period, value }) => ({
      period,
      value: value === null ? null : plain(new Decimal(value).div(LARGE)),
    })),
  };
}

import { Decimal, HUNDRED, quantise } from '../../../src/numbers/decimal.js';

/** How a figure stands to an earlier one. */
export interface Change {
  readonly direction: 'up' | 'down' | 'same';
  /** ▲ +4.4% */
  readonly text: string;
}

const HUGE = new Decimal(100_000);

/** In percent of the earlier figure; of a percentage in points. @returns null when one is missing or the earlier is 0 */
export function changeOf(now: string | null, before: string | null | undefined, unit: string | null): Change | null {
  if (now === null || before === null || before === undefined) return null;
  const [a, b] = [new Decimal(now), new Decimal(before)];
  const points = unit === '%';
  if (b.isZero() && !points) return null;
  const moved = points ? quantise(a.minus(b), 2) : quantise(a.minus(b).div(b.abs()).times(HUNDRED), 1);
  if (moved.abs().gt(HUGE))
    return { direction: moved.isNegative() ? 'down' : 'up', text: moved.isNegative() ? '▼ 极大' : '▲ 极大' };
  const size = points ? `${moved.abs().toFixed(2)}点` : `${moved.abs().toFixed(1)}%`;
  if (moved.isZero()) return { direction: 'same', text: size };
  return moved.isNegative() ? { direction: 'down', text: `▼ −${size}` } : { direction: 'up', text: `▲ +${size}` };
}

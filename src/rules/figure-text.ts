import { type Decimal, plain } from '../numbers/decimal.js';

const PLACES: Readonly<Record<string, number>> = { 万元: 2, '%': 2 };

/** A figure for people: `1,234.50万元`, `30户`; at least the decimals of its unit, never fewer than it has, up to 4. */
export function figureText(value: Decimal, unit: string): string {
  const least = PLACES[unit] ?? 0;
  const [whole = '', fraction = ''] = plain(value.toDecimalPlaces(4)).split('.');
  const digits = fraction.padEnd(least, '0');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${digits === '' ? '' : `.${digits}`}${unit}`;
}

/** A change for people: `+45.3%`, `−12.0%`. */
export function changeText(share: Decimal): string {
  const percent = share.times(100).toDecimalPlaces(1);
  const text = percent.abs().toFixed(1);
  return `${percent.isNegative() && !percent.isZero() ? '−' : '+'}${text}%`;
}

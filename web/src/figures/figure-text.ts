import { Decimal, plain, quantise } from '../../../src/numbers/decimal.js';

/** What stands for a missing figure. */
export const NONE = '—';

/** `-1234567.8` → `-1,234,567.8`; decimals untouched. */
export function grouped(figure: string): string {
  const [whole = '', fraction] = figure.split('.');
  const separated = whole.replace(/\B(?=([0-9]{3})+$)/g, ',');
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}

/** Half-up to exactly `places` decimals, with separators. Missing: —. */
export function fixed(figure: string | null | undefined, places = 2): string {
  if (figure === null || figure === undefined) return NONE;
  return grouped(quantise(new Decimal(figure), places).toFixed(places)).replace(/^-(?=0(\.0+)?$)/, '');
}

/** At most `places` decimals, no trailing zeros, with separators. Missing: —. */
export function short(figure: string | null | undefined, places = 6): string {
  if (figure === null || figure === undefined) return NONE;
  return grouped(plain(quantise(new Decimal(figure), places)));
}

/** A filed figure as filed, at least two decimals when it has a fraction: `93.7` → `93.70`, `42` → `42`. */
export function filed(figure: string | null | undefined): string {
  if (figure === null || figure === undefined) return NONE;
  const text = plain(new Decimal(figure));
  const fraction = text.split('.')[1] ?? '';
  return fraction.length === 1 ? `${grouped(text)}0` : grouped(text);
}

/** Filed money always shows two decimals at least; counts none. */
export const inUnit = (figure: string | null | undefined, unit: string | null | undefined): string =>
  figure !== null && figure !== undefined && unit === '万元' && !figure.includes('.')
    ? fixed(figure, 2)
    : filed(figure);

/** With its sign: `+1.00`, `−2.00`. */
export function signed(figure: string, places = 2): string {
  const value = quantise(new Decimal(figure), places);
  const text = grouped(value.abs().toFixed(places));
  return value.isZero() ? text : value.isNegative() ? `−${text}` : `+${text}`;
}

/** For lengths on the screen only, never for a figure that is printed. */
export const length = (figure: string | null | undefined): number =>
  figure === null || figure === undefined ? 0 : new Decimal(figure).toNumber();

/** `8f3a61c209be7d44…` → `8F3A 61C2 09BE 7D44`, the first 16 of a SHA-256. */
export const checkCode = (hash: string): string =>
  hash
    .slice(0, 16)
    .toUpperCase()
    .replace(/(.{4})(?=.)/g, '$1 ');

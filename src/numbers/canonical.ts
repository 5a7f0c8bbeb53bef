export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Keys are sorted by UTF-16 code unit as RFC 8785 says. */
const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const SURROGATE = /[\uD800-\uDFFF]/;
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

function text(value: string): string {
  if (SURROGATE.test(value) && LONE_SURROGATE.test(value))
    throw new TypeError('canonical JSON holds no lone surrogate');
  return JSON.stringify(value);
}

/**
 * Canonical JSON (RFC 8785): keys sorted, no blanks. Same value, same bytes, on every machine.
 * @throws TypeError for a number that is not finite and for a lone surrogate
 */
export function canonical(value: Json): string {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('canonical JSON holds finite numbers only');
    return JSON.stringify(value);
  }
  if (value === null || typeof value === 'boolean') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonical(item)).join(',')}]`;
  const object = value as { readonly [key: string]: Json };
  return `{${Object.keys(object)
    .sort(byCodeUnit)
    .map((key) => `${text(key)}:${canonical(object[key] as Json)}`)
    .join(',')}}`;
}

/**
 * Compares two codes by Unicode code point, never by locale (scheme-language). JavaScript's own `<` compares UTF-16
 * units, which differ from code points above U+FFFF.
 */
export function byCodePoint(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      // Only a surrogate against a higher unit stands out of order.
      const fix = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
      return fix(x) - fix(y);
    }
  }
  return a.length - b.length;
}

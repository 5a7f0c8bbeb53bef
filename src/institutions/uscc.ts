/** No I O Z S V: they look like other characters. */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/**
 * Whether `code` (upper case, half width, as `cleanUscc` leaves it) is a unified social credit code 统一社会信用代码.
 * Source: GB 32100-2015: 17 characters weighted 3^k mod 31, then the check character.
 */
export function isUscc(code: string): boolean {
  if (code.length !== 18) return false;
  const digits = [...code].map((character) => ALPHABET.indexOf(character));
  if (digits.length !== 18 || digits.includes(-1)) return false;
  const sum = digits.slice(0, 17).reduce((total, digit, k) => total + digit * (3 ** k % 31), 0);
  return (31 - (sum % 31)) % 31 === digits[17];
}

/** Blanks of every width, also those that nobody sees (zero-width, no-break, byte order mark). */
const BLANKS = /[\s\u200b-\u200d\u2060\ufeff]+/g;
const FULL_WIDTH = /[\uff01-\uff5e]/g;

/**
 * A code as people type and paste it, brought into its one form: half width, upper case, no blanks. Never repairs
 * a wrong character: whether the outcome is a code is for `isUscc` to say.
 */
export function cleanUscc(text: string): string {
  return text
    .replace(FULL_WIDTH, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
    .replace(BLANKS, '')
    .toUpperCase();
}

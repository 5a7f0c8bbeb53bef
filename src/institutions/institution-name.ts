const MARKS = /[\s\u200b-\u200d\u2060\ufeff()[\]{}【】〔〕「」『』《》〈〉"'“”‘’·・,，.。、_-]+/g;

/**
 * A name as people type it, brought into the form in which two of them are compared: half width, upper case, without
 * blanks, brackets, quotes, dots and hyphens. `中国银行（沙坪坝 支行）` and `中国银行沙坪坝支行` are one. Nothing that is a
 * word falls away: 股份有限公司 stays, so two firms never become one by it.
 */
export const foldName = (text: string): string => text.normalize('NFKC').replace(MARKS, '').toUpperCase();

/**
 * How near two folded names are, 0–1: the share of neighbouring characters that they have in common (Dice), and not
 * below 0.6 when one stands in the other as a whole. For asking, never for deciding.
 */
export function nearness(one: string, other: string): number {
  if (one === '' || other === '') return 0;
  if (one === other) return 1;
  const pairs = (text: string): string[] => [...text].slice(1).map((character, i) => `${[...text][i]}${character}`);
  const [left, right] = [pairs(one), pairs(other)];
  const rest = [...right];
  const common = left.filter((pair) => {
    const at = rest.indexOf(pair);
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  }).length;
  const dice = left.length + right.length === 0 ? 0 : (2 * common) / (left.length + right.length);
  const stands = Math.min(one.length, other.length) >= 2 && (one.includes(other) || other.includes(one));
  return Math.max(dice, stands ? 0.6 : 0, isAbbreviation(one, other) || isAbbreviation(other, one) ? 0.5 : 0);
}

/** 青禾行 of 青禾银行示范支行: its characters stand in the long one in this order, and it begins as that does. */
function isAbbreviation(short: string, long: string): boolean {
  if (short.length < 2 || short.length >= long.length || short[0] !== long[0]) return false;
  let at = 0;
  for (const character of short) {
    at = long.indexOf(character, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

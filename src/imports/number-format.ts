/** What a cell's number format says about the stored number. */
export type NumberFormat = 'plain' | 'percent' | 'date' | 'scaled';

/** Formats that every workbook has without saying so (ECMA-376 18.8.30; 27–36 and 50–58 are the Chinese dates). */
const BUILT_IN_DATES: readonly (readonly [number, number])[] = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
];

/** @param id number of a format that the workbook does not spell out */
export function builtInFormat(id: number): NumberFormat {
  if (id === 9 || id === 10) return 'percent';
  return BUILT_IN_DATES.some(([first, last]) => id >= first && id <= last) ? 'date' : 'plain';
}

const QUOTED = /"[^"]*"?/g;
const ESCAPED = /[\\!_*]./gsu;
/** Elapsed time `[h]`, `[mm]`: a bracket that is no colour, currency, condition or calendar. */
const ELAPSED = /\[(?:h+|m+|s+)\]/i;
const BRACKETED = /\[[^\]]*\]?/g;
const WORDS = /General|E[+-]/gi;
const DATE_LETTERS = /[ymdhsgeb]|aaa/i;
/** A comma after a digit place and before no other: each one hides three digits. */
const SCALING = /[0#?],+(?![0#?,])/;

/**
 * What a format code means, by its letters outside quotes, escapes and brackets: `#,##0.00"万元/day"` is no date, and
 * `0!.0,"万"` shows a number that is 1000 times smaller than the stored one.
 * Source: ECMA-376 18.8.31. @param code at most 255 characters in Excel; longer ones are read as well
 */
export function formatOf(code: string): NumberFormat {
  const bare = code.replace(QUOTED, '').replace(ESCAPED, '');
  if (ELAPSED.test(bare)) return 'date';
  const letters = bare.replace(BRACKETED, '').replace(WORDS, '');
  if (DATE_LETTERS.test(letters)) return 'date';
  if (letters.includes('%')) return 'percent';
  return SCALING.test(letters) ? 'scaled' : 'plain';
}

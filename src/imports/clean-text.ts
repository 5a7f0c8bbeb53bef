const FULL_WIDTH = /[\uff01-\uff5e]/g;
const OUTER_BLANKS = /^[\s\u200b-\u200d\u2060\ufeff]+|[\s\u200b-\u200d\u2060\ufeff]+$/g;
const INVISIBLE = /[\u200b-\u200d\u2060\ufeff]/g;
/** Exports put `'` before text that a spreadsheet would run (reliability 3.11). */
const DEFUSED = /^'(?=[=+\-@\t\r])/;
const ASCII_AS_IS = /^[!-~]*$/;

/** Without the blanks around it, and without the `'` by which an export defused it. */
export function cleanText(text: string): string {
  if (ASCII_AS_IS.test(text) && !text.startsWith("'")) return text;
  return text.replace(DEFUSED, '').replace(OUTER_BLANKS, '');
}

/** `cleanText`, and half width without invisible characters: for codes, periods, units and figures. */
export function cleanWord(text: string): string {
  if (ASCII_AS_IS.test(text) && !text.startsWith("'")) return text;
  return cleanText(text)
    .replace(INVISIBLE, '')
    .replace(FULL_WIDTH, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0));
}

export const isBlank = (text: string): boolean => text === '' || cleanText(text) === '';

/** Control characters but tab and line ends, lone surrogates, non-characters: a database or XML refuses them. */
const UNSTORABLE = /(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/gu;

/** Whether a database and people can keep this text as it is. */
export const isStorable = (text: string): boolean => text.search(UNSTORABLE) < 0;

/** The text without what a database or XML refuses. */
export const storable = (text: string): string => (ASCII_AS_IS.test(text) ? text : text.replace(UNSTORABLE, '\ufffd'));

/** What stood in the file, fit to be shown and stored: at most 200 characters, nothing that a database refuses. */
export function shownRaw(text: string): string {
  if (text.length <= 200 && ASCII_AS_IS.test(text)) return text;
  const short = text.length > 200 ? `${text.slice(0, 199)}…` : text;
  return short.replace(UNSTORABLE, '\ufffd');
}

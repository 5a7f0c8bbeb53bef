const NUMBER = /^-?[0-9]+(\.[0-9]+)?$/;

/**
 * A text as a spreadsheet may open it: what it would take for a formula gets a `'` in front, which imports take off
 * again (reliability 3.11). Plain numbers, negative ones too, stay numbers.
 */
export const defused = (text: string): string => (/^[=+\-@\t\r]/.test(text) && !NUMBER.test(text) ? `'${text}` : text);

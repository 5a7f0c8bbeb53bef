import type { Violation } from '../problems/problems.js';

/** Characters of a document. The longest scheme that ships has under 10,000. */
const MOST_CHARACTERS = 200_000;
/** Brackets open at once, whether quoted or not: a parser takes seconds over 100,000 of them. */
const MOST_OPEN = 500;

/** Whether a document is so long or so deep that parsing it would hold up everybody. @returns null: it may be read */
export function outOfBounds(text: string): Violation | null {
  const fault = (found: string, expected: string): Violation => ({
    path: 'document',
    rule: 'document-size',
    found,
    expected,
    message: '方案文档太长或嵌套太深',
  });
  if (text.length > MOST_CHARACTERS) return fault(`${text.length} 个字符`, `≤ ${MOST_CHARACTERS} 个字符`);
  let open = 0;
  for (const character of text) {
    if (character === '[' || character === '{') open++;
    else if ((character === ']' || character === '}') && open > 0) open--;
    if (open > MOST_OPEN) return fault(`超过 ${MOST_OPEN} 层括号`, `≤ ${MOST_OPEN} 层括号`);
  }
  return null;
}

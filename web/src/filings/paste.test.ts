import { expect, it } from '@jest/globals';
import { blockText, parseBlock } from './block.js';
import { type InputAt, pasteWords, planPaste } from './paste.js';

const metric = { unit: '万元', decimals: 4 };
const three: InputAt = (row, column) => ({ code: `R${row}_${column}`, metric });
const firstOnly: InputAt = (row, column) => (column === 0 ? { code: `R${row}`, metric } : null);
const here = { top: 0, bottom: 0, left: 0, right: 0 };

it('reads what Excel copies: a last line end, quotes, line ends inside', () => {
  expect(parseBlock('1\t2\r\n3\t4\r\n')).toEqual([
    ['1', '2'],
    ['3', '4'],
  ]);
  expect(parseBlock('"1,5\n"\t"say ""x"""')).toEqual([['1,5\n', 'say "x"']]);
  expect(parseBlock('')).toEqual([['']]);
  expect(parseBlock(blockText([['1'], ['/'], ['..'], ['']]))).toEqual([['1'], ['/'], ['..']]);
});

it('a block of 3×40 fills 120 cells', () => {
  const block = Array.from({ length: 40 }, (_, row) => [0, 1, 2].map((column) => `${row},00${column}`));
  const paste = planPaste(block, here, { rows: 40, columns: 3 }, three);
  if (typeof paste === 'string') throw new Error(paste);
  expect(paste.changes.size).toBe(120);
  expect(paste.changes.get('R39_2')).toEqual({ value: '39002', state: 'value' });
  expect(pasteWords(paste)).toBe('已粘贴120格');
});

it('never shifts: cells that are only read are skipped and counted', () => {
  const paste = planPaste(
    [
      ['1', '2', '3'],
      ['x', '5', '6'],
    ],
    { top: 3, bottom: 3, left: 0, right: 0 },
    { rows: 9, columns: 3 },
    firstOnly,
  );
  if (typeof paste === 'string') throw new Error(paste);
  expect([...paste.changes.keys()]).toEqual(['R3', 'R4']);
  expect(pasteWords(paste)).toBe('已粘贴2格，跳过4格只读，1格不是数字，请改正');
});

it.each([
  [{ top: 8, bottom: 8, left: 0, right: 0 }, '从此处起只有1行3列'],
  [{ top: 0, bottom: 0, left: 2, right: 2 }, '从此处起只有9行1列'],
])('what would fall outside the grid is refused whole, with words: %j', (onto, words) => {
  const block = [
    ['1', '2'],
    ['3', '4'],
  ];
  expect(planPaste(block, onto, { rows: 9, columns: 3 }, three)).toContain(words);
});

it('one cell fills a taller selection', () => {
  const paste = planPaste([['7']], { top: 1, bottom: 4, left: 0, right: 0 }, { rows: 9, columns: 3 }, firstOnly);
  expect(typeof paste === 'string' ? paste : [...paste.changes.keys()]).toEqual(['R1', 'R2', 'R3', 'R4']);
});

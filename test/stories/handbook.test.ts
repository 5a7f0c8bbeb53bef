import { readFileSync } from 'node:fs';
import { type Block, blocksOf, type Inline, type Line } from '../../web/src/handbook/handbook-text.js';

const handbook = blocksOf(readFileSync('docs/handbook.md', 'utf8'));
const linesOf = (block: Block): readonly Line[] => {
  if (block.kind === 'heading') return [[{ kind: 'text', text: block.text }]];
  if (block.kind === 'paragraph') return [block.line];
  return block.kind === 'list' ? block.items : [...block.head, ...block.rows.flat()];
};
const pieces: readonly Inline[] = handbook.flatMap(linesOf).flat();

it('nothing of the handbook is left as markup', () => {
  for (const { text } of pieces) expect(text).not.toMatch(/\*\*|\]\(|^\||^#|`/);
  expect(handbook.filter(({ kind }) => kind === 'heading').length).toBeGreaterThan(12);
  const widths = handbook.flatMap((block) =>
    block.kind === 'table' ? block.rows.map((row) => row.length === block.head.length) : [],
  );
  expect(widths).not.toContain(false);
  expect(widths.length).toBeGreaterThan(20);
});

it('every address in it is a page', () => {
  const router = readFileSync('web/src/router.tsx', 'utf8');
  const pages = [...router.matchAll(/path: '([^']+)'/g)].map(([, path]) => path);
  const told = new Set(pieces.flatMap((piece) => (piece.kind === 'link' ? [piece.to] : [])));
  expect([...told].filter((address) => !pages.includes(address))).toEqual([]);
});

it('reads a line, a list and a table', () => {
  expect(blocksOf('一 **二** `三` [四](/home)\n\n- 甲\n- 乙\n\n1. 丙\n\n| 丁 | 戊 |\n|---|---|\n| 己 | 庚 |')).toEqual([
    {
      kind: 'paragraph',
      line: [
        { kind: 'text', text: '一 ' },
        { kind: 'strong', text: '二' },
        { kind: 'text', text: ' ' },
        { kind: 'code', text: '三' },
        { kind: 'text', text: ' ' },
        { kind: 'link', text: '四', to: '/home' },
      ],
    },
    { kind: 'list', ordered: false, items: [[{ kind: 'text', text: '甲' }], [{ kind: 'text', text: '乙' }]] },
    { kind: 'list', ordered: true, items: [[{ kind: 'text', text: '丙' }]] },
    {
      kind: 'table',
      head: [[{ kind: 'text', text: '丁' }], [{ kind: 'text', text: '戊' }]],
      rows: [[[{ kind: 'text', text: '己' }], [{ kind: 'text', text: '庚' }]]],
    },
  ]);
});

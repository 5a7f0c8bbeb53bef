/** A piece of a line. */
export type Inline =
  | { readonly kind: 'text' | 'strong' | 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly to: string };

export type Line = readonly Inline[];

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string; readonly id: string }
  | { readonly kind: 'paragraph'; readonly line: Line }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly Line[] }
  | { readonly kind: 'table'; readonly head: readonly Line[]; readonly rows: readonly (readonly Line[])[] };

const HEADING = /^(#{1,3}) (.+)$/;
const ITEM = /^(-|\d+\.) (.+)$/;
const RULE = /^\|[-| :]+\|$/;

/**
 * The part of Markdown that docs/handbook.md is written in: headings, paragraphs, lists of one level, tables; strong,
 * code and links in a line. One line of the file is one thing.
 */
export function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  let list = null as { ordered: boolean; items: Line[] } | null;
  let table = null as { head: readonly Line[]; rows: (readonly Line[])[] } | null;
  for (const written of markdown.split('\n')) {
    const line = written.trim();
    const item = ITEM.exec(line);
    if (!item) list = null;
    if (!line.startsWith('|')) table = null;
    if (line === '' || RULE.test(line)) continue;
    const heading = HEADING.exec(line);
    if (heading) {
      const [, marks = '', text = ''] = heading;
      blocks.push({ kind: 'heading', level: marks.length as 1 | 2 | 3, text, id: `s${blocks.length}` });
    } else if (item) {
      const ordered = item[1] !== '-';
      if (list?.ordered !== ordered) {
        list = { ordered, items: [] };
        blocks.push({ kind: 'list', ...list });
      }
      list.items.push(lineOf(item[2] ?? ''));
    } else if (line.startsWith('|')) {
      const cells = line
        .slice(1, -1)
        .split('|')
        .map((cell) => lineOf(cell.trim()));
      if (table) table.rows.push(cells);
      else {
        table = { head: cells, rows: [] };
        blocks.push({ kind: 'table', ...table });
      }
    } else blocks.push({ kind: 'paragraph', line: lineOf(line) });
  }
  return blocks;
}

/** **strong**, `code`, [text](address). */
function lineOf(text: string): Line {
  const pieces: Inline[] = [];
  let from = 0;
  for (const found of text.matchAll(/\*\*([^*]+)\*\*|`([^`]+)`|\[([^\]]+)\]\(([^)]+)\)/g)) {
    if (found.index > from) pieces.push({ kind: 'text', text: text.slice(from, found.index) });
    const [whole, strong, code, link, to = ''] = found;
    if (strong !== undefined) pieces.push({ kind: 'strong', text: strong });
    else if (code !== undefined) pieces.push({ kind: 'code', text: code });
    else pieces.push({ kind: 'link', text: link ?? '', to });
    from = found.index + whole.length;
  }
  if (from < text.length) pieces.push({ kind: 'text', text: text.slice(from) });
  return pieces;
}

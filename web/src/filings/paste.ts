import { type Block, sizeOf } from './block.js';
import type { Rectangle, Size } from './selection.js';
import { type Entry, readTyped, type TypedMetric } from './typed-text.js';

/** What a place of the grid takes; null: it is only read. */
export type InputAt = (row: number, column: number) => { readonly code: string; readonly metric: TypedMetric } | null;

export interface Paste {
  readonly changes: ReadonlyMap<string, Entry>;
  /** Cells of the block that met a cell which cannot be typed into. */
  readonly skipped: number;
  /** Cells whose text is no figure; they are in `changes` with their fault. */
  readonly faulty: number;
  readonly rounded: number;
}

/**
 * A block at the upper left corner of the selection, cell by cell, never shifted. One row or one cell fills a taller
 * selection, as in a spreadsheet.
 * @returns the reason in words when a part would fall outside the grid: nothing is pasted then
 */
export function planPaste(block: Block, onto: Rectangle, size: Size, inputAt: InputAt): Paste | string {
  const { rows, columns } = sizeOf(block);
  const height = rows === 1 ? Math.max(1, onto.bottom - onto.top + 1) : rows;
  const left = Math.max(0, onto.left);
  if (onto.top + height > size.rows || left + columns > size.columns)
    return `粘贴的内容为${rows}行${columns}列，从此处起只有${size.rows - onto.top}行${size.columns - left}列，未粘贴任何内容`;
  const changes = new Map<string, Entry>();
  let [skipped, faulty, rounded] = [0, 0, 0];
  for (let row = 0; row < height; row++)
    for (const [column, text] of (block[rows === 1 ? 0 : row] ?? []).entries()) {
      const target = inputAt(onto.top + row, left + column);
      if (!target) {
        skipped++;
        continue;
      }
      const { entry, note } = readTyped(text, target.metric);
      if (entry.fault) faulty++;
      if (note !== null) rounded++;
      changes.set(target.code, entry);
    }
  return { changes, skipped, faulty, rounded };
}

/** 已粘贴40格，跳过2格只读. */
export function pasteWords({ changes, skipped, faulty, rounded }: Paste): string {
  const parts = [`已粘贴${changes.size}格`];
  if (skipped > 0) parts.push(`跳过${skipped}格只读`);
  if (rounded > 0) parts.push(`${rounded}格按小数位四舍五入`);
  if (faulty > 0) parts.push(`${faulty}格不是数字，请改正`);
  return parts.join('，');
}

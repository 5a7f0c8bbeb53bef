/** A block of cells as spreadsheets put it on the clipboard. */
export type Block = readonly (readonly string[])[];

/**
 * Tab-separated text as Excel and WPS copy it: cells with line ends or tabs stand in double quotes. The line end after
 * the last row begins no row.
 */
export function parseBlock(text: string): Block {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  const endCell = (): void => {
    rows.at(-1)?.push(cell);
    cell = '';
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at++;
      } else quoted = false;
    } else if (character === '"' && cell === '') quoted = true;
    else if (character === '\t') endCell();
    else if (character === '\n') {
      endCell();
      rows.push([]);
    } else if (character !== '\r') cell += character;
  }
  endCell();
  const last = rows.at(-1);
  if (rows.length > 1 && last?.length === 1 && last[0] === '') rows.pop();
  return rows;
}

/** The other way round; figures and marks need no quotes. */
export const blockText = (block: Block): string => block.map((row) => row.join('\t')).join('\r\n');

/** Rows and columns of a block, ragged ones by their widest row. */
export const sizeOf = (block: Block): { readonly rows: number; readonly columns: number } => ({
  rows: block.length,
  columns: Math.max(0, ...block.map((row) => row.length)),
});

/** A row of a table with the line on which it begins, from 1. */
export interface CsvRow {
  readonly cells: readonly string[];
  readonly line: number;
}

export interface CsvFault {
  readonly line: number;
  readonly found: string;
}

const BYTE_ORDER_MARK = 0xfeff;

/**
 * RFC 4180 with comma; LF or CRLF, with or without byte order mark, as spreadsheets write it. Lines with nothing at
 * all at the end of the file do not count. Knows the line of every row, which messages need.
 */
export function parseCsv(source: string): { rows: readonly CsvRow[]; faults: readonly CsvFault[] } {
  const text = source.charCodeAt(0) === BYTE_ORDER_MARK ? source.slice(1) : source;
  const rows: CsvRow[] = [];
  const faults: CsvFault[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const start = line;
    const cells: string[] = [];
    for (;;) {
      const cell = text.charAt(at) === '"' ? quoted(text, at) : bare(text, at);
      if (cell.broken) faults.push({ line: start, found: cell.value.slice(0, 40) });
      cells.push(cell.value);
      line += cell.lines;
      at = cell.end;
      if (text.charAt(at) !== ',') break;
      at++;
    }
    if (text.charAt(at) === '\r') at++;
    at++;
    line++;
    rows.push({ cells, line: start });
  }
  while (rows.at(-1)?.cells.length === 1 && rows.at(-1)?.cells[0] === '') rows.pop();
  return { rows, faults };
}

interface Scanned {
  readonly value: string;
  readonly end: number;
  readonly lines: number;
  readonly broken: boolean;
}

const atEnd = (text: string, at: number): boolean => {
  const character = text.charAt(at);
  return (
    character === '' || character === ',' || character === '\n' || (character === '\r' && text.charAt(at + 1) === '\n')
  );
};

function bare(text: string, start: number): Scanned {
  let end = start;
  while (!atEnd(text, end)) end++;
  const value = text.slice(start, end);
  return { value, end, lines: 0, broken: value.includes('"') };
}

function quoted(text: string, start: number): Scanned {
  let value = '';
  let at = start + 1;
  for (;;) {
    const close = text.indexOf('"', at);
    if (close === -1) return { value: text.slice(start), end: text.length, lines: 0, broken: true };
    value += text.slice(at, close);
    at = close + 1;
    if (text.charAt(at) !== '"') break;
    value += '"';
    at++;
  }
  const rest = bare(text, at);
  return { value: value + rest.value, end: rest.end, lines: value.split('\n').length - 1, broken: rest.value !== '' };
}

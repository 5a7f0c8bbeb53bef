const cell = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** UTF-8, LF, RFC 4180. @param rows objects; a key that a row lacks is an empty cell */
export const csv = (columns, rows) =>
  `${[columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))].map((row) => row.map(cell).join(',')).join('\n')}\n`;

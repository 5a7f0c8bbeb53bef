/** What a file may be at most; beyond it is refused whole, before memory or time is spent on it (reliability 3.10). */
export const IMPORT_LIMITS = {
  fileBytes: 20 * 1024 * 1024,
  /** Rows below the header, also the number of the last row that holds anything. */
  dataRows: 200_000,
  /** Columns with anything in them. All metrics of the catalogue are fewer than 200. */
  columns: 512,
  /** Cells of all kept rows, blank ones within them included. */
  cells: 1_500_000,
  /** Characters of one cell: what Excel holds. */
  cellCharacters: 32_767,
  /** Figures that one file may offer, blanks of known columns included. */
  figures: 300_000,
  /** Problems and warnings named one by one; more means that the wrong file was chosen. */
  issues: 200_000,
  zipEntries: 500,
  zipUnpackedBytes: 64 * 1024 * 1024,
  zipRatio: 200,
  zipNameCharacters: 255,
  xmlDepth: 64,
  sourceCharacters: 200,
} as const;

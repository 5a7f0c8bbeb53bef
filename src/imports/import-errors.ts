import { DomainError, type Violation } from '../problems/problems.js';

/** Why a file is refused whole; codes of the import manifest and of the reader's own bounds. */
export type FileRefusal =
  | 'IMPORT_CELLS'
  | 'IMPORT_COLUMNS'
  | 'IMPORT_CSV_QUOTE'
  | 'IMPORT_EMPTY'
  | 'IMPORT_ENCODING'
  | 'IMPORT_ENCRYPTED'
  | 'IMPORT_FIELD_LENGTH'
  | 'IMPORT_FIGURES'
  | 'IMPORT_HEADER_DUPLICATE'
  | 'IMPORT_HEADER_MISSING'
  | 'IMPORT_ISSUES'
  | 'IMPORT_MACRO'
  | 'IMPORT_MEMORY'
  | 'IMPORT_MERGED'
  | 'IMPORT_NO_ROWS'
  | 'IMPORT_NUL'
  | 'IMPORT_OLD_FORMAT'
  | 'IMPORT_ROWS'
  | 'IMPORT_SIZE'
  | 'IMPORT_TIMEOUT'
  | 'IMPORT_TYPE'
  | 'IMPORT_XML_DAMAGED'
  | 'IMPORT_XML_DEPTH'
  | 'IMPORT_XML_DTD'
  | 'IMPORT_XML_ENCODING'
  | 'IMPORT_ZIP_DAMAGED'
  | 'IMPORT_ZIP_DUPLICATE'
  | 'IMPORT_ZIP_ENTRIES'
  | 'IMPORT_ZIP_METHOD'
  | 'IMPORT_ZIP_OVERLAP'
  | 'IMPORT_ZIP_PATH'
  | 'IMPORT_ZIP_RATIO'
  | 'IMPORT_ZIP_SIZE';

/** Where a refused file is at fault: a sheet, a cell, an entry of the zip; nothing = the file itself. */
export interface FilePlace {
  readonly sheet?: string | null;
  readonly cell?: string;
  readonly entry?: string;
}

/**
 * A file that is refused whole. The readers know the place; `readImport` alone knows the file's name and turns it
 * into the `DomainError` that leaves the room.
 */
export class FileRefused extends Error {
  constructor(
    readonly code: FileRefusal,
    message: string,
    readonly found: string,
    readonly expected: string,
    readonly place: FilePlace = {},
  ) {
    super(message);
    this.name = code;
  }
}

/** @returns the 422 of a refused file; the violation's path is file, sheet or zip entry, and cell, joined by `/` */
export function importRefused(file: string, refusal: FileRefused): DomainError {
  const { sheet, entry, cell } = refusal.place;
  const path = [file, sheet ?? entry, cell].filter((part) => part !== undefined && part !== null).join('/');
  return new DomainError(refusal.code, 422, refusal.message, [
    { path, rule: refusal.code, found: refusal.found, expected: refusal.expected, message: refusal.message },
  ]);
}

/** @param first the first of the problems, as violations */
export const importNotClean = (problems: number, first: readonly Violation[]): DomainError =>
  new DomainError('IMPORT_NOT_CLEAN', 422, `还有 ${problems} 处问题；可改好后重新上传，或只导入无误的行`, first);

import { FileRefused, importRefused } from '../imports/import-errors.js';
import { IMPORT_LIMITS } from '../imports/import-limits.js';
import { inspectZip } from '../imports/zip-inspect.js';

/** One file that was dropped, or that a dropped zip held. */
export interface DroppedFile {
  /** Its own name, without the folders above it. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export const INTAKE_LIMITS = {
  /** Files of one batch: a district's institutions several times over. */
  files: 300,
  /** All of them together. */
  bytes: 64 * 1024 * 1024,
} as const;

/** What systems and spreadsheets leave lying about, and no workbook. */
const isLitter = (path: string): boolean =>
  path.endsWith('/') ||
  path.split('/').some((part) => part === '__MACOSX' || part.startsWith('.') || part.startsWith('~$')) ||
  /(^|\/)(thumbs\.db|desktop\.ini)$/i.test(path);

/** A zip of workbooks, not a workbook, which is a zip too. */
export const isZipName = (name: string): boolean => /\.zip$/i.test(name);

/**
 * The files of a zip, whatever folders they lie in: every entry within the bounds of imports, encrypted, damaged and
 * overlapping ones refused. A zip within a zip stays a file, which nobody opens.
 * @throws DomainError 422 IMPORT_ZIP_…, IMPORT_ENCRYPTED, IMPORT_SIZE
 */
export function filesOfZip({ name, bytes }: DroppedFile): DroppedFile[] {
  try {
    if (bytes.length > IMPORT_LIMITS.fileBytes)
      throw new FileRefused(
        'IMPORT_SIZE',
        '文件超过 20 MB',
        `${bytes.length} 字节`,
        `≤ ${IMPORT_LIMITS.fileBytes} 字节`,
      );
    const entries = inspectZip(bytes, (entry) => !isLitter(entry), 'files');
    return [...entries].flatMap(([path, contents]) =>
      isLitter(path) ? [] : [{ name: path.slice(path.lastIndexOf('/') + 1), bytes: contents }],
    );
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    const { code, message, found, expected, place } = error;
    throw importRefused(name, new FileRefused(code, message.replaceAll('工作簿', '压缩包'), found, expected, place));
  }
}

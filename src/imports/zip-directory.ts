import { FileRefused } from './import-errors.js';
import { IMPORT_LIMITS } from './import-limits.js';

/** One entry as the central directory tells it, its place in the file found. */
export interface ZipEntry {
  readonly name: string;
  readonly nameBytes: Uint8Array;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  readonly localOffset: number;
}

export const zipDamaged = (what: string, entry?: string): FileRefused =>
  new FileRefused(
    'IMPORT_ZIP_DAMAGED',
    `工作簿已损坏或被改动：${what}`,
    what,
    '完整的工作簿',
    entry === undefined ? {} : { entry },
  );

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const END = 0x06054b50;
const END64_LOCATOR = 0x07064b50;
const END64 = 0x06064b50;
const CENTRAL = 0x02014b50;
const U32 = 0xffffffff;

interface Directory {
  readonly count: number;
  readonly start: number;
  readonly size: number;
}

/** 64-bit sizes beyond 2^53 are of no honest file here. */
function smallSize(view: DataView, at: number): number {
  if (view.getUint32(at + 4, true) !== 0) throw zipDamaged('长度超出范围');
  return view.getUint32(at, true);
}

/** The end record must be the last bytes of the file, its comment included. */
function endOf(view: DataView): number {
  for (let at = view.byteLength - 22; at >= 0 && at >= view.byteLength - 22 - 0xffff; at--) {
    if (view.getUint32(at, true) === END && view.getUint16(at + 20, true) === view.byteLength - at - 22) return at;
  }
  throw zipDamaged('没有目录，文件不完整');
}

function directoryOf(view: DataView): Directory {
  const end = endOf(view);
  if (view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 6, true) !== 0) throw zipDamaged('分卷压缩');
  const plain = {
    count: view.getUint16(end + 10, true),
    size: view.getUint32(end + 12, true),
    start: view.getUint32(end + 16, true),
  };
  if (view.getUint16(end + 8, true) !== plain.count) throw zipDamaged('目录条数前后不一');
  if (end < 20 || view.getUint32(end - 20, true) !== END64_LOCATOR) {
    if (plain.start + plain.size !== end) throw zipDamaged('目录位置不符');
    return plain;
  }
  const at = smallSize(view, end - 12);
  if (at + 56 > end - 20 || view.getUint32(at, true) !== END64) throw zipDamaged('目录位置不符');
  const wide = { count: smallSize(view, at + 32), size: smallSize(view, at + 40), start: smallSize(view, at + 48) };
  const agrees = (value: number, narrow: number, unset: number): boolean => narrow === unset || narrow === value;
  if (
    wide.start + wide.size !== at ||
    !agrees(wide.count, plain.count, 0xffff) ||
    !agrees(wide.size, plain.size, U32) ||
    !agrees(wide.start, plain.start, U32)
  ) {
    throw zipDamaged('目录位置不符');
  }
  return wide;
}

/** Whose names a zip holds: parts of a workbook, where only ASCII matters, or files that people called something. */
export type ZipNames = 'parts' | 'files';

/** What Windows in China writes without the flag; its second bytes may look like a backslash, so this comes first. */
function peoplesName(bytes: Uint8Array): string {
  try {
    return new TextDecoder('gbk', { fatal: true }).decode(bytes).replaceAll('\\', '/');
  } catch {
    return String.fromCharCode(...bytes);
  }
}

/** A name of the encoding its flag promises. */
function nameOf(bytes: Uint8Array, flags: number, names: ZipNames): string {
  if ((flags & 0x800) === 0) return names === 'files' ? peoplesName(bytes) : String.fromCharCode(...bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw zipDamaged('条目名称不是 UTF-8');
  }
}

/** The zip64 field holds, in this order, what the record gives as 0xFFFFFFFF. */
function wideSizes(view: DataView, at: number, length: number, narrow: readonly number[]): number[] {
  let field = at;
  while (field + 4 <= at + length && view.getUint16(field, true) !== 1) field += 4 + view.getUint16(field + 2, true);
  let next = field + 4;
  return narrow.map((value) => {
    if (value !== U32) return value;
    if (next + 8 > at + length) throw zipDamaged('缺少长度');
    next += 8;
    return smallSize(view, next - 8);
  });
}

/**
 * The central directory, nothing of it believed yet except where it lies.
 * @throws FileRefused IMPORT_ZIP_DAMAGED, IMPORT_ZIP_ENTRIES, IMPORT_ZIP_PATH (an endless name)
 */
export function zipDirectory(bytes: Uint8Array, names: ZipNames = 'parts'): readonly ZipEntry[] {
  const view = viewOf(bytes);
  const { count, start, size } = directoryOf(view);
  if (count > IMPORT_LIMITS.zipEntries) {
    throw new FileRefused(
      'IMPORT_ZIP_ENTRIES',
      '工作簿内的条目过多',
      `${count} 条`,
      `≤ ${IMPORT_LIMITS.zipEntries} 条`,
    );
  }
  const entries: ZipEntry[] = [];
  let at = start;
  for (let index = 0; index < count; index++) {
    if (at + 46 > start + size || view.getUint32(at, true) !== CENTRAL) throw zipDamaged('目录不完整');
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > start + size) throw zipDamaged('目录不完整');
    if (nameLength > IMPORT_LIMITS.zipNameCharacters) {
      throw new FileRefused(
        'IMPORT_ZIP_PATH',
        '工作簿内有过长的条目名称',
        `${nameLength} 个字符`,
        `≤ ${IMPORT_LIMITS.zipNameCharacters} 个字符`,
      );
    }
    const nameBytes = bytes.subarray(at + 46, at + 46 + nameLength);
    const flags = view.getUint16(at + 8, true);
    const narrow = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
    const [unpacked = 0, packedSize = 0, localOffset = 0] = wideSizes(view, at + 46 + nameLength, extraLength, narrow);
    entries.push({
      name: nameOf(nameBytes, flags, names),
      nameBytes,
      flags,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packedSize,
      size: unpacked,
      localOffset,
    });
    at = next;
  }
  if (at !== start + size) throw zipDamaged('目录条数不符');
  return entries;
}

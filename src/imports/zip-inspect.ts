import { Inflate } from 'fflate';
import { crc32 } from './crc32.js';
import { FileRefused } from './import-errors.js';
import { IMPORT_LIMITS } from './import-limits.js';
import { viewOf, type ZipEntry, type ZipNames, zipDamaged, zipDirectory } from './zip-directory.js';

const LOCAL = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
/** Below this an entry is no bomb at any ratio: small parts of honest workbooks pack very well. */
const RATIO_FROM_BYTES = 64 * 1024;
/** Packed bytes given to the inflater at once: each can become 1032. */
const PIECE = 32 * 1024;

const UNPLAIN = /^[/\\]|[\\:]|(^|\/)\.{1,2}(\/|$)|\/\//;
const hasControl = (name: string): boolean => [...name].some((character) => character < ' ' || character === '\x7f');

/** Part names ignore case (ECMA-376 part 2), so two readers may take different ones of `sheet1.xml` and `Sheet1.xml`. */
function checkNames(entries: readonly ZipEntry[]): void {
  const seen = new Set<string>();
  for (const { name } of entries) {
    if (name === '' || UNPLAIN.test(name) || hasControl(name)) {
      const shown = JSON.stringify(name);
      throw new FileRefused('IMPORT_ZIP_PATH', '工作簿内有越出文件夹的条目名称', shown, '普通的相对路径', {
        entry: shown,
      });
    }
    const key = name.toLowerCase();
    if (seen.has(key)) {
      throw new FileRefused('IMPORT_ZIP_DUPLICATE', `工作簿内有两个同名条目“${name}”`, name, '名称各不相同', {
        entry: name,
      });
    }
    seen.add(key);
  }
}

function checkDeclared(entries: readonly ZipEntry[]): void {
  for (const { name, flags, method } of entries) {
    if ((flags & 0x2041) !== 0) {
      throw new FileRefused('IMPORT_ENCRYPTED', '工作簿已加密，请取消加密后重新上传', '加密条目', '未加密', {
        entry: name,
      });
    }
    if (method !== STORED && method !== DEFLATED) {
      throw new FileRefused('IMPORT_ZIP_METHOD', '工作簿采用了不支持的压缩方法', `方法 ${method}`, '存储或 Deflate', {
        entry: name,
      });
    }
  }
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > IMPORT_LIMITS.zipUnpackedBytes) {
    throw new FileRefused(
      'IMPORT_ZIP_SIZE',
      '工作簿解压后过大',
      `${total} 字节`,
      `≤ ${IMPORT_LIMITS.zipUnpackedBytes} 字节`,
    );
  }
  for (const { name, size, packedSize } of entries) {
    if (size > RATIO_FROM_BYTES && size > packedSize * IMPORT_LIMITS.zipRatio) {
      const found = `${Math.floor(size / Math.max(1, packedSize))} 倍`;
      throw new FileRefused('IMPORT_ZIP_RATIO', '工作簿压缩比异常', found, `≤ ${IMPORT_LIMITS.zipRatio} 倍`, {
        entry: name,
      });
    }
  }
}

interface LocatedEntry extends ZipEntry {
  readonly dataStart: number;
}

function locate(bytes: Uint8Array, entry: ZipEntry): LocatedEntry {
  const view = viewOf(bytes);
  const at = entry.localOffset;
  if (at + 30 > bytes.length || view.getUint32(at, true) !== LOCAL) throw zipDamaged('条目位置不符', entry.name);
  const dataStart = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (dataStart + entry.packedSize > bytes.length) throw zipDamaged('条目不完整', entry.name);
  return { ...entry, dataStart };
}

function checkOverlap(entries: readonly LocatedEntry[]): void {
  const ordered = [...entries].sort((a, b) => a.localOffset - b.localOffset);
  let end = 0;
  for (const { name, localOffset, dataStart, packedSize } of ordered) {
    if (localOffset < end) {
      throw new FileRefused('IMPORT_ZIP_OVERLAP', '工作簿内的条目互相重叠', name, '条目互不重叠', { entry: name });
    }
    end = dataStart + packedSize;
  }
}

/** What the entry says of itself equals what the directory says of it; sizes may follow the data (flag bit 3). */
function checkLocal(bytes: Uint8Array, entry: LocatedEntry): void {
  const view = viewOf(bytes);
  const at = entry.localOffset;
  const nameLength = view.getUint16(at + 26, true);
  const sameName =
    nameLength === entry.nameBytes.length && entry.nameBytes.every((byte, index) => bytes[at + 30 + index] === byte);
  const later = (entry.flags & 8) !== 0;
  const agrees = (offset: number, value: number): boolean => {
    const told = view.getUint32(at + offset, true);
    return told === value || (later && told === 0) || (offset !== 14 && told === 0xffffffff);
  };
  if (
    !sameName ||
    view.getUint16(at + 6, true) !== entry.flags ||
    view.getUint16(at + 8, true) !== entry.method ||
    !agrees(14, entry.crc) ||
    !agrees(18, entry.packedSize) ||
    !agrees(22, entry.size)
  ) {
    throw zipDamaged('条目与目录不一致', entry.name);
  }
}

/** Unpacks into exactly the declared size; stops at the first piece beyond it. */
function unpack(bytes: Uint8Array, entry: LocatedEntry): Uint8Array {
  const packed = bytes.subarray(entry.dataStart, entry.dataStart + entry.packedSize);
  if (entry.method === STORED) {
    if (entry.packedSize !== entry.size) throw zipDamaged('长度不符', entry.name);
    return packed;
  }
  const whole = new Uint8Array(entry.size);
  let filled = 0;
  const inflate = new Inflate((piece) => {
    if (filled + piece.length > entry.size) throw zipDamaged('实际长度大于所记长度', entry.name);
    whole.set(piece, filled);
    filled += piece.length;
  });
  try {
    for (let at = 0; at < packed.length; at += PIECE) {
      inflate.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length);
    }
  } catch (error) {
    if (error instanceof FileRefused) throw error;
    throw zipDamaged('压缩数据无法解开', entry.name);
  }
  if (filled !== entry.size) throw zipDamaged('实际长度小于所记长度', entry.name);
  return whole;
}

/**
 * Looks through a zip before any reader sees it, and unpacks it within bounds: entries counted, names plain and
 * unique, nothing encrypted, sizes and ratio bounded, no overlap, local header = directory, sizes and CRC true.
 *
 * @param keep  which entries are returned; the others are unpacked only to prove size and checksum, one at a time
 * @param names whose names they are
 * @returns     name → contents, names as written
 * @throws FileRefused IMPORT_ZIP_…, IMPORT_ENCRYPTED
 */
export function inspectZip(
  bytes: Uint8Array,
  keep: (name: string) => boolean,
  names: ZipNames = 'parts',
): ReadonlyMap<string, Uint8Array> {
  const entries = zipDirectory(bytes, names);
  checkNames(entries);
  checkDeclared(entries);
  const located = entries.map((entry) => locate(bytes, entry));
  checkOverlap(located);
  for (const entry of located) checkLocal(bytes, entry);
  const kept = new Map<string, Uint8Array>();
  for (const entry of located) {
    const contents = unpack(bytes, entry);
    if (crc32(contents) !== entry.crc) throw zipDamaged('校验和不符', entry.name);
    kept.set(entry.name, keep(entry.name) ? contents : new Uint8Array(0));
  }
  return kept;
}

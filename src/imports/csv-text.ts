import { FileRefused } from './import-errors.js';

/** As the WHATWG names them. A byte order mark is dropped and not named. */
export type DataEncoding = 'utf-8' | 'gb18030' | 'utf-16le';

const expectedEncodings = 'UTF-8、GB18030（GBK），或带 BOM 的 UTF-16LE';

const encodingRefused = (found: string, message = '无法识别文件编码，请另存为“CSV UTF-8”'): FileRefused =>
  new FileRefused('IMPORT_ENCODING', message, found, expectedEncodings);

function decoded(bytes: Uint8Array, encoding: DataEncoding): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** UTF-16 without a mark: every other byte of digits, commas and codes is 0. */
function looksLikeUtf16(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 4096);
  return head.filter((byte) => byte === 0).length * 5 > head.length;
}

const LINE_FEED = 0x0a;
/** Fewer high bytes than two Chinese characters of UTF-8 prove nothing: 联通 in GBK is valid UTF-8 by chance. */
const PROOF_BYTES = 6;

/** Whether any line of a text that is not UTF-8 as a whole is: then two encodings were pasted into one file. */
function hasUtf8Line(bytes: Uint8Array): boolean {
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found < 0 ? bytes.length : found;
    const line = bytes.subarray(start, end);
    let high = 0;
    let wide = false;
    for (let index = 0; index < line.length; index++) {
      const byte = line[index] as number;
      if (byte >= 0x80) high++;
      if (byte >= 0xe0 && byte <= 0xef) wide = true;
    }
    if (high >= PROOF_BYTES && wide && decoded(line, 'utf-8') !== null) return true;
    start = end + 1;
  }
  return false;
}

/**
 * The text of a CSV file: UTF-8 with or without BOM, GB18030, UTF-16LE with BOM. Every byte must fit; nothing is
 * replaced by a question mark.
 * @throws FileRefused IMPORT_ENCODING, IMPORT_NUL
 */
export function csvText(bytes: Uint8Array): { readonly text: string; readonly encoding: DataEncoding } {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) {
    const text = decoded(bytes, 'utf-16le');
    if (text === null) throw encodingRefused('不完整的 UTF-16LE');
    if (text.includes('\0')) throw nulRefused();
    return { text, encoding: 'utf-16le' };
  }
  if (bytes.includes(0)) throw looksLikeUtf16(bytes) ? encodingRefused('UTF-16，没有 BOM') : nulRefused();
  const utf8 = decoded(bytes, 'utf-8');
  if (utf8 !== null) return { text: utf8, encoding: 'utf-8' };
  const gb18030 = decoded(bytes, 'gb18030');
  if (gb18030 === null) throw encodingRefused('既不是 UTF-8，也不是 GB18030');
  if (hasUtf8Line(bytes)) {
    throw encodingRefused('UTF-8 与 GB18030 混用', '文件内混有两种编码，请统一后另存为“CSV UTF-8”');
  }
  return { text: gb18030.replace(/^\ufeff/, ''), encoding: 'gb18030' };
}

const nulRefused = (): FileRefused =>
  new FileRefused('IMPORT_NUL', '文件含有空字符（NUL），不是文本表格', 'NUL', '文本');

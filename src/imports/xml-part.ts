import { SaxesParser } from 'saxes';
import { FileRefused } from './import-errors.js';
import { IMPORT_LIMITS } from './import-limits.js';

export type XmlAttributes = Readonly<Record<string, string>>;

/** What a part's reader wants to know. Names come without the root's prefix (`x:row` → `row`). */
export interface XmlReader {
  /** @param path names from the root to the parent; valid during the call only */
  open?(name: string, attributes: XmlAttributes, path: readonly string[]): void;
  text?(text: string, path: readonly string[]): void;
  close?(name: string, path: readonly string[]): void;
}

const PIECE = 64 * 1024;

const encodingRefused = (entry: string, found: string): FileRefused =>
  new FileRefused('IMPORT_XML_ENCODING', '工作簿内的文件不是 UTF-8 编码', found, 'UTF-8', { entry });

const dtdRefused = (entry: string): FileRefused =>
  new FileRefused('IMPORT_XML_DTD', '工作簿内含 DOCTYPE 或实体声明，不予读取', '<!DOCTYPE 或 <!ENTITY', '没有声明', {
    entry,
  });

const [LESS, BANG, QUESTION, DASH, GREATER] = [0x3c, 0x21, 0x3f, 0x2d, 0x3e];

function endOfComment(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(GREATER, from); at >= 0; at = bytes.indexOf(GREATER, at + 1)) {
    if (bytes[at - 1] === DASH && bytes[at - 2] === DASH) return at;
  }
  return bytes.length;
}

/** Whether a `<!` that is no comment stands before the root element, the only place of a document type. */
function hasDocumentType(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(LESS); at >= 0; at = bytes.indexOf(LESS, at + 1)) {
    if (bytes[at + 1] === BANG && bytes[at + 2] === DASH) at = endOfComment(bytes, at + 4);
    else if (bytes[at + 1] !== QUESTION) return bytes[at + 1] === BANG;
  }
  return false;
}

/**
 * What every XML part must be, read or not: bytes of ASCII's kind, no document type.
 * @throws FileRefused IMPORT_XML_ENCODING, IMPORT_XML_DTD
 */
export function checkXml(entry: string, bytes: Uint8Array): void {
  const [first, second] = bytes;
  if (first === 0xff || first === 0xfe || first === 0 || second === 0) throw encodingRefused(entry, 'UTF-16 或 UTF-32');
  if (hasDocumentType(bytes)) throw dtdRefused(entry);
}

/**
 * Reads one part piece by piece.
 * @throws FileRefused IMPORT_XML_ENCODING, IMPORT_XML_DTD, IMPORT_XML_DEPTH, IMPORT_XML_DAMAGED
 */
export function readXml(entry: string, bytes: Uint8Array, reader: XmlReader): void {
  const parser = new SaxesParser();
  const path: string[] = [];
  let prefix = '';
  const plainName = (name: string): string =>
    prefix !== '' && name.startsWith(prefix) ? name.slice(prefix.length) : name;
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') throw encodingRefused(entry, encoding);
  });
  parser.on('doctype', () => {
    throw dtdRefused(entry);
  });
  parser.on('error', (error) => {
    throw new FileRefused('IMPORT_XML_DAMAGED', '工作簿内的文件不完整或已损坏', error.message, '格式正确的 XML', {
      entry,
    });
  });
  parser.on('opentag', (tag) => {
    if (path.length === 0) prefix = tag.name.includes(':') ? `${tag.name.split(':')[0]}:` : '';
    if (path.length >= IMPORT_LIMITS.xmlDepth) {
      throw new FileRefused(
        'IMPORT_XML_DEPTH',
        '工作簿内的元素嵌套过深',
        `> ${IMPORT_LIMITS.xmlDepth} 层`,
        `≤ ${IMPORT_LIMITS.xmlDepth} 层`,
        { entry },
      );
    }
    const name = plainName(tag.name);
    reader.open?.(name, tag.attributes, path);
    path.push(name);
  });
  parser.on('text', (text) => reader.text?.(text, path));
  parser.on('cdata', (text) => reader.text?.(text, path));
  parser.on('closetag', () => {
    const name = path.pop() as string;
    reader.close?.(name, path);
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (piece: Uint8Array, stream: boolean): string => {
    try {
      return decoder.decode(piece, { stream });
    } catch {
      throw encodingRefused(entry, '不是 UTF-8 的字节');
    }
  };
  for (let at = 0; at < bytes.length; at += PIECE) {
    parser.write(decode(bytes.subarray(at, at + PIECE), at + PIECE < bytes.length));
  }
  parser.close();
}

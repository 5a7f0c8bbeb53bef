import { FileRefused } from './import-errors.js';
import { builtInFormat, formatOf, type NumberFormat } from './number-format.js';
import { readXml } from './xml-part.js';

export type Parts = ReadonlyMap<string, Uint8Array>;

export const partMissing = (part: string): FileRefused =>
  new FileRefused('IMPORT_XML_DAMAGED', `工作簿缺少“${part}”`, '没有', part, { entry: part });

/** Part names ignore case and may start with `/` (ECMA-376 part 2). */
export function partNamed(parts: Parts, name: string): { readonly name: string; readonly bytes: Uint8Array } | null {
  const wanted = name.replace(/^\//, '').toLowerCase();
  for (const [key, bytes] of parts) if (key.toLowerCase() === wanted) return { name: key, bytes };
  return null;
}

export interface Relationship {
  readonly id: string;
  /** Last word of the type's address, the same in transitional and strict workbooks: `worksheet`. */
  readonly kind: string;
  /** The part it leads to; null when it leads out of the file. */
  readonly target: string | null;
}

/** `../media/a.png` seen from `xl/worksheets/` → `xl/media/a.png`. A path out of the package ends at its root. */
function resolved(folder: string, target: string): string {
  const steps: string[] = [];
  for (const step of (target.startsWith('/') ? target : folder + target).split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
}

/** @param owner the part whose relationships these are; '' for the package */
export function relationshipsOf(parts: Parts, owner: string): readonly Relationship[] {
  const slash = owner.lastIndexOf('/') + 1;
  const folder = owner.slice(0, slash);
  const part = partNamed(parts, `${folder}_rels/${owner.slice(slash)}.rels`);
  if (!part) return [];
  const found: Relationship[] = [];
  readXml(part.name, part.bytes, {
    open(name, { Id = '', Type = '', Target = '', TargetMode }) {
      if (name !== 'Relationship') return;
      found.push({
        id: Id,
        kind: Type.slice(Type.lastIndexOf('/') + 1),
        target: TargetMode === 'External' ? null : resolved(folder, Target),
      });
    },
  });
  return found;
}

/** Content type of a part: its own, else that of its extension. */
export function contentTypeOf(parts: Parts, partName: string): string | null {
  const types = partNamed(parts, '[Content_Types].xml');
  if (!types) return null;
  const wanted = `/${partName}`.toLowerCase();
  let own: string | null = null;
  let byExtension: string | null = null;
  readXml(types.name, types.bytes, {
    open(name, { PartName = '', Extension = '', ContentType = '' }) {
      if (name === 'Override' && PartName.toLowerCase() === wanted) own = ContentType;
      if (name === 'Default' && wanted.endsWith(`.${Extension.toLowerCase()}`)) byExtension = ContentType;
    },
  });
  return own ?? byExtension;
}

/** The number format of each cell style, in the order in which cells name it (`s="3"`). */
export function cellFormats(entry: string, bytes: Uint8Array): readonly NumberFormat[] {
  const own = new Map<string, NumberFormat>();
  const formats: NumberFormat[] = [];
  readXml(entry, bytes, {
    open(name, { numFmtId = '0', formatCode = '' }, path) {
      const parent = path[path.length - 1];
      if (name === 'numFmt' && parent === 'numFmts') own.set(numFmtId, formatOf(formatCode));
      if (name === 'xf' && parent === 'cellXfs') {
        formats.push(own.get(numFmtId) ?? builtInFormat(Number.parseInt(numFmtId, 10)));
      }
    },
  });
  return formats;
}

/** `_x0041_` stands for a character that XML cannot hold, `_x005F_` for the underscore itself (ECMA-376 22.9.2.19). */
export const unescapeText = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text;

/** The shared strings: runs of rich text joined, phonetic guides left out. */
export function sharedStrings(entry: string, bytes: Uint8Array): readonly string[] {
  const strings: string[] = [];
  let text = '';
  readXml(entry, bytes, {
    open(name, _attributes, path) {
      if (name === 'si' && path.length === 1) text = '';
    },
    text(piece, path) {
      if (path[path.length - 1] === 't' && path[1] === 'si' && !path.includes('rPh')) text += piece;
    },
    close(name, path) {
      if (name === 'si' && path.length === 1) strings.push(unescapeText(text));
    },
  });
  return strings;
}

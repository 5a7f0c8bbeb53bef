import { MARK_SHEET } from '../templates/template-mark.js';
import { FileRefused } from './import-errors.js';
import { isTemplateMark } from './read-template.js';
import type { SourceSheet } from './source-sheet.js';
import {
  cellFormats,
  contentTypeOf,
  type Parts,
  partMissing,
  partNamed,
  relationshipsOf,
  sharedStrings,
} from './workbook-parts.js';
import { WorksheetReader } from './workbook-sheet.js';
import { checkXml, readXml } from './xml-part.js';
import { inspectZip } from './zip-inspect.js';

export interface Workbook {
  /** The sheets that Excel shows, in its order. */
  readonly sheets: readonly SourceSheet[];
  /** Names of the sheets that it does not show; they are not read. */
  readonly hiddenSheets: readonly string[];
  /** The sheet `_meta` of a template, hidden or not; null in any other workbook. */
  readonly meta: SourceSheet | null;
  /** Embedded files; never opened. */
  readonly embedded: readonly string[];
}

const isXml = (name: string): boolean => /\.(xml|rels)$/i.test(name);
const isMacro = (name: string): boolean => /(^|\/)(vbaProject[^/]*\.bin$|macrosheets\/)/i.test(name);

interface SheetEntry {
  readonly name: string;
  readonly state: string;
  readonly relationship: string;
}

function sheetEntries(entry: string, bytes: Uint8Array): readonly SheetEntry[] {
  const sheets: SheetEntry[] = [];
  readXml(entry, bytes, {
    open(name, attributes, path) {
      if (name !== 'sheet' || path[path.length - 1] !== 'sheets') return;
      const id = Object.keys(attributes).find((key) => key.endsWith(':id')) ?? '';
      sheets.push({
        name: attributes.name ?? '',
        state: attributes.state ?? 'visible',
        relationship: attributes[id] ?? '',
      });
    },
  });
  return sheets;
}

/** The workbook part, proven to be a workbook without macros. @throws FileRefused IMPORT_TYPE, IMPORT_MACRO */
function mainPart(parts: Parts): { readonly name: string; readonly bytes: Uint8Array } {
  const notWorkbook = new FileRefused('IMPORT_TYPE', '压缩包内不是 Excel 工作簿', '其他内容', 'Excel 工作簿');
  const target = relationshipsOf(parts, '').find(({ kind }) => kind === 'officeDocument')?.target;
  const part = target ? partNamed(parts, target) : null;
  if (!part) throw notWorkbook;
  const type = contentTypeOf(parts, part.name) ?? '';
  if (/macroEnabled/i.test(type) || [...parts.keys()].some(isMacro)) {
    throw new FileRefused('IMPORT_MACRO', '含宏的工作簿不予导入，请另存为不含宏的 .xlsx', type, '不含宏的工作簿');
  }
  if (!/spreadsheetml\.(sheet|template)\.main\+xml$/.test(type)) throw notWorkbook;
  return part;
}

/**
 * An .xlsx as it is stored: texts and digits, never binary numbers; transitional and strict. The zip is inspected
 * before anything of it is read. Dates are not counted: the 1904 system does not matter.
 * @throws FileRefused IMPORT_ZIP_…, IMPORT_XML_…, IMPORT_TYPE, IMPORT_MACRO, IMPORT_ENCRYPTED and the bounds of a sheet
 */
export function readWorkbook(bytes: Uint8Array): Workbook {
  const parts = inspectZip(bytes, isXml);
  for (const [name, contents] of parts) if (isXml(name)) checkXml(name, contents);
  const main = mainPart(parts);
  const relationships = relationshipsOf(parts, main.name);
  const partOf = (kind: string) => {
    const target = relationships.find((each) => each.kind === kind)?.target;
    return target ? partNamed(parts, target) : null;
  };
  const stringsPart = partOf('sharedStrings');
  const strings = stringsPart ? sharedStrings(stringsPart.name, stringsPart.bytes) : [];
  const stylesPart = partOf('styles');
  const formats = stylesPart ? cellFormats(stylesPart.name, stylesPart.bytes) : [];
  const hiddenSheets: string[] = [];
  const sheets: SourceSheet[] = [];
  let meta: SourceSheet | null = null;
  for (const { name, state, relationship } of sheetEntries(main.name, main.bytes)) {
    const found = relationships.find(({ id }) => id === relationship);
    if (found && found.kind !== 'worksheet') continue;
    if (name === MARK_SHEET) {
      const part = found?.target ? partNamed(parts, found.target) : null;
      const sheet = part && new WorksheetReader(name, part.name, strings, formats).read(part.bytes);
      if (sheet && isTemplateMark(sheet)) {
        meta = sheet;
        continue;
      }
    }
    if (state !== 'visible') {
      hiddenSheets.push(name);
      continue;
    }
    const part = found?.target ? partNamed(parts, found.target) : null;
    if (!part) throw partMissing(found?.target ?? name);
    sheets.push(new WorksheetReader(name, part.name, strings, formats).read(part.bytes));
  }
  return { sheets, hiddenSheets, meta, embedded: [...parts.keys()].filter((name) => /(^|\/)embeddings\//i.test(name)) };
}

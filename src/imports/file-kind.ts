import { FileRefused } from './import-errors.js';
import { IMPORT_LIMITS } from './import-limits.js';

const OLE = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const ZIP = [0x50, 0x4b, 0x03, 0x04];
/** What is surely no table of text. */
const OTHER_KINDS: readonly (readonly [string, readonly number[]])[] = [
  ['Excel 工作簿或压缩包', ZIP],
  ['Excel 97-2003 工作簿或加密文档', OLE],
  ['PNG 图片', [0x89, 0x50, 0x4e, 0x47]],
  ['JPEG 图片', [0xff, 0xd8, 0xff]],
  ['GIF 图片', [0x47, 0x49, 0x46, 0x38]],
  ['PDF 文档', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['GZIP 压缩包', [0x1f, 0x8b]],
  ['RAR 压缩包', [0x52, 0x61, 0x72, 0x21]],
  ['7z 压缩包', [0x37, 0x7a, 0xbc, 0xaf]],
];

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, index) => bytes[index] === byte);

/** Sector 512, directory of 128-byte entries with UTF-16 names: enough to tell what an OLE container is. */
function oleHolds(bytes: Uint8Array, name: string): boolean {
  const wanted = [...name].flatMap((character) => [character.charCodeAt(0), 0]);
  for (let at = 512; at + 128 <= bytes.length; at += 128) {
    if (wanted.every((byte, index) => bytes[at + index] === byte) && bytes[at + wanted.length] === 0) return true;
  }
  return false;
}

function refuseOle(bytes: Uint8Array): never {
  if (oleHolds(bytes, 'EncryptedPackage')) {
    throw new FileRefused(
      'IMPORT_ENCRYPTED',
      '文件设有打开密码，请取消密码后重新上传',
      '加密的工作簿',
      '未加密的 .xlsx',
    );
  }
  throw new FileRefused(
    'IMPORT_OLD_FORMAT',
    '这是 Excel 97-2003 格式（.xls），请另存为 .xlsx 后重新上传',
    'Excel 97-2003',
    '.xlsx 或 .csv',
  );
}

const wrongType = (message: string, found: string, expected: string): FileRefused =>
  new FileRefused('IMPORT_TYPE', message, found, expected);

/**
 * Whether a file is to be read as workbook or as text: its name and its first bytes must agree.
 * @throws FileRefused IMPORT_EMPTY, IMPORT_SIZE, IMPORT_TYPE, IMPORT_ENCRYPTED, IMPORT_OLD_FORMAT, IMPORT_MACRO
 */
export function fileKind(name: string, bytes: Uint8Array): 'csv' | 'xlsx' {
  if (bytes.length === 0) throw new FileRefused('IMPORT_EMPTY', '文件是空的', '0 字节', '有内容的 .xlsx 或 .csv');
  if (bytes.length > IMPORT_LIMITS.fileBytes) {
    throw new FileRefused('IMPORT_SIZE', '文件超过 20 MB', `${bytes.length} 字节`, `≤ ${IMPORT_LIMITS.fileBytes} 字节`);
  }
  const extension = /\.([^.]*)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  if (startsWith(bytes, OLE) && extension !== 'csv') refuseOle(bytes);
  switch (extension) {
    case 'xlsx':
      if (startsWith(bytes, ZIP)) return 'xlsx';
      throw wrongType('文件名为 .xlsx，内容却不是 Excel 工作簿', '其他内容', 'Excel 工作簿');
    case 'xlsm':
      throw new FileRefused('IMPORT_MACRO', '含宏的工作簿不予导入，请另存为 .xlsx', '.xlsm', '.xlsx 或 .csv');
    case 'csv': {
      const other = OTHER_KINDS.find(([, magic]) => startsWith(bytes, magic));
      if (other) throw wrongType(`文件名为 .csv，内容却是${other[0]}`, other[0], '文本表格');
      return 'csv';
    }
    default:
      throw wrongType(
        '只能导入 .xlsx 或 .csv 文件',
        extension === '' ? '没有扩展名' : `.${extension}`,
        '.xlsx 或 .csv',
      );
  }
}

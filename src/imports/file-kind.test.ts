import { fileKind } from './file-kind.js';

const text = Buffer.from('institution,period\n');
const refusal = (name: string, bytes: Uint8Array): string => {
  try {
    return fileKind(name, bytes);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

it.each([
  ['a.csv', text, 'csv'],
  ['填报.2026Q3.CSV', text, 'csv'],
  ['a.xlsx', Buffer.from('504b030400', 'hex'), 'xlsx'],
  ['a.xlsm', Buffer.from('504b030400', 'hex'), 'IMPORT_MACRO'],
  ['a.txt', text, 'IMPORT_TYPE'],
  ['csv', text, 'IMPORT_TYPE'],
  ['a.pdf', Buffer.from('%PDF-1.7'), 'IMPORT_TYPE'],
  ['a.csv', Buffer.from('%PDF-1.7'), 'IMPORT_TYPE'],
  ['a.xlsx', Buffer.from('504b0506', 'hex'), 'IMPORT_TYPE'],
  ['a.csv', Buffer.alloc(0), 'IMPORT_EMPTY'],
  ['a.csv', Buffer.alloc(20 * 1024 * 1024, 'a'), 'csv'],
  ['a.csv', Buffer.alloc(20 * 1024 * 1024 + 1, 'a'), 'IMPORT_SIZE'],
])('%s', (name, bytes, expected) => expect(refusal(name, bytes)).toBe(expected));

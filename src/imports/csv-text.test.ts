import { gb18030, utf16le } from '../../test/fixtures/nasty/make-csv.js';
import { csvText } from './csv-text.js';

it.each([
  ['UTF-8', Buffer.from('甲,1'), 'utf-8'],
  ['UTF-8 with BOM', Buffer.from('\ufeff甲,1'), 'utf-8'],
  ['ASCII', Buffer.from('甲,1'.replace('甲', 'a')), 'utf-8'],
  ['GB18030', gb18030('甲,1'), 'gb18030'],
  // In GBK these two are C1AA CDA8, by chance valid UTF-8 for other characters; a third one decides.
  ['GBK that begins like UTF-8', gb18030('联通行,1'), 'gb18030'],
  ['UTF-16LE with BOM', utf16le('\ufeff甲,1'), 'utf-16le'],
])('%s', (_, bytes, encoding) => expect(csvText(bytes).encoding).toBe(encoding));

it('drops the byte order mark', () => {
  for (const bytes of [Buffer.from('\ufeff甲'), utf16le('\ufeff甲'), gb18030('甲')])
    expect(csvText(bytes).text).toBe('甲');
});

it.each([
  ['UTF-16LE without BOM', utf16le('a,1\n'), 'IMPORT_ENCODING'],
  ['UTF-16BE', Buffer.from('feff00610031', 'hex'), 'IMPORT_ENCODING'],
  ['half a character', Buffer.from('fffe6100d8', 'hex'), 'IMPORT_ENCODING'],
  ['neither', Buffer.from('61ff80ff', 'hex'), 'IMPORT_ENCODING'],
  ['both', Buffer.concat([Buffer.from('绿色贷款\n'), gb18030('绿色信贷余额\n')]), 'IMPORT_ENCODING'],
  ['NUL', Buffer.from('institution,1\u00002'), 'IMPORT_NUL'],
  ['NUL in UTF-16LE', utf16le('\ufeffab\u0000'), 'IMPORT_NUL'],
])('%s is refused', (_, bytes, code) => expect(() => csvText(bytes)).toThrow(expect.objectContaining({ code })));

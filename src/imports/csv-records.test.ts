import fc from 'fast-check';
import { readRecords } from './csv-records.js';

function recordsOf(text: string, separator = ',') {
  const records: string[][] = [];
  const fault = readRecords(text, separator, {
    record: (fields) => void records.push(fields),
    field: () => undefined,
  });
  return { records, fault };
}

it.each([
  [
    'a,b\r\nc,d\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  ['a\rb', [['a'], ['b']]],
  ['a\n\nb', [['a'], [''], ['b']]],
  [
    'a,\n,b',
    [
      ['a', ''],
      ['', 'b'],
    ],
  ],
  ['a,', [['a', '']]],
  ['"a,""b""\r\nc",d', [['a,"b"\r\nc', 'd']]],
  ['"",""""', [['', '"']]],
  ['', []],
])('%j', (text, records) => expect(recordsOf(text)).toEqual({ records, fault: null }));

it.each([
  ['a\n"b,c\n', { record: 2, field: 0, what: '引号没有结束' }],
  ['a,"b"c\n', { record: 1, field: 1, what: '引号的位置不对' }],
  ['a\n\n1,x"y\n', { record: 3, field: 1, what: '引号的位置不对' }],
])('%j is no CSV', (text, fault) => expect(recordsOf(text).fault).toEqual(fault));

it('reads back whatever was written, with every separator and line end', () => {
  const field = fc.string({ unit: fc.constantFrom('a', '甲', ',', ';', '"', '\n', '\r', ' '), maxLength: 5 });
  const table = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(table, fc.constantFrom(',', ';', '\t'), fc.constantFrom('\n', '\r\n', '\r'), (rows, separator, end) => {
      const quoted = rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(separator) + end);
      expect(recordsOf(quoted.join(''), separator)).toEqual({ records: rows, fault: null });
    }),
  );
});

it('stops an endless record while it is under way', () => {
  const bounded = () =>
    readRecords(','.repeat(1_000_000), ',', {
      record: () => undefined,
      field(_length, _record, index) {
        if (index === 512) throw new Error('stopped');
      },
    });
  expect(bounded).toThrow('stopped');
});

import fc from 'fast-check';
import { makeZip, type ZipPart } from '../../test/fixtures/nasty/make-zip.js';
import { crc32 } from './crc32.js';
import { inspectZip } from './zip-inspect.js';

const all = (): boolean => true;
const parts: ZipPart[] = [
  { name: 'a.xml', data: '<a/>' },
  { name: 'b/', data: '' },
  { name: 'b/图.png', data: new Uint8Array([1, 2, 3]) },
];
const refusal = (zip: Uint8Array): string => {
  try {
    inspectZip(zip, all);
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

it('CRC-32 of the check value, whole and in pieces', () => {
  const bytes = Buffer.from('123456789');
  expect(crc32(bytes)).toBe(0xcbf43926);
  expect(crc32(bytes.subarray(4), crc32(bytes.subarray(0, 4)))).toBe(0xcbf43926);
});

it.each([
  ['deflated', {}],
  ['stored', { method: 0 as const }],
  ['sizes after the data', { descriptors: true }],
])('unpacks what is %s', (_, ways) => {
  const unpacked = inspectZip(makeZip(parts, ways), (name) => name.endsWith('.xml'));
  expect([...unpacked.keys()]).toEqual(['a.xml', 'b/', 'b/图.png']);
  expect(Buffer.from(unpacked.get('a.xml') ?? []).toString()).toBe('<a/>');
  expect(unpacked.get('b/图.png')).toHaveLength(0);
});

it.each(['/etc/passwd', 'a/../../b', '..', './a', 'a//b', 'a\\b', 'C:b', 'a\nb', '', 'n'.repeat(256)])(
  'refuses the name %j',
  (name) => expect(refusal(makeZip([{ name, data: 'x' }]))).toBe('IMPORT_ZIP_PATH'),
);

it('takes names that only look like a way out', () => {
  expect(refusal(makeZip([{ name: 'a..b/...c', data: 'x' }]))).toBe('accepted');
});

it('refuses trailing bytes, an archive in front, and an empty directory that hides entries', () => {
  const zip = makeZip(parts);
  expect(refusal(Buffer.concat([zip, Buffer.from('x')]))).toBe('IMPORT_ZIP_DAMAGED');
  expect(refusal(Buffer.concat([Buffer.from('x'), zip]))).toBe('IMPORT_ZIP_DAMAGED');
  const shorter = Buffer.from(zip);
  shorter.writeUInt16LE(2, zip.length - 12);
  shorter.writeUInt16LE(2, zip.length - 14);
  expect(refusal(shorter)).toBe('IMPORT_ZIP_DAMAGED');
});

it('refuses a directory that tells another size or name than the entry', () => {
  const zip = makeZip([{ name: 'a.xml', data: '<a/>' }], { method: 0 });
  const directory = zip.lastIndexOf('PK\x01\x02', undefined, 'latin1');
  for (const [at, value] of [
    [20, 3],
    [24, 3],
    [16, 0],
    [46, 0x62],
  ] as const) {
    const lying = Buffer.from(zip);
    lying.writeUInt8(value, directory + at);
    expect([at, refusal(lying)]).toEqual([at, 'IMPORT_ZIP_DAMAGED']);
  }
});

it('bounds the ratio of large entries only', () => {
  const blanks = (bytes: number): Uint8Array => makeZip([{ name: 'a.xml', data: ' '.repeat(bytes) }]);
  expect(refusal(blanks(60_000))).toBe('accepted');
  expect(refusal(blanks(1_000_000))).toBe('IMPORT_ZIP_RATIO');
});

it('never takes a zip with any one byte changed for another: it refuses, or reads the same', () => {
  const zip = makeZip(parts);
  const contents = (bytes: Uint8Array): string =>
    JSON.stringify([...inspectZip(bytes, all)].map(([name, data]) => [name.toLowerCase(), [...data]]));
  const honest = contents(zip);
  fc.assert(
    fc.property(fc.nat(zip.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = Buffer.from(zip);
      changed[at] = (changed[at] as number) ^ change;
      const refused = refusal(changed);
      if (refused === 'accepted') expect(contents(changed)).toBe(honest);
      else expect(refused).toMatch(/^IMPORT_/);
    }),
    { numRuns: 500 },
  );
});

import { randomBytes } from 'node:crypto';
import { CHUNK_BYTES, deriveKey, type FileKey, newFileKey, sealed, unsealed } from './sealed-file.service.js';

const KEY: FileKey = { salt: randomBytes(16), key: randomBytes(32) };
const HEAD = 19 + 16;
const PIECE = CHUNK_BYTES + 16;

async function* inParts(bytes: Buffer, size = 10_007): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function all(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

const seal = (bytes: Buffer): Promise<Buffer> => all(sealed(KEY)(inParts(bytes)));
const open = (file: Buffer, key = KEY.key): Promise<Buffer> => all(unsealed(async () => key)(inParts(file)));

const TEXT = randomBytes(3 * CHUNK_BYTES + 1_000);
let file: Buffer;
beforeAll(async () => {
  file = await seal(TEXT);
});

it.each([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES])(
  '%i bytes come back as they went in',
  async (size) => {
    const bytes = randomBytes(size);
    const made = await seal(bytes);
    expect(made.length).toBe(HEAD + size + 16 * Math.max(1, Math.ceil(size / CHUNK_BYTES)));
    expect((await open(made)).equals(bytes)).toBe(true);
  },
);

it('nothing of the text stands in the file', () => {
  for (const from of [0, CHUNK_BYTES, TEXT.length - 32])
    expect(file.includes(TEXT.subarray(from, from + 32))).toBe(false);
});

const places = [0, 18, 19, 34, HEAD, HEAD + 1_000, HEAD + CHUNK_BYTES - 1, HEAD + CHUNK_BYTES, HEAD + PIECE - 1];
it.each([...places, HEAD + PIECE, HEAD + 2 * PIECE + 5, HEAD + 3 * PIECE + 5, HEAD + 3 * PIECE + 1_015])(
  'one bit changed at byte %i: refused',
  async (at) => {
    const changed = Buffer.from(file);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    await expect(open(changed)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
  },
);

it.each([
  ...[0, 10, 19, 34, HEAD, HEAD + 1, HEAD + 15, HEAD + PIECE, HEAD + PIECE + 1],
  ...[HEAD + 2 * PIECE, HEAD + 3 * PIECE, HEAD + 3 * PIECE + 16, HEAD + 3 * PIECE + 1_015],
])('cut after %i bytes: refused', async (length) => {
  await expect(open(file.subarray(0, length))).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
});

const piece = (no: number): Buffer => file.subarray(HEAD + no * PIECE, HEAD + (no + 1) * PIECE);
it.each([
  ['a byte added', () => Buffer.concat([file, Buffer.from([0])])],
  ['two chunks swapped', () => Buffer.concat([file.subarray(0, HEAD), piece(1), piece(0), piece(2), piece(3)])],
  ['a chunk left out', () => Buffer.concat([file.subarray(0, HEAD), piece(0), piece(2), piece(3)])],
  ['a chunk twice', () => Buffer.concat([file.subarray(0, HEAD), piece(0), piece(0), piece(1), piece(2), piece(3)])],
  ['the last chunk twice', () => Buffer.concat([file, piece(3)])],
])('%s: refused', async (_, changed) => {
  await expect(open(changed())).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
});

it('another kind of file is told from a damaged one', async () => {
  const workbook = Buffer.from('PK\u0003\u0004 and so on, longer than the beginning of a backup is');
  await expect(open(workbook)).rejects.toThrow('这不是绿评的备份文件');
});

it('a wrong key is refused in words, and each file has a key of its own', async () => {
  await expect(open(file, randomBytes(32))).rejects.toThrow('备份的钥匙不对');
  const [one, two] = [await newFileKey('a passphrase'), await newFileKey('a passphrase')];
  expect(one.key.equals(two.key)).toBe(false);
  expect((await deriveKey('a passphrase', one.salt)).equals(one.key)).toBe(true);
  expect((await deriveKey('another one', one.salt)).equals(one.key)).toBe(false);
});

import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { DomainError } from '../problems/problems.js';

/*
 * An encrypted file that cannot be changed, cut, lengthened or put in another order unseen:
 *   "GREENRANK-BACKUP-1\n", 16 bytes of salt, then chunks of 64 KiB (the last one may be shorter), each AES-256-GCM with
 *   its tag behind it. Key: scrypt of the passphrase with the salt, so no two files share one. The nonce of a chunk is
 *   its number and whether it is the last one (the STREAM construction, as in the format of age); the beginning of the
 *   file is authenticated with every chunk.
 */
const MAGIC = Buffer.from('GREENRANK-BACKUP-1\n');
const SALT_BYTES = 16;
const TAG_BYTES = 16;
export const CHUNK_BYTES = 64 * 1024;
/** 64 MiB and about a quarter of a second for every guess. */
const SCRYPT = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 1024 * 1024 };

export interface FileKey {
  readonly salt: Buffer;
  readonly key: Buffer;
}

/** 256 bits from a passphrase. */
export const deriveKey = (passphrase: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(passphrase.normalize('NFC'), salt, 32, SCRYPT, (error, key) => (error ? reject(error) : resolve(key))),
  );

/** The key of a new file. */
export async function newFileKey(passphrase: string): Promise<FileKey> {
  const salt = randomBytes(SALT_BYTES);
  return { salt, key: await deriveKey(passphrase, salt) };
}

/** The bytes in pieces of `size`; the last one may be shorter. Nothing for nothing. */
export async function* inPieces(source: AsyncIterable<Buffer>, size: number, first = size): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let held = 0;
  let wanted = first;
  for await (const part of source) {
    parts.push(part);
    held += part.length;
    if (held < wanted) continue;
    let all = Buffer.concat(parts);
    while (all.length >= wanted) {
      yield all.subarray(0, wanted);
      all = all.subarray(wanted);
      wanted = size;
    }
    parts = [all];
    held = all.length;
  }
  if (held > 0) yield Buffer.concat(parts);
}

function nonce(no: number, isLast: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeBigUInt64BE(BigInt(no), 3);
  bytes[11] = isLast ? 1 : 0;
  return bytes;
}

/** Encrypts a stream. */
export const sealed = ({ salt, key }: FileKey) =>
  async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const head = Buffer.concat([MAGIC, salt]);
    const seal = (chunk: Buffer, no: number, isLast: boolean): Buffer => {
      const cipher = createCipheriv('aes-256-gcm', key, nonce(no, isLast)).setAAD(head);
      return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
    };
    yield head;
    let no = 0;
    let held = Buffer.alloc(0); // which one is the last is known when nothing follows
    for await (const chunk of inPieces(source, CHUNK_BYTES)) {
      if (held.length > 0) yield seal(held, no++, false);
      held = chunk as Buffer<ArrayBuffer>;
    }
    yield seal(held, no, true);
  };

const refused = (why: string): DomainError => new DomainError('BACKUP_DAMAGED', 422, why);

/**
 * Decrypts a stream; hands out nothing that is not authentic.
 * @param keyOf the key for the file's salt
 * @throws BACKUP_DAMAGED for another kind of file, a wrong key, and any byte changed, missing, added or out of place
 */
export const unsealed = (keyOf: (salt: Buffer) => Promise<Buffer>) =>
  async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const pieces = inPieces(source, CHUNK_BYTES + TAG_BYTES, MAGIC.length + SALT_BYTES);
    const head = (await pieces.next()).value as Buffer | undefined;
    if (!head?.subarray(0, MAGIC.length).equals(MAGIC)) throw refused('这不是绿评的备份文件，或文件开头已损坏');
    if (head.length < MAGIC.length + SALT_BYTES) throw refused('备份文件不完整：只有开头');
    const key = await keyOf(head.subarray(MAGIC.length));
    const open = (piece: Buffer, no: number, isLast: boolean): Buffer => {
      const decipher = createDecipheriv('aes-256-gcm', key, nonce(no, isLast), { authTagLength: TAG_BYTES });
      try {
        decipher.setAAD(head).setAuthTag(piece.subarray(-TAG_BYTES));
        return Buffer.concat([decipher.update(piece.subarray(0, -TAG_BYTES)), decipher.final()]);
      } catch {
        if (no === 0) throw refused('备份的钥匙不对，或文件已损坏、不完整');
        throw refused(isLast ? '备份文件不完整，或末尾已损坏' : `备份文件第 ${no + 1} 块（每块 64 KiB）已损坏`);
      }
    };
    let no = 0;
    let held: Buffer | null = null;
    for await (const piece of pieces) {
      if (held) yield open(held, no++, false);
      held = piece;
    }
    if (!held) throw refused('备份文件不完整：只有开头');
    yield open(held, no, true);
  };

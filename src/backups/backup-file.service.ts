import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { DomainError } from '../problems/problems.js';
import { CHUNK_BYTES, deriveKey, inPieces, newFileKey, sealed, unsealed } from './sealed-file.service.js';
import type { Sequence } from './tables.query.js';

/*
 * Inside the encryption, gzip; inside that, records of one letter, a length (32 bits) and as many bytes:
 * H the head, for each table T its name and then D its rows as COPY writes them, at last E the end.
 */
const FORMAT = 'greenrank-backup/1';
type Letter = 'H' | 'T' | 'D' | 'E';

export interface BackupHead {
  /** Instant of the snapshot, ISO, real time. */
  readonly at: string;
  /** The migrations of the database, which must be the program's when it is restored. */
  readonly migrations: readonly string[];
  /** The tables in the order of the file. */
  readonly shape: readonly { readonly name: string; readonly columns: readonly string[] }[];
}

export interface TableFacts {
  readonly name: string;
  readonly rows: number;
  /** Of the rows as COPY writes them in the order of the key. */
  readonly sha256: string;
}

export interface BackupEnd {
  readonly tables: readonly TableFacts[];
  readonly sequences: readonly Sequence[];
  /** The last sealed root of the audit, hex; null: nothing was sealed yet. */
  readonly root: string | null;
}

export interface Backup extends BackupHead, BackupEnd {}

const record = (letter: Letter, bytes: Buffer): Buffer => {
  const head = Buffer.alloc(5, letter);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
};

const json = (letter: Letter, value: unknown): Buffer => record(letter, Buffer.from(JSON.stringify(value)));

/** What a file is made of: the rows of each table, hashed as they pass. */
export interface BackupSource {
  readonly head: BackupHead;
  /** In the order of the head. */
  rows(table: number): AsyncIterable<Buffer>;
  /** Asked when all rows have passed. */
  end(sha256: readonly string[]): Promise<BackupEnd>;
}

/**
 * Writes to `FILE.partial`, flushes, renames: FILE is there whole or not at all.
 * @returns the size in bytes and the end as it stands in the file
 * @throws BACKUP_FILE when FILE is there already or cannot be written
 */
export async function writeBackupFile(
  file: string,
  passphrase: string,
  source: BackupSource,
  signal?: AbortSignal,
): Promise<{ bytes: number; end: BackupEnd }> {
  if (existsSync(file)) throw fileFault(`文件 ${file} 已存在，不会覆盖`);
  const partial = `${file}.partial`;
  let end: BackupEnd = { tables: [], sequences: [], root: null };
  const records = async function* (): AsyncGenerator<Buffer> {
    yield json('H', { format: FORMAT, ...source.head });
    const hashes: string[] = [];
    for (const [no, { name }] of source.head.shape.entries()) {
      yield json('T', { name });
      const hash = createHash('sha256');
      for await (const bytes of inPieces(source.rows(no), CHUNK_BYTES)) {
        hash.update(bytes);
        yield record('D', bytes);
      }
      hashes.push(hash.digest('hex'));
    }
    end = await source.end(hashes);
    yield json('E', end);
  };
  try {
    const key = await newFileKey(passphrase);
    const out = createWriteStream(partial, { mode: 0o600, flush: true });
    await pipeline(records, createGzip(), sealed(key), out, signal ? { signal } : {});
    await rename(partial, file);
    await syncFolder(path.dirname(file));
    return { bytes: out.bytesWritten, end };
  } catch (error) {
    await rm(partial, { force: true });
    throw ofFile(error, file, '写入');
  }
}

/** A name is on the disk when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Reads a whole file, checking that each table's rows have the hash that the end states.
 * @param eachTable is given the rows; takes them all, or none are kept
 * @throws BACKUP_DAMAGED for a wrong key and for any byte that is not as it was written; BACKUP_FILE
 */
export async function readBackupFile(
  file: string,
  passphrase: string,
  eachTable: (no: number, rows: AsyncIterable<Buffer>) => Promise<void> = drain,
): Promise<Backup> {
  try {
    return await pipeline(
      createReadStream(file),
      unsealed((salt) => deriveKey(passphrase, salt)),
      createGunzip(),
      (source: AsyncIterable<Buffer>) => readRecords(source, eachTable),
    );
  } catch (error) {
    throw ofFile(error, file, '读取');
  }
}

const drain = async (_: number, rows: AsyncIterable<Buffer>): Promise<void> => {
  for await (const bytes of rows) void bytes;
};

async function readRecords(
  source: AsyncIterable<Buffer>,
  eachTable: (no: number, rows: AsyncIterable<Buffer>) => Promise<void>,
): Promise<Backup> {
  const records = recordsOf(source);
  const take = async (): Promise<{ letter: string; bytes: Buffer }> => {
    const next = await records.next();
    if (next.done) throw disagrees('没有结尾');
    return next.value;
  };
  const first = await take();
  const { format, ...head } = JSON.parse(first.bytes.toString()) as BackupHead & { format: string };
  if (format !== FORMAT) throw disagrees(`格式为“${format}”，本程序读 ${FORMAT}`);
  const hashes: string[] = [];
  let current = await take();
  for (const no of head.shape.keys()) {
    const hash = createHash('sha256');
    current = await take();
    const rows = async function* (): AsyncGenerator<Buffer> {
      for (; current.letter === 'D'; current = await take()) {
        hash.update(current.bytes);
        yield current.bytes;
      }
    };
    await eachTable(no, rows());
    hashes.push(hash.digest('hex'));
  }
  const end = JSON.parse(current.bytes.toString()) as BackupEnd;
  const wrong = end.tables.find((table, no) => table.sha256 !== hashes[no]);
  if (wrong || end.tables.length !== hashes.length) throw disagrees(`表 ${wrong?.name ?? ''} 的校验和不符`);
  return { ...head, ...end };
}

async function* recordsOf(source: AsyncIterable<Buffer>): AsyncGenerator<{ letter: string; bytes: Buffer }> {
  let held = Buffer.alloc(0);
  for await (const part of source) {
    held = Buffer.concat([held, part]);
    while (held.length >= 5 && held.length >= 5 + held.readUInt32BE(1)) {
      const end = 5 + held.readUInt32BE(1);
      yield { letter: held.toString('latin1', 0, 1), bytes: held.subarray(5, end) };
      held = held.subarray(end);
    }
  }
}

const disagrees = (why: string): DomainError => new DomainError('BACKUP_DAMAGED', 422, `备份文件自相矛盾：${why}`);

const fileFault = (message: string): DomainError => new DomainError('BACKUP_FILE', 422, message);

/** What the disk says, in words: no place, no right, no such folder. */
function ofFile(error: unknown, file: string, what: string): unknown {
  const { syscall, code } = error as NodeJS.ErrnoException;
  return syscall !== undefined && code !== undefined ? fileFault(`无法${what} ${file}：${code}`) : error;
}

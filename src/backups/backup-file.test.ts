import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BackupSource, readBackupFile, writeBackupFile } from './backup-file.service.js';

const KEY = 'a passphrase of the tests';
const ROWS = [Buffer.from('1\tone\n2\ttwo\n'), Buffer.alloc(200_000, 'x')];
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'greenrank-backup-file-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const source = (more: Partial<BackupSource> = {}): BackupSource => ({
  head: {
    at: '2026-10-20T02:00:00.000Z',
    migrations: ['First1'],
    shape: ['a', 'b'].map((name) => ({ name, columns: ['id'] })),
  },
  rows: async function* (table) {
    yield ROWS[table] as Buffer;
  },
  end: async (hashes) => ({
    tables: hashes.map((hash, no) => ({ name: ['a', 'b'][no] as string, rows: no, sha256: hash })),
    sequences: [],
    root: null,
  }),
  ...more,
});

it('hands out every table as it was written, and what was said about it', async () => {
  const file = path.join(folder, 'x.backup');
  const { end } = await writeBackupFile(file, KEY, source());
  const read: Buffer[] = [];
  const backup = await readBackupFile(file, KEY, async (_, rows) => {
    const parts: Buffer[] = [];
    for await (const part of rows) parts.push(part);
    read.push(Buffer.concat(parts));
  });
  expect(read.map((bytes) => bytes.toString())).toEqual(ROWS.map((bytes) => bytes.toString()));
  expect(backup).toEqual({ ...source().head, ...end });
  expect(backup.tables.map((table) => table.sha256)).toEqual(ROWS.map(sha256));
});

it('is refused when the rows are not those that the end speaks of', async () => {
  const file = path.join(folder, 'x.backup');
  const end: BackupSource['end'] = async (hashes) => {
    const whole = await source().end(hashes);
    return { ...whole, tables: whole.tables.map((table, no) => (no === 1 ? { ...table, sha256: 'f00' } : table)) };
  };
  await writeBackupFile(file, KEY, source({ end }));
  await expect(readBackupFile(file, KEY)).rejects.toMatchObject({
    code: 'BACKUP_DAMAGED',
    message: expect.stringContaining('表 b 的校验和不符'),
  });
});

it('leaves no file when the source breaks in the midst', async () => {
  const rows: BackupSource['rows'] = async function* (table) {
    yield ROWS[0] as Buffer;
    if (table === 1) throw new Error('the line is cut');
  };
  await expect(writeBackupFile(path.join(folder, 'x.backup'), KEY, source({ rows }))).rejects.toThrow(
    'the line is cut',
  );
  expect(readdirSync(folder)).toEqual([]);
});
